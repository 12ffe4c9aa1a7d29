//! Reading the record of all acts.

mod rows;

pub use rows::{Entry, TrailFilter, acts, entries};
