//! Shares of documents: decided when, and how much of each was used.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "allocations",
    layout: &[
        ("allocation", 'i'),
        ("indicator", 'i'),
        ("doc_no", 't'),
        ("programme", 't'),
        ("programme_name", 't'),
        ("org", 't'),
        ("region", 'i'),
        ("target", 't'),
        ("project_name", 't'),
        ("state", 't'),
        ("amount_fen", 'i'),
        ("planned_on", 'd'),
        ("decided_on", 'd'),
        ("due_on", 'd'),
        ("arrived_on", 'd'),
        ("used_fen", 'i'),
        ("hops", 'i'),
    ],
    sorted_by: &["allocation"],
    rows: Rows::Plain {
        of: "fund_allocation",
        sql: "SELECT a.id AS allocation, a.indicator_id AS indicator, i.doc_no, a.programme, \
              COALESCE(g.name, a.programme) AS programme_name, COALESCE(a.org, '') AS org, a.region, a.target, a.project_name, \
              a.state, a.amount_fen, NULLIF(a.planned_on, '') AS planned_on, a.decided_on, a.due_on, \
              NULLIF(i.arrived_on, '') AS arrived_on, \
              CAST(COALESCE((SELECT SUM(n.in_fen - n.out_fen) FROM fund_node n WHERE n.allocation_id = a.id \
              AND n.stage IN ('used', 'recovered')), 0) AS BIGINT) AS used_fen, \
              (SELECT COUNT(*) FROM disbursement d WHERE d.allocation_id = a.id) AS hops \
              FROM fund_allocation a JOIN indicator i ON i.id = a.indicator_id LEFT JOIN programme g ON g.code = a.programme \
              ORDER BY a.id",
    },
};
