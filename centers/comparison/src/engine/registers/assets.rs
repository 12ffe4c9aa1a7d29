//! Assets that projects left behind.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "assets",
    layout: &[
        ("asset", 'i'),
        ("project", 'i'),
        ("project_name", 't'),
        ("name", 't'),
        ("region", 'i'),
        ("class", 't'),
        ("cost_fen", 'i'),
        ("state", 't'),
        ("formed_on", 'd'),
        ("registered_on", 'd'),
        ("last_on", 'd'),
    ],
    sorted_by: &["asset"],
    rows: Rows::Plain {
        of: "project_asset",
        sql: projects::frozen::ASSETS,
    },
};
