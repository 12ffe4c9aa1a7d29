//! The weight of a pair: the logarithm of how much likelier its agreement is for a true pair than by chance.

use super::{
    learn::Chances,
    levels::{LEVELS, Pattern, level},
    schema::Schema,
    values::Encoded,
};

/// Natural logarithms per field and level, and of the share of each value.
pub(crate) struct Weights {
    table: Vec<[f64; LEVELS]>,
    /// Field and value: added where both rows have this very value. Empty for fields without.
    rarity: Vec<Vec<f32>>,
}

/// A candidate worth keeping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) weight: f64,
    pub(crate) pattern: Pattern,
}

impl Weights {
    pub(crate) fn new(schema: &Schema, encoded: &Encoded, chances: &Chances) -> Weights {
        let ladder = |(m, u): (&[f64; LEVELS], &[f64; LEVELS])| {
            let mut weights = [0.0; LEVELS];
            for at in 1..LEVELS {
                weights[at] = (m[at] / u[at]).ln();
            }
            weights
        };
        let rarity = schema.field.iter().enumerate().map(|(at, field)| {
            if !field.frequency {
                return Vec::new();
            }
            let counts = &encoded.counts[at];
            let all: f64 = counts.iter().skip(1).map(|count| f64::from(*count)).sum();
            let average = chances.u[at][level::SAME as usize];
            // The pair itself is one of the occurrences; a value seen in it alone is as rare as half a row.
            let share = |count: &u32| ((f64::from(*count) - 1.0).max(0.5) / all.max(1.0)).min(1.0);
            counts
                .iter()
                .map(|count| (average / share(count)).ln() as f32)
                .collect()
        });
        let rarity = rarity.collect();
        Weights {
            table: chances.m.iter().zip(&chances.u).map(ladder).collect(),
            rarity,
        }
    }

    pub(crate) fn weigh(&self, encoded: &Encoded, pattern: Pattern, a: usize) -> f64 {
        let mut weight = 0.0;
        for (field, table) in self.table.iter().enumerate() {
            let found = pattern.level(field);
            weight += table[found as usize];
            if found == level::SAME {
                let value = encoded.left().columns[field][a] as usize;
                weight += self.rarity[field].get(value).map_or(0.0, |rarity| f64::from(*rarity));
            }
        }
        weight
    }

    pub(crate) fn score(&self, encoded: &Encoded, pattern: Pattern, a: usize, b: usize) -> Scored {
        Scored {
            left: a as u32,
            right: b as u32,
            weight: self.weigh(encoded, pattern, a),
            pattern,
        }
    }

    /// In bits, for people to read.
    pub(crate) fn bits(&self, field: usize, found: u8) -> f64 {
        self.table[field][found as usize] / std::f64::consts::LN_2
    }
}
