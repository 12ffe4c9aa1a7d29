//! Far pages of long lists: kept counts say how much may be passed over, so that only the rest is walked.

/// The part of a list in which an offset falls. `counts` are `(part, rows)` in the order of the list; the answer is the
/// part and how many of its rows come before the offset. `None` when the list ends before.
pub fn part_at(counts: &[(String, i64)], offset: i64) -> Option<(&str, i64)> {
    let mut before = 0;
    for (part, rows) in counts {
        if offset < before + rows {
            return Some((part, offset - before));
        }
        before += rows;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::part_at;

    #[test]
    fn an_offset_falls_in_the_part_that_holds_its_row() {
        let months = [("2020-02".to_owned(), 3), ("2020-01".to_owned(), 2)];
        let at = |offset| part_at(&months, offset);
        assert_eq!(at(0), Some(("2020-02", 0)));
        assert_eq!(at(2), Some(("2020-02", 2)));
        assert_eq!(at(3), Some(("2020-01", 0)));
        assert_eq!(at(4), Some(("2020-01", 1)));
        assert_eq!(at(5), None);
    }
}
