//! The whole tree of divisions in memory, sorted by code: a division's inside follows it without a gap.

use access::Scope;
use kernel::{RegionCode, RegionLevel};

/// One division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub code: RegionCode,
    pub name: String,
    /// 村, 居, 社区, 组 and the like; empty when not known.
    pub kind: String,
    /// Invented for trials, not from the public list.
    pub synthetic: bool,
}

impl Region {
    /// A region of trials, not from the public list.
    pub fn invented(code: RegionCode, name: impl Into<String>) -> Region {
        Region {
            code,
            name: name.into(),
            kind: String::new(),
            synthetic: true,
        }
    }

    pub fn level(&self) -> RegionLevel {
        self.code.level()
    }
}

/// All divisions this installation knows.
#[derive(Clone, Debug, Default)]
pub struct RegionTree {
    sorted: Vec<Region>,
}

impl RegionTree {
    pub fn new(mut regions: Vec<Region>) -> RegionTree {
        regions.sort_by_key(|r| r.code);
        regions.dedup_by_key(|r| r.code);
        RegionTree { sorted: regions }
    }

    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// All divisions, each before its inside.
    pub fn all(&self) -> &[Region] {
        &self.sorted
    }

    pub fn get(&self, code: RegionCode) -> Option<&Region> {
        let at = self.sorted.binary_search_by_key(&code, |r| r.code).ok()?;
        self.sorted.get(at)
    }

    /// The division, or the smallest known one that holds it: records may name one that was merged or mistyped.
    pub fn nearest(&self, code: RegionCode) -> RegionCode {
        let mut known = code;
        while self.get(known).is_none() && known.parent() != known {
            known = known.parent();
        }
        known
    }

    /// The name alone; the code in digits when the division is not known.
    pub fn name(&self, code: RegionCode) -> String {
        self.get(code).map_or_else(|| code.to_string(), |r| r.name.clone())
    }

    /// The way from the county down: `惠民县 › 石庙镇 › 石庙社区`. Provinces and cities show from the province.
    pub fn path(&self, code: RegionCode) -> String {
        self.steps(code).join(" › ")
    }

    /// As [`RegionTree::path`] without the county, for lists inside one county: `石庙镇 石庙社区`.
    pub fn path_in_county(&self, code: RegionCode) -> String {
        let steps = self.steps(code);
        if steps.len() > 1 {
            steps[1..].join(" ")
        } else {
            steps.join(" ")
        }
    }

    fn steps(&self, code: RegionCode) -> Vec<String> {
        let top = if code.level() < RegionLevel::County {
            RegionLevel::Province
        } else {
            RegionLevel::County
        };
        let levels = [
            RegionLevel::Province,
            RegionLevel::City,
            RegionLevel::County,
            RegionLevel::Town,
            RegionLevel::Community,
            RegionLevel::Village,
        ];
        let wanted = levels
            .into_iter()
            .filter(|level| *level >= top && *level <= code.level());
        wanted.map(|level| self.name(code.at(level))).collect()
    }

    /// The divisions one step inside.
    pub fn children(&self, code: RegionCode) -> Vec<&Region> {
        let mut found = Vec::new();
        let mut at = self.sorted.partition_point(|r| r.code <= code);
        while let Some(region) = self.sorted.get(at) {
            if !code.contains(region.code) {
                break;
            }
            found.push(region);
            let end = region.code.range().end;
            at = self.sorted.partition_point(|r| r.code.as_i64() < end);
        }
        found
    }

    /// Divisions of one level inside an area, the area included.
    pub fn inside(&self, area: RegionCode, level: RegionLevel) -> Vec<&Region> {
        let range = area.range();
        let from = self.sorted.partition_point(|r| r.code.as_i64() < range.start);
        let to = self.sorted.partition_point(|r| r.code.as_i64() < range.end);
        self.sorted[from..to].iter().filter(|r| r.level() == level).collect()
    }

    /// Divisions whose name contains the text, within reach, in the order of their codes.
    pub fn search(&self, text: &str, scope: &Scope, limit: usize) -> Vec<&Region> {
        let text = text.trim();
        let fits = |r: &&Region| !text.is_empty() && r.name.contains(text) && scope.covers(r.code);
        self.sorted.iter().filter(fits).take(limit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> RegionTree {
        let region = |(code, name): (&str, &str)| Region {
            code: code.parse().unwrap(),
            name: name.to_owned(),
            kind: String::new(),
            synthetic: false,
        };
        RegionTree::new(
            [
                ("371621102", "桑落墅镇"),
                ("371621101201001", "前王村"),
                ("371621", "惠民县"),
                ("371621101", "石庙镇"),
                ("371621101201", "石庙社区"),
                ("3716", "滨州市"),
            ]
            .map(region)
            .into(),
        )
    }

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_village_is_named_with_the_way_to_it() {
        assert_eq!(
            tree().path(code("371621101201001")),
            "惠民县 › 石庙镇 › 石庙社区 › 前王村"
        );
        assert_eq!(tree().path_in_county(code("371621101201")), "石庙镇 石庙社区");
        assert_eq!(tree().path(code("371621999")), "惠民县 › 371621999");
    }

    #[test]
    fn an_unknown_village_is_found_in_its_community_and_a_known_one_is_itself() {
        assert_eq!(tree().nearest(code("371621101201992")), code("371621101201"));
        assert_eq!(tree().nearest(code("371621101201001")), code("371621101201001"));
        assert_eq!(tree().nearest(code("371621999")), code("371621"));
    }

    #[test]
    fn children_are_one_step_inside() {
        let tree = tree();
        let names = |c: &str| {
            tree.children(code(c))
                .iter()
                .map(|r| r.name.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("371621"), ["石庙镇", "桑落墅镇"]);
        assert_eq!(names("371621101"), ["石庙社区"]);
        assert_eq!(names("371621102"), Vec::<&str>::new());
    }

    #[test]
    fn a_search_finds_only_what_is_within_reach() {
        let tree = tree();
        let found = |scope: Scope| tree.search("石庙", &scope, 10).len();
        assert_eq!(found(Scope::area(code("371621"))), 2);
        assert_eq!(found(Scope::area(code("371621102"))), 0);
        assert_eq!(found(Scope::nothing()), 0);
    }
}
