//! Prices by item: lines of the bills of quantities of all projects.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "prices",
    layout: &[
        ("project", 'i'),
        ("no", 't'),
        ("name", 't'),
        ("region", 'i'),
        ("year", 'i'),
        ("signed_on", 'd'),
        ("item", 't'),
        ("spec", 't'),
        ("unit", 't'),
        ("quantity", 'i'),
        ("price_fen", 'i'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project_price",
        sql: projects::frozen::PRICES,
    },
};
