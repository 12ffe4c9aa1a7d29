//! Members of registered households, with the time they belonged to it.

use bytes::Bytes;

use super::{Layout, Register, RegisterBuilder, Rows};
use crate::engine::{
    EngineError,
    columns::{Columns, encode},
};

/// Who belongs to a household, and when.
#[derive(Clone, Debug, Default)]
pub struct MemberRow {
    pub household_id: i64,
    pub person_key: i64,
    pub name: String,
    pub kin: String,
    pub joined_on: Option<i32>,
    pub left_on: Option<i32>,
}

const LAYOUT: Layout = &[
    ("person_key", 'i'),
    ("household_id", 'i'),
    ("name", 't'),
    ("kin", 't'),
    ("region", 'i'),
    ("head_name", 't'),
    ("status", 'i'),
    ("attr", 'i'),
    ("registered_on", 'd'),
    ("exited_on", 'd'),
    ("removed_on", 'd'),
    ("joined_on", 'd'),
    ("left_on", 'd'),
];

pub(super) const REGISTER: Register = Register {
    name: "members",
    layout: LAYOUT,
    sorted_by: &["person_key"],
    rows: Rows::Built(build),
};

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    let mut c = Columns::new(LAYOUT);
    for m in &builder.members {
        let Some(h) = builder.households.get(&m.household_id) else {
            continue;
        };
        c.int("person_key", m.person_key)
            .int("household_id", m.household_id)
            .text("name", &m.name)
            .text("kin", &m.kin)
            .int("region", h.region)
            .text("head_name", &h.head_name)
            .int("status", h.status)
            .int("attr", h.attr)
            .day("registered_on", h.registered_on)
            .day("exited_on", h.exited_on)
            .day("removed_on", h.removed_on)
            .day("joined_on", m.joined_on)
            .day("left_on", m.left_on);
    }
    encode(c)
}
