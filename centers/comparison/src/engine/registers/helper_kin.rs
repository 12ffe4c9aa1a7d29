//! Relatives whom helpers declared.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "helper_kin",
    layout: &[
        ("person_key", 'i'),
        ("name", 't'),
        ("relative_key", 'i'),
        ("relative_name", 't'),
        ("kin", 't'),
        ("declared_on", 'd'),
    ],
    sorted_by: &["person_key"],
    rows: Rows::Plain {
        of: "declared_kin",
        sql: "SELECT f.person_key, f.name, k.relative_key, k.relative_name, k.code AS kin, k.declared_on \
              FROM declared_kin k JOIN helper f ON f.id = k.helper_id WHERE f.person_key IS NOT NULL \
              ORDER BY f.person_key, k.relative_key",
    },
};
