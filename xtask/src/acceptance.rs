//! What the sources of the product name, against the tests that show it.
//!
//! A test that shows an item carries `// accept: 003-57, 002-28a` right above it. An unknown id is an error, so that
//! a mark cannot claim something nobody asked for. An item with lettered parts is covered when each part is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use crate::tree::Tree;

const ITEMS: &str = "docs/acceptance-items.tsv";
const REPORT: &str = "docs/acceptance.md";
const MARK: &str = "// accept:";

struct Item {
    id: String,
    kind: String,
    term: String,
    accept: String,
}

#[derive(Debug, PartialEq)]
struct Mark {
    id: String,
    line: usize,
    test: Option<String>,
}

/// Which tests show which item.
type Shown = BTreeMap<String, BTreeSet<String>>;

pub(crate) fn run(tree: &Tree, check: bool) -> Result<(), String> {
    let items = items(&tree.text(ITEMS))?;
    let (shown, faults) = marks_of(tree, &items);
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        return Err(format!("acceptance: {} faulty marks", faults.len()));
    }
    let covered = items.iter().filter(|item| is_covered(item, &items, &shown)).count();
    println!(
        "acceptance: {covered} of {} items covered, {} open",
        items.len(),
        items.len() - covered
    );
    let report = report(&items, &shown);
    if !check {
        return fs::write(tree.root.join(REPORT), report).map_err(|e| format!("{REPORT}: {e}"));
    }
    if tree.text(REPORT) == report {
        return Ok(());
    }
    Err(format!(
        "{REPORT} is not what the marks say: run `cargo xtask acceptance` and commit it"
    ))
}

fn items(text: &str) -> Result<Vec<Item>, String> {
    let rows = text.lines().skip(1).filter(|line| !line.is_empty());
    rows.map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
        [id, kind, term, accept] if is_id(id) => Ok(Item {
            id: (*id).into(),
            kind: (*kind).into(),
            term: (*term).into(),
            accept: (*accept).into(),
        }),
        _ => Err(format!("{ITEMS}: not `id kind term accept`: {line}")),
    })
    .collect()
}

/// `003-57`, `000-104`, `002-28a`.
fn is_id(text: &str) -> bool {
    let Some((seed, number)) = text.split_once('-') else {
        return false;
    };
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    seed.len() == 3
        && all_digits(seed)
        && (2..=3).contains(&digits.len())
        && all_digits(digits)
        && number.len() - digits.len() <= 1
}

fn marks_of(tree: &Tree, items: &[Item]) -> (Shown, Vec<String>) {
    let known: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    let mut shown = Shown::new();
    let mut faults = Vec::new();
    for path in tree
        .ending(&[".rs", ".mjs", ".ts"])
        .filter(|path| !path.starts_with("xtask/"))
    {
        for mark in marks(&tree.text(path)) {
            let place = format!("{path}:{}", mark.line);
            match mark.test {
                _ if !known.contains(mark.id.as_str()) => faults.push(format!("{place}: no item `{}`", mark.id)),
                None => faults.push(format!("{place}: no test follows this mark")),
                Some(test) => _ = shown.entry(mark.id).or_default().insert(format!("{path} `{test}`")),
            }
        }
    }
    (shown, faults)
}

fn marks(text: &str) -> Vec<Mark> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(ids) = line.trim_start().strip_prefix(MARK) else {
            continue;
        };
        let test = lines[index + 1..].iter().take(12).find_map(|line| test_name(line));
        for id in ids.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            out.push(Mark {
                id: id.to_owned(),
                line: index + 1,
                test: test.clone(),
            });
        }
    }
    out
}

/// `fn name(` of Rust, `test("name"` of Node.
fn test_name(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some((before, rest)) = line.split_once("fn ")
        && matches!(before, "" | "async " | "pub " | "pub async ")
    {
        return Some(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
    }
    let rest = ["await test(", "test(", "await t.test(", "it("]
        .iter()
        .find_map(|start| line.strip_prefix(start))?;
    let quote = rest.chars().next()?;
    Some(rest[quote.len_utf8()..].split(quote).next()?.to_owned())
}

fn parts<'a>(item: &Item, items: &'a [Item]) -> Vec<&'a Item> {
    let is_part = |other: &&Item| other.id.len() == item.id.len() + 1 && other.id.starts_with(&item.id);
    items
        .iter()
        .filter(is_part)
        .filter(|other| other.id.ends_with(|c: char| c.is_ascii_lowercase()))
        .collect()
}

