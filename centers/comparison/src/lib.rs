//! The comparison center: department files in, sealed snapshots, rules over them, findings out.

pub mod finding;
