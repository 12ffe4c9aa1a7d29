//! Typed ids: a household's id is not a person's.
//!
//! An id is 63 bits: 42 of milliseconds since 2020, 21 of a counter that starts at random. Ids sort by
//! age, fit a BIGINT, and can be made before the row is written, so that a repeated request names the same row.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::Clock;

/// 2020-01-01T00:00:00Z in milliseconds.
const EPOCH_MILLIS: i64 = 1_577_836_800_000;
const COUNTER_BITS: u32 = 21;

/// Hands out ids that never repeat within a process and hardly ever between processes.
pub struct IdSource {
    last: AtomicI64,
}

impl IdSource {
    /// `seed` separates processes; give it something random.
    pub fn new(seed: u64) -> Self {
        IdSource {
            last: AtomicI64::new((seed & ((1 << COUNTER_BITS) - 1)) as i64),
        }
    }

    /// The next id, larger than every id before it from this source.
    pub fn next(&self, clock: &dyn Clock) -> i64 {
        let floor = (clock.now().millis() - EPOCH_MILLIS).max(0) << COUNTER_BITS;
        let step = |last: i64| {
            let counter = last & ((1 << COUNTER_BITS) - 1);
            Some((last + 1).max(floor | counter))
        };
        let last = self
            .last
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, step)
            .unwrap_or_else(|last| last);
        step(last).unwrap_or(last + 1)
    }
}

/// Declares an id type: `id_type!(HouseholdId, "A household of the object database.")`.
#[macro_export]
macro_rules! id_type {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{FixedClock, Timestamp};

    #[test]
    fn ids_grow_even_when_the_clock_stands_or_falls_back() {
        let clock = FixedClock::at(Timestamp(1_800_000_000_000));
        let ids = IdSource::new(7);
        let first = ids.next(&clock);
        let second = ids.next(&clock);
        clock.advance_minutes(-60);
        assert!(first < second && second < ids.next(&clock));
    }
}
