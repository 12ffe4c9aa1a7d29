//! Registered households as they stand, each under its head.

use std::collections::HashMap;

use arrow::{array::AsArray, datatypes::Int64Type};
use bytes::Bytes;

use super::{Layout, Register, RegisterBuilder, Rows};
use crate::engine::{
    EngineError, Table,
    columns::{Columns, encode},
};

/// A registered household; days are epoch days.
#[derive(Clone, Debug, Default)]
pub struct HouseholdRow {
    pub id: i64,
    pub household_no: String,
    pub region: i64,
    pub head_key: i64,
    pub head_name: String,
    pub population: i64,
    pub status: i64,
    pub attr: i64,
    pub registered_on: Option<i32>,
    pub exited_on: Option<i32>,
    pub removed_on: Option<i32>,
}

const LAYOUT: Layout = &[
    ("household_id", 'i'),
    ("household_no", 't'),
    ("region", 'i'),
    ("head_key", 'i'),
    ("head_name", 't'),
    ("population", 'i'),
    ("status", 'i'),
    ("attr", 'i'),
    ("registered_on", 'd'),
    ("exited_on", 'd'),
    ("removed_on", 'd'),
];

pub(super) const REGISTER: Register = Register {
    name: "households",
    layout: LAYOUT,
    sorted_by: &[],
    rows: Rows::Built(build),
};

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    let mut all: Vec<&HouseholdRow> = builder.households.values().collect();
    all.sort_by_key(|h| (h.head_key, h.id));
    let mut c = Columns::new(LAYOUT);
    for h in all {
        c.int("household_id", h.id)
            .text("household_no", &h.household_no)
            .int("region", h.region)
            .int("head_key", h.head_key)
            .text("head_name", &h.head_name)
            .int("population", h.population)
            .int("status", h.status)
            .int("attr", h.attr)
            .day("registered_on", h.registered_on)
            .day("exited_on", h.exited_on)
            .day("removed_on", h.removed_on);
    }
    encode(c)
}

/// The head's person key of each household.
pub(super) fn heads(table: &Table) -> Result<HashMap<i64, i64>, EngineError> {
    let broken = |e: String| EngineError::Table(table.name.clone(), e);
    let at = |name: &str| table.schema().index_of(name).map_err(|e| broken(e.to_string()));
    let mut heads = HashMap::with_capacity(table.rows());
    for batch in table.read(&[at("household_id")?, at("head_key")?], None)? {
        let batch = batch.map_err(|e| broken(e.to_string()))?;
        let (ids, keys) = (batch.column(0), batch.column(1));
        let (ids, keys) = (ids.as_primitive::<Int64Type>(), keys.as_primitive::<Int64Type>());
        heads.extend((0..batch.num_rows()).map(|row| (ids.value(row), keys.value(row))));
    }
    Ok(heads)
}
