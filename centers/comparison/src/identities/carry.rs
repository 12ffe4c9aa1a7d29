//! Changed rows without a usable number that say of their person what they said before: another value of the car, another
//! area of the field. Whoever was found for them, or nobody, is found again, so that nobody has to be searched for.
//!
//! Only where a row says who it is about in other words is it searched for anew. What does not count is known by its kind:
//! amounts, counts, days and codes other than those of a birth, a sex and what kin somebody is, which tells the sex.

use std::collections::{HashMap, HashSet};

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, Int8Type, Int32Type, Int64Type},
    util::display::array_value_to_string,
};
use intake::contract::{ColumnType, Contract, KEY_COLUMN, PERSON, REPAIRS_COLUMN, STATUS_COLUMN, sql_names};
use kernel::IdStatus;
use sha2::{Digest, Sha256};

use super::{
    changes::{Changes, Met, Stands},
    relatives::{DECLARANT, GUARDIAN, HEAD, KIN},
    rows::has_number,
};
use crate::snapshot::{Snapshot, SnapshotError};

const BIRTH: &str = "birth";
const SEX: &str = "sex";

impl Changes {
    /// Takes rows that say the same of their person out of those to be looked at; each is one that is gone and one that came.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn carry(
        &mut self,
        before: &Snapshot,
        after: &Snapshot,
        wanted: &dyn Fn(u64) -> bool,
    ) -> Result<(), SnapshotError> {
        let (old, new) = (without_number(&self.gone), without_number(&self.fresh));
        if old.is_empty() || new.is_empty() {
            return Ok(());
        }
        let mut said: HashMap<Said, Vec<Met>> = HashMap::new();
        for (row, says) in old
            .iter()
            .zip(told(before, Some(&places_of(&old)), other(before, after))?)
        {
            if let Some(says) = says {
                said.entry(says).or_default().push(*row);
            }
        }
        let (mut gone, mut fresh) = (HashSet::new(), HashSet::new());
        for (row, says) in new
            .iter()
            .zip(told(after, Some(&places_of(&new)), other(after, before))?)
        {
            let Some(was) = says.and_then(|says| said.get_mut(&says)?.pop()) else {
                continue;
            };
            gone.insert(was.at);
            fresh.insert(row.at);
            self.unchanged += 1;
            if wanted(was.content) {
                self.kept.entry(was.content).or_default().push(Stands::of(row));
            }
        }
        self.gone.retain(|row| !gone.contains(&row.at));
        self.fresh.retain(|row| !fresh.contains(&row.at));
        Ok(())
    }
}

fn places_of(rows: &[Met]) -> Vec<u32> {
    rows.iter().map(|row| row.at).collect()
}

/// The other's contract, where it is another.
fn other<'s>(one: &Snapshot, other: &'s Snapshot) -> Option<&'s Contract> {
    (one.contract != other.contract).then_some(&other.contract)
}

/// Those without a usable number, by place.
fn without_number(rows: &[Met]) -> Vec<Met> {
    let mut rows: Vec<Met> = rows.iter().filter(|row| !row.has_number).copied().collect();
    rows.sort_unstable_by_key(|row| row.at);
    rows
}

/// What a row says of its person.
pub(super) type Said = [u8; 32];

/// What rows, by place or all, say of their person, in the columns that another contract has too; `None` for one without a
/// number that says so little that it is itself alone in people's answers.
pub(super) fn told(
    snapshot: &Snapshot,
    places: Option<&[u32]>,
    other: Option<&Contract>,
) -> Result<Vec<Option<Said>>, SnapshotError> {
    let contract = &snapshot.contract;
    let mut names = telling(contract);
    if let Some(other) = other {
        let theirs = telling(other);
        names.retain(|name| theirs.contains(name));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let batch = snapshot.columns(&names, places)?;
    let bad = |problem: String| SnapshotError::Unreadable {
        path: snapshot.path().to_owned(),
        problem,
    };
    let status = batch.column_by_name(STATUS_COLUMN);
    let status = status.ok_or_else(|| bad(format!("no {STATUS_COLUMN}")))?;
    let status = status.as_primitive::<Int8Type>();
    let marks = marks(contract);
    // In an order of their own: another contract may have them in another.
    let schema = batch.schema();
    let mut columns: Vec<(&str, &ArrayRef)> = Vec::new();
    columns.extend(schema.fields().iter().map(|f| f.name().as_str()).zip(batch.columns()));
    columns.sort_by_key(|(name, _)| *name);
    let mut said = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let mut hasher = Sha256::new();
        let numbered = has_number(status.value(row) as u8);
        let mut says_more = numbered;
        for (name, column) in &columns {
            // The key of a row without any number is made of its place in the file.
            let is_key = *name == KEY_COLUMN && !numbered && status.value(row) != IdStatus::Invalid as i8;
            let silent = column.is_null(row) || is_key;
            hasher.update((name.len() as u64).to_le_bytes());
            hasher.update(name);
            let length = if silent {
                0
            } else {
                say(column, row, &mut hasher).map_err(bad)?
            };
            says_more |= length > 0 && (*name == BIRTH || *name == REPAIRS_COLUMN || marks.contains(name));
        }
        said.push(says_more.then(|| hasher.finalize().into()));
    }
    Ok(said)
}

