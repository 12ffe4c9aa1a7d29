//! Every measure of similarity, defined once: two libraries' Jaro-Winkler disagreed on a borderline name, and a stored
//! score means nothing when nobody can say which one made it.
//!
//! All are symmetric, work on characters (not bytes), and give 1.0 or 0 edits exactly for equal texts.

mod edits;
mod jaro;
mod profile;

pub use edits::edits;
pub use jaro::{jaro, jaro_winkler};
pub(crate) use profile::{Profile, fewest_edits, highest_jaro_winkler};
