//! The fund database as offices use it: money from the document to the card, right and wrong.

mod batches;
mod budgets;
mod bulk;
mod chain;
mod figures;
mod holds;
mod imports;
mod kept;
mod lists;
mod oversight;
mod pages;
mod programmes;
mod reimbursements;
mod scale;
mod support;
mod takehome;
