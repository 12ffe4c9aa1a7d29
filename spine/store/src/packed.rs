//! A million rows cheaply: each comes as one text, its values parted by signs that nobody types.
//!
//! The drivers spend about a microsecond and an allocation on every value; a register of a county has twenty million.
//! Packing them in the database makes it one value a row.

use kernel::{AppError, AppResult};

/// Between values: the unit separator of ASCII.
const BETWEEN: char = '\u{1f}';
/// Stands for NULL: the record separator.
const NOTHING: &str = "\u{1e}";

/// One row; see [`crate::Query::packed`].
#[derive(Clone, Debug)]
pub struct PackedRow(pub(crate) String);

/// The values of a row, in the order of its columns; each call takes the next.
pub struct PackedValues<'a> {
    row: &'a str,
    rest: std::str::Split<'a, char>,
}

impl PackedRow {
    pub fn values(&self) -> PackedValues<'_> {
        PackedValues {
            row: &self.0,
            rest: self.0.split(BETWEEN),
        }
    }
}

impl<'a> PackedValues<'a> {
    /// A text that may be NULL.
    pub fn text_or_null(&mut self) -> AppResult<Option<&'a str>> {
        let value = self
            .rest
            .next()
            .ok_or_else(|| AppError::internal(format!("a packed row of too few values: {}", self.row.len())))?;
        Ok((value != NOTHING).then_some(value))
    }

    /// A text; NULL reads as empty.
    pub fn text(&mut self) -> AppResult<&'a str> {
        Ok(self.text_or_null()?.unwrap_or_default())
    }

    pub fn whole_or_null(&mut self) -> AppResult<Option<i64>> {
        self.text_or_null()?
            .map(|value| value.parse().map_err(AppError::internal))
            .transpose()
    }

    /// A whole number; NULL is an error.
    pub fn whole(&mut self) -> AppResult<i64> {
        self.whole_or_null()?
            .ok_or_else(|| AppError::internal("a packed number is NULL"))
    }

    pub fn yes_or_null(&mut self) -> AppResult<Option<bool>> {
        Ok(self.text_or_null()?.map(|value| matches!(value, "1" | "true" | "t")))
    }

    /// A truth value; NULL reads as no.
    pub fn yes(&mut self) -> AppResult<bool> {
        Ok(self.yes_or_null()?.unwrap_or(false))
    }
}

/// The expression that packs these columns.
pub(crate) fn expression(columns: &[&str]) -> String {
    let values: Vec<String> = columns
        .iter()
        .map(|column| format!("COALESCE(CAST({column} AS TEXT), '{NOTHING}')"))
        .collect();
    values.join(&format!(" || '{BETWEEN}' || "))
}
