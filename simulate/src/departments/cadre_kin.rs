//! Relatives declared by cadres.

use super::{Department, Source};
use crate::{
    county::County,
    facts::Cell,
    plants::cadres::code_text,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "cadre_kin",
    id_column: "id_no",
    name_column: "name",
    columns: &["cadre", "cadre_name", "kin", "filed", "filed_on", "programme"],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 6],
    outsiders: 0,
    look: Look::csv(Encoding::Utf8Bom)
        .slash_dates()
        .labels()
        .headers(Headers::Official),
};

/// All but the planted ones, whose rows come from the facts.
fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    county.cadre_kin[county.background.planted_kin..]
        .iter()
        .map(|k| {
            (
                k.relative,
                vec![
                    Cell::IdOf(k.cadre),
                    Cell::NameOf(k.cadre),
                    Cell::Code(code_text(k.kin)),
                    Cell::Bool(k.filed),
                    Cell::Empty,
                    Cell::Empty,
                ],
            )
        })
        .collect()
}
