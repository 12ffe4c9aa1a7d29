//! The register's columns beside the rows found: whose row it is, as our own register writes the name.
//!
//! The register and every snapshot are sorted by person, so the two are walked side by side: no hash, no join.

use std::sync::{Mutex, PoisonError};

use arrow::{
    array::{ArrayRef, AsArray, Int64Array, UInt32Array},
    compute::take,
    datatypes::{Field, Int64Type},
};
use intake::contract::KEY_COLUMN;

use crate::{ProbeError, Table, people::Walk};

/// Some columns of a register, one row a person; loaded when first asked for.
#[derive(Debug)]
pub struct Beside {
    register: Table,
    places: Vec<usize>,
    fields: Vec<Field>,
    loaded: Mutex<Option<Loaded>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) keys: Int64Array,
    pub(crate) columns: Vec<ArrayRef>,
}

impl Beside {
    /// `columns` of a register sorted by person; they appear as `register_<name>` and are empty for a person the
    /// register does not know.
    pub fn new(register: Table, columns: &[&str]) -> Result<Beside, ProbeError> {
        let mut places = Vec::new();
        for name in [KEY_COLUMN].iter().chain(columns) {
            let place = register.schema().index_of(name);
            places.push(place.map_err(|e| ProbeError::new(&register.name, e))?);
        }
        let fields = places[1..].iter().map(|place| register.schema().field(*place));
        let fields = fields
            .map(|f| Field::new(format!("register_{}", f.name()), f.data_type().clone(), true))
            .collect();
        Ok(Beside {
            register,
            places,
            fields,
            loaded: Mutex::default(),
        })
    }

    /// The columns as they appear beside a table.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// A walk from the smallest person on.
    pub fn walk(&self) -> Result<Merge, ProbeError> {
        // Whoever comes while another loads waits: loading twice costs more.
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let register = match &*loaded {
            Some(register) => register.clone(),
            None => loaded.insert(self.load()?).clone(),
        };
        Ok(Merge {
            register,
            walk: Walk::default(),
        })
    }

    pub(crate) fn load(&self) -> Result<Loaded, ProbeError> {
        let all = self.register.whole(&self.places)?;
        Ok(Loaded {
            keys: all.column(0).as_primitive::<Int64Type>().clone(),
            columns: all.columns()[1..].to_vec(),
        })
    }
}

/// A walk along a register, in the order of ascending keys.
#[derive(Debug)]
pub struct Merge {
    register: Loaded,
    walk: Walk,
}

impl Merge {
    /// The register's columns `wanted` (places in [`Beside::fields`]) for these people. Quick where they ascend.
    pub fn beside(&mut self, people: &[i64], wanted: &[usize]) -> Result<Vec<ArrayRef>, arrow::error::ArrowError> {
        let keys = self.register.keys.values();
        let mut places = Vec::with_capacity(people.len());
        for person in people {
            places.push(self.walk.to(keys, *person).map(|at| at as u32));
        }
        let places = UInt32Array::from(places);
        wanted
            .iter()
            .map(|column| take(&self.register.columns[*column], &places, None))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Array;

    use super::*;

    #[test]
    fn a_person_unknown_to_the_register_has_nothing_beside() {
        let register = Loaded {
            keys: Int64Array::from(vec![2, 5, 9]),
            columns: vec![Arc::new(Int64Array::from(vec![20, 50, 90]))],
        };
        let mut merge = Merge {
            register,
            walk: Walk::default(),
        };
        let mut seen = Vec::new();
        for people in [&[1_i64, 2, 2][..], &[5, 6], &[9, 11], &[5]] {
            let columns = merge.beside(people, &[0]).unwrap();
            let column = columns[0].as_primitive::<Int64Type>().clone();
            seen.extend((0..column.len()).map(|i| column.is_valid(i).then(|| column.value(i))));
        }
        assert_eq!(
            seen,
            [None, Some(20), Some(20), Some(50), None, Some(90), None, Some(50)]
        );
    }
}
