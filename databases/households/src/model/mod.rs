//! What is decided about a household, apart from where it is kept: days, parameters and facts come as arguments.

pub mod authorisation;
pub mod exit;
pub mod flows;
pub mod guards;
pub mod income;
pub mod lines;
pub mod plan;
pub mod record;
pub mod sign;
pub mod support;
pub mod terms;
