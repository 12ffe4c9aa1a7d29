//! The warning center (预警中心): every finding from the moment it is asked to the moment it is answered.
//!
//! [`model`] decides, [`store`] keeps, the pages show. A comparison run hands its drafts to [`sink`].

pub mod model;
mod pages;
pub mod store;
mod waiting;

use std::sync::Arc;

pub use waiting::WaitingFindings;

/// What this module contributes to the platform. Its tables follow those of `directory`, `households` and `funds`.
pub fn module() -> web::Module {
    web::Module {
        name: "warnings",
        migrations: MIGRATIONS,
        policy: include_str!("policy.cedar"),
        menu: pages::MENU,
        routes: pages::routes,
    }
}

/// Takes the findings of comparison runs in.
pub fn sink() -> Arc<dyn comparison::finding::FindingSink> {
    Arc::new(store::Sink)
}

/// The tables of this crate.
pub const MIGRATIONS: &[::store::SqlMigration] = &[
    ::store::SqlMigration {
        name: "warnings_0001_findings",
        up: include_str!("../migrations/0001_findings.sql"),
    },
    ::store::SqlMigration {
        name: "warnings_0002_list_indexes",
        up: include_str!("../migrations/0002_list_indexes.sql"),
    },
    ::store::SqlMigration {
        name: "warnings_0003_newest_first",
        up: include_str!("../migrations/0003_newest_first.sql"),
    },
];
