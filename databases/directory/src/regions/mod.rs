//! Administrative divisions: kept in the database, read from memory.

mod rows;
mod tree;

pub use rows::{RegionCache, load_regions, regions};
pub use tree::{Region, RegionTree};
