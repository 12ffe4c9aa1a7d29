//! Decisions about funds, without a database: the ledger, the workflows, the idle rate.

#[cfg(test)]
mod flow_pages;
pub mod flows;
pub mod idle;
pub mod ledger;
