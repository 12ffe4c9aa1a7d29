//! Our own registers as a run sees them: frozen, sorted by person, with the few columns derived that rules share.
//!
//! `benefits`, `accounts` and `assisted` are derived here once, so that a rule asks "who lived on a targeted
//! benefit from when to when" in one join and its text stays short enough to be published.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use kernel::{Month, period::epoch_days};
use sha2::{Digest, Sha256};

use super::{
    EngineError, Table,
    columns::{Columns, encode},
    layouts::{ACCOUNTS, ASSISTED, BENEFITS, HOUSEHOLDS, MEMBERS, PERSONS, PROGRAMMES},
};

/// Months without payment after which a benefit counts as ended: the longest cycle of payment is a year.
pub const GAP_MONTHS: i32 = 12;

/// A person of the population register.
#[derive(Clone, Debug, Default)]
pub struct PersonRow {
    pub person_key: i64,
    pub name: String,
    pub sex: i64,
    pub birth: Option<i32>,
    pub region: i64,
    pub kin: String,
    pub household_id: Option<i64>,
    pub death_date: Option<i32>,
}

/// A registered household; days are epoch days.
#[derive(Clone, Debug, Default)]
pub struct HouseholdRow {
    pub id: i64,
    pub household_no: String,
    pub region: i64,
    pub head_key: i64,
    pub head_name: String,
    pub population: i64,
    pub status: i64,
    pub attr: i64,
    pub registered_on: Option<i32>,
    pub exited_on: Option<i32>,
    pub removed_on: Option<i32>,
}

/// Who belongs to a household, and when.
#[derive(Clone, Debug, Default)]
pub struct MemberRow {
    pub household_id: i64,
    pub person_key: i64,
    pub name: String,
    pub kin: String,
    pub joined_on: Option<i32>,
    pub left_on: Option<i32>,
}

/// A programme of benefits.
#[derive(Clone, Debug, Default)]
pub struct ProgrammeRow {
    pub code: String,
    pub name: String,
    pub org: String,
    pub fund_class: i64,
    pub targeted: bool,
}

/// A payment that was made.
#[derive(Clone, Debug, Default)]
pub struct PaymentRow {
    pub payment_id: i64,
    pub person_key: i64,
    pub payee_name: String,
    pub household_id: Option<i64>,
    pub region: i64,
    pub programme: String,
    pub month: i32,
    pub amount_fen: i64,
    pub paid_on: i32,
    pub account_digest: i64,
    pub account_tail: String,
    pub account_name: String,
    /// The card number was seen to fail its check digit.
    pub card_fails: bool,
    /// Marked by the paying department as arrears (补发).
    pub arrears: bool,
    /// Batch the payment belongs to.
    pub batch_no: String,
}

