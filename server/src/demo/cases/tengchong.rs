//! Tengchong: one roster of 180,000 yuan whose lines end in one account. Beside it a roster as rosters are, and one
//! where two of a family share an account.

use kernel::AppResult;

use super::story::Story;

const DIVISIONS: [(&str, &str); 9] = [
    ("53", "云南省"),
    ("5305", "保山市"),
    ("530581", "腾冲市"),
    ("530581101", "清河镇"),
    ("530581101001", "清河社区"),
    ("530581101001001", "清河一组"),
    ("530581102", "明山镇"),
    ("530581102001", "明山社区"),
    ("530581102001001", "明山一组"),
];
const CLEAR: &str = "530581101001001";
const BRIGHT: &str = "530581102001001";

/// Lines of the roster, each of three thousand yuan.
const LINES: usize = 60;
/// How many of them end in one account.
const SHARED: usize = 7;

pub(super) fn story() -> AppResult<Story> {
    let mut story = Story::of(&DIVISIONS);
    story.rate("HN17", 3_000);
    for n in 0..300 {
        let who = story.neighbour(n, if n < 180 { CLEAR } else { BRIGHT })?;
        match n {
            0..LINES => {
                let account = if n < SHARED { 900_001 } else { who };
                story.pay_into(who, "HN17", "2017-06", 100, account)?;
            }
            // A town of honest lists: forty lines, of which two of one family share an account.
            240..280 => story.pay_into(who, "HN17", "2017-06", 100, if n < 242 { 900_002 } else { who })?,
            _ => story.pay(who, "HN01", "2017-06", 200)?,
        }
    }
    let dead = story.neighbour(300, BRIGHT)?;
    let (digits, name) = (story.who(dead).digits.clone(), story.who(dead).name.clone());
    let row = vec![digits, name, "死亡登记".to_owned(), "2018-01-05".to_owned()];
    story.sheet("life_events", &["id_no", "name", "event", "date_from"], vec![row]);
    Ok(story)
}
