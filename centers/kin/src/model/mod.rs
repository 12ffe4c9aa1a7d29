//! Kinship as steps, words and links; pure.

pub mod drawing;
pub mod graph;
pub mod link;
pub mod step;
pub mod term;
