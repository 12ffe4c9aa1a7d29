//! Comparison runs (workflows 3.9): asked for with a purpose and a legal basis, frozen, run, handed on.
//!
//! REQUESTED, AUTHORISED, DATA_FROZEN, RUN, SCORED, PUBLISHED; a stop in between leaves INTERRUPTED, which may be
//! repeated: findings and the end of the run become durable in one transaction, or neither does.

mod accuracy;
mod accuracy_links;
mod accuracy_report;
mod ask;
mod compare;
#[cfg(test)]
mod export_tests;
mod job;
mod listing;
mod pages;
mod request;
pub(crate) mod seal;
mod state;
mod store;
#[cfg(test)]
pub(crate) mod tests;
mod touched;

use ::store::SqlMigration;
pub use accuracy::{Accuracy, Held, accuracy, unasked};
pub use accuracy_links::links_accuracy;
pub use ask::{request_run, start};
pub use compare::{Compared, compare, compare_to_csv, write_csv};
pub(crate) use job::open_snapshot;
pub use job::{execute, recover_runs, resume_runs};
pub use listing::{Change, Listed, changes, listed};
pub use request::{RunKind, RunRequest};
pub use state::RunState;
pub use store::{Run, RunRule, RunSnapshot, run, run_rules, run_snapshots, runs};
pub use touched::touched_since;
use web::{Layer, MenuEntry, Routes};

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[
    SqlMigration {
        name: "comparison_0002_runs",
        up: include_str!("../../migrations/0002_runs.sql"),
    },
    SqlMigration {
        name: "comparison_0009_run_reasons",
        up: include_str!("../../migrations/0009_run_reasons.sql"),
    },
];

/// Who may see and start runs.
pub const POLICY: &str = include_str!("policy.cedar");

/// Its lines in the menu.
pub const MENU: &[MenuEntry] = &[
    MenuEntry {
        layer: Layer::Management,
        group: "比对中心",
        title: "比对运行",
        href: "/desk/runs",
        action: "run.list",
    },
    MenuEntry {
        layer: Layer::Management,
        group: "比对中心",
        title: "比对规则",
        href: "/desk/rules",
        action: "rule.list",
    },
    MenuEntry {
        layer: Layer::Supervision,
        group: "比对中心",
        title: "比对运行",
        href: "/desk/runs",
        action: "run.supervise",
    },
    MenuEntry {
        layer: Layer::Supervision,
        group: "比对中心",
        title: "比对规则",
        href: "/desk/rules",
        action: "rule.supervise",
    },
];

/// Its pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/runs", "run.list", pages::list::show)
        .get("/desk/runs/new", "run.start", pages::new::show)
        .post("/desk/runs/new", "run.start", pages::new::take)
        .get("/desk/runs/{id}", "run.list", pages::one::show)
        .get("/desk/runs/{id}/changes", "run.list", pages::changes::show)
        .get("/desk/runs/{id}/changes.xlsx", "run.export", pages::changes::export)
        .get("/desk/runs/{id}/progress", "run.list", pages::one::progress)
        .post("/desk/runs/{id}/cancel", "run.start", pages::one::cancel)
        .post("/desk/runs/{id}/repeat", "run.start", pages::one::repeat)
        .get("/desk/rules", "rule.list", pages::rules::list)
        .get("/desk/rules.xlsx", "rule.list", pages::rules::export)
        .get("/desk/rules/{id}", "rule.list", pages::rule::show)
}
