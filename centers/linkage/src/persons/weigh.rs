//! The weight of a pair: how much likelier its agreement is for the same person than for a stranger, as a natural
//! logarithm. Agreeing in something rare counts more: names, their sounds, the day of birth, the village.

use super::{
    learn::Shares,
    levels::{Birth, Equal, LEVELS, Levels, PARTS, Place},
    registry::{Person, Registry},
};
use crate::names::{Given, Surname};

pub(crate) struct Weights {
    /// Logarithm of m / u; of m alone where the rarity of the value takes the place of u.
    table: [[f64; LEVELS]; PARTS],
}

impl Weights {
    pub(crate) fn new(m: &Shares, u: &Shares) -> Weights {
        let mut table = [[0.0; LEVELS]; PARTS];
        for part in 0..PARTS {
            for level in 1..LEVELS {
                table[part][level] = (m[part][level].max(1e-9) / u[part][level]).ln();
            }
        }
        for (part, level) in [
            (0, Surname::Same as usize),
            (0, Surname::Sounds as usize),
            (1, Given::Same as usize),
            (1, Given::Sounds as usize),
            (2, Birth::Same as usize),
            (4, Place::Village as usize),
        ] {
            table[part][level] = m[part][level].ln();
        }
        Weights { table }
    }

    /// Evidence of each part.
    pub(crate) fn parts(&self, registry: &Registry, levels: &Levels, person: &Person) -> [f64; PARTS] {
        let numbers = levels.numbers();
        let mut out = [0.0; PARTS];
        for (part, weight) in out.iter_mut().enumerate() {
            *weight = self.table[part][numbers[part] as usize];
        }
        let name = registry.rarity_of_name(person.name);
        out[0] += match levels.surname {
            Surname::Same => f64::from(name.surname),
            Surname::Sounds => f64::from(name.surname_sound),
            _ => 0.0,
        };
        out[1] += match levels.given {
            Given::Same => f64::from(name.given),
            Given::Sounds => f64::from(name.given_sound),
            _ => 0.0,
        };
        if levels.birth == Birth::Same {
            out[2] += registry.rarity_of_day(person.birth);
        }
        if levels.place == Place::Village {
            out[4] += registry.rarity_of_village(person.region);
        }
        if levels.household == Equal::Yes {
            // Who lives in the family lives in its village: the place proves nothing more.
            out[4] = out[4].min(0.0);
        }
        out
    }

    /// All evidence together.
    pub(crate) fn weigh(&self, registry: &Registry, levels: &Levels, person: &Person) -> f64 {
        self.parts(registry, levels, person).iter().sum()
    }

    /// For people whose number is one slip away: relatives and neighbours have such numbers, so a birth or place that
    /// agrees proves nothing more; one that differs still counts.
    pub(crate) fn weigh_beside_number(&self, registry: &Registry, levels: &Levels, person: &Person) -> f64 {
        let [surname, given, birth, sex, place, household] = self.parts(registry, levels, person);
        surname + given + birth.min(0.0) + sex + place.min(0.0) + household
    }
}
