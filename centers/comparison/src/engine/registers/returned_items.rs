//! Payments that the bank sent back and that have reached nobody since.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "returned_items",
    layout: &[
        ("person_key", 'i'),
        ("payment", 'i'),
        ("household_id", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("programme", 't'),
        ("month", 'd'),
        ("amount_fen", 'i'),
        ("batch_no", 't'),
        // The day of the bank's answer.
        ("returned_on", 'd'),
        ("note", 't'),
    ],
    sorted_by: &["person_key"],
    rows: Rows::Plain {
        of: "payment_batch",
        sql: "SELECT p.person_key, p.id AS payment, p.household_id, p.payee_name AS name, p.region, p.programme, p.month, \
              p.amount_fen, b.batch_no, b.settled_on AS returned_on, COALESCE(p.note, '') AS note \
              FROM payment p JOIN payment_batch b ON b.id = p.batch_id WHERE p.state = 'returned' \
              ORDER BY p.person_key, p.id",
    },
};
