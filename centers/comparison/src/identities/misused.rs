//! A number that is somebody's beside a name that is another's: a question of its own to the office that keeps the record,
//! one for each number and source, and never a word against the number's owner.
//!
//! Asked about are people the comparison is about: on benefits, in registered households, applicants, officials. Where most
//! names of a delivery stand beside the wrong numbers, the file is wrong and nobody is asked about.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int32Type, Int64Type};
use intake::contract::{Contract, KEY_COLUMN};
use kernel::name;

use super::{LinkedSet, Misused};
use crate::{
    engine::{EngineError, Inputs, MISUSED, People, PlainRow, Table, found},
    snapshot::Snapshot,
};

/// Names shown of one number and source.
const MOST_NAMES: usize = 5;

/// Whether misused numbers of this data set are asked about: not where each look needs its person's authorisation, nor in
/// lists of our own.
pub(crate) fn is_asked(contract: &Contract) -> bool {
    contract.category > 0 && !contract.authorisation && contract.person_name().is_some()
}

/// Puts the register of misused numbers among the tables of a run.
///
/// # Errors
/// A register that cannot be read.
pub(crate) fn ask_whose(inputs: &mut Inputs, snapshots: &[Snapshot], sets: &[LinkedSet]) -> Result<(), EngineError> {
    let mut asked: Vec<(&Contract, &LinkedSet)> = Vec::new();
    for set in sets.iter().filter(|set| !set.classes.is_shifted()) {
        let snapshot = snapshots.iter().find(|s| s.contract.name == set.data_set);
        asked.extend(snapshot.map(|s| &s.contract).filter(|c| is_asked(c)).map(|c| (c, set)));
    }
    let keys: BTreeSet<i64> = asked
        .iter()
        .flat_map(|(_, set)| set.misused.iter().map(|row| row.person_key))
        .collect();
    let owners = owners(inputs, &keys)?;
    let mut rows: BTreeMap<(i64, &str), Vec<PlainRow>> = BTreeMap::new();
    for (contract, set) in asked {
        let mut by_person: BTreeMap<i64, Vec<&Misused>> = BTreeMap::new();
        for row in &set.misused {
            by_person.entry(row.person_key).or_default().push(row);
        }
        for (key, lines) in by_person {
            if let Some(owner) = owners.get(&key).filter(|owner| owner.concerned) {
                rows.insert((key, contract.name.as_str()), of_number(key, owner, contract, lines));
            }
        }
    }
    let rows: Vec<PlainRow> = rows.into_values().flatten().collect();
    let table = found(MISUSED, &rows)?;
    match inputs.registers.iter_mut().find(|t| t.name == MISUSED) {
        Some(place) => *place = table,
        None => inputs.registers.push(table),
    }
    Ok(())
}

/// One row for each name beside the number.
fn of_number(key: i64, owner: &Owner, contract: &Contract, mut lines: Vec<&Misused>) -> Vec<PlainRow> {
    lines.sort_by_key(|line| line.row_no);
    let names: BTreeSet<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let mut shown = BTreeSet::new();
    let first = lines.iter().filter(|line| shown.insert(line.name.as_str()));
    first
        .take(MOST_NAMES)
        .map(|line| {
            let said = |part: &str| {
                let found = line.parts.iter().find(|(name, _)| name == part);
                found.map_or("", |(_, finding)| finding.as_str())
            };
            PlainRow::default()
                .int("person_key", key)
                .text("name", &owner.name)
                .int("region", owner.region)
                .int("household_id", owner.household_id)
                .int("month_from", owner.months.map(|(from, _)| i64::from(from)))
                .int("month_to", owner.months.map(|(_, to)| i64::from(to)))
                .text("source", &contract.name)
                .text("source_title", &contract.title)
                .text("department", &contract.department)
                .text("owner", &contract.owner)
                .int("row_no", line.row_no)
                .text("written", name::mask(&line.name))
                .bool("alike", line.alike)
                .int("lines", lines.len() as i64)
                .int("names", names.len() as i64)
                .text("surname", said("姓"))
                .text("given", said("名"))
                .text("birth", said("出生日期"))
                .text("sex", said("性别"))
                .text("place", said("住地"))
        })
        .collect()
}

/// Whose number it is.
#[derive(Clone, Debug, Default)]
struct Owner {
    name: String,
    region: i64,
    household_id: Option<i64>,
    /// Months on benefits.
    months: Option<(i32, i32)>,
    concerned: bool,
}

fn owners(inputs: &Inputs, keys: &BTreeSet<i64>) -> Result<BTreeMap<i64, Owner>, EngineError> {
    let people = People::of(keys.iter().map(|key| (*key, 1)).collect());
    let mut out: BTreeMap<i64, Owner> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(out);
    }
    for table in &inputs.registers {
        match table.name.as_str() {
            "persons" => each(table, &people, &["name", "region", "household_id"], |key, row| {
                let owner = out.entry(key).or_default();
                owner.name = row.text(0);
                owner.region = row.long(1).unwrap_or(0);
                owner.household_id = row.long(2);
            })?,
            "members" => each(table, &people, &[], |key, _| {
                out.entry(key).or_default().concerned = true
            })?,
            "benefits" | "assisted" => each(table, &people, &["month_from", "month_to"], |key, row| {
                let owner = out.entry(key).or_default();
                owner.concerned = true;
                let (from, to) = (row.day(0), row.day(1));
                let known = owner.months.unwrap_or((from, to));
                owner.months = Some((known.0.min(from), known.1.max(to)));
            })?,
            _ => {}
        }
    }
    // Applicants and officials are in lists of departments.
    let lists = inputs.snapshots.iter().map(|(table, _)| table);
    for table in lists.filter(|t| matches!(t.name.as_str(), "house_renovation" | "payroll")) {
        each(table, &people, &[], |key, _| {
            out.entry(key).or_default().concerned = true
        })?;
    }
    Ok(out)
}

/// One row of a table: columns by the order in which they were asked for, after the key.
struct Row<'b> {
    batch: &'b arrow::array::RecordBatch,
    at: usize,
}

impl Row<'_> {
    fn long(&self, column: usize) -> Option<i64> {
        let column = self.batch.column(column + 1).as_primitive::<Int64Type>();
        column.is_valid(self.at).then(|| column.value(self.at))
    }

    fn day(&self, column: usize) -> i32 {
        self.batch.column(column + 1).as_primitive::<Int32Type>().value(self.at)
    }

    fn text(&self, column: usize) -> String {
        let column = self.batch.column(column + 1).as_string_view();
        match column.is_valid(self.at) {
            true => column.value(self.at).to_owned(),
            false => String::new(),
        }
    }
}

fn each(
    table: &Table,
    people: &People,
    columns: &[&str],
    mut take: impl FnMut(i64, &Row<'_>),
) -> Result<(), EngineError> {
    let broken = |e: arrow::error::ArrowError| EngineError::Table(table.name.clone(), e.to_string());
    let wanted: Result<Vec<usize>, _> = std::iter::once(&KEY_COLUMN)
        .chain(columns)
        .map(|column| table.schema().index_of(column))
        .collect();
    let hits = table.find(people, 1)?;
    for batch in table.read(&wanted.map_err(broken)?, Some(&hits))? {
        let batch = batch.map_err(broken)?;
        let keys = batch.column(0).as_primitive::<Int64Type>();
        for at in 0..batch.num_rows() {
            take(keys.value(at), &Row { batch: &batch, at });
        }
    }
    Ok(())
}
