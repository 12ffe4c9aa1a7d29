//! `PersonKey`: a keyed pseudo-random function of the normalised ID number.

use serde::{Deserialize, Serialize};

/// 63 bits that stand for one person in every table and snapshot. Equal numbers give equal keys under the
/// same key ring; without the ring a key tells nothing. A key alone never accuses: names must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonKey(pub i64);

/// Keys of citizen ID numbers have bit 62 clear, keys of other documents and of unusable numbers have it set.
const OTHER_DOCUMENT_BIT: i64 = 1 << 62;

impl PersonKey {
    pub(super) fn of_citizen(hash: u64) -> PersonKey {
        PersonKey((hash >> 2) as i64)
    }

    pub(super) fn of_other_document(hash: u64) -> PersonKey {
        PersonKey((hash >> 2) as i64 | OTHER_DOCUMENT_BIT)
    }

    /// Whether the key was made from a valid citizen ID number.
    pub fn is_citizen(self) -> bool {
        self.0 & OTHER_DOCUMENT_BIT == 0
    }
}
