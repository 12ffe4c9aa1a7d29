//! Why a row is held to be about a person, part by part, in the words of an office.

use super::{
    Linker, Registry, Rows,
    learn::of_row,
    levels::{Birth, Equal, Place},
};
use crate::names::{Beside, Given, Surname};
use kernel::IdStatus;

/// One part of the comparison, for the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// `姓`, `名`, `出生日期` …
    pub part: &'static str,
    pub finding: &'static str,
    /// Evidence in bits: above zero for the same person, below against; zero says nothing.
    pub bits: f64,
}

/// How far a row and a person agree, for whoever has to grade a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Every character of the name.
    pub whole_name: bool,
    /// Something of the name: a sound, a shape, a character, or the one is a part of the other.
    pub part_of_name: bool,
    /// Birth, sex, place or family speak of somebody else.
    pub contradicted: bool,
}

impl Linker<'_> {
    /// How a row and a person agree; nothing agrees with a key that the register does not know.
    pub fn agreement(&self, rows: &Rows<'_>, row: usize, key: i64) -> Agreement {
        let Some(person) = self.registry.find(key).map(|at| &self.registry.people[at as usize]) else {
            return Agreement::default();
        };
        let mut names = Beside::new(&self.registry.names);
        let name = names.number_of(rows.name.bytes(row));
        let levels = of_row(&names, name, rows, row, person);
        Agreement {
            whole_name: levels.given == Given::Same && matches!(levels.surname, Surname::Same | Surname::Unknown),
            part_of_name: levels.surname >= Surname::Alike
                || levels.given >= Given::Shares
                || names.within(name, person.name),
            contradicted: matches!(levels.birth, Birth::Differs | Birth::Year)
                || levels.sex == Equal::No
                || levels.place == Place::Elsewhere
                || levels.household == Equal::No,
        }
    }

    /// The reasons for and against, for any row and person; empty when the register does not know the key.
    pub fn explain(&self, rows: &Rows<'_>, row: usize, key: i64) -> Vec<Reason> {
        let Some(person) = self.registry.find(key).map(|at| &self.registry.people[at as usize]) else {
            return Vec::new();
        };
        let mut names = Beside::new(&self.registry.names);
        let name = names.number_of(rows.name.bytes(row));
        let levels = of_row(&names, name, rows, row, person);
        let bits = self
            .weights
            .parts(self.registry, &levels, person)
            .map(|weight| weight / std::f64::consts::LN_2);
        let told = [
            ("姓", surname(levels.surname)),
            ("名", given(levels.given)),
            ("出生日期", birth(levels.birth)),
            ("性别", equal(levels.sex)),
            ("住地", place(levels.place)),
            ("家庭", equal(levels.household)),
        ];
        let number = Reason {
            part: "证号",
            finding: number(self.registry, rows, row, key),
            bits: 0.0,
        };
        let parts = told
            .iter()
            .zip(bits)
            .map(|((part, finding), bits)| Reason { part, finding, bits });
        std::iter::once(number).chain(parts).collect()
    }
}

fn number(registry: &Registry, rows: &Rows<'_>, row: usize, key: i64) -> &'static str {
    if rows.has_number(row) {
        return match (rows.key[row] == key, registry.find(rows.key[row])) {
            (true, _) => "相符",
            (false, Some(_)) => "是另一人的证号",
            (false, None) => "不在本县登记中",
        };
    }
    if rows.status[row] == IdStatus::Missing as u8 {
        "缺"
    } else if rows.repairs.of(row).contains(&key) {
        "有误，更正一处后相符"
    } else {
        "有误，更正一处后仍不符"
    }
}

fn surname(found: Surname) -> &'static str {
    match found {
        Surname::Unknown => "无姓氏或缺",
        Surname::Differs => "不同",
        Surname::Alike => "形近或音近",
        Surname::Sounds => "同音不同字",
        Surname::Same => "相同",
    }
}

fn given(found: Given) -> &'static str {
    match found {
        Given::Unknown => "缺",
        Given::Differs => "不同",
        Given::Shares => "有一部分相同",
        Given::Part => "字序不同，或只写了一部分",
        Given::Alike => "形近或音近",
        Given::Sounds => "同音不同字",
        Given::Same => "相同",
    }
}

fn birth(found: Birth) -> &'static str {
    match found {
        Birth::Unknown => "缺",
        Birth::Differs => "不同",
        Birth::Year => "年份相同或差一年",
        Birth::TwoParts => "年月日中两项相同，或只写了年份，或像农历与公历之差",
        Birth::Exchanged => "月日互换",
        Birth::OneSlip => "差一个数字",
        Birth::Same => "相同",
    }
}

fn place(found: Place) -> &'static str {
    match found {
        Place::Unknown => "缺",
        Place::Elsewhere => "不在同一县",
        Place::County => "同县不同镇",
        Place::StatedCounty => "同县，只写到县",
        Place::Town => "同镇不同村",
        Place::StatedTown => "同镇，只写到镇",
        Place::Community | Place::StatedCommunity => "同一社区或行政村",
        Place::Village => "同一自然村",
    }
}

fn equal(found: Equal) -> &'static str {
    match found {
        Equal::Unknown => "缺",
        Equal::No => "不同",
        Equal::Yes => "相同",
    }
}
