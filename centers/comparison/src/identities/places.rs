//! Addresses as departments write them, and the deepest division of the register that they name.
//!
//! `惠民县胡集镇前王社区后李村`, `胡集镇后李村` and `胡集镇后李` mean one village; an address that names another county
//! is told apart from one that names none. Offices add 村民委员会 and leave it out as they please: both are one place.

use std::collections::HashMap;

use kernel::{AppResult, RegionCode, RegionLevel};
use store::{FromQueryResult, Query, args};

/// A place outside: unlike every county, so that it agrees with no village.
pub(super) const ELSEWHERE: i64 = 990_000_000_000_000;

/// Endings that an address may leave out.
const ENDINGS: [&str; 8] = [
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
    "社区",
    "街道办事处",
    "街道",
    "村",
];
/// A shorter name stands in too many other words.
const SHORTEST_CHARS: usize = 2;
/// Distinct addresses remembered; beyond that each is read anew.
const MOST_REMEMBERED: usize = 200_000;

#[derive(Clone, Debug, Default)]
struct Place {
    code: i64,
    /// Spellings, longest first.
    names: Vec<String>,
}

/// The names of a county's divisions, by the division above.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    towns: Vec<Place>,
    /// Names of counties and what lies above them.
    above: Vec<String>,
    below: HashMap<i64, Vec<Place>>,
    known: HashMap<String, i64>,
}

#[derive(FromQueryResult)]
struct Row {
    code: i64,
    name: String,
}

impl Places {
    /// The divisions of the installation.
    pub(crate) async fn load(db: &impl Query) -> AppResult<Places> {
        let rows: Vec<Row> = db.rows("SELECT code, name FROM region ORDER BY code", args![]).await?;
        Ok(Places::of(rows.into_iter().map(|row| (row.code, row.name))))
    }

    pub(crate) fn of(divisions: impl IntoIterator<Item = (i64, String)>) -> Places {
        let mut places = Places::default();
        for (code, name) in divisions {
            let Some(region) = RegionCode::from_i64(code) else {
                continue;
            };
            let place = Place {
                code,
                names: spellings(&name),
            };
            match region.level() {
                RegionLevel::Town => places.towns.push(place),
                RegionLevel::Community | RegionLevel::Village => {
                    places.below.entry(region.parent().as_i64()).or_default().push(place);
                }
                _ => places.above.push(name),
            }
        }
        places
    }

    /// 15 digits as deep as the address says, [`ELSEWHERE`], or 0 when it names nothing known.
    pub(crate) fn find(&mut self, address: &str) -> i64 {
        if address.is_empty() {
            return 0;
        }
        if let Some(code) = self.known.get(address) {
            return *code;
        }
        let code = self.read(address);
        if self.known.len() < MOST_REMEMBERED {
            self.known.insert(address.to_owned(), code);
        }
        code
    }

    fn read(&self, address: &str) -> i64 {
        let Some((town, after)) = longest(&self.towns, address) else {
            return self.outside(address);
        };
        let rest = &address[after..];
        let direct = self.village_of_town(town, rest);
        let Some((community, length, after)) = longest_of(self.children(town), rest) else {
            return direct.map_or(town, |(_, village)| village);
        };
        let own = longest(self.children(community), &rest[after..]);
        // `前王村` is the village of that name rather than the community 前王 and something unreadable behind it.
        match (own, direct) {
            (Some((village, _)), _) => village,
            (None, Some((named, village))) if named > length => village,
            _ => community,
        }
    }

