//! The force database as a county works with it.

mod pairings;
mod registers;
mod support;
mod visits;
