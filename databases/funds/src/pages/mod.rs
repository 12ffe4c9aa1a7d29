//! The pages of the back office.

pub(crate) mod accounts;
pub(crate) mod allocations;
mod batch_act;
mod batch_bulk;
mod batch_hold;
mod batch_new;
pub(crate) mod batches;
pub(crate) mod board;
mod budgets;
pub(crate) mod bulletin;
mod chart;
pub(crate) mod export;
mod filled;
pub(crate) mod idle;
mod indicator_list;
pub(crate) mod indicators;
mod lists;
pub(crate) mod oversight;
pub(crate) mod payments;
mod programme_money;
mod programmes;
pub(crate) mod reimbursements;
mod routes;
mod sheet;
pub(crate) mod trace;
mod trace_receivers;

pub(crate) use routes::routes;