/// What one person drew from one programme without a gap of more than [`GAP_MONTHS`].
#[derive(Clone, Debug)]
struct Benefit {
    pub person_key: i64,
    pub payee_name: String,
    pub household_id: Option<i64>,
    pub region: i64,
    pub programme: String,
    pub targeted: bool,
    pub from: i32,
    pub to: i32,
    pub payments: i64,
    pub amount_fen: i64,
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

/// Takes rows in and freezes them. Payments must come sorted by person.
pub struct RegisterBuilder {
    households: HashMap<i64, HouseholdRow>,
    members: Vec<MemberRow>,
    household_of: HashMap<i64, i64>,
    programmes: Vec<ProgrammeRow>,
    persons: Vec<PersonRow>,
    payments: Option<super::columns::PaymentWriter>,
    current: Vec<PaymentRow>,
    benefits: Vec<Benefit>,
    accounts: Columns,
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
            accounts: Columns::new(ACCOUNTS),
        }
    }

    /// People in any order.
    pub fn persons(&mut self, rows: Vec<PersonRow>) {
        self.persons.extend(rows);
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
            self.benefit(row);
        }
        let mut by_account: BTreeMap<(i64, &str), (usize, i32, i32, i64, i64)> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let at = by_account
                .entry((row.account_digest, row.account_name.as_str()))
                .or_insert((i, row.month, row.month, 0, 0));
            *at = (
                at.0,
                at.1.min(row.month),
                at.2.max(row.month),
                at.3 + 1,
                at.4 + row.amount_fen,
            );
        }
        for ((digest, name), (i, from, to, count, amount)) in by_account {
            let row = &rows[i];
            self.accounts
                .int("person_key", row.person_key)
                .text("payee_name", &row.payee_name)
                .opt_int("household_id", row.household_id)
                .int("region", row.region)
                .int("account_digest", digest)
                .text("account_tail", &row.account_tail)
                .text("account_name", name)
                .bool("card_fails", row.card_fails)
                .day("month_from", Some(from))
                .day("month_to", Some(to))
                .int("payments", count)
                .int("amount_fen", amount);
        }
        let writer = match &mut self.payments {
            Some(writer) => writer,
            empty => empty.insert(super::columns::PaymentWriter::new()?),
        };
        for row in &rows {
            writer.push(row)?;
        }
        Ok(())
    }

    fn benefit(&mut self, row: &PaymentRow) {
        let continues = self.benefits.last().is_some_and(|b| {
            b.person_key == row.person_key && b.programme == row.programme && row.month - b.to <= GAP_MONTHS
        });
        match self.benefits.last_mut() {
            Some(b) if continues => {
                b.to = b.to.max(row.month);
                b.payments += 1;
                b.amount_fen += row.amount_fen;
            }
            _ => self.benefits.push(Benefit {
                person_key: row.person_key,
                payee_name: row.payee_name.clone(),
                household_id: row.household_id,
                region: row.region,
                programme: row.programme.clone(),
                targeted: self.programmes.iter().any(|p| p.code == row.programme && p.targeted),
                from: row.month,
                to: row.month,
                payments: 1,
                amount_fen: row.amount_fen,
            }),
        }
    }

    /// Encodes everything.
    pub fn freeze(mut self) -> Result<Registers, EngineError> {
        self.flush_person()?;
        let payments = match self.payments.take() {
            Some(writer) => writer.finish()?,
            None => super::columns::PaymentWriter::new()?.finish()?,
        };
        let mut objects = vec![("payments".to_owned(), payments)];
        objects.push(("benefits".to_owned(), encode(self.benefit_columns())?));
        objects.push(("assisted".to_owned(), encode(self.assisted_columns())?));
        objects.push((
            "accounts".to_owned(),
            encode(std::mem::replace(&mut self.accounts, Columns::new(ACCOUNTS)))?,
        ));
        objects.push(("members".to_owned(), encode(self.member_columns())?));
        objects.push(("households".to_owned(), encode(self.household_columns())?));
        objects.push(("programmes".to_owned(), encode(self.programme_columns())?));
        objects.push(("persons".to_owned(), encode(self.person_columns())?));
        let mut whole = Sha256::new();
        let mut tables = Vec::new();
        let mut kept = Vec::new();
        for (name, bytes) in objects {
            let digest = hex::encode(Sha256::digest(&bytes));
            whole.update(format!("{name}:{digest}\n"));
            tables.push(Table::from_bytes(&name, &digest, bytes.clone())?);
            kept.push((name, bytes, digest));
        }
        Ok(Registers {
            tables,
            objects: kept,
            programmes: self.programmes,
            digest: hex::encode(whole.finalize()),
        })
    }

    fn benefit_columns(&self) -> Columns {
        let mut c = Columns::new(BENEFITS);
        for b in &self.benefits {
            c.int("person_key", b.person_key)
                .text("payee_name", &b.payee_name)
                .opt_int("household_id", b.household_id)
                .int("region", b.region)
                .text("programme", &b.programme)
                .bool("targeted", b.targeted)
                .day("month_from", Some(b.from))
                .day("month_to", Some(b.to))
                .day("day_from", Some(first_day(b.from)))
                .day("day_to", Some(last_day(b.to)))
                .int("payments", b.payments)
                .int("amount_fen", b.amount_fen);
        }
        c
    }

    /// Everyone who lives on a targeted benefit: members of the households that drew one, and payees outside.
    fn assisted_columns(&self) -> Columns {
        let mut spans: BTreeMap<i64, Vec<&Benefit>> = BTreeMap::new();
        let mut rows: Vec<(i64, &str, &str, Option<&HouseholdRow>, i64, Span)> = Vec::new();
        for b in self.benefits.iter().filter(|b| b.targeted) {
            match b.household_id.filter(|h| self.households.contains_key(h)) {
                Some(h) => spans.entry(h).or_default().push(b),
                None => rows.push((b.person_key, &b.payee_name, "", None, b.region, Span::of(b))),
            }
        }
        let merged: HashMap<i64, Vec<Span>> = spans.iter().map(|(h, benefits)| (*h, merge(benefits))).collect();
        for member in &self.members {
            let Some(household) = self.households.get(&member.household_id) else {
                continue;
            };
            for span in merged.get(&member.household_id).into_iter().flatten() {
                let from = member.joined_on.map_or(span.from, |d| span.from.max(month_of(d)));
                let to = member.left_on.map_or(span.to, |d| span.to.min(month_of(d)));
                if from <= to {
                    let span = Span {
                        from,
                        to,
                        ..span.clone()
                    };
                    rows.push((
                        member.person_key,
                        &member.name,
                        &member.kin,
                        Some(household),
                        household.region,
                        span,
                    ));
                }
            }
        }
        rows.sort_by_key(|row| (row.0, row.5.from, row.3.map(|h| h.id)));
        let mut c = Columns::new(ASSISTED);
        for (key, name, kin, household, region, span) in rows {
            c.int("person_key", key)
                .text("name", name)
                .text("kin", kin)
                .opt_int("household_id", household.map(|h| h.id))
                .bool("registered", household.is_some())
                .text("head_name", household.map_or(name, |h| &h.head_name))
                .int("region", region)
                .day("month_from", Some(span.from))
                .day("month_to", Some(span.to))
                .day("day_from", Some(first_day(span.from)))
                .day("day_to", Some(last_day(span.to)))
                .int("amount_fen", span.amount_fen)
                .text("programmes", &span.programmes.join(","));
        }
        c
    }

    fn member_columns(&self) -> Columns {
        let mut c = Columns::new(MEMBERS);
        for m in &self.members {
            let Some(h) = self.households.get(&m.household_id) else {
                continue;
            };
            c.int("person_key", m.person_key)
                .int("household_id", m.household_id)
                .text("name", &m.name)
                .text("kin", &m.kin)
                .int("region", h.region)
                .text("head_name", &h.head_name)
                .int("status", h.status)
                .int("attr", h.attr)
                .day("registered_on", h.registered_on)
                .day("exited_on", h.exited_on)
                .day("removed_on", h.removed_on)
                .day("joined_on", m.joined_on)
                .day("left_on", m.left_on);
        }
        c
    }

    fn household_columns(&self) -> Columns {
        let mut all: Vec<&HouseholdRow> = self.households.values().collect();
        all.sort_by_key(|h| (h.head_key, h.id));
        let mut c = Columns::new(HOUSEHOLDS);
        for h in all {
            c.int("household_id", h.id)
                .text("household_no", &h.household_no)
                .int("region", h.region)
                .int("head_key", h.head_key)
                .text("head_name", &h.head_name)
                .int("population", h.population)
                .int("status", h.status)
                .int("attr", h.attr)
                .day("registered_on", h.registered_on)
                .day("exited_on", h.exited_on)
                .day("removed_on", h.removed_on);
        }
        c
    }

    fn programme_columns(&self) -> Columns {
        let mut all: Vec<&ProgrammeRow> = self.programmes.iter().collect();
        all.sort_by(|a, b| a.code.cmp(&b.code));
        let mut c = Columns::new(PROGRAMMES);
        for p in all {
            c.text("code", &p.code)
                .text("name", &p.name)
                .text("org", &p.org)
                .int("fund_class", p.fund_class)
                .bool("targeted", p.targeted);
        }
        c
    }

    fn person_columns(&mut self) -> Columns {
        self.persons.sort_by_key(|p| p.person_key);
        let mut c = Columns::new(PERSONS);
        for p in &self.persons {
            c.int("person_key", p.person_key)
                .text("name", &p.name)
                .int("sex", p.sex)
                .day("birth", p.birth)
                .int("region", p.region)
                .text("kin", &p.kin)
                .opt_int("household_id", p.household_id)
                .day("death_date", p.death_date);
        }
        c
    }
}

