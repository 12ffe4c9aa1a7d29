//! Members of registered households: who can work, who is ill, who goes to school, as the village entered it.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "abilities",
    layout: &[
        ("person_key", 'i'),
        ("household_id", 'i'),
        ("labour", 't'),
        ("health", 't'),
        ("student", 't'),
    ],
    sorted_by: &["person_key"],
    rows: Rows::Plain {
        of: "household_detail",
        sql: households::frozen::ABILITIES,
    },
};
