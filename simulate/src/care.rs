//! What visitors, helpers and offices write down about households beside incomes: checks, house and water, measures, who is
//! watched, who helps, who can work; and the ledgers of the special funds. Planted for the rules that read it.

use kernel::{Date, Money};

use crate::county::PersonIx;

/// What a visit found of food, clothes, school, medicine, house and water, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Position in [`crate::County::households`], as below.
    pub household: u32,
    pub on: Date,
    pub ok: [bool; 6],
}

/// Grade of the house (`A` to `D`) and whether its water is safe (`是` or `否`); empty where nobody said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Living {
    pub household: u32,
    pub on: Date,
    pub grade: &'static str,
    pub water: &'static str,
}

/// Something done for a household (`measure`) or drawn by right (`policy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub household: u32,
    pub sort: &'static str,
    pub kind: &'static str,
    pub on: Date,
    pub ended_on: Option<Date>,
}

/// A household watched against falling back, and the day on which its risk was called cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    pub household: u32,
    pub on: Date,
    pub cleared_on: Option<Date>,
}

/// Help that a helper wrote down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelpNote {
    pub household: u32,
    pub on: Date,
}

/// The helper left on a day, or there never was one; perhaps another followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    pub household: u32,
    pub ended_on: Option<Date>,
    pub next_on: Option<Date>,
}

/// Whether a member can work, as the village entered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ability {
    pub person: PersonIx,
    pub labour: &'static str,
    pub student: &'static str,
}

/// A line in the ledger of a special fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialEntry {
    pub fund: &'static str,
    pub kind: &'static str,
    pub amount: Money,
    pub on: Date,
    /// What the fund held after it.
    pub balance: Money,
}

/// All of these of a county.
#[derive(Clone, Debug, Default)]
pub struct Care {
    pub checks: Vec<Check>,
    pub living: Vec<Living>,
    pub measures: Vec<Measure>,
    pub watched: Vec<Watch>,
    pub notes: Vec<HelpNote>,
    pub handovers: Vec<Handover>,
    pub abilities: Vec<Ability>,
    pub special: Vec<SpecialEntry>,
}
