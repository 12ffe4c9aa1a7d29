//! Motor vehicles. Cars, lorries and the many motorcycles of the countryside.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "vehicles",
    id_column: "id_no",
    name_column: "owner_name",
    columns: &[
        "plate_no",
        "vehicle_type",
        "use",
        "reg_date",
        "status",
        "inspect_until",
        "value",
        "disabled_flag",
        "deregistered_on",
    ],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 19..=74) {
            common::one(dice, 620)
        } else {
            0
        }
    }),
    fill,
    outsiders: 30,
    look: Look::csv(Encoding::Gb18030).slash_dates().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let kind = *dice.pick(&["K33", "K33", "K33", "K31", "M21", "M21", "M22", "H31", "N11", "K43"]);
    let bought = common::recent(county, dice, person, 12);
    let gone = dice.percent(9).then(|| days::random(dice, bought, county.spec.as_of));
    let status = if gone.is_some() {
        "E"
    } else {
        *dice.pick(&["A", "A", "A", "A", "A", "A", "A", "Q", "G", "B"])
    };
    let value = match kind.as_bytes()[0] {
        b'M' => common::yuan(dice, 2_500, 9_000),
        b'N' => common::yuan(dice, 8_000, 22_000),
        _ => common::yuan(dice, 32_000, 240_000),
    };
    vec![
        Cell::Text(plate(common::plate_letters(county), n)),
        Cell::Code(kind),
        Cell::Code(if kind == "H31" { "F" } else { "A" }),
        Cell::Date(bought),
        Cell::Code(status),
        Cell::Date(days::plus(county.spec.as_of, dice.between(-90, 700))),
        Cell::Money(value),
        Cell::Bool(false),
        Cell::from(gone),
    ]
}

/// Plates of the city (鲁M for Binzhou), five characters without I and O, unique by number.
fn plate((province, city): (char, char), n: u64) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut left = n * 7_368_787 % 45_435_424;
    let mut text = String::from_iter([province, city]);
    for _ in 0..5 {
        text.push(char::from(ALPHABET[(left % 34) as usize]));
        left /= 34;
    }
    text
}
