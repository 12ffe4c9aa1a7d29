//! House and water of registered households year by year, where somebody entered them.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "conditions",
    layout: &[
        ("household_id", 'i'),
        ("year", 'i'),
        ("entered_on", 'd'),
        // A to D; empty where nobody graded the house.
        ("house_grade", 't'),
        // yes, no, or empty where nobody said.
        ("water_safe", 't'),
    ],
    sorted_by: &["household_id"],
    rows: Rows::Plain {
        of: "living_condition",
        sql: households::frozen::CONDITIONS,
    },
};
