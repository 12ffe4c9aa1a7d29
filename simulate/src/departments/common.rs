//! Small things several departments write down.

use kernel::{Date, checks::uscc_check_char};

use crate::{
    county::{County, Person, PersonIx},
    days,
    dice::Dice,
};

/// Whether random rows may be made about this resident: not in a family with targeted benefits, and of age.
pub(crate) fn ordinary_adult(county: &County, ix: PersonIx, ages: std::ops::RangeInclusive<i32>) -> bool {
    !county.family_of(ix).touched && aged(county, ix, ages)
}

pub(crate) fn aged(county: &County, ix: PersonIx, ages: std::ops::RangeInclusive<i32>) -> bool {
    let person = county.person(ix);
    person.death.is_none() && ages.contains(&days::age(person.birth, county.spec.as_of))
}

/// One with this chance per thousand.
pub(crate) fn one(dice: &mut Dice, per_mille: u32) -> u32 {
    u32::from(dice.per_mille(per_mille))
}

/// A day of the last years before the tables are sent, never before the person was of age.
pub(crate) fn recent(county: &County, dice: &mut Dice, person: &Person, years: i32) -> Date {
    let from = days::plus_years(county.spec.as_of, -years).max(days::plus_years(person.birth, 18));
    days::random(
        dice,
        from.min(days::plus(county.spec.as_of, -40)),
        days::plus(county.spec.as_of, -30),
    )
}

/// A valid unified social credit code; equal numbers give equal codes.
pub(crate) fn uscc(prefix: &str, running: u64) -> String {
    let first = format!("{prefix}371621MA{:07}", (running * 7_919 + 1_234) % 10_000_000);
    let check = uscc_check_char(&first).unwrap_or('0');
    format!("{first}{check}")
}

const BRAND: [&str; 10] = [
    "鑫源", "华盛", "恒泰", "金达", "宏远", "瑞丰", "永兴", "顺通", "嘉和", "德润",
];

/// Two characters of good luck, as firms like them.
pub(crate) fn brand(dice: &mut Dice) -> &'static str {
    *dice.pick(&BRAND)
}

/// An employer and its credit code.
pub(crate) fn employer(dice: &mut Dice) -> (String, String) {
    const PLACE: [&str; 6] = ["惠民县", "滨州市", "惠民县孙武", "惠民县胡集", "惠民县李庄", "山东"];
    const TRADE: [&str; 12] = [
        "绳网", "纺织", "食品", "化纤", "铝业", "建筑", "物流", "家具", "服饰", "农资", "机械", "商贸",
    ];
    let n = dice.below(720);
    let name = format!(
        "{}{}{}有限公司",
        PLACE[n as usize % 6],
        BRAND[n as usize / 6 % 10],
        TRADE[n as usize / 60 % 12]
    );
    (name, uscc("91", u64::from(n)))
}

/// A public body of the county.
pub(crate) fn public_body(dice: &mut Dice) -> String {
    const BODIES: [&str; 12] = [
        "惠民县水利局",
        "惠民县教育和体育局",
        "惠民县第一中学",
        "惠民县人民医院",
        "惠民县交通运输局",
        "惠民县住房和城乡建设局",
        "惠民县财政局",
        "李庄镇人民政府",
        "淄角镇中心小学",
        "胡集镇卫生院",
        "惠民县民政局",
        "惠民县自然资源和规划局",
    ];
    (*dice.pick(&BODIES)).to_owned()
}

/// Yuan between two amounts, in fen, on whole tens of yuan.
pub(crate) fn yuan(dice: &mut Dice, low: i32, high: i32) -> i64 {
    i64::from(dice.between(low / 10, high / 10)) * 1_000
}
