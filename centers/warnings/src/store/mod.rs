//! The tables of the warning center; all its SQL is here.

mod absorb;
mod attachments;
mod conflict;
mod desk;
mod detail;
mod list;
mod misfire;
mod notice;
mod open_red;
mod perform;
mod reach;
mod results;
mod row;
mod sample;

pub use absorb::Sink;
pub use attachments::{Attachment, Upload, attachment, attachments};
pub use conflict::conflict_of;
pub use detail::{ClearanceNote, Elimination, StepRow, clearance_notes, eliminations, find, id_of_number, steps};
pub use list::{Filters, ListRow, Order, Totals, page, rules_and_owners, totals, waiting};
pub use misfire::{MISFIRE_RULE, review};
pub use notice::{Notice, PublicNotice, issue, notice, public_notice};
pub use open_red::OpenRed;
pub(crate) use perform::not_found;
pub use perform::{Outcome, perform};
pub use results::{Doubted, Reckoned, RuleResult, by_rule, doubted};
pub use row::FindingRow;
pub use sample::{Sample, SampleRow, draw, population, sample, sample_rows, samples};
