//! What students paid their schools; families in need pay little, the dear years are planted.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "school_fees",
    id_column: "id_no",
    name_column: "name",
    columns: &["school", "year", "charged", "waived", "self_paid"],
    source: Source::People(|county, dice, ix| {
        let planted = county.background.replaced.contains(&("school_fees", ix));
        if !planted && common::aged(county, ix, 16..=21) {
            common::one(dice, 500)
        } else {
            0
        }
    }),
    fill,
    outsiders: 10,
    look: Look::csv(Encoding::Gb18030).headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let in_need = county.families.get(person.family as usize).is_some_and(|f| f.touched);
    let charged = common::yuan(dice, 3_000, 16_000);
    let waived = if in_need { charged * 3 / 4 } else { 0 };
    vec![
        Cell::Text((*dice.pick(&["滨州职业学院", "滨州学院", "山东轻工职业学院", "职业中等专业学校"])).to_owned()),
        Cell::Int(i64::from(county.spec.as_of.year())),
        Cell::Money(charged),
        Cell::Money(waived),
        Cell::Money(charged - waived),
    ]
}
