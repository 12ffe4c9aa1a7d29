//! Calls that break an invariant anywhere but in the one place that keeps it (ARCHITECTURE.md, "Invariants").

use super::{Objections, has_word};
use crate::tree::Tree;

struct Guarded {
    calls: &'static [&'static str],
    /// Path prefixes where the call is at home.
    at_home: &'static [&'static str],
    reason: &'static str,
}

const GUARDED: &[Guarded] = &[
    Guarded {
        calls: &["begin_write"],
        at_home: &[
            "spine/store/src/",
            "spine/trail/src/record.rs",
            "spine/web/src/sessions.rs",
        ],
        reason: "no act without a trace: write through trail.begin (invariant 1)",
    },
    Guarded {
        calls: &[".expose()"],
        at_home: &[
            "spine/kernel/src/identity/",
            "simulate/",
            // People of the simulator only.
            "bench/src/link/",
            "centers/comparison/src/ingest/",
        ],
        reason: "no readable ID number outside the identity module; show one by the recorded reveal (invariant 3)",
    },
    Guarded {
        calls: &[
            "SystemTime::now",
            "Utc::now",
            "OffsetDateTime::now_utc",
            "OffsetDateTime::now_local",
        ],
        at_home: &["spine/kernel/src/clock.rs", "spine/web/src/sessions.rs"],
        reason: "the clock is an argument: kernel::Clock (invariant 5)",
    },
    Guarded {
        calls: &["thread_rng", "rand::rng", "from_os_rng", "getrandom::fill"],
        at_home: &["spine/", "databases/directory/src/accounts/password.rs"],
        reason: "randomness is an argument: kernel::IdSource or a seed; keys, tokens and salts come from the spine and accounts (invariant 5)",
    },
];

pub(super) fn check(tree: &Tree) -> Objections {
    let mut out = Objections::new();
    for path in tree.ending(&[".rs"]).filter(|path| !path.starts_with("xtask/")) {
        let text = tree.text(path);
        let objections = objections(path, &text);
        out.extend(objections);
    }
    out
}

fn objections(path: &str, text: &str) -> Objections {
    let mut out = Objections::new();
    for (index, line) in text.lines().enumerate() {
        // Tests may reach below to prove that the guard above them holds; they stand last in a file.
        if path.contains("/tests/") || line.starts_with("#[cfg(test)]") {
            break;
        }
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        for guarded in GUARDED {
            let at_home = guarded.at_home.iter().any(|home| path.starts_with(home)) || reveals(path, guarded);
            for call in guarded.calls {
                if !at_home && called(code, call) {
                    out.push(format!("{path}:{}: `{call}`: {}", index + 1, guarded.reason));
                }
            }
        }
        if path.contains("/pages/") && is_sql(code) {
            out.push(format!(
                "{path}:{}: SQL lives in the module's store, one place per module",
                index + 1
            ));
        }
    }
    out
}

/// The recorded reveal is a file of its own in the module that has the page for it.
fn reveals(path: &str, guarded: &Guarded) -> bool {
    guarded.calls == [".expose()"] && path.ends_with("/reveal.rs")
}

fn called(code: &str, call: &str) -> bool {
    if call.starts_with('.') {
        code.contains(call)
    } else {
        has_word(code, call)
    }
}

fn is_sql(code: &str) -> bool {
    ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "]
        .iter()
        .any(|start| code.contains(start))
}

#[cfg(test)]
mod tests {
    use super::objections;

    #[test]
    fn a_write_beside_the_trail_is_refused() {
        let text = "let tx = self.db.begin_write().await?;";
        assert_eq!(objections("databases/funds/src/store/pay.rs", text).len(), 1);
        assert!(objections("spine/trail/src/record.rs", text).is_empty());
    }

    #[test]
    fn only_the_recorded_reveal_shows_a_number() {
        let text = "let shown = number.expose();";
        assert_eq!(objections("databases/households/src/pages/card.rs", text).len(), 1);
        assert!(objections("databases/households/src/pages/reveal.rs", text).is_empty());
    }

    #[test]
    fn a_page_holds_no_sql() {
        let text = "    let rows = db.rows(\"SELECT name FROM person\", args![]).await?;";
        assert_eq!(objections("databases/households/src/pages/list.rs", text).len(), 1);
        assert!(objections("databases/households/src/store/list.rs", text).is_empty());
    }
}
