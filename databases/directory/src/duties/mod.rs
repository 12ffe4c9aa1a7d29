//! Who answers for public money (监管职责): the town's body and its two heads, the three departments that watch, the
//! department that spends, the treasury that examines and pays, and those who audit and punish.
//!
//! A duty without a name is nobody's. So the table says for every duty how many names it needs, and what is still
//! without one ([`gaps`]); who left stays in it with his days, for a question asked years later.

mod enter;
mod rows;

pub use enter::{DutyForm, change, enter, load, replace};
pub use rows::{DutyRow, all, entry, who_answers};

use kernel::{RegionCode, RegionLevel};
use records::flow::Code;

/// The kind under which versions of a duty are kept.
pub const KIND: &str = "duty";

/// Titles of the fields of a version.
pub(crate) const TITLES: &[(&str, &str)] = &[
    ("duty", "职责"),
    ("matter", "资金（项目）"),
    ("unit", "责任单位"),
    ("post", "职务"),
    ("holder", "责任人"),
    ("basis", "依据"),
    ("from_on", "起始日期"),
    ("to_on", "截止日期"),
];

records::codes! {
    /// What one answers for.
    pub enum Duty {
        TownBody = "town_body" "乡镇主体责任",
        FirstHolder = "first_holder" "第一责任人",
        Daily = "daily" "日常监管",
        FundUse = "fund_use" "资金使用",
        Payment = "payment" "合规审查和拨付",
        Inspection = "inspection" "审计和查处",
    }
}

records::codes! {
    /// Which money or projects a duty is about.
    pub enum Matter {
        All = "all" "全部资金和项目",
        Poverty = "fund_1" "财政扶贫资金",
        Donated = "fund_2" "社会捐助资金",
        Benefit = "fund_3" "其他惠民资金",
        Direct = "project_direct" "直接到户项目",
        Carrier = "project_carrier" "载体带动项目",
        Infrastructure = "project_infrastructure" "基础设施项目",
        PublicService = "project_service" "公共服务项目",
    }
}

impl Duty {
    /// Who bears it.
    pub fn bearer(self) -> &'static str {
        match self {
            Duty::TownBody => "乡镇（街道）党委、政府",
            Duty::FirstHolder => "乡镇（街道）党政主要负责人",
            Duty::Daily => "财政、发改、扶贫部门",
            Duty::FundUse => "项目实施部门",
            Duty::Payment => "财政部门",
            Duty::Inspection => "审计、监察机关",
        }
    }

    /// What it asks, in one sentence.
    pub fn asks(self) -> &'static str {
        match self {
            Duty::TownBody => "对本辖区资金使用和项目实施负主体责任。",
            Duty::FirstHolder => "党政一把手是本辖区资金和项目监管的第一责任人。",
            Duty::Daily => "按各自职责做好资金和项目的日常监管。",
            Duty::FundUse => "对本部门实施项目的资金使用、进度和质量负责。",
            Duty::Payment => "审查资金支出是否合规，按进度拨付。",
            Duty::Inspection => "审计资金和项目，查处违纪违法。",
        }
    }

    /// Whether every town has its own.
    pub fn is_of_a_town(self) -> bool {
        matches!(self, Duty::TownBody | Duty::FirstHolder)
    }

    /// Names it needs: two heads of a town; finance, planning and poverty relief; audit and supervision.
    pub fn needs(self) -> usize {
        match self {
            Duty::FirstHolder | Duty::Inspection => 2,
            Duty::Daily => 3,
            Duty::TownBody | Duty::FundUse | Duty::Payment => 1,
        }
    }

    pub(crate) fn level(self) -> RegionLevel {
        if self.is_of_a_town() {
            RegionLevel::Town
        } else {
            RegionLevel::County
        }
    }
}

impl Matter {
    /// The money of a class of programmes.
    pub fn of_fund(class: i64) -> Matter {
        match class {
            1 => Matter::Poverty,
            2 => Matter::Donated,
            _ => Matter::Benefit,
        }
    }

    /// The projects of a kind, by the name the project register has for it.
    pub fn of_project(mode: &str) -> Matter {
        Matter::parse(&format!("project_{mode}")).unwrap_or(Matter::All)
    }
}

/// Duties that lack names, and how many, for each of these divisions on the day the rows stand for.
pub fn gaps(rows: &[DutyRow], counties: &[RegionCode], towns: &[RegionCode]) -> Vec<(RegionCode, Duty, usize)> {
    let mut found = Vec::new();
    for duty in Duty::ALL.iter().copied() {
        let places: &[RegionCode] = if duty.is_of_a_town() { towns } else { counties };
        for place in places {
            let mut named: Vec<(&str, &str)> = rows
                .iter()
                .filter(|r| r.duty() == Some(duty) && r.region == place.as_i64())
                .map(|r| {
                    // Two heads of one unit are two; the same department twice is one.
                    let post = if duty == Duty::FirstHolder { r.post.as_str() } else { "" };
                    (r.unit.as_str(), post)
                })
                .collect();
            named.sort_unstable();
            named.dedup();
            if named.len() < duty.needs() {
                found.push((*place, duty, duty.needs() - named.len()));
            }
        }
    }
    found
}
