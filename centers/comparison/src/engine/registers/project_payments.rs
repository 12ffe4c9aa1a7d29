//! What was paid for projects.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "project_payments",
    layout: &[
        ("project", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("paid_on", 'd'),
        ("amount_fen", 'i'),
        ("stage", 't'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project_payment",
        sql: projects::frozen::PROJECT_PAYMENTS,
    },
};
