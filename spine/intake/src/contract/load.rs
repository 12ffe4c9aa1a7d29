//! Reads and checks contracts: the embedded ones, and those a user dropped into a folder.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use super::{ColumnType, Contract, PERSON};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/datasets.rs"));
}

/// A contract that cannot be used; says which file and which column.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    #[error("{file}: {problem}")]
    File { file: String, problem: String },
    #[error("{file}: column `{column}`: {problem}")]
    Column {
        file: String,
        column: String,
        problem: String,
    },
}

/// All known data sets, by category and name.
#[derive(Clone, Debug)]
pub struct Contracts(Vec<Arc<Contract>>);

impl Contracts {
    /// The contracts this binary was built with.
    pub fn embedded() -> Result<Contracts, ContractError> {
        Self::load(None)
    }

    /// The embedded contracts, and over them those of a folder: the same name replaces, a new name adds.
    pub fn load(folder: Option<&Path>) -> Result<Contracts, ContractError> {
        let mut all = Vec::new();
        for (stem, text) in embedded::EMBEDDED {
            all.push(Arc::new(Contract::parse(stem, text)?));
        }
        if let Some(entries) = folder.and_then(|f| fs::read_dir(f).ok()) {
            for path in entries
                .flatten()
                .map(|e| e.path())
                .filter(|p| p.extension().is_some_and(|x| x == "toml"))
            {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let problem = |e: std::io::Error| ContractError::File {
                    file: path.display().to_string(),
                    problem: e.to_string(),
                };
                let contract = Arc::new(Contract::parse(&stem, &fs::read_to_string(&path).map_err(problem)?)?);
                all.retain(|c: &Arc<Contract>| c.name != contract.name);
                all.push(contract);
            }
        }
        all.sort_by_key(|c| (if c.category == 0 { u8::MAX } else { c.category }, c.name.clone()));
        Ok(Contracts(all))
    }

    /// Name and text of the embedded contracts, for tools that want them as files.
    pub fn texts() -> &'static [(&'static str, &'static str)] {
        embedded::EMBEDDED
    }

    /// A list of its own, for tests and tools.
    pub fn of(contracts: Vec<Contract>) -> Contracts {
        Contracts(contracts.into_iter().map(Arc::new).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Contract>> {
        self.0.iter()
    }

    pub fn get(&self, name: &str) -> Option<&Arc<Contract>> {
        self.0.iter().find(|c| c.name == name)
    }
}

impl Contract {
    /// Parses and validates one file. `stem` is the file name without `.toml`; it must equal `name`.
    pub fn parse(stem: &str, text: &str) -> Result<Contract, ContractError> {
        let file = format!("datasets/{stem}.toml");
        let contract: Contract = toml::from_str(text).map_err(|e| ContractError::File {
            file: file.clone(),
            problem: e.to_string(),
        })?;
        contract.validate(stem, &file)?;
        Ok(contract)
    }

    fn validate(&self, stem: &str, file: &str) -> Result<(), ContractError> {
        let whole = |problem: String| {
            Err(ContractError::File {
                file: file.to_owned(),
                problem,
            })
        };
        if self.name != stem {
            return whole(format!("name is `{}`, the file is named `{stem}`", self.name));
        }
        if !is_identifier(&self.name) {
            return whole("name must be lower-case letters, digits and underscores".into());
        }
        if self.category > 99 || self.cycle_days == 0 {
            return whole("category must be 0..=99 and cycle_days at least 1".into());
        }
        let names_a_person = |c: &super::Column| c.id == PERSON && c.kind == ColumnType::IdNo;
        // A register of our own may be about projects or units.
        if self.category != 0 && !self.columns.iter().any(names_a_person) {
            return whole("a column `id_no` of type id_no must name the person".into());
        }
        if let Some(missing) = self.key.iter().find(|k| self.column(k).is_none()) {
            return whole(format!("key names `{missing}`, which is no column"));
        }
        let mut headers = BTreeSet::new();
        let mut names = BTreeSet::from(super::schema::reserved());
        for column in &self.columns {
            let bad = |problem: String| {
                Err(ContractError::Column {
                    file: file.to_owned(),
                    column: column.id.clone(),
                    problem,
                })
            };
            if !is_identifier(&column.id) {
                return bad("id must be lower-case letters, digits and underscores".into());
            }
            for name in super::schema::sql_names(column) {
                if !names.insert(name.clone()) {
                    return bad(format!("`{name}` is used twice"));
                }
            }
            for header in std::iter::once(&column.header).chain(&column.aliases) {
                if !headers.insert(crate::plain_header(header)) {
                    return bad(format!("header `{header}` is used twice"));
                }
            }
            if column.kind == ColumnType::Code && column.codes.is_empty() {
                return bad("a code column needs `codes`".into());
            }
            if column.kind != ColumnType::Code && !(column.codes.is_empty() && column.code_aliases.is_empty()) {
                return bad("only a code column has `codes`".into());
            }
            if let Some((alias, code)) = column
                .code_aliases
                .iter()
                .find(|(_, code)| !column.codes.contains_key(*code))
            {
                return bad(format!("code_aliases: `{alias}` means `{code}`, which is no code"));
            }
            if column.min.zip(column.max).is_some_and(|(min, max)| min > max) {
                return bad("min is above max".into());
            }
        }
        Ok(())
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 40
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    // accept: 000-45
    #[test]
    fn thirteen_categories_what_counties_add_and_the_registers_of_cadres_are_embedded() {
        let contracts = Contracts::embedded().unwrap();
        let categories: BTreeSet<u8> = contracts.iter().map(|c| c.category).collect();
        assert_eq!(categories, (0..=14).collect());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets");
        let files = fs::read_dir(folder).unwrap().flatten();
        let files = files.filter(|f| f.path().extension().is_some_and(|e| e == "toml"));
        assert_eq!(
            contracts.iter().count(),
            files.count(),
            "every contract file is embedded"
        );
        assert_eq!(contracts.get("cadre_kin").unwrap().category, 0);
        assert_eq!(contracts.get("cadre_kin").unwrap().person_name().unwrap().id, "name");
    }

    #[test]
    fn another_category_needs_one_file_and_no_code() {
        let folder = tempfile::tempdir().unwrap();
        let text = include_str!("../../../../datasets/land.toml")
            .replace("\"land\"", "\"lottery\"")
            .replace("category = 13", "category = 15");
        fs::write(folder.path().join("lottery.toml"), text).unwrap();
        let contracts = Contracts::load(Some(folder.path())).unwrap();
        assert_eq!(contracts.get("lottery").unwrap().category, 15);
        assert_eq!(
            contracts.iter().count(),
            Contracts::embedded().unwrap().iter().count() + 1
        );
    }

    #[test]
    fn a_bad_contract_names_file_and_column() {
        let text = include_str!("../../../../datasets/vehicles.toml").replace("\"M21\" = \"普通二轮摩托车\"", "");
        let problem = Contract::parse("vehicles", &text).unwrap_err().to_string();
        assert!(
            problem.starts_with("datasets/vehicles.toml: column `vehicle_type`: code_aliases"),
            "{problem}"
        );
        let text = include_str!("../../../../datasets/vehicles.toml").replace("type = \"name\"", "type = \"nome\"");
        assert!(
            Contract::parse("vehicles", &text)
                .unwrap_err()
                .to_string()
                .contains("nome")
        );
        assert!(Contract::parse("cars", include_str!("../../../../datasets/vehicles.toml")).is_err());
    }
}
