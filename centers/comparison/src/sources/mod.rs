//! Data sources (数据来源): which department delivered what, when, with how many rows and faults; and how a
//! file gets in.
//!
//! An import is an act like any other: it begins on the record and ends on the record. Between the two lies a
//! private copy of the file and an unfinished snapshot, both removed when the platform starts again after a
//! crash; the batch is then shown as 中断 and may be repeated, because the same file gives the same snapshot.

mod batch;
mod import;
mod late;
mod pages;
mod recover;
mod shelf;
#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchState, CurrentSource, batch, batches_of, current_sources, marked_rows};
pub use import::{import_file, start_import};
pub use late::{Freshness, GRACE_DAYS, LateSources, freshness};
pub use recover::recover;
pub use shelf::Sources;
use store::SqlMigration;
use web::{Layer, MenuEntry, Routes};

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[
    SqlMigration {
        name: "comparison_0001_sources",
        up: include_str!("../../migrations/0001_sources.sql"),
    },
    SqlMigration {
        name: "comparison_0005_import_order",
        up: include_str!("../../migrations/0005_import_order.sql"),
    },
];

/// Who may see and deliver department data.
pub const POLICY: &str = include_str!("policy.cedar");

/// Its line in the menu.
pub const MENU: &[MenuEntry] = &[
    MenuEntry {
        layer: Layer::Management,
        group: "比对中心",
        title: "数据来源",
        href: "/desk/sources",
        action: "source.list",
    },
    MenuEntry {
        layer: Layer::Supervision,
        group: "比对中心",
        title: "数据来源",
        href: "/desk/sources",
        action: "source.supervise",
    },
];

/// Its pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/sources", "source.list", pages::list::show)
        .get("/desk/sources/{data_set}", "source.list", pages::data_set::show)
        .get(
            "/desk/sources/{data_set}/template.xlsx",
            "source.list",
            pages::template::xlsx,
        )
        .get(
            "/desk/sources/{data_set}/template.csv",
            "source.list",
            pages::template::csv,
        )
        .post_upload("/desk/sources/{data_set}/import", "source.import", pages::upload::take)
        .get("/desk/imports/{id}", "source.list", pages::batch::show)
        .get("/desk/imports/{id}/progress", "source.list", pages::batch::progress)
        .post("/desk/imports/{id}/cancel", "source.import", pages::batch::cancel)
        .get(
            "/desk/imports/{id}/rejects.xlsx",
            "source.rejects",
            pages::rejects::send,
        )
}
