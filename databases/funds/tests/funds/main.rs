//! The fund database as offices use it: money from the document to the card, right and wrong.

mod batches;
mod chain;
mod figures;
mod holds;
mod imports;
mod kept;
mod lists;
mod oversight;
mod pages;
mod reimbursements;
mod scale;
mod support;
