//! Splits and moves of ordinary families; splits before an application are planted.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "hukou_moves",
    id_column: "id_no",
    name_column: "name",
    columns: &["kind", "moved_on", "from_book", "head", "head_name", "to_book", "kin"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=60) && county.family_of(ix).head != ix {
            common::one(dice, 9)
        } else {
            0
        }
    }),
    fill,
    outsiders: 10,
    look: Look::csv(Encoding::Gb18030)
        .compact_dates()
        .labels()
        .headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let family = county.families.get(person.family as usize);
    let kind = *dice.pick(&["1", "1", "2", "3"]);
    let book = |no: u64| Cell::Text(no.to_string());
    vec![
        Cell::Code(kind),
        Cell::Date(common::recent(county, dice, person, 5)),
        family.map_or(Cell::Empty, |f| book(f.no)),
        // Somebody of another county is written under a book of his own.
        family.map_or(Cell::IdOf(0), |f| Cell::IdOf(f.head)),
        family.map_or(Cell::NameOf(0), |f| Cell::NameOf(f.head)),
        family.map_or(Cell::Empty, |f| book(f.no + 5_000 + n % 4_000)),
        Cell::Code(if person.sex_code() == 1 { "20" } else { "30" }),
    ]
}
