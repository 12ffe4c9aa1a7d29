//! The project database (扶贫项目库): every project from the survey of demands to the yield that reaches households.

pub mod model;
mod public;
pub mod store;

pub use public::six_fields;
