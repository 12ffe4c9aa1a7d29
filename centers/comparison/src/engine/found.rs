//! The comparison as such, without a rule: every row of every department about people of a run, with what the register
//! says of them. For whoever wants to judge a delivery, or a rule's figures, by the rows that could have been found.

use std::{collections::HashMap, io::Write};

use probe::{Department, Found};

use super::{EngineError, Inputs, session::people};

/// Writes the rows found as Parquet: `source, row_no, row_hash, person_key, agrees, name, region`. `classes` says for each
/// table whom its rows are looked through for, `names` in which column the person's name stands; tables in neither are
/// not touched. By their number alone: rows linked otherwise are a run's business.
///
/// # Errors
/// A table that cannot be read; an output that takes no more.
pub fn write_found(
    inputs: &Inputs,
    classes: &HashMap<String, u8>,
    names: &HashMap<String, String>,
    out: &mut (dyn Write + Send),
) -> Result<Found, EngineError> {
    let register = inputs.registers.iter().find(|table| table.name == "persons");
    let register = register.ok_or_else(|| EngineError::Table("persons".into(), "not among the registers".into()))?;
    let departments = inputs.snapshots.iter().filter_map(|(table, _)| {
        Some(Department {
            table,
            classes: *classes.get(&table.name)?,
            name: names.get(&table.name)?,
        })
    });
    let departments: Vec<Department<'_>> = departments.collect();
    let people = people(inputs, classes)?;
    Ok(probe::write_found(&departments, &people, register, out)?)
}
