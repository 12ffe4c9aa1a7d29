//! Department rows and the people of the register.
//!
//! The check character is the router ([`Outcome`]): a number that is right and known needs no more than an agreeing name;
//! one that is right and unknown belongs to somebody of elsewhere; a faulty one is repaired by looking up what one slip may
//! have made of it; a missing one is searched by name, birth and place. A link by anything but the number is believed only
//! at a high probability against all rivals, and never without an agreeing name.

mod answers;
mod blocks;
mod calendar;
mod delivery;
mod explain;
mod keys;
mod learn;
mod levels;
mod linker;
mod places;
mod registry;
mod repair;
mod route;
mod rows;
mod search;
mod shelf;
mod weigh;

pub use answers::Answer;
pub use delivery::Delivery;
pub use explain::{Agreement, Reason};
pub use linker::{Learned, Linker, Policy};
pub use registry::{Persons, Registry};
pub use rows::{RepairLists, Repairs, RowColumns, Rows};
pub use search::Skipped;
pub use shelf::{Near, Other, Shelf};

/// No birth date.
pub const NO_DAY: i32 = i32::MIN;
/// No person.
pub const NOBODY: u32 = u32::MAX;

/// Whether two names as delivered are those of two people: neither the surname nor the given name agrees, be it by sound,
/// shape, traditional form, or a part of a long name. A name that is missing conflicts.
pub fn names_conflict(a: &str, b: &str) -> bool {
    let (surname, given) = crate::names::compare(a, b);
    levels::conflict(surname, given)
}

/// What became of a row's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// Number right and known, name agrees.
    Exact = 0,
    /// Number faulty; undoing one slip gives a known one whose name agrees.
    Repaired = 1,
    /// Linked by name, birth, place and family.
    Linked = 2,
    /// Somebody may be meant; a person has to look.
    Undecided = 3,
    /// Number right and not on the register.
    Outsider = 4,
    /// No usable number, and nobody on the register fits.
    Unlinked = 5,
    /// Number right and known, but neither surname nor given name agrees: a finding of its own, never a link.
    Misused = 6,
}

impl Outcome {
    pub const ALL: [Outcome; 7] = [
        Outcome::Exact,
        Outcome::Repaired,
        Outcome::Linked,
        Outcome::Undecided,
        Outcome::Outsider,
        Outcome::Unlinked,
        Outcome::Misused,
    ];

    /// E1 number and name agree; E2 the number agrees and the name differs; E3 the identity rests on name, birth and place
    /// or on a repaired number and must be confirmed first. `None` where nobody is accused of anything.
    pub fn confidence(self) -> Option<&'static str> {
        match self {
            Outcome::Exact => Some("E1"),
            Outcome::Misused => Some("E2"),
            Outcome::Repaired | Outcome::Linked => Some("E3"),
            Outcome::Undecided | Outcome::Outsider | Outcome::Unlinked => None,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Outcome::Exact => "证号相符",
            Outcome::Repaired => "证号有误，更正后相符",
            Outcome::Linked => "按姓名、出生和住地对上",
            Outcome::Undecided => "待人工判断",
            Outcome::Outsider => "证号不在本县登记中",
            Outcome::Unlinked => "没有找到对应的人",
            Outcome::Misused => "证号相符而姓名不符，疑似冒用或录错",
        }
    }
}

/// What was decided, row by row; all columns are as long as the rows.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pub outcome: Vec<Outcome>,
    /// Index into the persons the registry was built from, or [`NOBODY`]. Of `Undecided` the likeliest.
    pub person: Vec<u32>,
    /// 1.0 for what rests on the number itself.
    pub probability: Vec<f32>,
    /// The second likeliest of `Undecided` rows, by row.
    pub runner_up: Vec<(u32, u32)>,
    /// Blocks left out because of their size.
    pub skipped: Skipped,
    /// Numbers shared by so many different names that they were treated as missing.
    pub placeholders: u32,
    /// The share of rows searched for that were about somebody of the register, and of numbers found one slip away that
    /// belonged to the person meant.
    searched: f64,
    searched_among: f64,
    repaired: f64,
}

impl Links {
    /// Of so many rows of which nothing is known.
    fn of(rows: usize) -> Links {
        Links {
            outcome: vec![Outcome::Unlinked; rows],
            person: vec![NOBODY; rows],
            probability: vec![0.0; rows],
            ..Links::default()
        }
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcome.iter().filter(|found| **found == outcome).count()
    }

    /// Rows with this outcome, ascending.
    pub fn rows(&self, outcome: Outcome) -> impl Iterator<Item = u32> + '_ {
        let found = self
            .outcome
            .iter()
            .enumerate()
            .filter(move |(_, found)| **found == outcome);
        found.map(|(row, _)| row as u32)
    }

    fn settle(&mut self, row: usize, outcome: Outcome, person: u32, probability: f32) {
        self.outcome[row] = outcome;
        self.person[row] = person;
        self.probability[row] = probability;
    }
}
