//! What comparisons read of this database: one statement a register, in the order in which it is frozen. Days are
//! `YYYY-MM-DD`; sums are fen.

/// One row a report on how far the works of a project are, in percent.
pub const PROGRESS: &str = "SELECT a.project_id AS project, r.percent, r.on_day FROM progress_report r \
    JOIN fund_allocation a ON a.id = r.allocation_id WHERE a.project_id IS NOT NULL \
    ORDER BY a.project_id, r.on_day, r.id";

/// One row an entry of a fund with a ledger of its own.
pub const SPECIAL_ENTRIES: &str = "SELECT e.id AS entry, e.fund, e.kind, e.amount_fen, e.on_day, e.doc, e.balance_fen \
    FROM special_entry e ORDER BY e.fund, e.on_day, e.id";
