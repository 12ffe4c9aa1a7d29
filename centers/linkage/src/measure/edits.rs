//! Damerau-Levenshtein distance in its restricted form (optimal string alignment): insert, delete, replace, and swap of
//! two neighbours each count one; no part is edited twice.

/// Longer texts are compared by their first characters.
const LONGEST: usize = 64;

/// The fewest edits that turn one text into the other; counts beyond `enough` may be reported as `enough + 1`.
pub fn edits(a: &[char], b: &[char], enough: usize) -> usize {
    let (mut a, mut b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    while let ([x, left @ ..], [y, right @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (left, right);
    }
    while let ([left @ .., x], [right @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (left, right);
    }
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    if a.len().abs_diff(b.len()) > enough {
        return enough + 1;
    }
    let mut before = [0_u8; LONGEST + 1];
    let mut above = [0_u8; LONGEST + 1];
    let mut row = [0_u8; LONGEST + 1];
    for (j, cell) in above.iter_mut().enumerate().take(b.len() + 1) {
        *cell = j as u8;
    }
    for i in 1..=a.len() {
        row[0] = i as u8;
        let mut least = row[0];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + u8::from(a[i - 1] != b[j - 1]);
            let mut cell = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(before[j - 2] + 1);
            }
            row[j] = cell;
            least = least.min(cell);
        }
        if usize::from(least) > enough {
            return enough + 1;
        }
        (before, above) = (above, row);
    }
    usize::from(above[b.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> usize {
        edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 99)
    }

    #[test]
    fn a_swap_counts_one() {
        assert_eq!(distance("martha", "marhta"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("ca", "abc"), 3, "the restricted form");
        assert_eq!(distance("王小明", "王晓明"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn it_stops_when_it_has_seen_enough() {
        let (a, b): (Vec<char>, Vec<char>) = ("abcdefgh".chars().collect(), "ijklmnop".chars().collect());
        assert_eq!(edits(&a, &b, 2), 3);
    }
}
