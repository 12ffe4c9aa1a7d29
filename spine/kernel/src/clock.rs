//! Time is an argument. Code that needs the hour takes a [`Clock`]; tests hand it a [`FixedClock`].

use std::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
};

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, UtcOffset};

/// Milliseconds since 1970-01-01 UTC. Stored as BIGINT, shown in China Standard Time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// China has one time zone and no summer time.
pub const CHINA: UtcOffset = time::macros::offset!(+8);

impl Timestamp {
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The local calendar day in China.
    pub fn date(self) -> Date {
        self.local().date()
    }

    /// Midnight in China at the start of `date`.
    pub fn at_start_of(date: Date) -> Timestamp {
        Timestamp(date.midnight().assume_offset(CHINA).unix_timestamp() * 1000)
    }

    pub fn plus_minutes(self, minutes: i64) -> Timestamp {
        Timestamp(self.0 + minutes * 60_000)
    }

    fn local(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(CHINA)
    }
}

/// `2026-11-21 09:30`, in China Standard Time.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.local();
        write!(f, "{} {:02}:{:02}", t.date(), t.hour(), t.minute())
    }
}

/// Where the present comes from.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    fn today(&self) -> Date {
        self.now().date()
    }
}

/// The machine's clock. The only place in the workspace that reads it.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        Timestamp((OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000) as i64)
    }
}

/// The machine's clock some days ahead: for a demonstration of what takes days, and for nothing else.
pub struct ClockAhead {
    pub days: i64,
}

impl Clock for ClockAhead {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.days * 86_400_000)
    }
}

/// A clock that stands still until it is told to move.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn at(now: Timestamp) -> Self {
        FixedClock(AtomicI64::new(now.0))
    }

    pub fn on(date: Date) -> Self {
        Self::at(Timestamp::at_start_of(date).plus_minutes(9 * 60))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    pub fn advance_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400_000, Ordering::SeqCst);
    }

    pub fn advance_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_china_time() {
        assert_eq!(Timestamp(0).to_string(), "1970-01-01 08:00");
        assert_eq!(Timestamp::at_start_of(Timestamp(0).date()), Timestamp(-8 * 3_600_000));
    }
}
