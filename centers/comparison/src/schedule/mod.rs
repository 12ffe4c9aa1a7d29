//! Work that begins by itself: a comparison of everything once a quarter, what a new delivery touches soon after it
//! came, and holds that reached their limit. Which is due follows from what is on record and the clock given in, so
//! that a crash, a second tick or a clock set back never makes it happen twice or not at all.

mod job;
mod pages;
mod store;
#[cfg(test)]
mod tests;
mod tick;

use ::store::SqlMigration;
pub use job::Job;
pub use store::{Entry, entries};
pub use tick::{perform, tick};
use web::{Layer, MenuEntry, Routes};

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[SqlMigration {
    name: "comparison_0004_schedule",
    up: include_str!("../../migrations/0004_schedule.sql"),
}];

/// Its line in the menu.
pub const MENU: &[MenuEntry] = &[
    MenuEntry {
        layer: Layer::Management,
        group: "比对中心",
        title: "定时任务",
        href: "/desk/schedule",
        action: "run.list",
    },
    MenuEntry {
        layer: Layer::Supervision,
        group: "比对中心",
        title: "定时任务",
        href: "/desk/schedule",
        action: "run.supervise",
    },
];

/// Its pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/schedule", "run.list", pages::show)
        .post("/desk/schedule/{job}/switch", "run.start", pages::switch)
        .post("/desk/schedule/{job}/now", "run.start", pages::now)
}
