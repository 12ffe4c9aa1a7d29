//! One value into one field, the way this department writes it.

use kernel::{Date, Month, RegionCode, period::epoch_days};

use super::{
    Value,
    look::{DateStyle, Look},
};
use crate::{contract::Column, county::County, dice::Dice, facts::Cell};

/// Days between the spreadsheet epoch 1899-12-30 and 1970-01-01.
const SERIAL_OF_EPOCH: i32 = 25_569;

/// Formats a cell for a column of the contract.
pub(crate) fn value(county: &County, dice: &mut Dice, look: &Look, column: &Column, cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Text(String::new()),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Code(code) => Value::Text(match column.codes.get(*code) {
            Some(label) if look.labels => spoken(dice, column, code, label),
            _ => (*code).to_owned(),
        }),
        Cell::Date(date) => dated(dice, look, *date),
        Cell::Month(month) => Value::Text(month_text(look.dates, *month)),
        Cell::Money(fen) => money(look, column, *fen),
        Cell::Area(hundredths) if look.csv.is_none() => Value::Number(*hundredths as f64 / 100.0),
        Cell::Area(hundredths) => Value::Text(decimals(*hundredths)),
        Cell::Int(n) if column.kind == "region" => {
            Value::Text(RegionCode::from_i64(*n).map(|r| r.to_string()).unwrap_or_default())
        }
        Cell::Int(n) if look.csv.is_none() => Value::Number(*n as f64),
        Cell::Int(n) => Value::Text(n.to_string()),
        Cell::Bool(yes) => Value::Text(if *yes { "是" } else { "否" }.to_owned()),
        Cell::IdOf(ix) => Value::Text(county.person(*ix).id.expose().to_owned()),
        Cell::NameOf(ix) => Value::Text(county.person(*ix).name.to_string()),
    }
}

/// The label, or now and then what the contract says is written too.
fn spoken(dice: &mut Dice, column: &Column, code: &str, label: &str) -> String {
    if dice.percent(6) {
        if let Some((alias, _)) = column.code_aliases.iter().find(|(_, c)| *c == code) {
            return alias.clone();
        }
    }
    label.to_owned()
}

/// Mostly the file's own style; three in a hundred were pasted from elsewhere.
fn dated(dice: &mut Dice, look: &Look, date: Date) -> Value {
    const STYLES: [DateStyle; 5] = [
        DateStyle::Iso,
        DateStyle::Slash,
        DateStyle::Compact,
        DateStyle::Chinese,
        DateStyle::Serial,
    ];
    let style = if dice.percent(3) {
        *dice.pick(&STYLES)
    } else {
        look.dates
    };
    let (y, m, d) = (date.year(), u8::from(date.month()), date.day());
    let serial = epoch_days(date) + SERIAL_OF_EPOCH;
    Value::Text(match style {
        DateStyle::Iso => format!("{y:04}-{m:02}-{d:02}"),
        DateStyle::Slash => format!("{y}/{m}/{d}"),
        DateStyle::Compact => format!("{y:04}{m:02}{d:02}"),
        DateStyle::Chinese => format!("{y}年{m}月{d}日"),
        DateStyle::Serial if look.csv.is_none() => return Value::Number(f64::from(serial)),
        DateStyle::Serial => serial.to_string(),
    })
}

fn month_text(style: DateStyle, month: Month) -> String {
    let (y, m) = (month.year(), month.month());
    match style {
        DateStyle::Compact => format!("{y:04}{m:02}"),
        DateStyle::Chinese => format!("{y}年{m}月"),
        _ => format!("{y:04}-{m:02}"),
    }
}

fn money(look: &Look, column: &Column, fen: i64) -> Value {
    if column.unit == "万元" {
        let text = format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000);
        return Value::Text(text.trim_end_matches('0').trim_end_matches('.').to_owned());
    }
    if look.csv.is_none() {
        Value::Number(fen as f64 / 100.0)
    } else {
        Value::Text(decimals(fen))
    }
}

/// Hundredths with two decimals.
fn decimals(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs())
}
