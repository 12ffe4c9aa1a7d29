//! What every register shares: workflows that cannot be driven wrong, versions of a record, its papers, half-filled
//! forms, saved filters and import by template.
//!
//! A register keeps its own tables and decisions; here lies only what four registers would otherwise write four
//! times. Nothing here checks an area: the register finds the record within the scope first, then asks for its
//! history or papers by the number it found.

pub mod drafts;
pub mod filters;
pub mod flow;
pub mod history;
pub mod import;
pub mod papers;
pub mod sent;

use web::{Module, Routes};

/// Tables and the routes of saved filters and kept forms.
pub fn module() -> Module {
    Module {
        name: "records",
        migrations: &[
            store::SqlMigration {
                name: "records_0001_records",
                up: include_str!("../migrations/0001_records.sql"),
            },
            store::SqlMigration {
                name: "records_0002_imports",
                up: include_str!("../migrations/0002_imports.sql"),
            },
            store::SqlMigration {
                name: "records_0003_drafts",
                up: include_str!("../migrations/0003_drafts.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: &[],
        routes: |routes: Routes| {
            routes
                .post("/desk/filters", "filter.keep", filters::pages::keep)
                .post("/desk/filters/{id}/remove", "filter.keep", filters::pages::remove)
                .get("/desk/drafts", "draft.keep", drafts::pages::offered)
                .post("/desk/drafts", "draft.keep", drafts::pages::keep)
        },
    }
}
