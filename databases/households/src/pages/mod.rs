//! The pages of the register.

pub(crate) mod export;
pub(crate) mod household;
pub(crate) mod list;
pub(crate) mod reveal;
