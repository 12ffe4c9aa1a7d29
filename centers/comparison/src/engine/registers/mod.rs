//! Our own registers as a run sees them: frozen, sorted by person, with the few columns derived that rules share.
//!
//! `benefits`, `accounts` and `assisted` are derived here once, so that a rule asks "who lived on a targeted
//! benefit from when to when" in one join and its text stays short enough to be published.
//!
//! A register is one file and one line in [`ALL`]. One whose rows stand in the database as rules need them is
//! [`Rows::Plain`]: a layout and the SQL that reads it, nothing more; see `incomes`.

mod abilities;
mod acceptances;
mod accounts;
mod allocations;
mod assets;
mod assisted;
mod benefits;
mod bids;
mod budgets;
mod checks;
mod conditions;
mod contracts;
mod help_log;
mod helped;
mod helper_kin;
mod hops;
mod households;
mod incomes;
mod indicators;
mod measures;
mod members;
mod misused;
mod pairings;
mod payments;
mod persons;
mod plain;
mod prices;
mod programmes;
mod progress;
mod project_payments;
mod project_photos;
mod project_sites;
mod projects;
mod regions;
mod reimbursements;
mod returned_items;
mod shares;
mod special_entries;
mod watched;
mod yields;

use std::collections::HashMap;

use bytes::Bytes;
use kernel::{AppError, AppResult, Month, period::epoch_days};
use sha2::{Digest, Sha256};

pub use benefits::GAP_MONTHS;
pub use households::HouseholdRow;
pub use members::MemberRow;
pub use payments::PaymentRow;
pub use persons::PersonRow;
pub use plain::PlainRow;
pub(super) use plain::read_all;
pub use programmes::ProgrammeRow;

use super::{
    EngineError, Table,
    columns::{Columns, encode},
};

/// The register of misused numbers.
pub(crate) const MISUSED: &str = "misused";

/// All registers, in the order in which they are frozen.
const ALL: &[Register] = &[
    payments::REGISTER,
    benefits::REGISTER,
    assisted::REGISTER,
    accounts::REGISTER,
    members::REGISTER,
    households::REGISTER,
    programmes::REGISTER,
    persons::REGISTER,
    incomes::REGISTER,
    projects::REGISTER,
    bids::REGISTER,
    acceptances::REGISTER,
    project_payments::REGISTER,
    assets::REGISTER,
    yields::REGISTER,
    shares::REGISTER,
    indicators::REGISTER,
    allocations::REGISTER,
    hops::REGISTER,
    reimbursements::REGISTER,
    returned_items::REGISTER,
    pairings::REGISTER,
    helper_kin::REGISTER,
    checks::REGISTER,
    conditions::REGISTER,
    measures::REGISTER,
    watched::REGISTER,
    abilities::REGISTER,
    help_log::REGISTER,
    progress::REGISTER,
    special_entries::REGISTER,
    project_photos::REGISTER,
    project_sites::REGISTER,
    helped::REGISTER,
    contracts::REGISTER,
    prices::REGISTER,
    budgets::REGISTER,
    regions::REGISTER,
    misused::REGISTER,
];

/// Name and type (`i` whole number, `t` text, `d` day or month, `b` yes or no) of the columns of a register.
pub(crate) type Layout = &'static [(&'static str, char)];

/// One register as rules see it.
pub(crate) struct Register {
    /// SQL name.
    pub(crate) name: &'static str,
    pub(crate) layout: Layout,
    /// Columns by which its rows are sorted, so that grouping by person needs no further sort.
    pub(crate) sorted_by: &'static [&'static str],
    pub(super) rows: Rows,
}

/// Where the rows of a register come from.
pub(super) enum Rows {
    /// Made of what the builder was given.
    Built(fn(&mut RegisterBuilder) -> Result<Bytes, EngineError>),
    /// As they stand in the database: SQL that yields the columns of the layout by name, in the order of
    /// `sorted_by`. Days are `YYYY-MM-DD` or `YYYY-MM`. Empty where the table `of` does not exist, because the module
    /// that owns it is not installed.
    Plain { of: &'static str, sql: &'static str },
    /// Found out about the deliveries after the registers were frozen ([`found`]); empty until then.
    Found,
}