/// Tells a hasher what stands in a cell, its length first; returns the length.
fn say(column: &ArrayRef, row: usize, hasher: &mut Sha256) -> Result<usize, String> {
    let mut put = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
        bytes.len()
    };
    Ok(match column.data_type() {
        DataType::Utf8 => put(column.as_string::<i32>().value(row).as_bytes()),
        DataType::Binary => put(column.as_binary::<i32>().value(row)),
        DataType::Int64 => put(&column.as_primitive::<Int64Type>().value(row).to_le_bytes()),
        DataType::Int32 => put(&column.as_primitive::<Int32Type>().value(row).to_le_bytes()),
        DataType::Int8 => put(&column.as_primitive::<Int8Type>().value(row).to_le_bytes()),
        _ => put(array_value_to_string(column, row)
            .map_err(|e| e.to_string())?
            .as_bytes()),
    })
}

/// Whether two contracts say the same of what decides whom a row is about, so that rows that agree in the columns of both
/// are about the same person.
pub(super) fn decides_alike(a: &Contract, b: &Contract) -> bool {
    let deciding = |contract: &Contract| {
        let name = contract.person_name().map(|c| c.id.clone());
        let marks: Vec<String> = marks(contract).into_iter().map(str::to_owned).collect();
        let by_name = [name.as_deref(), Some(HEAD), Some(GUARDIAN)].into_iter().flatten();
        let ids = by_name.chain([BIRTH, SEX, KIN, "address", "region", DECLARANT, PERSON]);
        let mut ids: Vec<&str> = ids.chain(marks.iter().map(String::as_str)).collect();
        ids.sort_unstable();
        let mut columns = Vec::new();
        for column in contract.columns.iter().filter(|c| ids.contains(&c.id.as_str())) {
            columns.push((column.id.clone(), format!("{:?}", column.kind)));
        }
        columns.sort();
        (
            name,
            marks.clone(),
            columns,
            contract.category > 0,
            contract.authorisation,
        )
    };
    deciding(a) == deciding(b)
}

/// Columns of a snapshot by which a row tells whom it is about, or from whom it is known.
fn telling(contract: &Contract) -> Vec<String> {
    let mut names = vec![
        KEY_COLUMN.to_owned(),
        STATUS_COLUMN.to_owned(),
        REPAIRS_COLUMN.to_owned(),
    ];
    for column in &contract.columns {
        let tells = match column.kind {
            ColumnType::IdNo
            | ColumnType::Name
            | ColumnType::Text
            | ColumnType::Uscc
            | ColumnType::Account
            | ColumnType::Phone
            | ColumnType::Region => true,
            ColumnType::Date => column.id == BIRTH,
            ColumnType::Code => column.id == SEX || column.id == KIN,
            ColumnType::Month | ColumnType::Money | ColumnType::Area | ColumnType::Int | ColumnType::Bool => false,
        };
        if tells {
            // Sealed texts are other bytes each time.
            names.extend(sql_names(column).into_iter().filter(|name| !name.ends_with("_sealed")));
        }
    }
    names
}

/// What names the thing a row is about: a plate, a certificate.
fn marks(contract: &Contract) -> Vec<&str> {
    let kinds = [ColumnType::Text, ColumnType::Account, ColumnType::Uscc];
    let columns = contract.columns.iter().filter(|c| contract.key.contains(&c.id));
    columns
        .filter(|c| kinds.contains(&c.kind))
        .map(|c| c.id.as_str())
        .collect()
}
