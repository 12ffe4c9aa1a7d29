//! The register on a shelf: kept in a file in such an order that a few rows find whom they may mean without everybody being
//! read. Monthly deliveries change two rows in a hundred; what searching these costs follows them, not the register.
//!
//! Whoever shares a key ([`super::keys`]) with a row shares the sound of the whole name, the day of birth or the household.
//! People therefore stand in the file twice, by sound and by day; who lives in a household the caller's database knows.
//! Beside them stands how common each name, day and village is among everybody, so that a few people are weighed as they
//! are among all. Of people who are registered the file says no more than which they are, because their register may have
//! changed; of the others it holds what the lists said.
//!
//! Blocks bear a check of their own and the list of blocks one of all: a file that was altered is refused, never half
//! believed.

mod pages;
mod part;
mod read;
mod write;

pub use read::{Near, Other, Shelf};

/// Sections of the file.
const BY_SOUND: usize = 0;
const BY_DAY: usize = 1;
const NAMES: usize = 2;
const COUNTS: usize = 3;
const SECTIONS: usize = 4;

/// Whole numbers of an entry.
const WORDS: [usize; SECTIONS] = [4, 4, 7, 2];

/// What is counted among everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
enum Counted {
    Surname = 1,
    Given = 2,
    SurnameSound = 3,
    GivenSound = 4,
    Day = 5,
    /// Days of no century of ours, together.
    OtherDays = 6,
    Village = 7,
}

impl Counted {
    fn key(self, value: u64) -> u64 {
        crate::hash::mix(self as u64, value)
    }
}

/// A day of birth as people are ordered by it; never 0.
fn group_of_day(birth: i32) -> u64 {
    (i64::from(birth) + (1 << 40)) as u64
}

#[cfg(test)]
mod tests;
