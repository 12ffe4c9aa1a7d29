//! Reimbursements (报账制): works are paid after the fact, on five signatures of three levels and two departments
//! (三级两部门), with the papers that prove them.

mod enter;
mod rows;
mod steps;

pub use enter::{NewReimbursement, enter};
pub use rows::{ReimbursementRow, Sign, reimbursement, reimbursements, signs};
pub use steps::{FINANCE_WORKING_DAYS, MANDATORY, SLOTS, attach, finance_due, missing_papers, step};
