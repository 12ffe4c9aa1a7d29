//! What visitors found of food, clothes, school, medicine, house and water of registered households, check by check.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "checks",
    layout: &[
        ("household_id", 'i'),
        ("assessed_on", 'd'),
        ("food_ok", 'b'),
        ("clothes_ok", 'b'),
        ("edu_ok", 'b'),
        ("medical_ok", 'b'),
        ("housing_ok", 'b'),
        ("water_ok", 'b'),
    ],
    sorted_by: &["household_id"],
    rows: Rows::Plain {
        of: "guarantee_check",
        sql: households::frozen::CHECKS,
    },
};
