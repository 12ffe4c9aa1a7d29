//! Many rows at once: multi-row inserts inside one transaction.

use kernel::{AppError, AppResult};
use sea_orm::Value;

use crate::WriteTx;

/// SQLite reads at most 32,766 placeholders in a statement.
const MAX_PLACEHOLDERS: usize = 32_000;
const MAX_ROWS: usize = 1000;

/// Collects rows for one table and sends them in batches.
///
/// `tail` is what follows the values, for example `ON CONFLICT (id) DO NOTHING`.
pub struct BulkInsert<'a> {
    tx: &'a WriteTx,
    table: &'static str,
    columns: &'static [&'static str],
    tail: &'static str,
    values: Vec<Value>,
    rows: usize,
    affected: u64,
}

impl<'a> BulkInsert<'a> {
    pub fn new(tx: &'a WriteTx, table: &'static str, columns: &'static [&'static str], tail: &'static str) -> Self {
        BulkInsert {
            tx,
            table,
            columns,
            tail,
            values: Vec::new(),
            rows: 0,
            affected: 0,
        }
    }

    /// Adds one row; its values stand in the order of the columns.
    pub async fn push(&mut self, row: Vec<Value>) -> AppResult<()> {
        debug_assert_eq!(row.len(), self.columns.len(), "{}", self.table);
        self.values.extend(row);
        self.rows += 1;
        if self.rows >= MAX_ROWS || self.values.len() + self.columns.len() > MAX_PLACEHOLDERS {
            self.flush().await?;
        }
        Ok(())
    }

    /// Sends what is left and returns how many rows the database took.
    pub async fn finish(mut self) -> AppResult<u64> {
        self.flush().await?;
        Ok(self.affected)
    }

    async fn flush(&mut self) -> AppResult<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let values = std::mem::take(&mut self.values);
        let (mut sql, values) = if self.tx.is_sqlite() {
            (self.row_by_row(), values)
        } else {
            self.column_by_column(&values)?
        };
        sql.push(' ');
        sql.push_str(self.tail);
        self.affected += self.tx.execute(&sql, values).await?;
        self.rows = 0;
        Ok(())
    }

    fn head(&self) -> String {
        format!("INSERT INTO {} ({}) ", self.table, self.columns.join(", "))
    }

    /// SQLite looks names of placeholders up one by one, so thousands of `$n` cost quadratic time; `?` has no name.
    fn row_by_row(&self) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(","));
        format!("{}VALUES {}", self.head(), vec![row.as_str(); self.rows].join(", "))
    }

    /// PostgreSQL reads one array a column several times faster than thousands of placeholders.
    fn column_by_column(&self, values: &[Value]) -> AppResult<(String, Vec<Value>)> {
        let width = self.columns.len();
        let mut arrays = Vec::with_capacity(width);
        let mut sql = self.head();
        for column in 0..width {
            let kind = kind_of(&values[column])?;
            sql.push_str(if column == 0 { "SELECT * FROM UNNEST(" } else { ", " });
            sql.push_str(&format!("CAST(${}::text AS {kind}[])", column + 1));
            let mut array = String::with_capacity(self.rows * 12 + 2);
            for row in 0..self.rows {
                array.push(if row == 0 { '{' } else { ',' });
                push_element(&mut array, &values[row * width + column])?;
            }
            array.push('}');
            arrays.push(Value::from(array));
        }
        sql.push(')');
        // Without a WHERE an `ON CONFLICT` after a SELECT could be read as a join.
        sql.push_str(" WHERE TRUE");
        Ok((sql, arrays))
    }
}

/// The type of a column by the value given for it.
fn kind_of(value: &Value) -> AppResult<&'static str> {
    Ok(match value {
        Value::Bool(_) => "boolean",
        Value::TinyInt(_) | Value::SmallInt(_) | Value::Int(_) | Value::BigInt(_) => "bigint",
        Value::Float(_) | Value::Double(_) => "double precision",
        Value::String(_) => "text",
        Value::Bytes(_) => "bytea",
        other => return Err(AppError::internal(format!("bulk insert of {other:?}"))),
    })
}

/// One element of an array as PostgreSQL writes it: quoted text with its quotes and backslashes escaped, or `NULL`.
fn push_element(array: &mut String, value: &Value) -> AppResult<()> {
    use std::fmt::Write;
    let written = match value {
        Value::Bool(Some(yes)) => write!(array, "{yes}"),
        Value::TinyInt(Some(n)) => write!(array, "{n}"),
        Value::SmallInt(Some(n)) => write!(array, "{n}"),
        Value::Int(Some(n)) => write!(array, "{n}"),
        Value::BigInt(Some(n)) => write!(array, "{n}"),
        Value::Float(Some(n)) => write!(array, "{n}"),
        Value::Double(Some(n)) => write!(array, "{n}"),
        Value::String(Some(text)) => {
            array.push('"');
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    array.push('\\');
                }
                array.push(c);
            }
            array.push('"');
            Ok(())
        }
        Value::Bytes(Some(bytes)) => {
            array.push_str("\"\\\\x");
            for byte in bytes {
                write!(array, "{byte:02x}").map_err(AppError::internal)?;
            }
            array.push('"');
            Ok(())
        }
        Value::Bool(None)
        | Value::TinyInt(None)
        | Value::SmallInt(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::Float(None)
        | Value::Double(None)
        | Value::String(None)
        | Value::Bytes(None) => {
            array.push_str("NULL");
            Ok(())
        }
        other => return Err(AppError::internal(format!("bulk insert of {other:?}"))),
    };
    written.map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_element() {
        let element = |value: Value| {
            let mut array = String::new();
            push_element(&mut array, &value).unwrap();
            array
        };
        assert_eq!(element("王\"},{\\'; DROP".into()), "\"王\\\"},{\\\\'; DROP\"");
        assert_eq!(element("NULL".into()), "\"NULL\"");
        assert_eq!(element(Value::String(None)), "NULL");
        assert_eq!(element(vec![0_u8, 255].into()), "\"\\\\x00ff\"");
        assert_eq!(
            (element((-7_i64).into()), element(true.into())),
            ("-7".into(), "true".into())
        );
    }
}
