//! The programmes people are paid from.

use bytes::Bytes;

use super::{Layout, Register, RegisterBuilder, Rows};
use crate::engine::{
    EngineError,
    columns::{Columns, encode},
};

/// A programme of benefits.
#[derive(Clone, Debug, Default)]
pub struct ProgrammeRow {
    pub code: String,
    pub name: String,
    pub org: String,
    pub fund_class: i64,
    pub targeted: bool,
    /// Fen per unit and payment; 0 where the amount is decided case by case.
    pub rate_fen: i64,
    /// 季, 半年, 年 or 一次.
    pub cycle: String,
    pub unit: String,
}

const LAYOUT: Layout = &[
    ("code", 't'),
    ("name", 't'),
    ("org", 't'),
    ("fund_class", 'i'),
    ("targeted", 'b'),
    ("rate_fen", 'i'),
    ("cycle", 't'),
    ("unit", 't'),
];

pub(super) const REGISTER: Register = Register {
    name: "programmes",
    layout: LAYOUT,
    sorted_by: &[],
    rows: Rows::Built(build),
};

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    let mut all: Vec<&ProgrammeRow> = builder.programmes.iter().collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    let mut c = Columns::new(LAYOUT);
    for p in all {
        c.text("code", &p.code)
            .text("name", &p.name)
            .text("org", &p.org)
            .int("fund_class", p.fund_class)
            .bool("targeted", p.targeted)
            .int("rate_fen", p.rate_fen)
            .text("cycle", &p.cycle)
            .text("unit", &p.unit);
    }
    encode(c)
}
