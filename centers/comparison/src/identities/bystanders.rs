//! Residents of whom the platform knows no more than that the departments list them.
//!
//! The register holds who has to do with public money, not everybody. A name without a number in a list of cars may be
//! that of a neighbour who draws nothing; lists in which everybody stands (health insurance, schools) say whether there
//! is such a neighbour. They are read for that only: no row is ever linked to them, and nothing of them is kept but what
//! the shelf ([`super::shelved`]) repeats of the newest lists, until the next comparison writes it anew.

use std::collections::HashSet;

use arrow::{
    array::{Array, AsArray},
    datatypes::{Int32Type, Int64Type},
};
use intake::contract::{ColumnType, Contract, KEY_COLUMN, STATUS_COLUMN};
use linkage::{
    TextColumn, TooLong,
    persons::{NO_DAY, Other, Persons},
};

use super::{
    places::Places,
    rows::{bytes, has_number, longs, text_at},
};
use crate::{
    engine::EngineError,
    snapshot::{Snapshot, SnapshotError},
};

/// Who stands in the lists under a right number, people of the register among them; a person as often as lists name him.
#[derive(Default)]
pub(super) struct Bystanders {
    key: Vec<i64>,
    name: TextColumn,
    birth: Vec<i32>,
    sex: Vec<u8>,
    region: Vec<i64>,
}

impl Bystanders {
    /// Of the deliveries that say of each person when he was born and where he lives; others tell no neighbours apart.
    /// `known` are the keys of the register, which are left out.
    pub(super) fn of(
        snapshots: &[Snapshot],
        places: &mut Places,
        known: &dyn Fn(i64) -> bool,
    ) -> Result<Bystanders, EngineError> {
        let mut out = Bystanders::default();
        for snapshot in snapshots.iter().filter(|snapshot| tells_people_apart(snapshot)) {
            let name = snapshot.contract.name.clone();
            out.read(snapshot, None, places, known)
                .map_err(|e| EngineError::Table(name, e.to_string()))?;
        }
        Ok(out)
    }

    /// Of all rows of a list, or of those at places, ascending.
    pub(super) fn read(
        &mut self,
        snapshot: &Snapshot,
        some: Option<&[u32]>,
        places: &mut Places,
        known: &dyn Fn(i64) -> bool,
    ) -> Result<(), SnapshotError> {
        let contract = &snapshot.contract;
        let name = contract.person_name().map(|c| c.id.clone()).unwrap_or_default();
        let has = |id: &str| contract.columns.iter().any(|c| c.id == id);
        let (sex, region) = (has("sex"), has("region"));
        let place = if region { "region" } else { "address" };
        let mut wanted = vec![KEY_COLUMN, STATUS_COLUMN, name.as_str(), "birth", place];
        wanted.extend(sex.then_some("sex"));
        let batch = snapshot.columns(&wanted, some)?;
        let (keys, statuses) = (longs(&batch, KEY_COLUMN), bytes(&batch, STATUS_COLUMN));
        let births = batch.column_by_name("birth").map(|c| c.as_primitive::<Int32Type>());
        let codes = batch
            .column_by_name("region")
            .map(|c| c.as_primitive::<Int64Type>())
            .filter(|_| region);
        for (row, key) in keys.into_iter().enumerate() {
            // Rows of one number stand together; one of them is enough.
            if !has_number(statuses[row]) || known(key) || self.key.last() == Some(&key) {
                continue;
            }
            let born = births.filter(|days| days.is_valid(row)).map(|days| days.value(row));
            self.name
                .push(text_at(&batch, &name, row))
                .map_err(|e| SnapshotError::Unreadable {
                    path: snapshot.path().to_owned(),
                    problem: e.to_string(),
                })?;
            self.key.push(key);
            self.birth.push(born.unwrap_or(NO_DAY));
            self.sex.push(match text_at(&batch, "sex", row) {
                "1" if sex => 1,
                "2" if sex => 2,
                _ => 0,
            });
            self.region.push(match codes {
                Some(codes) if codes.is_valid(row) => codes.value(row),
                Some(_) => 0,
                None => places.find(text_at(&batch, "address", row)),
            });
        }
        Ok(())
    }

    /// Adds those whom the shelf has.
    ///
    /// # Errors
    /// Names of more than 2 GiB.
    pub(super) fn extend(&mut self, others: Vec<Other>) -> Result<(), TooLong> {
        for other in others {
            self.name.push(&other.name)?;
            self.key.push(other.key);
            self.birth.push(other.birth);
            self.sex.push(other.sex);
            self.region.push(other.region);
        }
        Ok(())
    }

    /// Adds others of the same kind.
    ///
    /// # Errors
    /// Names of more than 2 GiB.
    pub(super) fn append(&mut self, more: Bystanders) -> Result<(), TooLong> {
        self.extend((0..more.len()).map(|at| more.one(at)).collect())
    }

    /// Leaves out who is registered after all.
    ///
    /// # Errors
    /// As of [`Bystanders::append`].
    pub(super) fn leave_out(&mut self, known: &HashSet<i64>) -> Result<(), TooLong> {
        if !known.is_empty() {
            let all = std::mem::take(self);
            let left = (0..all.len()).filter(|at| !known.contains(&all.key[*at]));
            self.extend(left.map(|at| all.one(at)).collect())?;
        }
        Ok(())
    }

    fn one(&self, at: usize) -> Other {
        Other {
            key: self.key[at],
            name: self.name.view().get(at).to_owned(),
            birth: self.birth[at],
            sex: self.sex[at],
            region: self.region[at],
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.key.len()
    }

    /// Their keys, some more than once.
    pub(super) fn keys(&self) -> &[i64] {
        &self.key
    }

    pub(super) fn persons(&self) -> Persons<'_> {
        Persons {
            key: &self.key,
            name: self.name.view(),
            birth: &self.birth,
            sex: &self.sex,
            region: &self.region,
            household: &[],
        }
    }
}

/// Lists that may be looked into only for who signed for it are no such lists.
pub(super) fn tells_people_apart(snapshot: &Snapshot) -> bool {
    tells(&snapshot.contract)
}

/// Whether tables of a contract are such lists.
pub(super) fn tells(contract: &Contract) -> bool {
    let has = |id: &str, kind: ColumnType| contract.columns.iter().any(|c| c.id == id && c.kind == kind);
    let place = has("address", ColumnType::Text) || has("region", ColumnType::Region);
    place && has("birth", ColumnType::Date) && !contract.authorisation
}
