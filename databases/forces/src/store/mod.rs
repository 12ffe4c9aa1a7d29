//! The only place with this module's SQL.

pub mod duties;
pub mod figures;
pub mod helpers;
pub(crate) mod kin;
pub mod load;
pub mod measures;
pub(crate) mod reach;
pub mod reminders;
pub mod spots;
pub mod staffing;
pub mod targets;
pub mod teams;
pub mod visits;

/// The tables of this module.
pub(crate) const MIGRATIONS: &[store::SqlMigration] = &[
    store::SqlMigration {
        name: "forces_0001",
        up: include_str!("../../migrations/0001_forces.sql"),
    },
    store::SqlMigration {
        name: "forces_0002",
        up: include_str!("../../migrations/0002_counts.sql"),
    },
    store::SqlMigration {
        name: "forces_0003",
        up: include_str!("../../migrations/0003_declared_kin.sql"),
    },
];

/// Rows on a page.
pub const PAGE_ROWS: i64 = 50;

/// The first row of a page, counted from 0.
pub(crate) fn offset(page: u64) -> i64 {
    i64::try_from(page.saturating_sub(1))
        .unwrap_or(0)
        .saturating_mul(PAGE_ROWS)
}

/// A pattern for LIKE; `None` when nothing is looked for.
pub(crate) fn like(name: &str) -> Option<String> {
    let name = kernel::name::clean(name).replace(['%', '_', '\\'], "");
    (!name.is_empty()).then(|| format!("%{name}%"))
}
