//! Who may do what, and on which rows.
//!
//! Two questions, two answers: "may this actor do this?" is asked of Cedar policies, text that an auditor
//! reads; "which rows?" is a [`Scope`], one range predicate that every query on scoped data takes.

mod actor;
mod policy;
mod role;
mod scope;

pub use actor::{AccountId, Actor};
pub use policy::{Policies, PolicyError, Resource};
pub use role::Role;
pub use scope::Scope;
