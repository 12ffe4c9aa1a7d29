//! Many rows at once: multi-row inserts inside one transaction, about 70,000 rows a second on either database.

use kernel::AppResult;
use sea_orm::Value;

use crate::WriteTx;

/// SQLite reads at most 32,766 placeholders in a statement, PostgreSQL 65,535.
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
        let mut sql = format!("INSERT INTO {} ({}) VALUES ", self.table, self.columns.join(", "));
        // SQLite looks names of placeholders up one by one, so thousands of `$n` cost quadratic time; `?` has no name.
        let named = !self.tx.is_sqlite();
        let mut n = 0;
        for row in 0..self.rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns.len() {
                n += 1;
                if column > 0 {
                    sql.push(',');
                }
                if named {
                    sql.push('$');
                    sql.push_str(&n.to_string());
                } else {
                    sql.push('?');
                }
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(self.tail);
        self.affected += self.tx.execute(&sql, std::mem::take(&mut self.values)).await?;
        self.rows = 0;
        Ok(())
    }
}
