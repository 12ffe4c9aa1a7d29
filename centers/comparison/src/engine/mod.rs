//! The engine: rules as SQL over frozen registers and sealed snapshots, with a probe of our own under the SQL.
//!
//! One sorted list of the people concerned is made for a run. Each department table is read once for its keys; only
//! the rows found, and of them only the columns a rule names, are decoded. The rest is DataFusion.

mod apart;
mod bounds;
mod columns;
mod error;
mod found;
mod freeze;
mod functions;
mod linked;
mod plans;
mod provider;
mod registers;
mod session;
mod stored;
mod text;

pub use bounds::Bounds;
pub(crate) use columns::encode_batches;
pub use error::EngineError;
pub use found::write_found;
pub use freeze::{freeze, freeze_people, freeze_persons};
pub(crate) use freeze::{members_of, payments_of, persons_of};
pub use linked::{Link, Linked};
pub use plans::Plans;
pub use probe::{Found, Hits, People, Table, class};
pub use registers::{
    GAP_MONTHS, HouseholdRow, MemberRow, PaymentRow, PersonRow, PlainRow, ProgrammeRow, RegisterBuilder, Registers,
};
pub(crate) use registers::{MISUSED, found, is_given, is_plain, month};
pub use session::{Among, Inputs, Session, Take};
pub(crate) use stored::{HouseholdDb, ProgrammeDb};

/// The schema of a register by SQL name, as rules see it.
pub(crate) fn register_schema(name: &str) -> Option<arrow::datatypes::SchemaRef> {
    registers::register(name).map(|r| columns::schema_of(r.layout))
}
