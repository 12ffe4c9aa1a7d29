//! What to simulate: how large, from which seed, seen from which day.

use std::str::FromStr;

use kernel::{Date, Month, period::ymd};

/// How many people and which part of the real division tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// One community, about 2,000 people.
    Village,
    /// One town, about 40,000 people.
    Town,
    /// Huimin county: 590,000 people, 14 towns, 109 communities, 1,282 natural villages, 1.07 M payments.
    County,
    /// Huimin and the other counties of Binzhou: about 5 M people.
    City,
}

impl Scale {
    pub fn people(self) -> u32 {
        match self {
            Scale::Village => 2_000,
            Scale::Town => 40_000,
            Scale::County => COUNTY_PEOPLE,
            Scale::City => 5_000_000,
        }
    }

    /// A count given for the county, scaled to this population, at least `floor`.
    pub fn share(self, county_count: u32, floor: u32) -> u32 {
        let scaled = u64::from(county_count) * u64::from(self.people()) / u64::from(COUNTY_PEOPLE);
        (scaled as u32).max(floor)
    }

    pub fn name(self) -> &'static str {
        match self {
            Scale::Village => "village",
            Scale::Town => "town",
            Scale::County => "county",
            Scale::City => "city",
        }
    }
}

impl FromStr for Scale {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Scale::Village, Scale::Town, Scale::County, Scale::City]
            .into_iter()
            .find(|s| s.name() == text)
            .ok_or("规模应为 village、town、county 或 city")
    }
}

/// People of Huimin county, as published.
pub const COUNTY_PEOPLE: u32 = 590_000;
/// Payments to its people in three years, as published.
pub const COUNTY_PAYMENTS: u32 = 1_070_000;
/// Their sum in yuan, as published (7.18 亿).
pub const COUNTY_PAID_YUAN: i64 = 718_000_000;
/// Its natural villages, as published.
pub const COUNTY_VILLAGES: u32 = 1_282;
/// Payments cover this many months.
pub(crate) const MONTHS: i32 = 36;

/// The order to the simulator. Equal orders give equal bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub scale: Scale,
    pub seed: u64,
    /// The day on which departments send their tables; nothing later exists.
    pub as_of: Date,
}

impl Spec {
    /// The last month with payments: the month of `as_of` when that is its last day, else the one before.
    pub fn last_month(&self) -> Month {
        let month = Month::of(self.as_of);
        if month.last_day() == self.as_of {
            month
        } else {
            month.plus(-1)
        }
    }

    pub fn first_month(&self) -> Month {
        self.last_month().plus(1 - MONTHS)
    }

    /// The published three years of Huimin: 2018 to 2020.
    pub fn huimin_2020(scale: Scale, seed: u64) -> Spec {
        Spec {
            scale,
            seed,
            as_of: ymd(2020, 12, 31).unwrap_or(Date::MIN),
        }
    }
}
