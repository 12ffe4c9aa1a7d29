//! Reimbursements with their signatures and papers, and the acceptance of the project they are for.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "reimbursements",
    layout: &[
        ("reimbursement", 'i'),
        ("no", 't'),
        ("region", 'i'),
        ("title", 't'),
        ("works", 'b'),
        ("payee", 't'),
        ("amount_fen", 'i'),
        ("state", 't'),
        ("received_on", 'd'),
        ("paid_on", 'd'),
        ("signs", 'i'),
        ("papers", 'i'),
        ("project_name", 't'),
        ("accepted_on", 'd'),
    ],
    sorted_by: &["reimbursement"],
    rows: Rows::Plain {
        of: "project_step",
        sql: "SELECT r.id AS reimbursement, r.no, r.region, r.title, r.works, r.payee, r.amount_fen, r.state, r.received_on, \
              r.paid_on, (SELECT COUNT(*) FROM reimbursement_sign s WHERE s.reimbursement_id = r.id) AS signs, \
              (SELECT COUNT(*) FROM record_paper k WHERE k.kind = 'reimbursement' AND k.record_id = r.id) AS papers, \
              COALESCE(a.project_name, '') AS project_name, \
              (SELECT MIN(s.on_day) FROM project_step s WHERE s.project = a.project_id AND s.to_state = 'acc_village') AS accepted_on \
              FROM reimbursement r LEFT JOIN fund_allocation a ON a.id = r.allocation_id ORDER BY r.id",
    },
};
