//! The comparison center: department files in, sealed snapshots, rules over them, findings out.

pub mod contract;
pub mod engine;
pub mod finding;
pub mod ingest;
mod module;
pub mod rules;
pub mod runs;
pub mod snapshot;
pub mod sources;

pub use module::module;
