//! The tables of projects, and the only place with their SQL.

pub mod asset_list;
pub mod assets;
pub mod board;
pub mod contract_texts;
pub mod draws;
pub mod enter;
pub mod entries;
pub mod facts;
pub mod ledgers;
pub mod list;
pub mod load;
pub mod parameters;
pub mod prices;
pub mod project;
pub mod step;
pub mod tasks;
pub mod year_plan;

pub use project::KIND;
