//! The population register: who lives here, of which sex and age, and since when no longer.

use bytes::Bytes;

use super::{Layout, Register, RegisterBuilder, Rows};
use crate::engine::{
    EngineError,
    columns::{Columns, encode},
};

/// A person of the population register.
#[derive(Clone, Debug, Default)]
pub struct PersonRow {
    pub person_key: i64,
    pub name: String,
    pub sex: i64,
    pub birth: Option<i32>,
    pub region: i64,
    pub kin: String,
    pub household_id: Option<i64>,
    pub death_date: Option<i32>,
}

const LAYOUT: Layout = &[
    ("person_key", 'i'),
    ("name", 't'),
    ("sex", 'i'),
    ("birth", 'd'),
    ("region", 'i'),
    ("kin", 't'),
    ("household_id", 'i'),
    ("death_date", 'd'),
];

pub(super) const REGISTER: Register = Register {
    name: "persons",
    layout: LAYOUT,
    sorted_by: &["person_key"],
    rows: Rows::Built(build),
};

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    builder.persons.sort_by_key(|p| p.person_key);
    let mut c = Columns::new(LAYOUT);
    for p in &builder.persons {
        c.int("person_key", p.person_key)
            .text("name", &p.name)
            .int("sex", p.sex)
            .day("birth", p.birth)
            .int("region", p.region)
            .text("kin", &p.kin)
            .opt_int("household_id", p.household_id)
            .day("death_date", p.death_date);
    }
    encode(c)
}
