//! The register's columns beside the rows found: whose row it is, as our own register writes the name.
//!
//! The register and every snapshot are sorted by person, so the two are walked side by side: no hash, no join.

use std::sync::{Arc, OnceLock};

use arrow::{
    array::{ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array},
    compute::{concat_batches, take},
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
    loaded: OnceLock<Loaded>,
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
            loaded: OnceLock::new(),
        })
    }

    /// The columns as they appear beside a table.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// A walk from the smallest person on.
    pub fn walk(&self) -> Result<Merge, ProbeError> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(Merge {
                register: loaded.clone(),
                walk: Walk::default(),
            });
        }
        let register = self.load()?;
        // Two walks that begin at once load twice and agree.
        Ok(Merge {
            register: self.loaded.get_or_init(|| register).clone(),
            walk: Walk::default(),
        })
    }

    pub(crate) fn load(&self) -> Result<Loaded, ProbeError> {
        let broken = |e: arrow::error::ArrowError| ProbeError::new(&self.register.name, e);
        let batches: Vec<RecordBatch> = self
            .register
            .read(&self.places, None)?
            .collect::<Result<_, _>>()
            .map_err(broken)?;
        let schema = Arc::new(self.register.schema().project(&self.places).map_err(broken)?);
        let all = concat_batches(&schema, &batches).map_err(broken)?;
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
