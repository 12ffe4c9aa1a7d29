//! The register of people as linking needs it: built once for all tables of a run.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int32Type, Int64Type};
use linkage::{
    TextColumn,
    persons::{NO_DAY, Persons, Registry},
};

use crate::engine::{EngineError, Table};

/// People in the order in which the registry names them.
pub(crate) struct Register {
    pub(crate) registry: Registry,
    keys: Vec<i64>,
    regions: Vec<i64>,
}

impl Register {
    /// From the frozen register `persons`.
    pub(crate) fn read(persons: &Table) -> Result<Register, EngineError> {
        const WANTED: [&str; 6] = ["person_key", "name", "sex", "birth", "region", "household_id"];
        let broken = |e: String| EngineError::Table(persons.name.clone(), e);
        let mut columns = Vec::new();
        for name in WANTED {
            columns.push(persons.schema().index_of(name).map_err(|e| broken(e.to_string()))?);
        }
        let rows = persons.rows();
        let (mut keys, mut regions, mut households) = (
            Vec::with_capacity(rows),
            Vec::with_capacity(rows),
            Vec::with_capacity(rows),
        );
        let (mut sexes, mut births) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut names = TextColumn::default();
        for batch in persons.read(&columns, None)? {
            let batch = batch.map_err(|e| broken(e.to_string()))?;
            let long = |column: usize| batch.column(column).as_primitive::<Int64Type>().clone();
            let (key, sex, region, household) = (long(0), long(2), long(4), long(5));
            let birth = batch.column(3).as_primitive::<Int32Type>();
            let name = batch.column(1).as_string_view();
            for row in 0..batch.num_rows() {
                keys.push(key.value(row));
                sexes.push(u8::try_from(sex.value(row)).unwrap_or(0));
                regions.push(region.value(row));
                let lives_in = household.is_valid(row).then(|| household.value(row));
                households.push(lives_in.unwrap_or(0));
                let born = birth.is_valid(row).then(|| birth.value(row));
                births.push(born.unwrap_or(NO_DAY));
                let known = name.is_valid(row).then(|| name.value(row));
                names
                    .push(known.unwrap_or_default())
                    .map_err(|e| broken(e.to_string()))?;
            }
        }
        let registry = Registry::build(&Persons {
            key: &keys,
            name: names.view(),
            birth: &births,
            sex: &sexes,
            region: &regions,
            household: &households,
        });
        Ok(Register {
            registry,
            keys,
            regions,
        })
    }

    /// The key of a person by the number the registry gave.
    pub(crate) fn key(&self, person: u32) -> i64 {
        self.keys.get(person as usize).copied().unwrap_or(0)
    }

    pub(crate) fn region(&self, person: u32) -> i64 {
        self.regions.get(person as usize).copied().unwrap_or(0)
    }
}