fn is_covered(item: &Item, items: &[Item], shown: &Shown) -> bool {
    let parts = parts(item, items);
    shown.contains_key(&item.id) || (!parts.is_empty() && parts.iter().all(|part| shown.contains_key(&part.id)))
}

fn report(items: &[Item], shown: &Shown) -> String {
    let mut out = String::from(
        "# Acceptance\n\n\
         Generated by `cargo xtask acceptance` from `acceptance-items.tsv` and the `// accept:` marks above tests; do not\n\
         edit. An item with lettered parts is covered when it is marked itself or each of its parts is.\n\n\
         Kinds: P principle, M module, F figure, W workflow, R role, D data set, U interface, X document, C case.\n\n\
         | source | items | covered | open |\n|---|---:|---:|---:|\n",
    );
    let covered = |item: &&Item| is_covered(item, items, shown);
    let mut sources: Vec<&str> = items.iter().map(|item| &item.id[..3]).collect();
    sources.dedup();
    for source in sources {
        let of_source = || items.iter().filter(move |item| item.id.starts_with(source));
        let (all, done) = (of_source().count(), of_source().filter(covered).count());
        _ = writeln!(out, "| {source} | {all} | {done} | {} |", all - done);
    }
    let done = items.iter().filter(covered).count();
    _ = writeln!(out, "| all | {} | {done} | {} |", items.len(), items.len() - done);

    out += "\n## Covered\n\n| id | kind | term | shown by |\n|---|---|---|---|\n";
    for item in items.iter().filter(covered) {
        let tests = shown
            .get(&item.id)
            .map_or_else(|| "its parts".to_owned(), |tests| join(tests, "<br>"));
        _ = writeln!(out, "| {} | {} | {} | {tests} |", item.id, item.kind, item.term);
    }
    out += "\n## Open\n\n| id | kind | term | accept |\n|---|---|---|---|\n";
    for item in items.iter().filter(|item| !covered(item)) {
        _ = writeln!(out, "| {} | {} | {} | {} |", item.id, item.kind, item.term, item.accept);
    }
    out
}

fn join(tests: &BTreeSet<String>, between: &str) -> String {
    tests.iter().map(String::as_str).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_items() -> Vec<Item> {
        items("id\tkind\tterm\taccept\n002-04\tU\tcard\tx\n002-04a\tU\ta\tx\n002-04b\tU\tb\tx\n002-05\tC\tc\tx")
            .unwrap()
    }

    #[test]
    fn ids_have_one_form() {
        for good in ["003-57", "000-104", "002-28a"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["3-57", "003-5", "003-57ab", "003_57", "002-28A", ""] {
            assert!(!is_id(bad), "{bad}");
        }
    }

    #[test]
    fn a_mark_names_the_test_below_it() {
        let rust = "// accept: 002-04a, 002-05\n#[test]\nfn a_card_has_four_blocks() {}";
        let found: Vec<_> = marks(rust)
            .into_iter()
            .map(|mark| (mark.id, mark.test.unwrap()))
            .collect();
        let name = "a_card_has_four_blocks".to_owned();
        assert_eq!(
            found,
            [("002-04a".to_owned(), name.clone()), ("002-05".to_owned(), name)]
        );
        let node = "// accept: 002-05\ntest(\"a citizen reads\", async () => {";
        assert_eq!(marks(node)[0].test.as_deref(), Some("a citizen reads"));
    }

    #[test]
    fn a_mark_above_nothing_is_seen() {
        assert_eq!(marks("// accept: 002-05\nlet x = 1;")[0].test, None);
    }

    #[test]
    fn an_item_is_covered_when_each_part_is() {
        let items = some_items();
        let mut shown = Shown::new();
        shown.entry("002-04a".into()).or_default().insert("t".into());
        assert!(!is_covered(&items[0], &items, &shown));
        shown.entry("002-04b".into()).or_default().insert("t".into());
        assert!(is_covered(&items[0], &items, &shown));
        assert!(!is_covered(&items[3], &items, &shown));
    }
}
