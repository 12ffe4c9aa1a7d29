//! The books of village collectives: three years of receipts and spending, with the sums that Huimin published.
//!
//! Its villages wrote 756,200 entries from 2018 on: 2.588 bn yuan received and 2.605 bn spent. Smaller scales take the
//! share of their villages, so that a village has as many entries as one of the county.

use kernel::{Date, RegionCode, identity::Sex};

use crate::{
    days,
    dice::Dice,
    divisions, names,
    spec::{COUNTY_VILLAGES, MONTHS, Spec},
};

/// Entries of the county's villages in three years, as published.
pub const COUNTY_ENTRIES: u32 = 756_200;
/// What its villages received, in yuan, as published (25.88 亿).
pub const COUNTY_INCOME_YUAN: i64 = 2_588_000_000;
/// What its villages spent, in yuan, as published (26.05 亿).
pub const COUNTY_EXPENSE_YUAN: i64 = 2_605_000_000;

/// One line of a village's book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VillageEntry {
    pub village: RegionCode,
    /// Number of the voucher in its month, from 1.
    pub voucher: u16,
    pub day: Date,
    /// Position in [`KINDS`].
    pub kind: u8,
    /// Which of the kind's summaries.
    pub wording: u8,
    pub amount_fen: i64,
    /// `cash`, `transfer`, `swipe`, `wechat` or `alipay`.
    pub channel: &'static str,
    /// Position in [`VillageBooks::parties`].
    pub party: u32,
}

/// What a village begins with on its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub village: RegionCode,
    pub amount_fen: i64,
}

/// A payer or payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub name: Box<str>,
    pub person: bool,
}

/// The books of all villages of a spec.
#[derive(Clone, Debug)]
pub struct VillageBooks {
    /// In order of day, then village.
    pub entries: Vec<VillageEntry>,
    pub openings: Vec<Opening>,
    pub parties: Vec<Party>,
}

/// A kind of receipt or spending.
#[derive(Clone, Copy, Debug)]
pub struct EntryKind {
    /// As the platform names it.
    pub category: &'static str,
    pub income: bool,
    /// How often among entries of its direction.
    weight: u32,
    /// Typical yuan, low and high, before the sums are fitted.
    yuan: (i32, i32),
    /// Paid to or by people rather than units.
    people: bool,
    pub wordings: &'static [&'static str],
}

/// Every kind; the platform knows the same categories.
pub const KINDS: [EntryKind; 14] = [
    kind(
        "land",
        true,
        34,
        (800, 20_000),
        true,
        &["收土地承包费", "收机动地租金", "收果园承包费", "收鱼塘承包费"],
    ),
    kind(
        "lease",
        true,
        18,
        (1_500, 30_000),
        false,
        &["收厂房租金", "收门面房租金", "收光伏场地租金"],
    ),
    kind(
        "subsidy",
        true,
        22,
        (5_000, 60_000),
        false,
        &["收村级运转补助", "收公益事业奖补资金", "收环境整治补助"],
    ),
    kind(
        "compensation",
        true,
        4,
        (20_000, 400_000),
        false,
        &["收征地补偿款", "收青苗补偿款"],
    ),
    kind(
        "operation",
        true,
        14,
        (1_000, 25_000),
        false,
        &["收合作社分红", "收扶贫车间收益", "收光伏发电收益"],
    ),
    kind(
        "other_in",
        true,
        8,
        (200, 8_000),
        true,
        &["收社会捐助", "收存款利息", "收废旧物资款"],
    ),
    kind(
        "office",
        false,
        16,
        (50, 1_500),
        false,
        &["购办公用品", "订报刊", "付打印费", "付网络费"],
    ),
    kind(
        "utilities",
        false,
        17,
        (80, 2_500),
        false,
        &["付路灯电费", "付机井电费", "付办公室水电费"],
    ),
    kind(
        "labour",
        false,
        20,
        (100, 3_000),
        true,
        &["付清扫街道用工", "付修渠用工", "付植树用工", "付值班补助"],
    ),
    kind(
        "welfare",
        false,
        15,
        (300, 8_000),
        false,
        &["付垃圾清运费", "付自来水管维修", "付健身器材维修", "付文化活动费"],
    ),
    kind(
        "works",
        false,
        10,
        (5_000, 90_000),
        false,
        &["付村道硬化工程款", "付排水沟工程款", "付广场改造工程款"],
    ),
    kind(
        "dividend",
        false,
        6,
        (2_000, 40_000),
        true,
        &["付土地流转费到户", "付集体分红", "付老人节日慰问"],
    ),
    kind(
        "relief",
        false,
        6,
        (200, 5_000),
        false,
        &["购防汛物资", "购防疫物资", "付除雪机械费"],
    ),
    kind(
        "other_out",
        false,
        10,
        (50, 2_000),
        false,
        &["付银行手续费", "付车辆租赁费", "付其他支出"],
    ),
];

