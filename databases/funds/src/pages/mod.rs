//! The pages of the back office.

pub(crate) mod export;
pub(crate) mod payments;