/// A stretch of months on targeted benefits.
#[derive(Clone, Debug)]
struct Span {
    from: i32,
    to: i32,
    amount_fen: i64,
    programmes: Vec<String>,
}

impl Span {
    fn of(b: &Benefit) -> Span {
        Span {
            from: b.from,
            to: b.to,
            amount_fen: b.amount_fen,
            programmes: vec![b.programme.clone()],
        }
    }
}

/// Joins the benefits of a household into stretches without a gap of more than [`GAP_MONTHS`].
fn merge(benefits: &[&Benefit]) -> Vec<Span> {
    let mut sorted = benefits.to_vec();
    sorted.sort_by(|a, b| (a.from, &a.programme, a.person_key).cmp(&(b.from, &b.programme, b.person_key)));
    let mut spans: Vec<Span> = Vec::new();
    for b in sorted {
        match spans.last_mut() {
            Some(span) if b.from - span.to <= GAP_MONTHS => {
                span.to = span.to.max(b.to);
                span.amount_fen += b.amount_fen;
                if !span.programmes.contains(&b.programme) {
                    span.programmes.push(b.programme.clone());
                }
            }
            _ => spans.push(Span::of(b)),
        }
    }
    spans
}

pub(crate) fn month(index: i32) -> Month {
    Month::new(index.div_euclid(12), (index.rem_euclid(12) + 1) as u8).unwrap_or_else(|| Month::of(kernel::Date::MIN))
}

fn first_day(index: i32) -> i32 {
    epoch_days(month(index).first_day())
}

fn last_day(index: i32) -> i32 {
    epoch_days(month(index).last_day())
}

fn month_of(days: i32) -> i32 {
    kernel::period::from_epoch_days(days).map_or(0, |d| Month::of(d).index())
}
