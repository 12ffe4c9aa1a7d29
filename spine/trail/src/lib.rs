//! The append-only record of every act (全留痕).
//!
//! A write is a [`RecordedTx`]: business rows and the event become durable together, or not at all, and there
//! is no commit without an [`Act`]. Events are chained by hash; [`verify`] names the first one that was
//! altered. The leaf hash is the seam for a public Merkle log: a keyed hash of the payload that reveals nothing.

mod act;
mod record;
mod verify;

pub use act::Act;
pub use record::{Earlier, Once, RecordedTx, Trail, was_carried_out};
pub use verify::{Verdict, verify};

/// The tables of this crate.
pub const MIGRATIONS: &[store::SqlMigration] = &[store::SqlMigration {
    name: "trail_0001_events",
    up: include_str!("../migrations/0001_events.sql"),
}];
