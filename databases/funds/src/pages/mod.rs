//! The pages of the back office.

pub(crate) mod accounts;
pub(crate) mod allocations;
pub(crate) mod batches;
pub(crate) mod board;
pub(crate) mod bulletin;
mod chart;
pub(crate) mod export;
mod filled;
pub(crate) mod idle;
pub(crate) mod indicators;
pub(crate) mod payments;
pub(crate) mod reimbursements;
mod routes;
mod sheet;
pub(crate) mod trace;

pub(crate) use routes::routes;
