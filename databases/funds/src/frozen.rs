//! What comparisons read of this database: one statement a register, in the order in which it is frozen. Days are
//! `YYYY-MM-DD`; sums are fen.

/// One row a report on how far the works of a project are, in percent.
pub const PROGRESS: &str = "SELECT a.project_id AS project, r.percent, r.on_day FROM progress_report r \
    JOIN fund_allocation a ON a.id = r.allocation_id WHERE a.project_id IS NOT NULL \
    ORDER BY a.project_id, r.on_day, r.id";

/// One row an entry of a fund with a ledger of its own.
pub const SPECIAL_ENTRIES: &str = "SELECT e.id AS entry, e.fund, e.kind, e.amount_fen, e.on_day, e.doc, e.balance_fen \
    FROM special_entry e ORDER BY e.fund, e.on_day, e.id";

/// One row the budget of a programme for a year, with what the ledger says was used of it by the end of September and in the
/// whole year; named by its first line. Money to people is not in these sums: it counts by the payments made.
pub const BUDGETS: &str = "SELECT b.budget, b.programme, g.name AS programme_name, g.org, g.cycle, \
    (g.payee_kind IN ('person', 'household')) AS to_people, b.year, b.budget_fen, b.uncoded, b.doc_no, b.approved_on, \
    CAST(COALESCE(u.early_fen, 0) AS BIGINT) AS early_fen, CAST(COALESCE(u.used_fen, 0) AS BIGINT) AS used_fen \
    FROM (SELECT MIN(x.id) AS budget, x.programme, x.year, CAST(SUM(x.amount_fen) AS BIGINT) AS budget_fen, \
        CAST(SUM(CASE WHEN x.code = '' THEN 1 ELSE 0 END) AS BIGINT) AS uncoded, MIN(x.doc_no) AS doc_no, \
        MIN(x.approved_on) AS approved_on FROM fund_budget x WHERE x.amount_fen > 0 GROUP BY x.programme, x.year) b \
    JOIN programme g ON g.code = b.programme \
    LEFT JOIN (SELECT i.programme, CAST(SUBSTR(e.on_day, 1, 4) AS BIGINT) AS year, \
        SUM(CASE WHEN e.to_stage = 'used' THEN e.amount_fen ELSE -e.amount_fen END) AS used_fen, \
        SUM(CASE WHEN SUBSTR(e.on_day, 6) > '09-30' THEN 0 WHEN e.to_stage = 'used' THEN e.amount_fen \
            ELSE -e.amount_fen END) AS early_fen \
        FROM fund_entry e JOIN indicator i ON i.id = e.indicator_id WHERE (e.to_stage = 'used' OR e.from_stage = 'used') \
        AND e.to_stage <> e.from_stage GROUP BY 1, 2) u ON u.programme = b.programme AND u.year = b.year \
    ORDER BY b.programme, b.year";
