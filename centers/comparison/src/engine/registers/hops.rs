//! Every step money took between accounts, with what kind of accounts they are.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "hops",
    layout: &[
        ("hop", 'i'),
        ("allocation", 'i'),
        ("hop_no", 'i'),
        ("doc_no", 't'),
        ("programme", 't'),
        ("programme_name", 't'),
        ("payee_kind", 't'),
        ("fund_class", 'i'),
        ("region", 'i'),
        ("target", 't'),
        ("amount_fen", 'i'),
        ("on_day", 'd'),
        ("purpose_code", 't'),
        ("from_name", 't'),
        ("from_kind", 't'),
        ("from_org", 't'),
        ("to_name", 't'),
        ("to_kind", 't'),
        ("to_org", 't'),
        ("to_store", 'b'),
        ("to_book", 'b'),
        ("to_person", 'b'),
    ],
    sorted_by: &["hop"],
    rows: Rows::Plain {
        of: "disbursement",
        sql: "SELECT d.id AS hop, d.allocation_id AS allocation, d.hop_no, i.doc_no, a.programme, \
              COALESCE(g.name, a.programme) AS programme_name, COALESCE(g.payee_kind, '') AS payee_kind, i.fund_class, a.region, \
              a.target, d.amount_fen, d.on_day, d.purpose_code, COALESCE(f.name, '') AS from_name, \
              COALESCE(f.kind, '') AS from_kind, COALESCE(f.org, '') AS from_org, COALESCE(t.name, '') AS to_name, COALESCE(t.kind, '') AS to_kind, COALESCE(t.org, '') AS to_org, \
              COALESCE(t.dedicated_store, TRUE) AS to_store, COALESCE(t.dedicated_book, TRUE) AS to_book, \
              COALESCE(t.dedicated_person, TRUE) AS to_person \
              FROM disbursement d JOIN fund_allocation a ON a.id = d.allocation_id JOIN indicator i ON i.id = a.indicator_id \
              LEFT JOIN programme g ON g.code = a.programme LEFT JOIN fund_account f ON f.id = d.from_account \
              LEFT JOIN fund_account t ON t.id = d.to_account ORDER BY d.id",
    },
};
