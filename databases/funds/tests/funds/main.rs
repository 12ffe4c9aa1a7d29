//! The fund database as offices use it: money from the document to the card, right and wrong.

mod batches;
mod chain;
mod figures;
<<<<<<< HEAD
mod kept;
=======
mod holds;
>>>>>>> 47aa365 (funds: held rows wait for a named person's decision, and no longer than their limit)
mod pages;
mod reimbursements;
mod scale;
mod support;
