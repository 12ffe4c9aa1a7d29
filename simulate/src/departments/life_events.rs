//! Deaths the register knows too, their funerals, and a few people in custody who get no benefit.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "life_events",
    id_column: "id_no",
    name_column: "name",
    columns: &["event", "date_from", "date_to", "certificate_no", "reported_by"],
    source: Source::People(|county, dice, ix| {
        if county.person(ix).death.is_some() {
            1
        } else if !county.background.paid[ix as usize] && common::ordinary_adult(county, ix, 20..=52) {
            common::one(dice, 3)
        } else {
            0
        }
    }),
    fill,
    outsiders: 60,
    look: Look::csv(Encoding::Utf8Bom)
        .compact_dates()
        .labels()
        .old_numbers(60)
        .headers(Headers::Alias(0)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let day = person.death.unwrap_or_else(|| common::recent(county, dice, person, 3));
    let elder = days::age(person.birth, day) > 55;
    let (event, office) = if person.death.is_none() && !elder {
        ("custody", "司法局")
    } else if dice.percent(70) {
        ("death", "公安局")
    } else {
        ("funeral", "殡仪馆")
    };
    let to = (event == "custody").then(|| days::plus(day, dice.between(180, 1_600)));
    vec![
        Cell::Code(event),
        Cell::Date(day),
        Cell::from(to),
        Cell::Text(format!("SW{}{n:06}", day.year())),
        Cell::Text(format!("{}{office}", common::place(county, person))),
    ]
}
