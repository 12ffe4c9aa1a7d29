//! The public side: every village's money by month, for anybody, without signing in.

pub(crate) mod home;
pub(crate) mod month;
pub(crate) mod place;
