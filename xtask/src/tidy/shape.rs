//! The shape of files: each opens with its reason, none grows beyond reading, no snapshot without its test.

use super::Objections;
use crate::tree::Tree;

const MOST_LINES: usize = 500;

/// Longer files, each with the reason why it may be.
const LONG_FILES: &[(&str, &str)] = &[
    ("Cargo.lock", "written by cargo"),
    ("spine/web/package-lock.json", "written by npm"),
];

/// Written by people; data files and generated lists may be as long as their subject.
const WRITTEN: &[&str] = &[".rs", ".mjs", ".js", ".ts", ".css", ".html", ".sql", ".py", ".json"];

pub(super) fn check(tree: &Tree) -> Objections {
    let mut out = Objections::new();
    for path in tree.ending(&[".rs"]) {
        if let Some(objection) = opening(path, &tree.text(path)) {
            out.push(objection);
        }
    }
    for path in tree.ending(WRITTEN) {
        let lines = tree.text(path).lines().count();
        if lines > MOST_LINES && !LONG_FILES.iter().any(|(long, _)| *long == path) {
            out.push(format!(
                "{path}: {lines} lines; split it, or give the reason in xtask/src/tidy/shape.rs"
            ));
        }
    }
    for (path, reason) in LONG_FILES {
        if tree.files.iter().any(|file| file == path) && tree.text(path).lines().count() <= MOST_LINES {
            out.push(format!("{path}: no longer long; drop it from LONG_FILES ({reason})"));
        }
    }
    out.extend(orphans(tree));
    out
}

fn opening(path: &str, text: &str) -> Option<String> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    (!first.starts_with("//!")).then(|| format!("{path}:1: open with `//!`: what this file is for"))
}

/// A stored expectation that no test names is a claim nobody checks.
fn orphans(tree: &Tree) -> Objections {
    let sources: Vec<String> = tree
        .ending(&[".rs", ".mjs", ".ts"])
        .map(|path| tree.text(path))
        .collect();
    let expected = tree
        .files
        .iter()
        .filter(|path| path.contains("/snapshots/") || path.contains("/golden/"));
    expected
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            !sources.iter().any(|source| source.contains(name))
        })
        .map(|path| format!("{path}: no test names this file"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::opening;

    #[test]
    fn a_file_opens_with_its_reason() {
        assert!(opening("a.rs", "//! Why.\nfn a() {}").is_none());
        assert!(opening("a.rs", "use b;\n//! Why.").is_some());
        assert!(opening("a.rs", "").is_some());
    }
}
