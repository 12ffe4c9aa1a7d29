//! Lianshui: an exit file in which 12,000 yuan of repaid medical bills lift a household over the line. Beside it a
//! household with the same bills that stands without them, and others without any.

use kernel::AppResult;

use super::story::{Home, Story, day};

const DIVISIONS: [(&str, &str); 6] = [
    ("32", "江苏省"),
    ("3208", "淮安市"),
    ("320826", "涟水县"),
    ("320826101", "杨湾镇"),
    ("320826101001", "杨湾社区"),
    ("320826101001001", "杨湾一组"),
];
const VILLAGE: &str = "320826101001001";
/// Yuan a head and year.
const LINE: &str = "6000";
const EXITED: &str = "2018-11-30";

/// Year's income and repaid medical bills of a household of three.
fn income(n: usize) -> (&'static str, &'static str) {
    match n {
        // 8,000 a head on file, 4,000 without the bills.
        11 => ("24000", "12000"),
        // The same bills, and 9,500 a head without them.
        12 => ("40500", "12000"),
        // A little over the line, with nothing to take off.
        13 => ("18600", "0"),
        _ => ("27000", "600"),
    }
}

pub(super) fn story() -> AppResult<Story> {
    let mut story = Story::of(&DIVISIONS);
    let mut exits = Vec::new();
    for n in 0..30 {
        let members = [
            story.neighbour(3 * n, VILLAGE)?,
            story.neighbour(3 * n + 1, VILLAGE)?,
            story.neighbour(3 * n + 2, VILLAGE)?,
        ];
        story.home(Home {
            head: members[0],
            others: vec![(members[1], 97), (members[2], 97)],
            attr: 1,
            status: 1,
            registered_on: day("2016-01-15"),
            exited_on: Some(day(EXITED)),
        });
        let (income, medical) = income(n);
        let head = story.who(members[0]);
        let row = [&head.digits, &head.name, EXITED, "3", income, medical, "0", "0", LINE];
        exits.push(row.map(str::to_owned).to_vec());
    }
    let columns = &[
        "id_no",
        "name",
        "exited_on",
        "population",
        "income",
        "medical",
        "one_off",
        "borrowed",
        "line",
    ];
    story.sheet("exit_file", columns, exits);
    Ok(story)
}
