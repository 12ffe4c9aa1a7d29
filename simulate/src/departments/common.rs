//! Small things several departments write down.

use kernel::{Date, RegionLevel, checks::uscc_check_char};

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

/// Whether this resident's ordinary row on the public payroll exists; such people own no firm, unless planted.
pub(crate) fn on_payroll(county: &County, ix: PersonIx) -> bool {
    let mixed = (u64::from(ix) ^ county.spec.seed.rotate_left(17)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) % 1_000 < 72
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

/// Name of the county the person lives in.
pub(crate) fn place<'a>(county: &'a County, person: &Person) -> &'a str {
    let code = person.region.at(RegionLevel::County);
    let at = county.regions.binary_search_by_key(&code, |r| r.code);
    at.map_or("本县", |i| &*county.regions[i].name)
}

/// How plates and certificates of the city begin.
pub(crate) fn plate_letters(county: &County) -> (char, char) {
    match county
        .people
        .first()
        .map(|p| p.region.at(RegionLevel::Province).to_string())
        .as_deref()
    {
        Some("53") => ('云', 'D'),
        _ => ('鲁', 'M'),
    }
}

/// An employer of the county and its credit code.
pub(crate) fn employer(dice: &mut Dice, place: &str) -> (String, String) {
    const TRADE: [&str; 12] = [
        "绳网", "纺织", "食品", "化纤", "铝业", "建筑", "物流", "家具", "服饰", "农资", "机械", "商贸",
    ];
    let n = dice.below(120);
    let name = format!("{place}{}{}有限公司", BRAND[n as usize % 10], TRADE[n as usize / 10]);
    (name, uscc("91", u64::from(n)))
}

/// A public body of the county.
pub(crate) fn public_body(dice: &mut Dice, place: &str) -> String {
    const BODIES: [&str; 12] = [
        "水利局",
        "教育和体育局",
        "第一中学",
        "人民医院",
        "交通运输局",
        "住房和城乡建设局",
        "财政局",
        "实验小学",
        "中医院",
        "疾病预防控制中心",
        "民政局",
        "自然资源和规划局",
    ];
    format!("{place}{}", dice.pick(&BODIES))
}

/// Yuan between two amounts, in fen, on whole tens of yuan.
pub(crate) fn yuan(dice: &mut Dice, low: i32, high: i32) -> i64 {
    i64::from(dice.between(low / 10, high / 10)) * 1_000
}
