//! Rules and data sets are data: each file is named for its id, and an id exists once.

use std::collections::BTreeMap;

use super::Objections;
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Objections {
    let mut out = Objections::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for path in tree
        .ending(&[".toml"])
        .filter(|path| path.starts_with("rules/") || path.starts_with("datasets/"))
    {
        let (kind, key) = if path.starts_with("rules/") {
            ("rule", "id")
        } else {
            ("data set", "name")
        };
        let Some(id) = value_of(&tree.text(path), key) else {
            out.push(format!("{path}: no `{key}`"));
            continue;
        };
        if !named_for(path, &id) {
            out.push(format!("{path}: {kind} {id} belongs in a file named for it"));
        }
        if let Some(other) = seen.insert(format!("{kind} {id}"), path.to_owned()) {
            out.push(format!("{path}: {kind} {id} exists already in {other}"));
        }
    }
    out
}

/// The first `key = "value"` of the file, before any table.
fn value_of(text: &str, key: &str) -> Option<String> {
    let line = text
        .lines()
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim().to_owned())
        })?;
    Some(
        line.trim_start_matches('"')
            .split('"')
            .next()
            .unwrap_or_default()
            .to_owned(),
    )
}

/// `rules/a/A-01-vehicle.toml` is named for A-01, `datasets/land.toml` for land.
fn named_for(path: &str, id: &str) -> bool {
    let stem = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".toml")
        .to_lowercase();
    let id = id.to_lowercase();
    stem == id || stem.starts_with(&format!("{id}-"))
}

#[cfg(test)]
mod tests {
    use super::{named_for, value_of};

    #[test]
    fn a_rule_file_is_named_for_its_id() {
        assert!(named_for("rules/a/A-01-vehicle.toml", "A-01"));
        assert!(!named_for("rules/a/A-010-vehicle.toml", "A-01"));
    }

    #[test]
    fn the_id_stands_before_any_table() {
        assert_eq!(
            value_of("id = \"A-01\"\n[x]\nid = \"no\"", "id").as_deref(),
            Some("A-01")
        );
        assert_eq!(value_of("[x]\nid = \"no\"", "id"), None);
    }
}
