//! The catalogue of sources (资金来源目录): seven departments and the helping teams with their 28 kinds of funds, and
//! which of them have been collected. A kind is recognised by the programme's name, or by whose money it was.

use crate::chain::{Books, IndicatorRow};

/// A kind of fund a department holds.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The organisation's id; `helpers` for the teams.
    pub department: &'static str,
    pub office: &'static str,
    pub kind: &'static str,
    /// One of the three classes.
    pub class: &'static str,
    recognised_by: &'static str,
}

impl Kind {
    /// Whether a document's money is of this kind.
    pub fn holds(&self, document: &IndicatorRow) -> bool {
        self.recognised_by.split('|').any(|mark| match mark.strip_prefix('@') {
            Some(origin) => document.origin == origin,
            None => document.programme_name.contains(mark),
        })
    }
}

const CATALOGUE: &str = include_str!("../../data/source-catalogue.tsv");

/// All kinds, by department.
pub fn kinds() -> Vec<Kind> {
    CATALOGUE
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(Kind {
                department: cells.next()?,
                office: cells.next()?,
                kind: cells.next()?,
                class: cells.next()?,
                recognised_by: cells.next()?,
            })
        })
        .collect()
}

/// What has been collected of a kind.
#[derive(Clone, Debug)]
pub struct Source {
    pub kind: Kind,
    pub documents: i64,
    pub amount_fen: i64,
    /// Day of the latest document.
    pub last_on: String,
}

/// Each kind with what was collected of it, and the documents that belong to no kind. Helpers' money is theirs,
/// whatever programme it went to.
pub fn collected(books: &Books) -> (Vec<Source>, Vec<IndicatorRow>) {
    let mut sources: Vec<Source> = kinds()
        .into_iter()
        .map(|kind| Source {
            kind,
            documents: 0,
            amount_fen: 0,
            last_on: String::new(),
        })
        .collect();
    let mut others = Vec::new();
    for document in &books.indicators {
        let helpers = document.origin != "fiscal";
        let place = sources
            .iter_mut()
            .find(|s| (s.kind.department == "helpers") == helpers && s.kind.holds(document));
        match place {
            Some(source) => {
                source.documents += 1;
                source.amount_fen += document.amount_fen;
                source.last_on = source.last_on.clone().max(document.arrived_on.clone());
            }
            None => others.push(document.clone()),
        }
    }
    (sources, others)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn seven_departments_and_the_helping_teams_hold_twenty_eight_kinds() {
        let kinds = kinds();
        let departments: BTreeSet<&str> = kinds.iter().map(|k| k.department).collect();
        assert_eq!((kinds.len(), departments.len()), (28, 8));
        assert!(
            kinds
                .iter()
                .all(|k| !k.recognised_by.is_empty() && ["1", "2", "3"].contains(&k.class))
        );
    }
}
