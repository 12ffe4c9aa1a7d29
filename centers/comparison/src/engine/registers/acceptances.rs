//! Rounds of acceptance: village, town, county.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "acceptances",
    layout: &[
        ("project", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("level", 'i'),
        ("on_day", 'd'),
        ("passed", 'b'),
        ("team", 't'),
        ("asked", 'i'),
        ("satisfied", 'i'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project_acceptance",
        sql: projects::frozen::ACCEPTANCES,
    },
};
