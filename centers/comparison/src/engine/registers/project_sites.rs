//! Where projects are and what is built, to see one planned twice.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "project_sites",
    layout: &[
        ("project", 'i'),
        ("no", 't'),
        ("name", 't'),
        ("region", 'i'),
        ("mode", 't'),
        ("state", 't'),
        ("year", 'i'),
        ("site", 't'),
        ("content", 't'),
        ("start_plan", 'd'),
        ("planned_fen", 'i'),
        ("source", 't'),
        ("exempted", 'i'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project",
        sql: projects::frozen::SITES,
    },
};
