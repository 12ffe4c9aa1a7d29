//! The comparison center: department files in, sealed snapshots, rules over them, findings out.

pub mod contract;
pub mod finding;
pub mod ingest;
pub mod snapshot;
