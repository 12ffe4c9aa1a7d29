//! Linking of dirty identities: which person is a row about whose number is missing, faulty or misused.
//!
//! Two doors. [`persons`] links department rows with the county's register, millions of rows at a time, over keys that
//! tell nothing. [`tables`] links any two tables by a schema, so that the same measures and the same learning can be held
//! to public data. Both propose; what stays uncertain is left to a person. No IO but reading and writing CSV texts, no
//! clock; chance comes from a seed.

mod hanzi;
mod hash;
pub mod measure;
pub mod names;
pub mod persons;
pub mod tables;
mod texts;

pub use texts::{TextColumn, Texts, TooLong};