const fn kind(
    category: &'static str,
    income: bool,
    weight: u32,
    yuan: (i32, i32),
    people: bool,
    wordings: &'static [&'static str],
) -> EntryKind {
    EntryKind {
        category,
        income,
        weight,
        yuan,
        people,
        wordings,
    }
}

/// Of a hundred entries so many are receipts.
const INCOME_PERCENT: u32 = 22;
/// Swiped, paid by phone or from the till up to here.
const SMALL_FEN: i64 = 100_000;

/// The books of a spec. The same spec gives the same books.
pub fn village_books(spec: &Spec) -> VillageBooks {
    let mut dice = Dice::new(spec.seed, "village books");
    let (regions, villages) = divisions::plan(spec.scale, spec.seed);
    let count = |of: u64| of * villages.len() as u64 / u64::from(COUNTY_VILLAGES);
    let total = count(u64::from(COUNTY_ENTRIES)) as usize;
    let mut parties = units(&regions);
    let (mut lines, shared) = (Vec::with_capacity(total), parties.len() as u32);
    for (n, village) in villages.iter().enumerate() {
        let own = parties.len() as u32;
        for _ in 0..12 {
            let sex = if dice.percent(60) { Sex::Male } else { Sex::Female };
            let surname = if dice.percent(60) {
                village.surname
            } else {
                names::surname(&mut dice)
            };
            let born = dice.between(1_945, 1_995);
            let name = names::full_name(&mut dice, surname, sex, born);
            parties.push(Party { name, person: true });
        }
        // Each village its even share, the first ones one more.
        let share = total / villages.len() + usize::from(n < total % villages.len());
        for _ in 0..share {
            lines.push(line(spec, &mut dice, village.region, shared, own));
        }
    }
    fit(&mut lines, true, count(COUNTY_INCOME_YUAN as u64) as i64 * 100);
    fit(&mut lines, false, count(COUNTY_EXPENSE_YUAN as u64) as i64 * 100);
    for line in &mut lines {
        line.channel = channel(&mut dice, line);
    }
    lines.sort_by_key(|l| (l.day, l.village));
    number(&mut lines);
    let openings = openings(&mut dice, &villages, &lines);
    VillageBooks {
        entries: lines,
        openings,
        parties,
    }
}

/// Suppliers and offices every village deals with.
fn units(regions: &[divisions::Region]) -> Vec<Party> {
    const WORK: [&str; 8] = [
        "建材有限公司",
        "文具店",
        "供电所",
        "自来水公司",
        "农机服务队",
        "环卫服务部",
        "广告图文店",
        "种植专业合作社",
    ];
    let towns = regions.iter().filter(|r| r.level == 4);
    towns
        .flat_map(|town| {
            let place = town
                .name
                .trim_end_matches("街道")
                .trim_end_matches(['镇', '乡'])
                .to_owned();
            WORK.map(|work| Party {
                name: format!("{place}{work}").into(),
                person: false,
            })
        })
        .collect()
}

fn line(spec: &Spec, dice: &mut Dice, village: RegionCode, shared: u32, own: u32) -> VillageEntry {
    let income = dice.percent(INCOME_PERCENT);
    let weights = KINDS.map(|k| if k.income == income { k.weight } else { 0 });
    let kind = dice.weighted(&weights);
    let chosen = &KINDS[kind];
    let yuan = dice
        .between(chosen.yuan.0, chosen.yuan.1)
        .min(dice.between(chosen.yuan.0, chosen.yuan.1));
    let month = spec.first_month().plus(dice.below(MONTHS as u32) as i32);
    let party = if chosen.people {
        own + dice.below(12)
    } else {
        dice.below(shared.max(1))
    };
    VillageEntry {
        village,
        voucher: 0,
        day: days::in_month(month, 1 + dice.below(28) as u8),
        kind: kind as u8,
        wording: dice.below(chosen.wordings.len() as u32) as u8,
        amount_fen: i64::from(yuan) * 100,
        channel: "",
        party,
    }
}

