//! Households watched against falling back, and those whose risk was cleared.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "watched",
    layout: &[
        ("household_id", 'i'),
        ("risk_types", 't'),
        ("monitored_on", 'd'),
        ("risk_cleared_on", 'd'),
    ],
    sorted_by: &["household_id"],
    rows: Rows::Plain {
        of: "household_detail",
        sql: households::frozen::WATCHED,
    },
};
