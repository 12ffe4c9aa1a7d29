//! Data-set contracts (`datasets/*.toml`), as far as a department needs them to fill in its table.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::Deserialize;

/// One contract.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Contract {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) department: String,
    #[serde(rename = "column")]
    pub(crate) columns: Vec<Column>,
}

/// One column of a contract.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Column {
    pub(crate) id: String,
    pub(crate) header: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[cfg(test)]
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) unit: String,
    /// Stored code to label.
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, String>,
    /// What is written too, to stored code.
    #[serde(default)]
    pub(crate) code_aliases: BTreeMap<String, String>,
}

/// All contracts of a folder, by name.
pub(crate) fn read_all(dir: &Path) -> io::Result<BTreeMap<String, Contract>> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = fs::read_to_string(&path)?;
            let contract: Contract = toml::from_str(&text)
                .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {e}", path.display())))?;
            out.insert(contract.name.clone(), contract);
        }
    }
    Ok(out)
}
