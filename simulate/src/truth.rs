//! What was planted, and what a comparison should say about it.
//!
//! Test material with readable ID numbers: written to a file of its own and never loaded by the product.

use kernel::Month;

use crate::county::{PersonIx, ProgrammeIx};

/// How the person's identity came through the department's clerk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorClass {
    /// The number as in the register (format noise such as blanks or a lower-case x may remain).
    Exact,
    /// The 15-digit form of before 1999.
    FifteenDigits,
    /// One digit wrong: the check character fails.
    OneDigitTypo,
    /// Two neighbouring digits swapped: the check character fails.
    Swap,
    /// No number at all.
    MissingId,
    /// Number right, one character of the name wrong.
    NameVariant,
    /// Number right, name of a stranger: somebody used this person's number.
    MisusedId,
}

impl ErrorClass {
    pub fn name(self) -> &'static str {
        match self {
            ErrorClass::Exact => "exact",
            ErrorClass::FifteenDigits => "fifteen_digits",
            ErrorClass::OneDigitTypo => "one_digit_typo",
            ErrorClass::Swap => "swap",
            ErrorClass::MissingId => "missing_id",
            ErrorClass::NameVariant => "name_variant",
            ErrorClass::MisusedId => "misused_id",
        }
    }

    /// E1 number and name agree, E2 number agrees and name differs, E3 linkable only by name, birth and place.
    pub fn confidence(self) -> &'static str {
        match self {
            ErrorClass::Exact | ErrorClass::FifteenDigits | ErrorClass::NameVariant => "E1",
            ErrorClass::MisusedId => "E2",
            ErrorClass::OneDigitTypo | ErrorClass::Swap | ErrorClass::MissingId => "E3",
        }
    }
}

/// What the comparison should say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// The rule's condition holds and no exception applies.
    Hit,
    /// The condition holds, and the exception of the row applies.
    Exception,
    /// Looks alike, but the condition does not hold.
    Miss,
}

impl Expected {
    pub fn name(self) -> &'static str {
        match self {
            Expected::Hit => "hit",
            Expected::Exception => "exception",
            Expected::Miss => "miss",
        }
    }
}

/// One planted case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    /// e.g. `A-01`.
    pub rule: &'static str,
    /// For B-18 the rule through which it hits.
    pub via: &'static str,
    pub expected: Expected,
    /// The person of the register it is about.
    pub person: PersonIx,
    pub programme: Option<ProgrammeIx>,
    /// Benefit months concerned, both included.
    pub from: Month,
    pub to: Month,
    pub class: ErrorClass,
    /// X01 … X20 when expected is an exception.
    pub exception: &'static str,
    /// Position in the planted department rows, for the row number in the delivered file.
    pub(crate) fact: Option<u32>,
}

impl Truth {
    /// Whether the case rests on a row of a department's table.
    pub fn names_a_row(&self) -> bool {
        self.fact.is_some()
    }
}
