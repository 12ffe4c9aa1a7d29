//! Rows of registers as the database keeps them, and the one way they become what a run sees.

use kernel::period::{epoch_days, parse_date};
use store::FromQueryResult;

use super::{HouseholdRow, MemberRow, ProgrammeRow};

/// A stored day as an epoch day.
pub(crate) fn day(text: &str) -> Option<i32> {
    parse_date(text).map(epoch_days)
}

#[derive(FromQueryResult)]
pub(crate) struct HouseholdDb {
    pub(crate) id: i64,
    pub(crate) household_no: String,
    pub(crate) region: i64,
    pub(crate) head_key: i64,
    pub(crate) head_name: String,
    pub(crate) population: i64,
    pub(crate) status: i64,
    pub(crate) attr: i64,
    pub(crate) registered_on: Option<String>,
    pub(crate) exited_on: Option<String>,
    pub(crate) removed_on: Option<String>,
}

impl From<HouseholdDb> for HouseholdRow {
    fn from(h: HouseholdDb) -> HouseholdRow {
        HouseholdRow {
            id: h.id,
            household_no: h.household_no,
            region: h.region,
            head_key: h.head_key,
            head_name: h.head_name,
            population: h.population,
            status: h.status,
            attr: h.attr,
            registered_on: h.registered_on.as_deref().and_then(day),
            exited_on: h.exited_on.as_deref().and_then(day),
            removed_on: h.removed_on.as_deref().and_then(day),
        }
    }
}

#[derive(FromQueryResult)]
pub(crate) struct MemberDb {
    pub(crate) household_id: i64,
    pub(crate) person_key: i64,
    pub(crate) name: String,
    pub(crate) kin: String,
    pub(crate) joined_on: String,
    pub(crate) left_on: Option<String>,
}

impl From<MemberDb> for MemberRow {
    fn from(m: MemberDb) -> MemberRow {
        MemberRow {
            household_id: m.household_id,
            person_key: m.person_key,
            name: m.name,
            kin: m.kin,
            joined_on: day(&m.joined_on),
            left_on: m.left_on.as_deref().and_then(day),
        }
    }
}

#[derive(FromQueryResult)]
pub(crate) struct ProgrammeDb {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) org: String,
    pub(crate) fund_class: i64,
    pub(crate) targeted: bool,
    pub(crate) rate_fen: i64,
    pub(crate) cycle: String,
    pub(crate) unit: String,
}

impl From<ProgrammeDb> for ProgrammeRow {
    fn from(p: ProgrammeDb) -> ProgrammeRow {
        ProgrammeRow {
            code: p.code,
            name: p.name,
            org: p.org,
            fund_class: p.fund_class,
            targeted: p.targeted,
            rate_fen: p.rate_fen,
            cycle: p.cycle,
            unit: p.unit,
        }
    }
}
