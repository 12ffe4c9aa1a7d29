//! Versions of a record: who changed what, when, why, and how it stood on any past day (当时的样子).
//!
//! A version is the whole record as JSON, without readable ID numbers. The number of the version a form was filled
//! from goes with the form; when the record has moved on, nothing is written and the clerk is shown both sides.

mod compare;
mod store;

pub use compare::{Difference, Merge, differences, merge};
pub use store::{Change, Entry, as_of, bulk, current, entries, record, record_many, versions};
