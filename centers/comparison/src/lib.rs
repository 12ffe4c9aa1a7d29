//! The comparison center: department files in, sealed snapshots, rules over them, findings out.

pub mod before_payment;
#[cfg(test)]
mod delivery;
pub mod engine;
pub mod finding;
pub mod identities;
pub mod lawful;
mod module;
pub mod rules;
pub mod runs;
pub mod schedule;
pub mod snapshot;
pub mod sources;
pub mod workbench;

pub use module::module;
