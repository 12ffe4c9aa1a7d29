//! Changed rows without a usable number that say of their person what they said before: another value of the car, another
//! area of the field. Whoever was found for them, or nobody, is found again, so that nobody has to be searched for.
//!
//! Only where a row says who it is about in other words is it searched for anew. What does not count is known by its kind:
//! amounts, counts, days and codes other than those of a birth, a sex and what kin somebody is, which tells the sex.

use std::collections::{HashMap, HashSet};

use arrow::{
    array::{Array, AsArray},
    datatypes::Int8Type,
    util::display::array_value_to_string,
};
use intake::contract::{ColumnType, Contract, KEY_COLUMN, REPAIRS_COLUMN, STATUS_COLUMN, sql_names};
use kernel::IdStatus;
use sha2::{Digest, Sha256};

use super::{
    changes::{Changes, Met, Stands},
    relatives::KIN,
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
        for (row, says) in old.iter().zip(told(before, &old)?) {
            if let Some(says) = says {
                said.entry(says).or_default().push(*row);
            }
        }
        let (mut gone, mut fresh) = (HashSet::new(), HashSet::new());
        for (row, says) in new.iter().zip(told(after, &new)?) {
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

/// Those without a usable number, by place.
fn without_number(rows: &[Met]) -> Vec<Met> {
    let mut rows: Vec<Met> = rows.iter().filter(|row| !row.has_number).copied().collect();
    rows.sort_unstable_by_key(|row| row.at);
    rows
}

/// What a row says of its person.
type Said = [u8; 32];

/// What rows, by place, say of their person; `None` for one that says so little that it is itself alone in people's answers.
fn told(snapshot: &Snapshot, rows: &[Met]) -> Result<Vec<Option<Said>>, SnapshotError> {
    let names = telling(&snapshot.contract);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let places: Vec<u32> = rows.iter().map(|row| row.at).collect();
    let batch = snapshot.columns(&names, Some(&places))?;
    let bad = |problem: String| SnapshotError::Unreadable {
        path: snapshot.path().to_owned(),
        problem,
    };
    let status = batch.column_by_name(STATUS_COLUMN);
    let status = status.ok_or_else(|| bad(format!("no {STATUS_COLUMN}")))?;
    let status = status.as_primitive::<Int8Type>();
    let marks = marks(&snapshot.contract);
    let mut said = Vec::with_capacity(rows.len());
    for row in 0..batch.num_rows() {
        let mut hasher = Sha256::new();
        let mut says_more = false;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            // The key of a row without any number is made of its place in the file.
            let silent = column.is_null(row) || name == KEY_COLUMN && status.value(row) != IdStatus::Invalid as i8;
            let text = match silent {
                true => String::new(),
                false => array_value_to_string(column, row).map_err(|e| bad(e.to_string()))?,
            };
            says_more |= !text.is_empty() && (name == BIRTH || name == REPAIRS_COLUMN || marks.contains(&name));
            hasher.update((name.len() as u64).to_le_bytes());
            hasher.update(name);
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text);
        }
        said.push(says_more.then(|| hasher.finalize().into()));
    }
    Ok(said)
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
