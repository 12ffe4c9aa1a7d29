//! The tables that fixtures and the demo fill as they stand, each with its columns in one place, so that a column more is
//! named once and no fill forgets it.

use kernel::{AppResult, Date};
use store::{BulkInsert, Value};
use trail::RecordedTx;

/// A table and the columns that a fill writes, in the order of its values.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

/// Writes the values of one table as they stand.
pub async fn rows(tx: &RecordedTx, table: Table, values: impl IntoIterator<Item = Vec<Value>>) -> AppResult<()> {
    // Collected first: what is asked of the iterator must not live across an await.
    let values: Vec<Vec<Value>> = values.into_iter().collect();
    let mut rows = BulkInsert::new(tx, table.name, table.columns, "");
    for row in values {
        rows.push(row).await?;
    }
    rows.finish().await.map(|_| ())
}

/// A day that may be missing, as a value of a row.
pub fn day(date: Option<Date>) -> Option<String> {
    date.map(|d| d.to_string())
}

/// How a project was put to tender and who won.
pub const PROJECT_TENDER: Table = Table {
    name: "project_tender",
    columns: &[
        "project",
        "kind",
        "method",
        "opened_on",
        "awarded_on",
        "winner",
        "winner_uscc",
        "award_fen",
    ],
};

/// What each firm offered, and from where.
pub const PROJECT_BID: Table = Table {
    name: "project_bid",
    columns: &["id", "project", "bidder", "uscc", "price_fen", "ip", "mac", "agent"],
};

/// What was signed with the winner.
pub const PROJECT_CONTRACT: Table = Table {
    name: "project_contract",
    columns: &[
        "project",
        "no",
        "contractor",
        "uscc",
        "amount_fen",
        "retained_fen",
        "signed_on",
    ],
};

/// What was paid for the work, stage by stage.
pub const PROJECT_PAYMENT: Table = Table {
    name: "project_payment",
    columns: &["id", "project", "amount_fen", "paid_on", "stage", "note"],
};

/// Money that was added after the plan, and who approved it.
pub const PROJECT_CHANGE: Table = Table {
    name: "project_change",
    columns: &[
        "id",
        "project",
        "amount_fen",
        "reason",
        "entered_by",
        "entered_name",
        "entered_on",
        "approved_on",
    ],
};

/// Monthly visits to the site.
pub const PROJECT_INSPECTION: Table = Table {
    name: "project_inspection",
    columns: &["id", "project", "month", "on_day", "inspectors", "result", "note"],
};

/// What was seen done, and on which day.
pub const PROJECT_MILESTONE: Table = Table {
    name: "project_milestone",
    columns: &["id", "project", "stage", "on_day", "note", "actor_name"],
};

/// The villagers who watch the work.
pub const PROJECT_REP: Table = Table {
    name: "project_rep",
    columns: &["project", "name", "from_on"],
};

/// What may go wrong, and who answers for it.
pub const PROJECT_RISK: Table = Table {
    name: "project_risk",
    columns: &["id", "project", "kind", "level", "note", "measure", "owner", "due_on"],
};

/// The acceptances of village, town and county.
pub const PROJECT_ACCEPTANCE: Table = Table {
    name: "project_acceptance",
    columns: &[
        "project",
        "place",
        "level",
        "on_day",
        "passed",
        "team",
        "opinion",
        "asked",
        "satisfied",
        "sampled",
        "seed",
    ],
};

/// The score of what a project brought.
pub const PROJECT_PERFORMANCE: Table = Table {
    name: "project_performance",
    columns: &["project", "score", "verdict", "on_day"],
};

/// Texts of contracts found elsewhere.
pub const PROJECT_CONTRACT_TEXT: Table = Table {
    name: "project_contract_text",
    columns: &[
        "id",
        "project",
        "kind",
        "no",
        "contractor",
        "uscc",
        "amount_fen",
        "signed_on",
        "note",
        "entered_by",
        "entered_name",
        "entered_on",
        "voided_on",
        "voided_name",
        "void_note",
    ],
};

/// Lines of bills of quantities.
pub const PROJECT_PRICE: Table = Table {
    name: "project_price",
    columns: &[
        "id",
        "project",
        "item",
        "spec",
        "unit",
        "quantity",
        "price_fen",
        "entered_by",
        "entered_name",
        "entered_on",
    ],
};

/// Why a project that failed is nobody's fault.
pub const PROJECT_EXEMPTION: Table = Table {
    name: "project_exemption",
    columns: &["project", "cause", "evidence", "decided_by", "basis", "on_day"],
};

/// What a project left behind.
pub const PROJECT_ASSET: Table = Table {
    name: "project_asset",
    columns: &[
        "id",
        "project",
        "region",
        "name",
        "class",
        "cost_fen",
        "state",
        "owner_level",
        "owner_name",
        "certificate",
        "receiver",
        "formed_on",
        "registered_on",
        "last_actor",
        "last_on",
    ],
};

/// What an asset should bring in a period, and what became of it.
pub const ASSET_YIELD: Table = Table {
    name: "asset_yield",
    columns: &[
        "id",
        "asset",
        "period",
        "due_fen",
        "due_on",
        "received_fen",
        "received_on",
        "resolution",
        "notice_on",
        "paid_on",
    ],
};

/// Who received how much of a yield.
pub const YIELD_SHARE: Table = Table {
    name: "yield_share",
    columns: &[
        "yield_id",
        "place",
        "use_kind",
        "household_id",
        "name",
        "weight",
        "amount_fen",
        "paid_on",
    ],
};
