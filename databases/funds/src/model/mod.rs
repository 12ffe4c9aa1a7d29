//! Decisions about funds, without a database: the ledger, the workflows, the idle rate.

pub mod flows;
pub mod idle;
pub mod ledger;
