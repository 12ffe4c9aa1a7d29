//! The force database as a county works with it.

mod imports;
mod lists;
mod pairings;
mod registers;
mod routes;
mod support;
mod visits;
