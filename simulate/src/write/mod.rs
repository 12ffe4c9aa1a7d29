//! Files: department tables with their quirks, registers, and the truth apart from them.

pub(crate) mod cells;
pub(crate) mod csv_file;
pub(crate) mod look;
mod particulars;
pub(crate) mod registers;
pub(crate) mod table;
pub(crate) mod truth_file;
pub(crate) mod xlsx_file;

/// What goes into a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// A number cell in a spreadsheet; plain digits in CSV.
    Number(f64),
}

impl Value {
    /// The field as CSV text.
    pub(crate) fn text(self) -> String {
        match self {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
        }
    }
}
