//! Policies that pay, the money announced for them, and how it was shared out.

use kernel::{AppResult, Money};
use store::{FromQueryResult, Query, args};

/// A programme (政策项目).
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Programme {
    pub code: String,
    pub name: String,
    /// The responsible department, as the organisation's id.
    pub org: String,
    /// 1 财政扶贫资金 2 社会捐助资金 3 其他资金
    pub fund_class: i64,
    /// 户, 人, 亩, 台 …
    pub unit: String,
    pub rate_fen: i64,
    pub cycle: String,
    /// person, household, village or project
    pub payee_kind: String,
    /// For registered or low-income people only.
    pub targeted: bool,
    pub public_name_mode: String,
    pub basis: String,
    pub what_done: String,
    pub effect: String,
}

/// How the payee's name stands on public lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMode {
    Full,
    Masked,
    None,
}

impl Programme {
    /// Unknown modes hide most.
    pub fn name_mode(&self) -> NameMode {
        match self.public_name_mode.as_str() {
            "full" => NameMode::Full,
            "masked" => NameMode::Masked,
            _ => NameMode::None,
        }
    }

    pub fn rate(&self) -> Money {
        Money(self.rate_fen)
    }

    /// Whether single people or households are paid, so that there is a list of payees.
    pub fn pays_people(&self) -> bool {
        matches!(self.payee_kind.as_str(), "person" | "household")
    }
}

/// Money announced by a document of a higher level (指标).
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Indicator {
    pub programme: String,
    pub doc_no: String,
    /// 中央, 省, 市, 县 or 社会
    pub level: String,
    pub amount_fen: i64,
    pub arrived_on: String,
}

/// What one town got of a programme in a year (分配).
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Allocation {
    pub programme: String,
    pub region: i64,
    pub year: i64,
    pub amount_fen: i64,
    pub decided_on: String,
}

/// All programmes, by department and code.
pub async fn programmes(db: &impl Query) -> AppResult<Vec<Programme>> {
    db.rows(
        "SELECT code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, public_name_mode, basis, \
         what_done, effect FROM programme ORDER BY org, code",
        vec![],
    )
    .await
}

pub async fn programme(db: &impl Query, code: &str) -> AppResult<Option<Programme>> {
    db.row(
        "SELECT code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, public_name_mode, basis, \
         what_done, effect FROM programme WHERE code = $1",
        args![code],
    )
    .await
}

/// Documents of all programmes or of one, newest first.
pub async fn indicators(db: &impl Query, programme: Option<&str>) -> AppResult<Vec<Indicator>> {
    db.rows(
        "SELECT programme, doc_no, level, amount_fen, arrived_on FROM indicator WHERE ($1 = '' OR programme = $1) \
         ORDER BY arrived_on DESC, doc_no",
        args![programme.unwrap_or_default()],
    )
    .await
}

/// Shares of the towns, of all programmes or of one, newest year first.
pub async fn allocations(db: &impl Query, programme: Option<&str>) -> AppResult<Vec<Allocation>> {
    db.rows(
        "SELECT programme, region, year, amount_fen, decided_on FROM allocation WHERE ($1 = '' OR programme = $1) \
         ORDER BY year DESC, region, programme",
        args![programme.unwrap_or_default()],
    )
    .await
}
