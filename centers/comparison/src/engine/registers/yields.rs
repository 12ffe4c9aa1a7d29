//! What assets should bring in, and what became of it.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "yields",
    layout: &[
        ("yield_id", 'i'),
        ("asset", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("period", 't'),
        ("due_fen", 'i'),
        ("due_on", 'd'),
        ("received_fen", 'i'),
        ("received_on", 'd'),
        ("resolution", 't'),
        ("notice_on", 'd'),
        ("paid_on", 'd'),
    ],
    sorted_by: &["yield_id"],
    rows: Rows::Plain {
        of: "asset_yield",
        sql: projects::frozen::YIELDS,
    },
};
