//! Who helps which household, where the helper is known by number.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "pairings",
    layout: &[
        ("person_key", 'i'),
        ("name", 't'),
        ("household_id", 'i'),
        ("head_name", 't'),
        ("region", 'i'),
        ("from_on", 'd'),
        ("to_on", 'd'),
    ],
    sorted_by: &["person_key"],
    rows: Rows::Plain {
        of: "helper",
        sql: "SELECT f.person_key, f.name, p.household_id, h.head_name, h.region, p.from_on, p.to_on FROM pairing p \
              JOIN helper f ON f.pair_key = p.account JOIN household h ON h.id = p.household_id \
              WHERE f.person_key IS NOT NULL ORDER BY f.person_key, p.household_id, p.from_on",
    },
};
