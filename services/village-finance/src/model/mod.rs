//! What an entry of a village's book is, which way it goes, and what a form must bring.

mod flow;
mod form;
mod words;

pub use flow::{ENTRY_FLOW, EntryAct, EntryState};
pub use form::{NewEntry, Problems, read};
pub use words::{AccountKind, Category, Channel, Direction};
