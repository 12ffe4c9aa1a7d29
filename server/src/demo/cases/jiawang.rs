//! Jiawang style: of one village secretary's declared relatives nine drew targeted benefits, 33 payments, more than 70,000
//! yuan. Others of his relatives drew what everybody draws, or nothing.

use kernel::{AppResult, identity::Sex};

use super::story::{Home, Story, day};

const DIVISIONS: [(&str, &str); 8] = [
    ("32", "江苏省"),
    ("3203", "徐州市"),
    ("320305", "贾汪区"),
    ("320305101", "东岭镇"),
    ("320305101001", "东岭社区"),
    ("320305101001001", "东岭一组"),
    ("320305101001002", "东岭二组"),
    ("320305101001003", "东岭三组"),
];
const FIRST: &str = "320305101001001";
const SECOND: &str = "320305101001002";
const THIRD: &str = "320305101001003";

/// Programme, month and hundredths of the unit.
type Drawn = (&'static str, &'static str, i64);

/// Name, sex, birth, village, what he is to the secretary, what he drew.
type Relative = (
    &'static str,
    Sex,
    &'static str,
    &'static str,
    &'static str,
    &'static [Drawn],
);

#[rustfmt::skip] // A table: one relative an entry.
const RELATIVES: [Relative; 12] = [
    ("吴广才", Sex::Male, "1941-02-11", SECOND, "岳父", &[("HN02", "2018-03", 200), ("HN02", "2018-06", 200), ("HN02", "2018-09", 200), ("HN02", "2018-12", 200), ("HN09", "2018-10", 100)]),
    ("陈守林", Sex::Male, "1969-08-03", FIRST, "弟", &[("HN09", "2018-11", 100), ("HN17", "2018-12", 100), ("HN18", "2018-12", 100)]),
    ("陈秀英", Sex::Female, "1962-05-19", THIRD, "姐姐", &[("HN02", "2018-03", 100), ("HN02", "2018-06", 100), ("HN02", "2018-09", 100), ("HN02", "2018-12", 100), ("HN14", "2018-05", 100)]),
    ("陈大志", Sex::Male, "1991-11-27", FIRST, "侄子", &[("HN17", "2018-12", 100), ("HN18", "2018-12", 100), ("HN14", "2018-07", 100)]),
    ("陈守业", Sex::Male, "1964-01-08", FIRST, "堂兄弟、堂姐妹", &[("HN09", "2018-09", 100), ("HN02", "2018-09", 100), ("HN02", "2018-12", 100)]),
    ("陈桂兰", Sex::Female, "1948-09-15", THIRD, "姑母", &[("HN02", "2018-03", 100), ("HN02", "2018-06", 100), ("HN02", "2018-09", 100), ("HN02", "2018-12", 100)]),
    ("陈玉成", Sex::Male, "1939-12-02", FIRST, "伯父", &[("HN02", "2018-09", 100), ("HN02", "2018-12", 100), ("HN19", "2018-12", 100)]),
    ("孙小军", Sex::Male, "1999-04-21", THIRD, "外甥", &[("HN10", "2018-03", 100), ("HN10", "2018-09", 100), ("HN14", "2018-08", 100)]),
    ("吴建平", Sex::Male, "1972-07-30", SECOND, "其他亲属", &[("HN17", "2018-12", 100), ("HN18", "2018-12", 100), ("HN19", "2018-12", 100), ("HN14", "2018-04", 100)]),
    // What everybody draws, and nothing at all.
    ("刘玉梅", Sex::Female, "1967-03-16", FIRST, "妻", &[("HN01", "2018-06", 420)]),
    ("陈志强", Sex::Male, "1993-10-05", FIRST, "长子", &[]),
    ("陈守山", Sex::Male, "1971-06-12", SECOND, "弟", &[("HN01", "2018-06", 310)]),
];

pub(super) fn story() -> AppResult<Story> {
    let mut story = Story::of(&DIVISIONS);
    let secretary = story.person("陈守田", Sex::Male, "1966-10-24", FIRST)?;
    let mut kin = Vec::new();
    for (name, sex, birth, place, word, drawn) in RELATIVES {
        let who = story.person(name, sex, birth, place)?;
        if drawn.iter().any(|(code, ..)| *code != "HN01") {
            story.home(Home {
                head: who,
                others: Vec::new(),
                attr: 2,
                status: 0,
                registered_on: day("2017-01-10"),
                exited_on: None,
            });
        }
        for (code, month, qty) in drawn {
            story.pay(who, code, month, *qty)?;
        }
        let (cadre, relative) = (story.who(secretary), story.who(who));
        kin.push(vec![
            cadre.digits.clone(),
            cadre.name.clone(),
            relative.digits.clone(),
            relative.name.clone(),
            word.to_owned(),
            "否".to_owned(),
        ]);
    }
    // Neighbours in the register, related to nobody in office.
    for n in 0..30 {
        let who = story.neighbour(n, [FIRST, SECOND, THIRD][n % 3])?;
        story.home(Home {
            head: who,
            others: Vec::new(),
            attr: 2,
            status: 0,
            registered_on: day("2017-01-10"),
            exited_on: None,
        });
        story.pay(who, "HN02", ["2018-03", "2018-06", "2018-09", "2018-12"][n % 4], 100)?;
    }
    let cadre = story.who(secretary);
    let post = ["村（社区）两委", "党支部书记", "320305101001000", "2014-03-10"];
    let mut row = vec![cadre.digits.clone(), cadre.name.clone()];
    row.extend(post.map(str::to_owned));
    story.sheet(
        "cadres",
        &["id_no", "name", "kind", "post", "region", "date_from"],
        vec![row],
    );
    story.sheet(
        "cadre_kin",
        &["cadre", "cadre_name", "id_no", "name", "kin", "filed"],
        kin,
    );
    Ok(story)
}
