//! What reviewers would otherwise repeat. Each check returns the lines it objects to; all are shown at once.

mod arrows;
mod calls;
mod catalogue;
mod links;
mod shape;
mod words;

use crate::tree::Tree;

/// A list of objections, each `path:line: what and why`.
type Objections = Vec<String>;

pub(crate) fn run(tree: &Tree) -> Result<(), String> {
    let checks: [(&str, fn(&Tree) -> Objections); 6] = [
        ("arrows", arrows::check),
        ("calls", calls::check),
        ("shape", shape::check),
        ("words", words::check),
        ("catalogue", catalogue::check),
        ("links", links::check),
    ];
    let mut count = 0;
    for (name, check) in checks {
        for objection in check(tree) {
            println!("{name}: {objection}");
            count += 1;
        }
    }
    if count > 0 {
        return Err(format!("tidy: {count} objections"));
    }
    println!("tidy: {} files in order", tree.files.len());
    Ok(())
}

/// Whether `text` has `word` bounded by something that is no letter, digit or underscore.
fn has_word(text: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part_of_name)
            && !text[at + word.len()..].chars().next().is_some_and(part_of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn a_word_inside_a_longer_name_is_not_that_word() {
        assert!(has_word("x = today();", "today"));
        assert!(!has_word("x = today_is();", "today"));
    }
}
