//! Two texts line by line: what stayed, what went, what came.

/// Pairs of lines that are weighed; beyond that everything went and everything came.
const MOST_PAIRS: usize = 1_000_000;

/// A line and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Kept(String),
    Gone(String),
    New(String),
}

/// The shortest way from one text to the other. Texts of rules are short; the table of lengths is small.
pub(super) fn lines(before: &str, after: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    if old.len() * new.len() > MOST_PAIRS {
        let gone = old.into_iter().map(|line| Line::Gone(line.to_owned()));
        return gone
            .chain(new.into_iter().map(|line| Line::New(line.to_owned())))
            .collect();
    }
    // Longest common tail of each pair of ends.
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(old.len().max(new.len()));
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            out.push(Line::Kept(old[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            out.push(Line::Gone(old[i].to_owned()));
            i += 1;
        } else {
            out.push(Line::New(new[j].to_owned()));
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Line::*, lines};

    #[test]
    fn a_line_exchanged_in_the_middle_is_one_gone_and_one_new() {
        let told = lines(
            "SELECT 1\nFROM a\nWHERE b > 2",
            "SELECT 1\nFROM a\nWHERE b > 3\n  AND c",
        );
        let want = [
            Kept("SELECT 1".into()),
            Kept("FROM a".into()),
            Gone("WHERE b > 2".into()),
            New("WHERE b > 3".into()),
            New("  AND c".into()),
        ];
        assert_eq!(told, want);
        assert_eq!(lines("", "x"), [New("x".into())]);
        assert_eq!(lines("x", ""), [Gone("x".into())]);
        assert!(lines("", "").is_empty());
    }
}
