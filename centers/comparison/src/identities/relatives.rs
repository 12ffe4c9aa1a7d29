//! What a row says of a person through the relative it names: the head of the family, a pupil's guardian, or the cadre who
//! declared his kin.
//!
//! A relative leads to a household of the register. Whom a cadre declares as his father is a man, and where the form names
//! no place, kin live more often than not in the cadre's own community; how often is learned from the certain rows.

use arrow::array::RecordBatch;
use intake::contract::{ColumnType, Contract};

use super::{
    people::Register,
    rows::{bytes, has_number, longs, text_at},
};

/// The column that names the head of the family a row is about.
pub(super) const HEAD: &str = "head_name";
/// The column that names who signs for a pupil.
pub(super) const GUARDIAN: &str = "guardian_name";
/// The column with the number of a relative of whom the row is about: who declared his kin.
pub(super) const DECLARANT: &str = "cadre";
/// What the person is to the declarant (GB/T 4761).
pub(super) const KIN: &str = "kin";

/// The columns of a table that name a relative.
pub(super) struct Relatives {
    head: Option<&'static str>,
    declarant: bool,
    kin: bool,
}

impl Relatives {
    pub(super) fn of(contract: &Contract, person_name: &str) -> Relatives {
        let has = |id: &str, kind: ColumnType| contract.columns.iter().any(|c| c.id == id && c.kind == kind);
        let declarant = has(DECLARANT, ColumnType::IdNo);
        Relatives {
            head: [HEAD, GUARDIAN]
                .into_iter()
                .find(|head| has(head, ColumnType::Name) && *head != person_name),
            declarant,
            kin: declarant && has(KIN, ColumnType::Code) && !has("sex", ColumnType::Code),
        }
    }

    /// The columns to be read.
    pub(super) fn wanted(&self) -> Vec<String> {
        let mut out: Vec<String> = self.head.iter().map(|head| (*head).to_owned()).collect();
        if self.declarant {
            out.extend([format!("{DECLARANT}_key"), format!("{DECLARANT}_status")]);
        }
        if self.kin {
            out.push(KIN.to_owned());
        }
        out
    }

    /// Numbers of those who declared their kin.
    pub(super) fn declarants(&self, batch: &RecordBatch) -> Vec<i64> {
        let keys = self.of_declarants(batch, |key| key);
        keys.into_iter().filter(|key| *key != 0).collect()
    }

    /// The head or guardian whom a row names, empty for none.
    pub(super) fn head_of<'b>(&self, batch: &'b RecordBatch, row: usize) -> &'b str {
        self.head.map_or("", |head| text_at(batch, head, row))
    }

    /// The household of the relative in each row, 0 where none is certain; empty where no relative is named.
    pub(super) fn households(
        &self,
        batch: &RecordBatch,
        register: &Register,
        person_name: &str,
        regions: &[i64],
    ) -> Vec<i64> {
        if self.declarant {
            return self.of_declarants(batch, |key| register.household_of(key));
        }
        let Some(head) = self.head else { return Vec::new() };
        let household = |(row, region): (usize, &i64)| {
            let (own, named) = (text_at(batch, person_name, row), text_at(batch, head, row));
            match head {
                // A head named by his own name says nothing of a family.
                _ if own == named => 0,
                GUARDIAN => register.guarded_by(named, *region),
                _ => register.headed_by(named, *region),
            }
        };
        regions.iter().enumerate().map(household).collect()
    }

    /// The community in which each row's declarant lives, 0 where he is not known.
    pub(super) fn communities(&self, batch: &RecordBatch, register: &Register) -> Vec<i64> {
        const COMMUNITY: i64 = 1_000;
        self.of_declarants(batch, |key| register.region_of(key) / COMMUNITY * COMMUNITY)
    }

    fn of_declarants(&self, batch: &RecordBatch, of: impl Fn(i64) -> i64) -> Vec<i64> {
        if !self.declarant {
            return Vec::new();
        }
        let keys = longs(batch, &format!("{DECLARANT}_key"));
        let statuses = bytes(batch, &format!("{DECLARANT}_status"));
        let known = keys.into_iter().zip(statuses);
        known
            .map(|(key, status)| if has_number(status) { of(key) } else { 0 })
            .collect()
    }

    /// Sex by what the person is to the declarant; empty where the table says it itself, or nothing of the kind.
    pub(super) fn sexes(&self, batch: &RecordBatch) -> Vec<u8> {
        if !self.kin {
            return Vec::new();
        }
        (0..batch.num_rows())
            .map(|row| sex_of(text_at(batch, KIN, row)))
            .collect()
    }
}

/// 1 man, 2 woman, 0 for words that hold for both.
fn sex_of(kin: &str) -> u8 {
    match kin.parse::<u8>().unwrap_or(0) {
        11 | 20..=29 | 41 | 43 | 51 | 53 | 55 | 57 | 61 | 63 | 71 | 73 | 76 | 78 | 81 | 83 | 85 | 87 | 89 | 93 | 95 => {
            1
        }
        12 | 30..=39 | 42 | 44 | 52 | 54 | 56 | 58 | 62 | 64 | 72 | 74 | 75 | 77 | 82 | 84 | 86 | 88 | 90 | 94 | 96 => {
            2
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_kin_tells_the_sex_where_it_has_one() {
        for (kin, sex) in [("51", 1), ("28", 1), ("76", 1), ("38", 2), ("72", 2), ("94", 2)] {
            assert_eq!(sex_of(kin), sex, "{kin}");
        }
        for both in ["10", "40", "50", "70", "91", "97", ""] {
            assert_eq!(sex_of(both), 0, "{both}");
        }
    }
}
