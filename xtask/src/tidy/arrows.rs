//! Dependencies point upwards only: spine <- databases <- centers <- services <- server.
//!
//! A new crate gets its place in `ORDER`; crates under `services/` need none, because none may know another.

use super::Objections;
use crate::tree::Tree;

/// Folders from the ground up; a crate may use what stands before it.
const ORDER: &[&str] = &[
    "spine/kernel",
    "simulate",
    "spine/store",
    "spine/access",
    "spine/trail",
    "spine/intake",
    "spine/web",
    "spine/records",
    "spine/testkit",
    "databases/directory",
    "databases/households",
    "databases/funds",
    "databases/projects",
    "databases/forces",
    "centers/probe",
    "centers/linkage",
    "centers/comparison",
    "centers/kin",
    "centers/warnings",
    "centers/analytics",
    "services/",
    "server",
    "bench",
];

/// Only as dev-dependency, by any crate: they exist for tests.
const FOR_TESTS: &[&str] = &["spine/testkit", "simulate"];

/// Use these as ordinary dependency although they are `FOR_TESTS`.
const MAKE_THE_DEMO: &[&str] = &["server", "bench"];

struct Edge {
    to: String,
    line: usize,
    dev: bool,
}

pub(super) fn check(tree: &Tree) -> Objections {
    let manifests: Vec<&str> = tree.ending(&["/Cargo.toml"]).collect();
    let folder_of = |name: &str| {
        manifests
            .iter()
            .filter_map(|path| path.strip_suffix("/Cargo.toml"))
            .find(|folder| folder.rsplit('/').next() == Some(name))
    };
    let mut out = Objections::new();
    for path in &manifests {
        let folder = path.trim_end_matches("/Cargo.toml");
        for Edge { to, line, dev } in edges(&tree.text(path)) {
            let Some(target) = folder_of(&to) else { continue };
            if let Err(reason) = may_use(folder, target, dev) {
                out.push(format!("{path}:{line}: {folder} -> {target}: {reason}"));
            }
        }
    }
    out
}

fn may_use(folder: &str, target: &str, dev: bool) -> Result<(), &'static str> {
    if folder == "xtask" {
        return Err("xtask stays without dependencies");
    }
    if dev && FOR_TESTS.contains(&target) {
        return Ok(());
    }
    if FOR_TESTS.contains(&target) && !MAKE_THE_DEMO.contains(&folder) {
        return Err("exists for tests: make it a dev-dependency");
    }
    if folder == "simulate" && target != "spine/kernel" {
        return Err("the simulator knows the kernel only, so that it can stand in for real departments");
    }
    let (Some(from), Some(to)) = (rank(folder), rank(target)) else {
        return Err("has no place in ORDER of xtask/src/tidy/arrows.rs");
    };
    if to >= from {
        return Err("arrows point upwards only, and one service never knows another");
    }
    Ok(())
}

fn rank(folder: &str) -> Option<usize> {
    ORDER
        .iter()
        .position(|place| folder == *place || (place.ends_with('/') && folder.starts_with(place)))
}

/// Every `name = ..` or `name.workspace = true` in a table of dependencies.
fn edges(manifest: &str) -> Vec<Edge> {
    let mut table = String::new();
    let mut out = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned();
        } else if table.ends_with("dependencies") && !line.starts_with('#') {
            let name: String = line
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
                .collect();
            if !name.is_empty() {
                out.push(Edge {
                    to: name,
                    line: index + 1,
                    dev: table.contains("dev-"),
                });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::may_use;

    #[test]
    fn arrows_point_upwards_only() {
        assert!(may_use("centers/comparison", "databases/funds", false).is_ok());
        assert!(may_use("databases/funds", "centers/comparison", false).is_err());
        assert!(may_use("spine/store", "spine/access", false).is_err());
        assert!(may_use("spine/access", "spine/store", false).is_ok());
    }

    #[test]
    fn one_service_never_knows_another() {
        assert!(may_use("services/disclosure", "services/field", false).is_err());
    }

    #[test]
    fn what_exists_for_tests_stays_a_dev_dependency() {
        assert!(may_use("spine/trail", "spine/testkit", true).is_ok());
        assert!(may_use("databases/funds", "spine/testkit", false).is_err());
        assert!(may_use("databases/funds", "simulate", false).is_err());
        assert!(may_use("server", "simulate", false).is_ok());
    }

    #[test]
    fn a_crate_without_a_place_is_named() {
        assert!(
            may_use("databases/unheard_of", "spine/kernel", false)
                .unwrap_err()
                .contains("ORDER")
        );
    }
}
