//! `yangguang simulate`: builds a county and writes everything into a folder.

use std::{collections::HashMap, fs, io, path::Path};

use serde::Serialize;

use crate::{
    contract,
    county::County,
    departments,
    spec::Spec,
    write::{registers, table, truth_file},
};

/// What was written.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    pub people: u64,
    pub households: u64,
    pub payments: u64,
    /// Rows of all department tables together.
    pub department_rows: u64,
    pub files: Vec<WrittenFile>,
    pub truth_rows: u64,
}

/// One file and its data rows.
#[derive(Clone, Debug, Serialize)]
pub struct WrittenFile {
    /// Path below the output folder.
    pub path: String,
    /// The data set for department tables, else empty.
    pub dataset: String,
    pub rows: u64,
}

/// Builds the county and writes it to `out_dir`: `registers/*.csv`, `departments/*.{csv,xlsx}`, `truth/{truth,entered}.csv`
/// and `summary.json`. `progress` is told in Chinese what is being done.
///
/// Data sets without a contract in `contracts_dir` are left out.
pub fn generate_to_dir(
    spec: &Spec,
    contracts_dir: &Path,
    out_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> io::Result<Summary> {
    progress("生成行政区划、人口、家庭和补贴发放");
    let county = crate::build(spec);
    write_files(&county, contracts_dir, out_dir, progress)
}

/// Writes a county that exists already, see [`generate_to_dir`].
pub fn write_files(
    county: &County,
    contracts_dir: &Path,
    out_dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> io::Result<Summary> {
    let contracts = contract::read_all(contracts_dir)?;
    let folder = |name: &str| {
        let path = out_dir.join(name);
        fs::create_dir_all(&path).map(|()| path)
    };
    let (registers_dir, departments_dir, truth_dir) = (folder("registers")?, folder("departments")?, folder("truth")?);
    let mut summary = Summary {
        people: county.people.len() as u64,
        households: county.households.len() as u64,
        payments: county.payments.len() as u64,
        ..Summary::default()
    };
    progress("写出人员、家庭和发放登记");
    for (name, rows) in registers::write(county, &registers_dir)? {
        summary.files.push(WrittenFile {
            path: format!("registers/{name}"),
            dataset: String::new(),
            rows,
        });
    }
    let mut fact_lines = HashMap::new();
    let mut checks = Vec::new();
    for department in &departments::ALL {
        let Some(contract) = contracts.get(department.dataset) else {
            continue;
        };
        progress(&format!("写出{}", contract.title));
        let written = table::write(county, department, contract, &departments_dir)?;
        summary.department_rows += written.rows;
        summary.files.push(WrittenFile {
            path: format!("departments/{}", written.file),
            dataset: department.dataset.to_owned(),
            rows: written.rows,
        });
        fact_lines.extend(written.fact_lines);
        checks.extend(written.checks);
    }
    progress("写出核对答案");
    summary.truth_rows = truth_file::write(county, &fact_lines, &checks, &truth_dir.join("truth.csv"))?;
    summary.truth_rows += truth_file::write_entered(county, &fact_lines, &truth_dir.join("entered.csv"))?;
    fs::write(out_dir.join("summary.json"), serde_json::to_string_pretty(&summary)?)?;
    Ok(summary)
}
