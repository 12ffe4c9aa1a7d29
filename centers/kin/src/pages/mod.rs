//! The pages of the kin graph.

pub(crate) mod list;
pub(crate) mod person;
pub(crate) mod search;

use kernel::RegionCode;

/// The division of a row; a row without one is nobody's but the county's.
fn region(code: i64) -> RegionCode {
    RegionCode::from_i64(code).unwrap_or(RegionCode::NATION)
}
