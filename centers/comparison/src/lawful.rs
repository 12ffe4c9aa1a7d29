//! What may be compared at all: deposits and securities only of households whose grown members all signed the
//! authorisation (核对授权委托书, rule A-16), or for a public interest that the law names and the run records.
//!
//! Rows about anyone else are taken out before a rule sees them; of these rows nothing but the key is decoded.

use std::collections::{BTreeMap, HashSet};

use arrow::array::RecordBatch;
use households::model::authorisation::{Signer, unsigned};
use intake::contract::{Column, ColumnType, Contracts, Sensitivity};
use kernel::{AppError, AppResult, Date};
use store::{PackedRow, Query, Value, args};

use crate::engine::{EngineError, Inputs, Linked, People, Table, encode_batches};

/// Whether a column holds a figure that needs a purpose each time. The number itself is never shown anyway.
pub fn is_figure(column: &Column) -> bool {
    column.sensitivity == Sensitivity::S && column.kind != ColumnType::IdNo
}

/// Title of the data set and header of every column that needs a purpose each time.
pub fn figures(contracts: &Contracts) -> HashSet<(String, String)> {
    contracts
        .iter()
        .flat_map(|contract| contract.columns.iter().map(move |column| (contract, column)))
        .filter(|(contract, column)| is_figure(column) || (contract.authorisation && column.kind != ColumnType::IdNo))
        .map(|(contract, column)| (contract.title.clone(), column.header.clone()))
        .collect()
}

/// Who authorised a check of means.
#[derive(Clone, Debug, Default)]
pub(crate) struct Authorised {
    pub(crate) people: Vec<i64>,
    /// Households in which someone has not signed, or whose signature ran out: the people of each.
    pub(crate) left_out: Vec<Vec<i64>>,
}

struct Row {
    household_id: i64,
    person_key: i64,
    name: String,
    birth: String,
    valid_to: Option<String>,
}

const COLUMNS: &[&str] = &[
    "m.household_id",
    "m.person_key",
    "p.name",
    "p.birth",
    "(SELECT MAX(a.valid_to) FROM check_authorisation a WHERE a.household_id = m.household_id AND a.person_key = m.person_key)",
];
const MEMBERS: &str = "FROM household_member m JOIN person p ON p.person_key = m.person_key WHERE m.left_on IS NULL";
const APPLICANTS: &str = "FROM applicant_member m JOIN person p ON p.person_key = m.person_key WHERE m.open";

fn row(packed: &PackedRow) -> AppResult<Row> {
    let mut v = packed.values();
    Ok(Row {
        household_id: v.whole()?,
        person_key: v.whole()?,
        name: v.text()?.to_owned(),
        birth: v.text()?.to_owned(),
        valid_to: v.text_or_null()?.map(str::to_owned),
    })
}

/// Keys in one statement.
const CHUNK_KEYS: usize = 250;

/// The people of households in which every grown member signed; of these people when given, else of all.
pub(crate) async fn authorised(db: &impl Query, of: Option<&[i64]>, day: Date) -> AppResult<Authorised> {
    let mut packed: Vec<PackedRow> = Vec::new();
    for base in [MEMBERS, APPLICANTS] {
        match of {
            None => packed.extend(db.packed(COLUMNS, base, args![]).await?),
            Some(keys) => {
                for chunk in keys.chunks(CHUNK_KEYS) {
                    let places: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
                    let of = format!("{base} AND m.person_key IN ({})", places.join(", "));
                    let given = chunk.iter().map(|key| Value::from(*key)).collect();
                    packed.extend(db.packed(COLUMNS, &of, given).await?);
                }
            }
        }
    }
    let mut by_household: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for row in packed.iter().map(row) {
        let row = row?;
        by_household.entry(row.household_id).or_default().push(row);
    }
    let mut out = Authorised::default();
    for members in by_household.into_values() {
        let signers: Vec<Signer> = members
            .iter()
            .map(|m| Signer {
                person_key: m.person_key,
                name: m.name.clone(),
                birth: m.birth.clone(),
            })
            .collect();
        let signed: Vec<(i64, String)> = members
            .iter()
            .filter_map(|m| Some((m.person_key, m.valid_to.clone()?)))
            .collect();
        if unsigned(&signers, &signed, day).is_empty() {
            out.people.extend(members.iter().map(|m| m.person_key));
        } else {
            out.left_out.push(members.iter().map(|m| m.person_key).collect());
        }
    }
    Ok(out)
}

/// Takes the rows of people who did not authorise a check out of the tables that need it. Returns the people
/// of each household left out, none when no such table is read.
pub(crate) async fn restrict(
    db: &impl Query,
    inputs: &mut Inputs,
    contracts: &Contracts,
    of: Option<&[i64]>,
    day: Date,
) -> AppResult<Vec<Vec<i64>>> {
    let needs = |name: &str| contracts.get(name).is_some_and(|c| c.authorisation);
    if !inputs.snapshots.iter().any(|(t, _)| needs(&t.name)) {
        return Ok(Vec::new());
    }
    let authorised = authorised(db, of, day).await?;
    let people: HashSet<i64> = authorised.people.iter().copied().collect();
    for (table, _) in inputs.snapshots.iter_mut().filter(|(t, _)| needs(&t.name)) {
        let linked = inputs.linked.get_mut(&table.name);
        *table = only(table, &people, linked.as_deref()).map_err(AppError::internal)?;
        if let Some(linked) = linked {
            // Rows set aside are gone with the others; linked ones stay only where the person found authorised it.
            let rows = linked.rows.as_ref().map(|rows| only(rows, &people, None));
            linked.rows = rows.transpose().map_err(AppError::internal)?;
            linked.set_aside = Default::default();
        }
    }
    Ok(authorised.left_out)
}

/// A table with the rows about these people alone.
fn only(table: &Table, people: &HashSet<i64>, linked: Option<&Linked>) -> Result<Table, EngineError> {
    let hits = table.find(&People::of(people.iter().map(|key| (*key, 1)).collect()), 1)?;
    let hits = match linked {
        Some(linked) => linked.own(hits),
        None => hits,
    };
    let columns: Vec<usize> = (0..table.schema().fields().len()).collect();
    let mut batches = Vec::new();
    for batch in table.read(&columns, Some(&hits))? {
        batches.push(batch.map_err(|e| EngineError::Table(table.name.clone(), e.to_string()))?);
    }
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(table.schema().clone()));
    }
    Ok(Table::from_bytes(
        &table.name,
        &table.digest,
        encode_batches(&batches)?,
    )?)
}
