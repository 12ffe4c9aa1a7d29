//! Who works away from home, as far as it was entered.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "migrant_work",
    id_column: "id_no",
    name_column: "name",
    columns: &["place", "month_from", "month_to"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=55) {
            common::one(dice, 60)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::csv(Encoding::Gb18030).labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, _: &Person, _: u64) -> Vec<Cell> {
    let from = county.spec.last_month().plus(-dice.between(1, 30));
    let back = dice.percent(40).then(|| from.plus(dice.between(0, 1)));
    vec![
        Cell::Text((*dice.pick(&["青岛市", "济南市", "天津市", "苏州市", "东营市"])).to_owned()),
        Cell::Month(from),
        Cell::from(back),
    ]
}
