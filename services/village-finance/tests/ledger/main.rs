//! Village books in a small county: entries on their way, sums that agree, pages read.

mod far;
mod flow;
mod import;
mod pages;
mod sums;
mod support;
