//! Changes of the account that receives benefits: the planted ones, and some of people who are paid nothing by need.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "card_changes",
    id_column: "id_no",
    name_column: "name",
    columns: &["old_account", "new_account", "changed_on", "reason"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=90) {
            common::one(dice, 4)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::xlsx().titled().careful().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    vec![
        Cell::Text((903_716_900_000_000 + n * 7).to_string()),
        Cell::Text((903_716_910_000_000 + n * 7).to_string()),
        Cell::Date(common::recent(county, dice, person, 2)),
        Cell::Text("社保卡换发".to_owned()),
    ]
}
