//! Registers whose rows stand in the database as rules need them: read by the names of their columns.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use kernel::{
    Month,
    period::{epoch_days, parse_date},
};
use store::{Db, FromQueryResult, Query, args};

use super::{Register, Rows};
use crate::engine::{
    EngineError,
    columns::{Columns, encode as encode_columns},
};

/// A value as the database, or an example, gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Int(i64),
    Text(String),
    Bool(bool),
}

/// One row of a plain register, by column; a column left out is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainRow(BTreeMap<String, Value>);

impl PlainRow {
    /// Adds a whole number.
    pub fn int(mut self, column: &str, value: impl Into<Option<i64>>) -> PlainRow {
        self.0.extend(value.into().map(|v| (column.to_owned(), Value::Int(v))));
        self
    }

    /// Adds a text, or a day or month as text.
    pub fn text(mut self, column: &str, value: impl Into<String>) -> PlainRow {
        self.0.insert(column.to_owned(), Value::Text(value.into()));
        self
    }

    /// Adds yes or no.
    pub fn bool(mut self, column: &str, value: bool) -> PlainRow {
        self.0.insert(column.to_owned(), Value::Bool(value));
        self
    }
}

impl FromQueryResult for PlainRow {
    fn from_query_result(row: &sea_orm::QueryResult, _pre: &str) -> Result<Self, sea_orm::DbErr> {
        let mut out = PlainRow::default();
        for column in row.column_names() {
            // SQLite keeps yes and no as numbers; PostgreSQL refuses to give one for the other.
            let value = match row.try_get::<Option<i64>>("", &column) {
                Ok(value) => value.map(Value::Int),
                Err(_) => match row.try_get::<Option<bool>>("", &column) {
                    Ok(value) => value.map(Value::Bool),
                    Err(_) => row.try_get::<Option<String>>("", &column)?.map(Value::Text),
                },
            };
            out.0.extend(value.map(|v| (column, v)));
        }
        Ok(out)
    }
}

/// Appends a row in the order of the layout.
pub(super) fn push(columns: &mut Columns, register: &Register, row: &PlainRow) -> Result<(), EngineError> {
    let bad = |column: &str| EngineError::Table(register.name.to_owned(), format!("{column} is of another type"));
    if let Some(stray) = row
        .0
        .keys()
        .find(|k| !register.layout.iter().any(|(name, _)| name == k))
    {
        return Err(EngineError::Table(
            register.name.to_owned(),
            format!("there is no column {stray}"),
        ));
    }
    for (name, kind) in register.layout {
        match (kind, row.0.get(*name)) {
            ('i', None) => columns.opt_int(name, None),
            ('i', Some(Value::Int(n))) => columns.int(name, *n),
            ('d', None) => columns.day(name, None),
            ('d', Some(Value::Text(text))) => columns.day(name, Some(day(text).ok_or_else(|| bad(name))?)),
            ('d', Some(Value::Int(n))) => columns.day(name, Some(i32::try_from(*n).map_err(|_| bad(name))?)),
            ('b', None) => columns.bool(name, false),
            ('b', Some(Value::Bool(yes))) => columns.bool(name, *yes),
            ('b', Some(Value::Int(n))) => columns.bool(name, *n != 0),
            ('t', None) => columns.text(name, ""),
            ('t', Some(Value::Text(text))) => columns.text(name, text),
            _ => return Err(bad(name)),
        };
    }
    Ok(())
}

/// A day, or a month where only a month is written.
fn day(text: &str) -> Option<i32> {
    parse_date(text)
        .map(epoch_days)
        .or_else(|| text.parse::<Month>().ok().map(|m| m.index()))
}

pub(super) fn encode(all: &mut HashMap<&'static str, Columns>, register: &Register) -> Result<Bytes, EngineError> {
    let columns = all.remove(register.name);
    encode_columns(columns.unwrap_or_else(|| Columns::new(register.layout)))
}

/// Reads every plain register from the database.
pub(crate) async fn read_all(db: &Db) -> kernel::AppResult<Vec<(&'static str, Vec<PlainRow>)>> {
    let mut out = Vec::new();
    for register in super::ALL {
        if let Rows::Plain { of, sql } = register.rows {
            let rows = if exists(db, of).await? {
                db.rows(sql, vec![]).await?
            } else {
                Vec::new()
            };
            out.push((register.name, rows));
        }
    }
    Ok(out)
}

/// Whether a module brought this table.
async fn exists(db: &Db, table: &str) -> kernel::AppResult<bool> {
    let sql = if db.is_sqlite() {
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
    } else {
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
    };
    Ok(db.number(sql, args![table]).await? > 0)
}
