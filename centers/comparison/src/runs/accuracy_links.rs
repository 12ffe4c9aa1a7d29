//! What became of the identity of the rows on which planted cases rest: linked, asked of a person, or left.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::Path,
};

use kernel::{AppResult, IdNumber, KeyRing};

use super::accuracy::{Columns, Tally, count, open, unreadable};
use crate::identities::{Doubt, LinkedSet};

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate<'s> {
    /// Nothing is known of it: its number decided, or nobody was found.
    Nothing,
    /// Linked to the right person.
    Linked,
    /// Linked to somebody else.
    Strange,
    /// A person is asked, and shown the right one.
    Asked(&'s Doubt),
    /// A person is asked, and shown others.
    AskedOfOthers(&'s Doubt),
}

impl fmt::Display for Fate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Nothing => Ok(()),
            Fate::Linked => f.write_str("(row linked)"),
            Fate::Strange => f.write_str("(row linked to another)"),
            Fate::Asked(doubt) => write!(f, "(asked of a person, {})", Evidence(doubt)),
            Fate::AskedOfOthers(doubt) => write!(f, "(asked of a person about others, {})", Evidence(doubt)),
        }
    }
}

/// How likely the likeliest is held to be, and by how many bits of what.
struct Evidence<'s>(&'s Doubt);

impl fmt::Display for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0.probability)?;
        for (part, _, bits) in self.0.reasons.iter().filter(|(.., bits)| *bits != 0.0) {
            write!(f, " {part} {bits:+.1}")?;
        }
        if self.0.second_key.is_some() {
            f.write_str("; another fits nearly as well")?;
        }
        Ok(())
    }
}

/// What became of rows, by data set and line.
pub(super) struct Fates<'s>(HashMap<(&'s str, i64), Shown<'s>>);

/// The person a row was linked to, or those shown beside it.
enum Shown<'s> {
    Linked(i64),
    Asked(&'s Doubt),
}

impl<'s> Fates<'s> {
    pub(super) fn of(sets: &'s [LinkedSet]) -> Fates<'s> {
        let mut out = HashMap::new();
        for set in sets {
            let name = set.data_set.as_str();
            out.extend(
                set.linked
                    .iter()
                    .map(|row| ((name, row.row_no), Shown::Linked(row.person_key))),
            );
            out.extend(set.doubts.iter().map(|row| ((name, row.row_no), Shown::Asked(row))));
        }
        Fates(out)
    }

    /// Of a row that is truly about this person.
    pub(super) fn find(&self, data_set: &str, row_no: i64, person: i64) -> Fate<'s> {
        match self.0.get(&(data_set, row_no)) {
            None => Fate::Nothing,
            Some(Shown::Linked(to)) if *to == person => Fate::Linked,
            Some(Shown::Linked(_)) => Fate::Strange,
            Some(Shown::Asked(doubt)) if doubt.person_key == person || doubt.second_key == Some(person) => {
                Fate::Asked(doubt)
            }
            Some(Shown::Asked(doubt)) => Fate::AskedOfOthers(doubt),
        }
    }
}

/// Rows linked otherwise than by their number, by what the clerk did, and how many of them to the right person. It needs no
/// rule and no period: the truth names the person of every row with a faulty or missing number.
pub fn links_accuracy(sets: &[LinkedSet], truth: &Path, keys: &KeyRing) -> AppResult<BTreeMap<String, Tally>> {
    let mut people: HashMap<(String, i64), (String, Option<i64>)> = HashMap::new();
    let mut rows = open(truth)?;
    let columns = Columns::of(&mut rows, truth)?;
    for row in rows.records() {
        let row = row.map_err(|e| unreadable(truth, e))?;
        let get = |name: &str| columns.get(&row, name);
        let line = get("row_no").parse::<i64>();
        if let (Ok(line), true) = (line, get("rule") == "K-01") {
            let number = IdNumber::parse(&get("person_id")).ok();
            let key = number.map(|parsed| keys.person_key(&parsed.number).0);
            people.insert((get("dataset"), line), (get("class"), key));
        }
    }
    let mut out: BTreeMap<String, Tally> = BTreeMap::new();
    for set in sets {
        for row in &set.linked {
            let known = people.get(&(set.data_set.clone(), row.row_no));
            let class = known.map_or("other", |(class, _)| class.as_str()).to_owned();
            let right = known.is_some_and(|(_, key)| *key == Some(row.person_key));
            count(out.entry(class).or_default(), right);
        }
    }
    Ok(out)
}