    /// A village named without its community, when there is only one in the town.
    fn village_of_town(&self, town: i64, rest: &str) -> Option<(usize, i64)> {
        let mut found: Vec<(usize, i64)> = Vec::new();
        for community in self.children(town) {
            for village in self.children(community.code) {
                if let Some(length) = village
                    .names
                    .iter()
                    .find(|name| rest.starts_with(*name))
                    .map(String::len)
                {
                    found.push((length, village.code));
                }
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        match found.as_slice() {
            [only] => Some(*only),
            [first, second, ..] if first.0 > second.0 => Some(*first),
            _ => None,
        }
    }

    fn outside(&self, address: &str) -> i64 {
        let ours = self.above.iter().any(|name| address.contains(name.as_str()));
        let names_another = address
            .replace("社区", "")
            .contains(['县', '区', '市', '省', '镇', '乡']);
        if names_another && !ours { ELSEWHERE } else { 0 }
    }

    fn children(&self, code: i64) -> &[Place] {
        self.below.get(&code).map_or(&[], Vec::as_slice)
    }
}

/// The place whose spelling in the text is longest, and where it ends. Two of equal length are none.
fn longest(places: &[Place], text: &str) -> Option<(i64, usize)> {
    longest_of(places, text).map(|(code, _, end)| (code, end))
}

/// The same with the length of the spelling.
fn longest_of(places: &[Place], text: &str) -> Option<(i64, usize, usize)> {
    let mut best: Option<(usize, i64, usize)> = None;
    let mut tie = false;
    for place in places {
        let found = place
            .names
            .iter()
            .find_map(|name| text.find(name.as_str()).map(|at| (name.len(), at + name.len())));
        let Some((length, end)) = found else { continue };
        match best {
            Some((known, ..)) if known > length => {}
            Some((known, ..)) if known == length => tie = true,
            _ => (best, tie) = (Some((length, place.code, end)), false),
        }
    }
    best.filter(|_| !tie).map(|(length, code, end)| (code, length, end))
}

/// The name and what is left of it without its ending.
fn spellings(name: &str) -> Vec<String> {
    let mut out = vec![name.to_owned()];
    let mut short = name;
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| short.strip_suffix(ending)) {
        if shorter.chars().count() < SHORTEST_CHARS {
            break;
        }
        out.push(shorter.to_owned());
        short = shorter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let named = [
            (370_000_000_000_000, "山东省"),
            (371_621_000_000_000, "惠民县"),
            (371_621_104_000_000, "胡集镇"),
            (371_621_105_000_000, "李庄镇"),
            (371_621_104_201_000, "前王社区村民委员会"),
            (371_621_104_202_000, "李庄社区村民委员会"),
            (371_621_104_201_001, "后李村"),
            (371_621_104_201_002, "东后李村"),
            (371_621_104_201_003, "前王村"),
            (371_621_104_202_001, "张家村"),
            (371_621_105_301_001, "张家村"),
            (371_621_105_301_000, "归化社区居民委员会"),
        ];
        Places::of(named.map(|(code, name)| (code, name.to_owned())))
    }

    #[test]
    fn an_address_is_read_as_deep_as_it_goes() {
        let mut places = places();
        for (address, code) in [
            ("惠民县胡集镇前王社区后李村", 371_621_104_201_001),
            ("胡集镇前王社区东后李村", 371_621_104_201_002),
            ("胡集镇后李村", 371_621_104_201_001),
            ("胡集镇前王社区", 371_621_104_201_000),
            ("胡集镇前王村", 371_621_104_201_003),
            ("山东省惠民县胡集镇", 371_621_104_000_000),
            ("胡集镇李庄社区张家村", 371_621_104_202_001),
            ("李庄镇张家村3号", 371_621_105_301_001),
            ("惠民县", 0),
            ("济南市历城区唐王街道", ELSEWHERE),
            ("", 0),
            ("不详", 0),
        ] {
            assert_eq!(places.find(address), code, "{address}");
        }
    }

    #[test]
    fn two_villages_of_one_name_leave_the_town() {
        let mut named = places();
        let more = Place {
            code: 371_621_104_202_009,
            names: spellings("后李村"),
        };
        named.below.entry(371_621_104_202_000).or_default().push(more);
        assert_eq!(named.find("胡集镇后李村"), 371_621_104_000_000);
    }
}