/// Whether a register's rows come as they stand in the database.
pub(crate) fn is_plain(name: &str) -> bool {
    register(name).is_some_and(|r| matches!(r.rows, Rows::Plain { .. }))
}

/// Whether a register's rows are given row by row: as they stand in the database, or as linking found them.
pub(crate) fn is_given(name: &str) -> bool {
    register(name).is_some_and(|r| !matches!(r.rows, Rows::Built(_)))
}

/// A register that was found out, from its rows in the order of its sorting.
pub(crate) fn found(name: &str, rows: &[PlainRow]) -> Result<Table, EngineError> {
    let register = register(name)
        .filter(|r| matches!(r.rows, Rows::Found))
        .ok_or_else(|| EngineError::Table(name.to_owned(), "no such register".into()))?;
    let mut columns = Columns::new(register.layout);
    for row in rows {
        plain::push(&mut columns, register, row)?;
    }
    let bytes = encode(columns)?;
    Ok(Table::from_bytes(name, &hex::encode(Sha256::digest(&bytes)), bytes)?)
}

/// A register by SQL name.
pub(crate) fn register(name: &str) -> Option<&'static Register> {
    ALL.iter().find(|r| r.name == name)
}

/// Frozen registers, ready to be read.
#[derive(Clone, Debug)]
pub struct Registers {
    pub tables: Vec<Table>,
    /// SQL name, bytes and digest, for whoever keeps them.
    pub objects: Vec<(String, Bytes, String)>,
    pub programmes: Vec<ProgrammeRow>,
    /// Names of the fixed schema, in the order of [`Registers::tables`].
    pub digest: String,
}

impl Registers {
    /// The register of people.
    ///
    /// # Errors
    /// Registers of another making, without one.
    pub fn persons(&self) -> AppResult<&Table> {
        let persons = self.tables.iter().find(|t| t.name == persons::REGISTER.name);
        persons.ok_or_else(|| AppError::internal("no register of people"))
    }

    /// The head's person key of each registered household.
    pub fn heads(&self) -> AppResult<HashMap<i64, i64>> {
        let table = self.tables.iter().find(|t| t.name == households::REGISTER.name);
        let table = table.ok_or_else(|| AppError::internal("no register of households"))?;
        households::heads(table).map_err(AppError::internal)
    }
}

/// Takes rows in and freezes them. Payments must come sorted by person.
pub struct RegisterBuilder {
    households: HashMap<i64, HouseholdRow>,
    members: Vec<MemberRow>,
    household_of: HashMap<i64, i64>,
    programmes: Vec<ProgrammeRow>,
    persons: Vec<PersonRow>,
    payments: Option<payments::PaymentWriter>,
    current: Vec<PaymentRow>,
    benefits: Vec<benefits::Benefit>,
    accounts: Columns,
    plain: HashMap<&'static str, Columns>,
}

impl RegisterBuilder {
    /// Households, members and programmes come before payments.
    pub fn new(
        households: Vec<HouseholdRow>,
        mut members: Vec<MemberRow>,
        programmes: Vec<ProgrammeRow>,
    ) -> RegisterBuilder {
        members.sort_by_key(|m| (m.person_key, m.joined_on, m.household_id));
        let household_of = members.iter().map(|m| (m.person_key, m.household_id)).collect();
        RegisterBuilder {
            households: households.into_iter().map(|h| (h.id, h)).collect(),
            members,
            household_of,
            programmes,
            persons: Vec::new(),
            payments: None,
            current: Vec::new(),
            benefits: Vec::new(),
            accounts: accounts::columns(),
            plain: HashMap::new(),
        }
    }

