//! The comparison center: department files in, sealed snapshots, rules over them, findings out.

#[cfg(test)]
mod delivery;
pub mod engine;
pub mod finding;
mod module;
pub mod rules;
pub mod runs;
pub mod snapshot;
pub mod sources;

pub use module::module;
