//! Documents by which money came, with what of it was allocated and used.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "indicators",
    layout: &[
        ("indicator", 'i'),
        ("doc_no", 't'),
        ("programme", 't'),
        ("programme_name", 't'),
        ("org", 't'),
        ("level", 't'),
        ("fund_class", 'i'),
        ("state", 't'),
        ("amount_fen", 'i'),
        ("arrived_on", 'd'),
        ("filed_on", 'd'),
        ("due_on", 'd'),
        ("bypass_city", 'b'),
        ("allocated_fen", 'i'),
        // Neither allocated, nor carried over, nor taken back.
        ("left_fen", 'i'),
        ("first_decided_on", 'd'),
        ("used_fen", 'i'),
    ],
    sorted_by: &["indicator"],
    rows: Rows::Plain {
        of: "fund_allocation",
        sql: "SELECT i.id AS indicator, i.doc_no, i.programme, COALESCE(g.name, i.programme) AS programme_name, \
              COALESCE(g.org, '') AS org, i.level, i.fund_class, i.state, i.amount_fen, NULLIF(i.arrived_on, '') AS arrived_on, \
              i.filed_on, i.due_on, i.bypass_city, \
              CAST(COALESCE((SELECT SUM(a.amount_fen) FROM fund_allocation a WHERE a.indicator_id = i.id \
              AND a.decided_on IS NOT NULL AND a.state NOT IN ('withdrawn', 'recovered')), 0) AS BIGINT) AS allocated_fen, \
              CAST(COALESCE((SELECT SUM(n.in_fen - n.out_fen) FROM fund_node n WHERE n.indicator_id = i.id \
              AND n.stage = 'indicator'), 0) AS BIGINT) AS left_fen, \
              (SELECT MIN(a.decided_on) FROM fund_allocation a WHERE a.indicator_id = i.id) AS first_decided_on, \
              CAST(COALESCE((SELECT SUM(n.in_fen - n.out_fen) FROM fund_node n WHERE n.indicator_id = i.id \
              AND n.stage IN ('used', 'recovered')), 0) AS BIGINT) AS used_fen \
              FROM indicator i LEFT JOIN programme g ON g.code = i.programme ORDER BY i.id",
    },
};
