//! Administrative divisions as numbers whose prefixes nest.
//!
//! Fifteen digits: province 2, city 2, county 2, town 3, community or administrative village 3, natural
//! village 3, zeros to the right. An area is then a range, and "rows in my area" one comparison in an index.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};

/// A division code padded to 15 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegionCode(i64);

/// Depth of a division in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RegionLevel {
    Nation,
    Province,
    City,
    County,
    Town,
    /// 社区 or 行政村
    Community,
    /// 自然村 or 村民小组
    Village,
}

impl RegionLevel {
    /// How many of the 15 digits a code of this level uses.
    pub fn digits(self) -> u32 {
        [0, 2, 4, 6, 9, 12, 15][self as usize]
    }

    pub fn title(self) -> &'static str {
        ["全国", "省", "市", "县", "镇街", "社区/行政村", "自然村/组"][self as usize]
    }
}

const LEVELS: [RegionLevel; 7] = [
    RegionLevel::Nation,
    RegionLevel::Province,
    RegionLevel::City,
    RegionLevel::County,
    RegionLevel::Town,
    RegionLevel::Community,
    RegionLevel::Village,
];

impl RegionCode {
    pub const NATION: RegionCode = RegionCode(0);

    /// From the 15-digit number as stored; `None` when negative or longer.
    pub fn from_i64(code: i64) -> Option<RegionCode> {
        (0..1_000_000_000_000_000).contains(&code).then_some(RegionCode(code))
    }

    pub fn as_i64(self) -> i64 {
        self.0
    }

    /// The deepest level whose digits are not all zero.
    pub fn level(self) -> RegionLevel {
        *LEVELS
            .iter()
            .find(|level| self.0 % span(**level) == 0)
            .unwrap_or(&RegionLevel::Village)
    }

    /// The enclosing division of a given level (itself if it is no deeper).
    pub fn at(self, level: RegionLevel) -> RegionCode {
        RegionCode(self.0 - self.0 % span(level))
    }

    /// The division one step up; the nation encloses itself.
    pub fn parent(self) -> RegionCode {
        match LEVELS.iter().position(|l| *l == self.level()) {
            Some(i) if i > 0 => self.at(LEVELS[i - 1]),
            _ => self,
        }
    }

    /// All codes inside, as a half-open range over [`RegionCode::as_i64`].
    pub fn range(self) -> Range<i64> {
        self.0..self.0 + span(self.level())
    }

    pub fn contains(self, other: RegionCode) -> bool {
        self.range().contains(&other.0)
    }
}

/// How many codes a division of this level covers.
fn span(level: RegionLevel) -> i64 {
    10_i64.pow(15 - level.digits())
}

/// Only the digits that carry meaning: `371621`, `371621103`, `371621103005012`.
impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = self.level();
        write!(
            f,
            "{:0width$}",
            self.0 / span(level),
            width = level.digits().max(1) as usize
        )
    }
}

impl FromStr for RegionCode {
    type Err = &'static str;

    /// Reads 2 to 15 digits and pads to the right.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = crate::checks::clean_code(text);
        if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("区划代码应为 2 至 15 位数字");
        }
        let number: i64 = digits.parse().map_err(|_| "区划代码应为 2 至 15 位数字")?;
        Ok(RegionCode(number * 10_i64.pow(15 - digits.len() as u32)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_a_range() {
        let county: RegionCode = "371621".parse().unwrap();
        let village: RegionCode = "371621103005012".parse().unwrap();
        assert_eq!(county.level(), RegionLevel::County);
        assert_eq!(village.level(), RegionLevel::Village);
        assert!(county.contains(village));
        assert!(!county.contains("371622000000000".parse().unwrap()));
        assert_eq!(village.at(RegionLevel::Town).to_string(), "371621103");
        assert_eq!(village.parent().to_string(), "371621103005");
        assert!(RegionCode::NATION.contains(county));
    }
}
