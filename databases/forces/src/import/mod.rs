//! Registers of this module as files, by template: helpers, their declared kin, pairings, and a helper's visits.

mod helpers;
mod kin;
mod pairings;
mod visits;

pub(crate) use helpers::HelperImport;
pub(crate) use kin::KinImport;
pub(crate) use pairings::PairingImport;
pub(crate) use visits::VisitImport;

/// More rows than any county has.
const ALL: i64 = 500_000;

/// A message of the model without its last full stop, to be followed by the row it is about.
fn reason(error: &kernel::AppError) -> String {
    error.message.trim_end_matches('。').to_owned()
}
