//! Huai'an: what is missing in low-income households, so that somebody helps: 292 pupils without the aid they are entitled
//! to, 129 members whom the insurance office lists as not insured, 2,532 houses that visitors found unsafe.
//!
//! Beside them pupils with aid, pupils who left and pupils outside the register, members insured otherwise, members of
//! whom an office says nothing, houses found safe at a later visit, and neighbours.

use kernel::{AppResult, Date, identity::Sex};

use super::story::{Home, Story, Visit, day};

const DIVISIONS: [(&str, &str); 6] = [
    ("32", "江苏省"),
    ("3208", "淮安市"),
    ("320803", "淮安区"),
    ("320803101", "河湾镇"),
    ("320803101001", "河湾社区"),
    ("320803101001001", "河湾一组"),
];
const VILLAGE: &str = "320803101001001";
/// Low-income households, and of their heads those who are not insured.
const REGISTERED: usize = 2_700;
const UNINSURED: usize = 129;
/// Neighbours outside the register.
const NEIGHBOURS: usize = 100;
/// The first households have a child at school.
const PUPILS: usize = 700;
const WITHOUT_AID: usize = 292;
/// Houses that a visit found unsafe; those that follow were put right before the next one.
const UNSAFE: usize = 2_532;
const PUT_RIGHT: usize = 2_600;

/// A son and a daughter, to the head of the household.
const SON: u8 = 20;
const DAUGHTER: u8 = 30;

pub(super) fn story() -> AppResult<Story> {
    let mut story = Story::of(&DIVISIONS);
    let (mut insurance, mut school) = (Vec::new(), Vec::new());
    for n in 0..REGISTERED + NEIGHBOURS {
        let who = story.neighbour(n, VILLAGE)?;
        let child = if n < PUPILS || n >= REGISTERED {
            Some(child_of(&mut story, n)?)
        } else {
            None
        };
        if n < REGISTERED {
            let kin = if n % 2 == 0 { SON } else { DAUGHTER };
            story.home(Home {
                head: who,
                others: child.map(|child| (child, kin)).into_iter().collect(),
                attr: 2,
                status: 0,
                registered_on: day("2017-01-10"),
                exited_on: None,
            });
            story.pay(who, "HN02", "2019-12", 100)?;
            visits(&mut story, n);
        }
        let (id, name) = (story.who(who).digits.clone(), story.who(who).name.clone());
        let mut row = |id: &str, name: &str, scheme: &str, insured: &str| {
            insurance.push([id, name, "2020", scheme, insured].map(str::to_owned).to_vec());
        };
        const RESIDENTS: &str = "城乡居民基本医疗保险";
        match n {
            0..UNINSURED => row(&id, &name, RESIDENTS, "否"),
            // Not by the residents' scheme, but at work.
            129..180 => {
                row(&id, &name, RESIDENTS, "否");
                row(&id, &name, "职工基本医疗保险", "是");
            }
            // The office does not know them: perhaps a mistyped number, so nobody is asked.
            180..200 => {}
            200..REGISTERED => row(&id, &name, RESIDENTS, "是"),
            _ => row(&id, &name, RESIDENTS, "否"),
        }
        if let Some(child) = child.map(|child| story.who(child)) {
            row(&child.digits, &child.name, RESIDENTS, "是");
            let (status, kind, yuan) = match n {
                0..WITHOUT_AID => ("在校", "", ""),
                // Left school.
                292..340 => ("毕业", "", ""),
                340..PUPILS => ("在校", "家庭经济困难学生生活补助", "625"),
                // Of another household than a registered one.
                _ => ("在校", "", ""),
            };
            let cells = [
                &child.digits,
                &child.name,
                "河湾中学",
                "初中",
                status,
                "2020-2021-1",
                kind,
                yuan,
            ];
            school.push(cells.map(str::to_owned).to_vec());
        }
    }
    story.sheet(
        "medical_insurance",
        &["id_no", "name", "year", "scheme", "insured"],
        insurance,
    );
    let columns = &[
        "id_no",
        "name",
        "school",
        "stage",
        "status",
        "term",
        "aid_kind",
        "aid_amount",
    ];
    story.sheet("education", columns, school);
    Ok(story)
}

/// The child of a household, of an age for the middle school.
fn child_of(story: &mut Story, n: usize) -> AppResult<usize> {
    let sex = if n % 2 == 0 { Sex::Male } else { Sex::Female };
    let name = super::story::name(n + 7);
    story.person(
        &name,
        sex,
        &format!("{}-{:02}-{:02}", 2006 + n % 3, 1 + n % 12, 1 + n % 28),
        VILLAGE,
    )
}

/// What visitors found of the house.
fn visits(story: &mut Story, n: usize) {
    let mut visit = |on: Date, housing_ok: bool| {
        story.visit(Visit {
            home: n,
            on,
            housing_ok,
        })
    };
    match n {
        0..UNSAFE => visit(day("2020-06-15"), false),
        UNSAFE..PUT_RIGHT => {
            visit(day("2019-06-20"), false);
            visit(day("2020-06-15"), true);
        }
        _ => visit(day("2020-06-15"), true),
    }
}
