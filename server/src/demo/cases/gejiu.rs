//! Gejiu: 229 households that should have been on the register, and 59 returns to it that the incomes on file do not bear
//! out. Beside them people with one sign of hardship, and returned households that are poor.

use std::path::Path;

use kernel::{AppError, AppResult};

use super::{
    Delivery,
    story::{Home, Story, day},
};

const DIVISIONS: [(&str, &str); 9] = [
    ("53", "云南省"),
    ("5325", "红河哈尼族彝族自治州"),
    ("532501", "个旧市"),
    ("532501101", "北山镇"),
    ("532501101001", "北山社区"),
    ("532501101001001", "北山一组"),
    ("532501102", "南冲镇"),
    ("532501102001", "南冲社区"),
    ("532501102001001", "南冲一组"),
];
const NORTH: &str = "532501101001001";
const SOUTH: &str = "532501102001001";

/// People outside the register.
const OUTSIDE: usize = 400;
/// Of these, badly disabled and with bills besides.
const MISSED: usize = 229;
/// Households that returned, and how many of them earn more than the line.
const RETURNED: usize = 100;
const WRONG: usize = 59;

/// The incomes of the returned households, for the import page of incomes.
pub const INCOMES: &str = "帮扶户收入.csv";

pub(super) fn story() -> AppResult<Story> {
    let mut story = Story::of(&DIVISIONS);
    let (mut disability, mut insurance, mut school, mut houses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..OUTSIDE {
        let place = [NORTH, SOUTH][n % 2];
        let who = story.neighbour(n, place)?;
        story.pay(who, "HN01", "2019-06", 240)?;
        let (id, name) = (story.who(who).digits.clone(), story.who(who).name.clone());
        let row = |cells: &[&str]| {
            let own = [id.clone(), name.clone()];
            own.into_iter()
                .chain(cells.iter().map(|c| (*c).to_owned()))
                .collect::<Vec<_>>()
        };
        // After those with two signs, seventy with a certificate alone, and a hundred with bills alone.
        if n < MISSED + 70 {
            disability.push(row(&[&format!("{id}41"), "肢体", "一级", "2018-05-01"]));
        }
        let paid = if n < MISSED || n >= 300 { "30000" } else { "800" };
        insurance.push(row(&["2019", "城乡居民基本医疗保险", "是", paid]));
        school.push(row(&["某镇中学", "初中", "在校", "2019-2"]));
        houses.push(row(&[
            &format!("S{n}"),
            place,
            "2016-05-01",
            "一般户",
            "C级",
            "14000",
            "2016-08-01",
        ]));
    }
    for n in 0..RETURNED {
        let who = story.neighbour(OUTSIDE + n, NORTH)?;
        story.home(Home {
            head: who,
            others: Vec::new(),
            attr: 1,
            status: 3,
            registered_on: day("2016-01-15"),
            exited_on: None,
        });
    }
    story.sheet(
        "disability",
        &["id_no", "name", "certificate_no", "kind", "grade", "issued_on"],
        disability,
    );
    story.sheet(
        "medical_insurance",
        &["id_no", "name", "year", "scheme", "insured", "self_paid"],
        insurance,
    );
    story.sheet(
        "education",
        &["id_no", "name", "school", "stage", "status", "term"],
        school,
    );
    let columns = &[
        "id_no",
        "name",
        "application_no",
        "region",
        "applied_on",
        "aid_category",
        "house_grade",
        "amount",
        "approved_on",
    ];
    story.sheet("house_renovation", columns, houses);
    Ok(story)
}

/// What the town's clerks recorded of the returned households in 2018; it goes through the import page of incomes.
pub(super) fn incomes(story: &Story, folder: &Path) -> AppResult<Delivery> {
    let mut text = String::from("户编号,收入小类,期间,毛收入,成本\r\n");
    for n in 0..RETURNED {
        let wage = if n < WRONG { 9_600 } else { 3_900 };
        text += &format!("{},本地务工,2018,{wage},\r\n", story.household_no(n));
    }
    let path = folder.join(INCOMES);
    std::fs::write(&path, text).map_err(AppError::internal)?;
    Ok(Delivery {
        data_set: String::new(),
        path,
        rows: RETURNED as u64,
    })
}
