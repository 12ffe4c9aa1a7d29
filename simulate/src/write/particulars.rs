//! What a department's file says of a person beside number and name: sex, birth, where they live.
//!
//! It fills the columns that a department's own rows leave out, from dice of its own, so that what else stands in the
//! file does not depend on it. Clerks leave cells blank, mistype days and write a village short; some people moved.

use kernel::{Date, RegionLevel, period::ymd};

use crate::{
    county::{County, Person, PersonIx},
    dice::Dice,
    facts::Cell,
};

/// The cell of a column about the person, `None` for any other column.
pub(super) fn cell(county: &County, dice: &mut Dice, column: &str, person: &Person) -> Option<Cell> {
    match column {
        "birth" => Some(birth(dice, person.birth)),
        "sex" => Some(Cell::Code(if person.sex_code() == 1 { "1" } else { "2" })),
        "address" => Some(Cell::Text(address(county, dice, person))),
        "guardian_name" => Some(Cell::Text(guardian(county, dice, person))),
        _ => None,
    }
}

/// Ninety-five of a hundred are right.
fn birth(dice: &mut Dice, day: Date) -> Cell {
    let (year, month, of_month) = (day.year(), u8::from(day.month()), day.day());
    let slip = match dice.below(1_000) {
        0..20 => return Cell::Empty,
        20..30 => ymd(year + dice.between(-1, 1), month, of_month),
        30..40 => ymd(year, month, dice.between(1, 28) as u8),
        40..45 => ymd(year, dice.between(1, 12) as u8, of_month),
        45..50 if of_month <= 12 => ymd(year, of_month, month),
        _ => Some(day),
    };
    Cell::Date(slip.unwrap_or(day))
}

/// Who signs for a pupil: the head of the family, more seldom the head's wife, now and then an aunt or a teacher.
fn guardian(county: &County, dice: &mut Dice, person: &Person) -> String {
    let kind = dice.below(1_000);
    let anybody = dice.below(county.people.len() as u32);
    let family = county.families.get(person.family as usize);
    let named = |ix: PersonIx| county.person(ix).name.to_string();
    match family {
        _ if kind < 40 => String::new(),
        // Of another county, or signed for by somebody else.
        None => named(anybody),
        Some(_) if kind < 80 => named(anybody),
        Some(family) => {
            let wife = family.members().find(|m| county.person(*m).kin == 12);
            named(wife.filter(|_| kind < 320).unwrap_or(family.head))
        }
    }
}

/// People of other counties, in the words of their own papers.
const ELSEWHERE: [&str; 6] = [
    "济南市历城区唐王街道",
    "济南市商河县殷巷镇",
    "德州市乐陵市朱集镇",
    "聊城市阳谷县安乐镇",
    "河北省盐山县小营乡",
    "青岛市城阳区棘洪滩街道",
];

fn address(county: &County, dice: &mut Dice, person: &Person) -> String {
    if person.family == u32::MAX {
        return (*dice.pick(&ELSEWHERE)).to_owned();
    }
    let kind = dice.below(1_000);
    if kind < 20 {
        return String::new();
    }
    // Moved, or registered where the family came from.
    let region = if kind < 35 {
        let other = dice.below(county.people.len() as u32);
        county.person(other).region
    } else {
        person.region
    };
    let name = |level: RegionLevel| {
        let code = region.at(level);
        let at = county.regions.binary_search_by_key(&code, |r| r.code);
        at.map_or("", |at| &*county.regions[at].name)
    };
    let (whole, town) = (name(RegionLevel::County), name(RegionLevel::Town));
    let community = name(RegionLevel::Community);
    let short = community.trim_end_matches("村民委员会").trim_end_matches("居民委员会");
    let village = name(RegionLevel::Village);
    match kind {
        35..80 => format!("{whole}{town}"),
        80..160 => format!("{town}{short}"),
        160..500 => format!("{town}{short}{village}"),
        500..700 => format!("{whole}{town}{village}"),
        _ => format!("{whole}{town}{short}{village}"),
    }
}
