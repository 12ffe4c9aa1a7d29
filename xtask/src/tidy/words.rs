//! Words that must not be committed: unfinished marks, paths of one machine, hosts of package registries.

use super::{Objections, has_word};
use crate::tree::Tree;

/// Split in two so that this file does not object to itself.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HA", "CK")];
const UNFINISHED_CALLS: &[&str] = &[
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("db", "g!("),
];
const CONFLICT: &[&str] = &[concat!("<<<<", "<<< "), concat!(">>>>", ">>> ")];
const HOMES: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/tm", "p/"),
];
const HOSTS: &[&str] = &[
    concat!("registry.", "npmjs"),
    concat!("registry.", "yarnpkg"),
    concat!("npm", "mirror"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("files.", "pythonhosted"),
    concat!("pypi.", "org"),
    concat!("deb.", "debian.org"),
];

const TEXT: &[&str] = &[
    ".rs", ".toml", ".md", ".mjs", ".js", ".ts", ".css", ".html", ".sql", ".py", ".json", ".lock", ".yml", ".sh",
    ".npmrc", ".tsv", ".svg", "run", ".txt",
];

pub(super) fn check(tree: &Tree) -> Objections {
    let mut out = Objections::new();
    for path in tree.ending(TEXT) {
        for (index, line) in tree.text(path).lines().enumerate() {
            for reason in faults(path, line) {
                out.push(format!("{path}:{}: {reason}", index + 1));
            }
        }
    }
    out
}

fn faults(path: &str, line: &str) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(word) = UNFINISHED.iter().find(|word| has_word(line, word)) {
        out.push(format!("`{word}`: finish it or file an issue"));
    }
    if path.ends_with(".rs")
        && let Some(call) = UNFINISHED_CALLS.iter().find(|call| line.contains(*call))
    {
        out.push(format!("`{call}..)`: not for a commit"));
    }
    if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
        out.push("a conflict mark".to_owned());
    }
    if let Some(home) = HOMES.iter().find(|home| starts_a_path(line, home)) {
        out.push(format!("`{home}`: a path of one machine"));
    }
    if let Some(host) = HOSTS.iter().find(|host| line.contains(*host)) {
        out.push(format!(
            "`{host}`: which registry serves a package is the machine's business"
        ));
    }
    if path.ends_with("package-lock.json") && line.trim_start().starts_with("\"resolved\": \"http") {
        out.push("a resolved address; set omit-lockfile-registry-resolved=true in .npmrc".to_owned());
    }
    out
}

/// At the start of a path, not inside a longer one such as `/var` followed by the same name.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && !"_-./}*".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::{HOMES, faults};

    #[test]
    fn a_path_of_one_machine_is_found_and_a_relative_one_is_not() {
        let line = format!("let log = \"{}x.log\";", HOMES[0]);
        assert_eq!(faults("a.rs", &line).len(), 1);
        assert!(faults("a.rs", &format!("see docs{}x.md", HOMES[0])).is_empty());
    }

    #[test]
    fn unfinished_marks_are_found_as_whole_words() {
        let mark = concat!("TO", "DO");
        assert_eq!(faults("a.rs", &format!("// {mark} later")).len(), 1);
        assert!(faults("a.rs", &format!("MAS{mark}NTE")).is_empty());
    }
}
