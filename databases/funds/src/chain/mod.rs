//! The chain of money as it is kept: documents, shares, hops, and the books that hold them together.

mod accounts;
mod act;
mod allocation;
mod books;
mod hops;
mod indicator;
mod kept;
pub mod load;
mod posting;

pub use accounts::{ACCOUNT_KINDS, FundAccount, NewAccount, accounts, enter as enter_account};
pub use act::Asked;
pub(crate) use act::{conflicting, day_within, who};
pub use allocation::{AllocationRow, NewPlan, TARGETS, allocation, allocations_of, plan, step as allocation_step};
pub use books::{BookEntry, Books, Standing, books};
pub use hops::{Hop, hops_of};
pub use indicator::{
    FAMILIES, FUND_CLASSES, IndicatorRow, LEVELS, NewIndicator, ORIGINS, enter, filing_due, indicator, indicator_rows,
    step as indicator_step, title_of,
};
pub(crate) use indicator::{bring, id_in, wrong_in};
pub use kept::{BookCache, kept};
pub(crate) use posting::{draw, nodes_of_allocation, nodes_of_holder, post};
