//! The tables of village books.

pub mod accounts;
pub mod enter;
pub mod entry;
pub mod list;
pub mod load;
pub mod statement;
pub mod step;
pub mod totals;
mod words;

/// The kind under which versions and papers of entries are kept.
pub const KIND: &str = "village_entry";