/// Scales the entries of one direction to a sum; whole yuan, the last entry takes what is left.
fn fit(lines: &mut [VillageEntry], income: bool, target_fen: i64) {
    let of = |l: &VillageEntry| KINDS[usize::from(l.kind)].income == income;
    let sum: i128 = lines.iter().filter(|l| of(l)).map(|l| i128::from(l.amount_fen)).sum();
    let mut left = target_fen;
    let mut last = None;
    for (n, line) in lines.iter_mut().enumerate().filter(|(_, l)| of(l)) {
        let fitted = i128::from(line.amount_fen) * i128::from(target_fen) / sum.max(1);
        line.amount_fen = (fitted as i64 / 100 * 100).max(100);
        left -= line.amount_fen;
        last = Some(n);
    }
    if let Some(n) = last {
        lines[n].amount_fen += left;
    }
}

fn channel(dice: &mut Dice, line: &VillageEntry) -> &'static str {
    if line.amount_fen > SMALL_FEN || KINDS[usize::from(line.kind)].income {
        "transfer"
    } else {
        ["swipe", "wechat", "alipay", "cash"][dice.weighted(&[52, 28, 14, 6])]
    }
}

fn number(lines: &mut [VillageEntry]) {
    let mut next = std::collections::HashMap::new();
    for line in lines {
        let month = kernel::Month::of(line.day).index();
        let n = next.entry((line.village, month)).or_insert(0_u16);
        *n += 1;
        line.voucher = *n;
    }
}

/// Enough on the account that no village is ever in the red.
fn openings(dice: &mut Dice, villages: &[divisions::VillagePlan], lines: &[VillageEntry]) -> Vec<Opening> {
    let mut lowest = std::collections::HashMap::new();
    for line in lines {
        let (now, low) = lowest.entry(line.village).or_insert((0_i64, 0_i64));
        *now += if KINDS[usize::from(line.kind)].income {
            line.amount_fen
        } else {
            -line.amount_fen
        };
        *low = (*low).min(*now);
    }
    let mut opening = |v: &divisions::VillagePlan| Opening {
        village: v.region,
        amount_fen: -lowest.get(&v.region).map_or(0, |(_, low)| *low) + i64::from(dice.between(1, 30)) * 100_000,
    };
    villages.iter().map(&mut opening).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scale;

    fn sum(books: &VillageBooks, income: bool) -> i64 {
        let of = books
            .entries
            .iter()
            .filter(|e| KINDS[usize::from(e.kind)].income == income);
        of.map(|e| e.amount_fen).sum()
    }

    // accept: 003-02
    #[test]
    fn the_villages_of_the_county_write_the_published_number_and_sums() {
        let books = village_books(&Spec::huimin_2020(Scale::County, 1));
        assert_eq!(books.openings.len(), COUNTY_VILLAGES as usize);
        assert_eq!(books.entries.len(), COUNTY_ENTRIES as usize);
        assert_eq!(
            (sum(&books, true), sum(&books, false)),
            (258_800_000_000, 260_500_000_000)
        );
        assert!(books.entries.iter().all(|e| e.amount_fen > 0));
    }

    #[test]
    fn the_same_seed_writes_the_same_books() {
        let spec = Spec::huimin_2020(Scale::Village, 3);
        assert_eq!(village_books(&spec).entries, village_books(&spec).entries);
    }

    #[test]
    fn no_village_is_in_the_red() {
        let books = village_books(&Spec::huimin_2020(Scale::Village, 3));
        for opening in &books.openings {
            let mut balance = opening.amount_fen;
            for e in books.entries.iter().filter(|e| e.village == opening.village) {
                balance += if KINDS[usize::from(e.kind)].income {
                    e.amount_fen
                } else {
                    -e.amount_fen
                };
                assert!(balance >= 0, "{:?}", e);
            }
        }
    }
}
