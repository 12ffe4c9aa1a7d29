//! Exit files of the households that left: incomes above the line without what may not be counted.

use super::{Department, Source};
use crate::{
    county::County,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "exit_file",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "exited_on",
        "population",
        "income",
        "medical",
        "one_off",
        "borrowed",
        "line",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 7],
    outsiders: 0,
    look: Look::xlsx().titled().headers(Headers::Official),
};

/// Fen a head and year, as in the lines of the years.
pub(crate) const LINE_FEN: i64 = 353_500;

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let mut rows = Vec::new();
    for (n, h) in county.households.iter().enumerate() {
        let family = &county.families[h.family as usize];
        let Some(exited) = h.exited_on else { continue };
        if county.background.replaced.contains(&("exit_file", family.head)) {
            continue;
        }
        let size = i64::from(family.size);
        let medical = if n % 5 == 0 { 400_000 } else { 0 };
        rows.push((
            family.head,
            vec![
                Cell::Date(exited),
                Cell::Int(size),
                Cell::Money(size * LINE_FEN * (120 + n as i64 % 90) / 100 + medical),
                Cell::Money(medical),
                Cell::Money(0),
                Cell::Empty,
                Cell::Money(LINE_FEN),
            ],
        ));
    }
    rows
}