    /// People in any order.
    pub fn persons(&mut self, rows: Vec<PersonRow>) {
        self.persons.extend(rows);
    }

    /// Rows of a plain register, in its order of sorting.
    pub fn plain(&mut self, name: &str, rows: Vec<PlainRow>) -> Result<(), EngineError> {
        let Some(register) = register(name).filter(|r| !matches!(r.rows, Rows::Built(_))) else {
            return Err(EngineError::Table(name.to_owned(), "no such plain register".into()));
        };
        let columns = self
            .plain
            .entry(register.name)
            .or_insert_with(|| Columns::new(register.layout));
        for row in rows {
            plain::push(columns, register, &row)?;
        }
        Ok(())
    }

    /// The next payment; never of an earlier person than the one before.
    pub fn payment(&mut self, mut row: PaymentRow) -> Result<(), EngineError> {
        if let Some(last) = self.current.last() {
            if row.person_key < last.person_key {
                return Err(EngineError::Table(
                    "payments".into(),
                    "payments must come sorted by person".into(),
                ));
            }
            if row.person_key != last.person_key {
                self.flush_person()?;
            }
        }
        row.household_id = row
            .household_id
            .or_else(|| self.household_of.get(&row.person_key).copied());
        self.current.push(row);
        Ok(())
    }

    fn flush_person(&mut self) -> Result<(), EngineError> {
        let mut rows = std::mem::take(&mut self.current);
        if rows.is_empty() {
            return Ok(());
        }
        rows.sort_by(|a, b| {
            (&a.programme, a.month, a.paid_on, a.payment_id).cmp(&(&b.programme, b.month, b.paid_on, b.payment_id))
        });
        for row in &rows {
            benefits::add(&mut self.benefits, &self.programmes, row);
        }
        accounts::add(&mut self.accounts, &rows);
        let writer = match &mut self.payments {
            Some(writer) => writer,
            empty => empty.insert(payments::PaymentWriter::new()?),
        };
        for row in &rows {
            writer.push(row)?;
        }
        Ok(())
    }

    /// The register of people alone.
    pub fn freeze_persons(mut self) -> Result<Table, EngineError> {
        let (bytes, digest) = self.encode(&persons::REGISTER)?;
        Ok(Table::from_bytes(persons::REGISTER.name, &digest, bytes)?)
    }

    /// The bytes of one register, and their digest.
    fn encode(&mut self, register: &'static Register) -> Result<(Bytes, String), EngineError> {
        let bytes = match register.rows {
            Rows::Built(build) => build(self)?,
            Rows::Plain { .. } | Rows::Found => plain::encode(&mut self.plain, register)?,
        };
        let digest = hex::encode(Sha256::digest(&bytes));
        Ok((bytes, digest))
    }

    /// Encodes everything.
    pub fn freeze(mut self) -> Result<Registers, EngineError> {
        self.flush_person()?;
        let mut whole = Sha256::new();
        let mut tables = Vec::new();
        let mut objects = Vec::new();
        for register in ALL {
            let (bytes, digest) = self.encode(register)?;
            whole.update(format!("{}:{digest}\n", register.name));
            tables.push(Table::from_bytes(register.name, &digest, bytes.clone())?);
            objects.push((register.name.to_owned(), bytes, digest));
        }
        Ok(Registers {
            tables,
            objects,
            programmes: self.programmes,
            digest: hex::encode(whole.finalize()),
        })
    }
}

/// The month of an index.
pub(crate) fn month(index: i32) -> Month {
    Month::new(index.div_euclid(12), (index.rem_euclid(12) + 1) as u8).unwrap_or_else(|| Month::of(kernel::Date::MIN))
}

/// The first day of a month.
fn first_day(index: i32) -> i32 {
    epoch_days(month(index).first_day())
}

fn last_day(index: i32) -> i32 {
    epoch_days(month(index).last_day())
}

fn month_of(days: i32) -> i32 {
    kernel::period::from_epoch_days(days).map_or(0, |d| Month::of(d).index())
}
