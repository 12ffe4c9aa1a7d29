//! The real division tree down to communities, and invented natural villages below it.
//!
//! Real codes and names come from `data/` (origin there). Natural villages are marked synthetic.

use kernel::RegionCode;

use crate::{
    dice::Dice,
    names::SURNAMES,
    spec::{COUNTY_PEOPLE, COUNTY_VILLAGES, Scale},
};

const HUIMIN: &str = include_str!("../data/huimin.csv");
const BINZHOU: &str = include_str!("../data/binzhou.csv");

/// A division of the tree, province to natural village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub code: RegionCode,
    pub name: Box<str>,
    /// 1 province … 6 natural village, as in the data dictionary.
    pub level: u8,
    /// Invented, not from the public list.
    pub synthetic: bool,
}

/// A natural village to fill with people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VillagePlan {
    pub(crate) region: RegionCode,
    pub(crate) people: u32,
    /// Index of the surname most families bear.
    pub(crate) surname: usize,
}

/// The tree for a scale, sorted by code, and how many people live in each natural village.
pub(crate) fn plan(scale: Scale, seed: u64) -> (Vec<Region>, Vec<VillagePlan>) {
    let mut dice = Dice::new(seed, "divisions");
    let real = real_regions(scale);
    let communities: Vec<&Region> = real.iter().filter(|r| r.level == 5).collect();
    let per_village = COUNTY_PEOPLE / COUNTY_VILLAGES;
    let villages_total = (scale.people() / per_village).max(communities.len() as u32);
    let villages_total = if scale == Scale::County {
        COUNTY_VILLAGES
    } else {
        villages_total
    };
    let counts = spread(&mut dice, villages_total, communities.len());
    let sizes = spread_people(&mut dice, scale.people(), villages_total as usize);

    let mut regions = real.clone();
    let mut villages = Vec::with_capacity(villages_total as usize);
    let weights: Vec<u32> = SURNAMES.iter().map(|s| s.1).collect();
    for (community, count) in communities.iter().zip(counts) {
        let mut used: Vec<String> = Vec::new();
        for i in 0..count {
            let surname = dice.weighted(&weights);
            let mut name = village_name(&mut dice, surname);
            while used.contains(&name) {
                name = village_name(&mut dice, surname);
            }
            used.push(name.clone());
            let code = RegionCode::from_i64(community.code.as_i64() + i64::from(i) + 1).unwrap_or(community.code);
            regions.push(Region {
                code,
                name: name.into(),
                level: 6,
                synthetic: true,
            });
            villages.push(VillagePlan {
                region: code,
                people: sizes[villages.len()],
                surname,
            });
        }
    }
    regions.sort_by_key(|r| r.code);
    (regions, villages)
}

fn real_regions(scale: Scale) -> Vec<Region> {
    let keep = |code: &str| match scale {
        // 淄角镇淄角社区 and 李庄镇 with all above them.
        Scale::Village => "371621103268".starts_with(code),
        Scale::Town => "371621105".starts_with(code) || code.starts_with("371621105"),
        Scale::County | Scale::City => true,
    };
    let rest = if scale == Scale::City { BINZHOU } else { "" };
    let listed = HUIMIN
        .lines()
        .chain(rest.lines())
        .filter_map(|line| line.split_once(','));
    let mut regions: Vec<Region> = [("37", "山东省"), ("3716", "滨州市")]
        .into_iter()
        .chain(listed)
        .filter(|(code, _)| keep(code))
        .filter_map(|(code, name)| {
            let region: RegionCode = code.parse().ok()?;
            let level = match code.len() {
                2 => 1,
                4 => 2,
                6 => 3,
                9 => 4,
                _ => 5,
            };
            Some(Region {
                code: region,
                name: name.into(),
                level,
                synthetic: false,
            })
        })
        .collect();
    regions.sort_by_key(|r| r.code);
    regions
}

/// `total` shared out over `n` parts, each at least one, none above 120.
fn spread(dice: &mut Dice, total: u32, n: usize) -> Vec<u32> {
    let mut counts = vec![total / n as u32; n];
    let left = total - counts.iter().sum::<u32>();
    for i in 0..left {
        counts[i as usize % n] += 1;
    }
    for _ in 0..n * 3 {
        let (from, to) = (dice.below(n as u32) as usize, dice.below(n as u32) as usize);
        if counts[from] > 2 && counts[to] < 120 {
            counts[from] -= 1;
            counts[to] += 1;
        }
    }
    counts
}

fn spread_people(dice: &mut Dice, total: u32, n: usize) -> Vec<u32> {
    let weights: Vec<u64> = (0..n).map(|_| dice.between(40, 200) as u64).collect();
    let sum: u64 = weights.iter().sum();
    let mut sizes: Vec<u32> = weights.iter().map(|w| (u64::from(total) * w / sum) as u32).collect();
    let left = total - sizes.iter().sum::<u32>();
    for i in 0..left {
        sizes[i as usize % n] += 1;
    }
    sizes
}

fn village_name(dice: &mut Dice, surname: usize) -> String {
    const BEFORE: [&str; 12] = ["", "", "", "前", "后", "东", "西", "大", "小", "南", "北", "老"];
    const AFTER: [&str; 12] = [
        "家", "家", "家庄", "庄", "营", "店", "官庄", "寨", "家桥", "堂", "家楼", "集",
    ];
    format!("{}{}{}村", dice.pick(&BEFORE), SURNAMES[surname].0, dice.pick(&AFTER))
}
