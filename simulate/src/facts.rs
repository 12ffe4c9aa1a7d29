//! Department rows planted about people with benefits. All other rows are random and about other people.

use kernel::{Date, Month};

use crate::{county::PersonIx, truth::ErrorClass};

/// A value as a department holds it; the writer decides how it looks in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    /// The stored code of a coded column; delivered as code or label.
    Code(&'static str),
    Date(Date),
    Month(Month),
    /// Fen.
    Money(i64),
    /// Hundredths.
    Area(i64),
    Int(i64),
    Bool(bool),
    /// ID number of a second person in the row.
    IdOf(PersonIx),
    /// Name of a second person in the row.
    NameOf(PersonIx),
}

impl From<Option<Date>> for Cell {
    fn from(date: Option<Date>) -> Cell {
        date.map_or(Cell::Empty, Cell::Date)
    }
}

impl From<Option<Month>> for Cell {
    fn from(month: Option<Month>) -> Cell {
        month.map_or(Cell::Empty, Cell::Month)
    }
}

/// A row about a resident, with the columns that matter; the department fills the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) dataset: &'static str,
    pub(crate) person: PersonIx,
    pub(crate) class: ErrorClass,
    /// The stranger's name for [`ErrorClass::MisusedId`].
    pub(crate) stranger: Option<Box<str>>,
    pub(crate) cells: Vec<(&'static str, Cell)>,
}

/// All planted rows, in the order of planting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts(pub(crate) Vec<Fact>);
