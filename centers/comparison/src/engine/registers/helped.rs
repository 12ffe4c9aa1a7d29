//! Which household was helped from when to when, whoever helps it.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "helped",
    layout: &[("household_id", 'i'), ("helper", 't'), ("from_on", 'd'), ("to_on", 'd')],
    sorted_by: &["household_id"],
    rows: Rows::Plain {
        of: "pairing",
        sql: households::frozen::HELPED,
    },
};
