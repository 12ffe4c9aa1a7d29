//! What everything stands on: ids, money, identity, regions, time and errors. Pure, no IO.
//!
//! A value that went through a constructor here is valid; code above may trust it without looking again.

pub mod area;
pub mod checks;
pub mod clock;
pub mod error;
pub mod identity;
pub mod ids;
pub mod money;
pub mod name;
pub mod period;
pub mod region;
pub mod workdays;

pub use area::Area;
pub use clock::{Clock, ClockAhead, FixedClock, SystemClock, Timestamp};
pub use error::{AppError, AppResult, ErrorKind};
pub use identity::{IdNumber, IdStatus, KeyRing, PersonKey, Sealed};
pub use ids::IdSource;
pub use money::Money;
pub use period::{DateSpan, Month};
pub use region::{RegionCode, RegionLevel};
/// A calendar day in China, without a time of day.
pub use time::Date;
pub use workdays::Calendar;
