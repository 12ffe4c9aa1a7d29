//! Huai'an: 129 members of low-income households whom the insurance office lists as not insured, so that somebody helps.
//! Beside them members insured otherwise, members of whom the office says nothing, and neighbours outside the register.

use kernel::AppResult;

use super::story::{Home, Story, day};

const DIVISIONS: [(&str, &str); 6] = [
    ("32", "江苏省"),
    ("3208", "淮安市"),
    ("320803", "淮安区"),
    ("320803101", "河湾镇"),
    ("320803101001", "河湾社区"),
    ("320803101001001", "河湾一组"),
];
const VILLAGE: &str = "320803101001001";
/// Low-income households of one person, and how many are not insured.
const REGISTERED: usize = 400;
const UNINSURED: usize = 129;

pub(super) fn story() -> AppResult<Story> {
    let mut story = Story::of(&DIVISIONS);
    let mut insurance = Vec::new();
    for n in 0..500 {
        let who = story.neighbour(n, VILLAGE)?;
        if n < REGISTERED {
            story.home(Home {
                head: who,
                others: Vec::new(),
                attr: 2,
                status: 0,
                registered_on: day("2017-01-10"),
                exited_on: None,
            });
            story.pay(who, "HN02", "2019-12", 100)?;
        }
        let (id, name) = (story.who(who).digits.clone(), story.who(who).name.clone());
        let mut row = |scheme: &str, insured: &str| {
            let cells = [id.as_str(), name.as_str(), "2020", scheme, insured];
            insurance.push(cells.map(str::to_owned).to_vec());
        };
        match n {
            0..UNINSURED => row("城乡居民基本医疗保险", "否"),
            // Not by the residents' scheme, but at work.
            129..180 => {
                row("城乡居民基本医疗保险", "否");
                row("职工基本医疗保险", "是");
            }
            // The office does not know them: perhaps a mistyped number, so nobody is asked.
            180..200 => {}
            200..400 => row("城乡居民基本医疗保险", "是"),
            _ => row("城乡居民基本医疗保险", "否"),
        }
    }
    story.sheet(
        "medical_insurance",
        &["id_no", "name", "year", "scheme", "insured"],
        insurance,
    );
    Ok(story)
}
