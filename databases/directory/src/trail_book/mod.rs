//! Reading the record of all acts.

mod rows;

pub(crate) use rows::{Entry, TrailFilter, acts, entries};
