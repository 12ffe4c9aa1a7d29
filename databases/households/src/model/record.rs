//! A household whole, as its page shows it and as each version in its history keeps it. No readable number in it.

use std::collections::BTreeMap;

use kernel::Money;
use serde::{Deserialize, Serialize};

use super::{
    exit::Guarantees,
    income::{IncomeItem, IncomeKind, IncomeTotals, totals},
};

/// The household on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    pub household_no: String,
    pub region: i64,
    pub head_key: i64,
    pub head_name: String,
    /// 户状态; `None` while it is applied for.
    pub status: Option<i64>,
    pub attr: i64,
    pub std: i64,
    pub monitor_class: Option<i64>,
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub cause_note: String,
    pub risk_types: Vec<String>,
    pub address: String,
    pub registered_on: Option<String>,
    pub exited_on: Option<String>,
    pub relapsed_on: Option<String>,
    pub removed_on: Option<String>,
    pub consolidation_until: Option<String>,
    pub monitored_on: Option<String>,
    pub risk_cleared_on: Option<String>,
    pub members: Vec<MemberFacts>,
    pub incomes: Vec<IncomeLine>,
    pub guarantees: Option<GuaranteeLine>,
    pub conditions: Option<Conditions>,
    pub measures: Vec<MeasureLine>,
    pub case: Option<CaseLine>,
}

/// A member with what assistance has to know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ::store::FromQueryResult)]
#[serde(default)]
pub struct MemberFacts {
    pub person_key: i64,
    pub name: String,
    pub sex: i64,
    pub birth: String,
    pub kin: String,
    pub joined_on: String,
    pub left_on: Option<String>,
    pub left_reason: Option<String>,
    pub death_date: Option<String>,
    pub education: Option<String>,
    pub health: Option<String>,
    pub labour: Option<String>,
    pub student: Option<String>,
    pub disability: Option<String>,
    pub wants_training: Option<bool>,
    pub skill: Option<String>,
}

/// One income as entered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ::store::FromQueryResult)]
#[serde(default)]
pub struct IncomeLine {
    pub id: i64,
    pub person_key: Option<i64>,
    pub period: String,
    pub to_month: String,
    pub kind: String,
    pub gross_fen: i64,
    pub cost_fen: i64,
    pub evidence: String,
    pub recorder: String,
    pub excluded_reason: Option<String>,
    pub entered_millis: i64,
}

/// The last check of food, clothes and guarantees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ::store::FromQueryResult)]
#[serde(default)]
pub struct GuaranteeLine {
    pub assessed_on: String,
    pub food_ok: bool,
    pub clothes_ok: bool,
    pub edu_ok: bool,
    pub medical_ok: bool,
    pub housing_ok: bool,
    pub water_ok: bool,
    pub evidence: String,
    pub assessor: String,
}

/// Land, house, water and roads of one year, by the names of [`crate::codes::CONDITIONS`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    pub year: i64,
    pub facts: BTreeMap<String, String>,
}

/// Something done for the household, or received by right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ::store::FromQueryResult)]
#[serde(default)]
pub struct MeasureLine {
    pub id: i64,
    pub sort: String,
    pub kind: String,
    pub content: String,
    pub amount_fen: i64,
    pub on_day: String,
    pub ended_on: Option<String>,
    pub confirmed: String,
}

/// The procedure the household is or was last in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ::store::FromQueryResult)]
#[serde(default)]
pub struct CaseLine {
    pub id: i64,
    pub kind: String,
    pub state: String,
    pub origin: String,
    pub open: bool,
    pub opened_on: String,
    pub since_on: String,
    pub last_actor: Option<i64>,
}

/// Titles of the fields that differ between versions.
pub const FIELD_TITLES: [(&str, &str); 22] = [
    ("head_name", "户主"),
    ("status", "户状态"),
    ("attr", "户属性"),
    ("std", "识别标准"),
    ("monitor_class", "监测类别"),
    ("main_cause", "主要致贫原因"),
    ("other_causes", "其他致贫原因"),
    ("cause_note", "致贫原因说明"),
    ("risk_types", "风险类型"),
    ("address", "家庭住址"),
    ("registered_on", "建档日期"),
    ("exited_on", "脱贫日期"),
    ("relapsed_on", "返贫日期"),
    ("removed_on", "清退日期"),
    ("consolidation_until", "政策延续至"),
    ("monitored_on", "纳入监测日期"),
    ("risk_cleared_on", "风险消除日期"),
    ("members", "家庭成员"),
    ("incomes", "收入"),
    ("guarantees", "两不愁三保障"),
    ("conditions", "生产生活条件"),
    ("measures", "措施与政策"),
];

impl Record {
    /// Members who belong to it now.
    pub fn present(&self) -> impl Iterator<Item = &MemberFacts> {
        self.members
            .iter()
            .filter(|m| m.left_on.is_none() && m.death_date.is_none())
    }

    /// Incomes whose period ends within these months, both ends included.
    pub fn totals(&self, from_month: &str, to_month: &str) -> IncomeTotals {
        let items: Vec<IncomeItem> = self
            .incomes
            .iter()
            .filter(|line| (from_month..=to_month).contains(&line.to_month.as_str()))
            .filter_map(IncomeLine::item)
            .collect();
        totals(&items, self.present().count() as i64)
    }
}

impl IncomeLine {
    pub fn item(&self) -> Option<IncomeItem> {
        Some(IncomeItem {
            kind: IncomeKind::of(&self.kind)?,
            gross: Money(self.gross_fen),
            cost: Money(self.cost_fen),
            excluded: self.excluded_reason.clone(),
        })
    }
}

impl GuaranteeLine {
    pub fn checks(&self) -> Guarantees {
        Guarantees {
            food: self.food_ok,
            clothes: self.clothes_ok,
            education: self.edu_ok,
            medical: self.medical_ok,
            housing: self.housing_ok,
            water: self.water_ok,
        }
    }
}

impl MemberFacts {
    /// Able to work, in full or in part.
    pub fn works(&self) -> bool {
        matches!(
            self.labour.as_deref(),
            Some("技能劳动力" | "普通劳动力" | "弱/半劳动力")
        )
    }
}
