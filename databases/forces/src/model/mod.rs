//! What helpers, teams, pairings and visits are, and what is decided about them. Pure: rows, a day and parameters
//! go in, a decision with its reason comes out.

pub mod bulk;
pub mod duty;
pub mod helper;
pub mod measure;
pub mod pairing;
pub mod spot;
pub mod staffing;
pub mod team;
pub mod visit;
