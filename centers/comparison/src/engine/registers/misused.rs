//! Numbers of people here that stand beside another's name: one row a number, source and name.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: super::MISUSED,
    layout: &[
        ("person_key", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("household_id", 'i'),
        ("month_from", 'd'),
        ("month_to", 'd'),
        ("source", 't'),
        ("source_title", 't'),
        ("department", 't'),
        ("owner", 't'),
        ("row_no", 'i'),
        ("written", 't'),
        ("alike", 'b'),
        ("lines", 'i'),
        ("names", 'i'),
        ("surname", 't'),
        ("given", 't'),
        ("birth", 't'),
        ("sex", 't'),
        ("place", 't'),
    ],
    sorted_by: &["person_key"],
    rows: Rows::Found,
};
