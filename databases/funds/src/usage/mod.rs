//! Use of money collected by itself (000-71): departments drop their files into a folder, the platform takes them in on
//! a schedule, each whole or not at all, and tells on a page what came of every one.

mod rows;
mod take;

pub use rows::{UsageFile, usage_files};
pub(crate) use take::contract;
pub use take::{LastRun, Ran, inbox, start, take_in};
