//! Cells become numbers of distinct values, cleaned by kind: equal numbers are equal values, and each value's characters,
//! profile and hash are worked out once.

use kernel::checks::{clean_code, half_width};

use super::schema::{Kind, Schema};
use crate::{
    hash::{Map, bytes, mix},
    measure::Profile,
    names::Names,
    texts::Texts,
};

/// Distinct values of one column, or of several whose values may be exchanged. Number 0 is the missing value.
pub(crate) struct Pool {
    chars: Vec<char>,
    ends: Vec<u32>,
    pub(crate) profiles: Vec<Profile>,
    /// For blocking and for an order that does not depend on the rows': of the sound for Chinese names.
    pub(crate) hashes: Vec<u64>,
    seen: Map<u64, Vec<u32>>,
    pub(crate) names: Option<Names>,
    delivered: Map<u64, Vec<(Box<str>, u32)>>,
}

impl Pool {
    fn new(kind: Kind) -> Pool {
        Pool {
            chars: Vec::new(),
            ends: vec![0],
            profiles: vec![Profile::default()],
            hashes: vec![0],
            seen: Map::default(),
            names: (kind == Kind::NameZh).then(Names::new),
            delivered: Map::default(),
        }
    }

    fn number(&mut self, kind: Kind, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(names) = &mut self.names {
            let number = names.number(text);
            while self.hashes.len() <= number as usize {
                self.hashes.push(names.form(self.hashes.len() as u32).sound);
            }
            return number;
        }
        let hash = bytes(text.as_bytes());
        let known = self.delivered.entry(hash).or_default();
        if let Some((_, number)) = known.iter().find(|(delivered, _)| **delivered == *text) {
            return *number;
        }
        let number = self.number_of_clean(&clean(kind, text));
        self.delivered.entry(hash).or_default().push((text.into(), number));
        number
    }

    fn number_of_clean(&mut self, clean: &str) -> u32 {
        if clean.is_empty() {
            return 0;
        }
        let hash = bytes(clean.as_bytes());
        if let Some(known) = self.seen.get(&hash)
            && let Some(number) = known
                .iter()
                .find(|number| self.text(**number).iter().copied().eq(clean.chars()))
        {
            return *number;
        }
        let number = self.hashes.len() as u32;
        let from = self.chars.len();
        self.chars.extend(clean.chars());
        self.ends.push(self.chars.len() as u32);
        self.profiles.push(Profile::of(&self.chars[from..]));
        self.hashes.push(hash);
        self.seen.entry(hash).or_default().push(number);
        number
    }

    pub(crate) fn text(&self, number: u32) -> &[char] {
        let number = number as usize;
        if number == 0 {
            return &[];
        }
        &self.chars[self.ends[number - 1] as usize..self.ends[number] as usize]
    }
}

/// One table as numbers, column by column.
pub(crate) struct Side {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Vec<u32>>,
}

/// One or two tables over common pools.
pub(crate) struct Encoded {
    pools: Vec<Pool>,
    /// Field to pool.
    pool_of: Vec<usize>,
    pub(crate) sides: Vec<Side>,
    /// Field and value: how often in all tables together.
    pub(crate) counts: Vec<Vec<u32>>,
}

impl Encoded {
    pub(crate) fn new(schema: &Schema, tables: &[Vec<Texts<'_>>]) -> Encoded {
        let mut pool_of: Vec<usize> = (0..schema.field.len()).collect();
        for [a, b] in &schema.swap {
            if let (Some(a), Some(b)) = (schema.place(a), schema.place(b)) {
                let (keep, drop) = (pool_of[a].min(pool_of[b]), pool_of[a].max(pool_of[b]));
                pool_of
                    .iter_mut()
                    .filter(|pool| **pool == drop)
                    .for_each(|pool| *pool = keep);
            }
        }
        let mut pools: Vec<Pool> = schema.field.iter().map(|field| Pool::new(field.kind)).collect();
        let mut sides = Vec::new();
        for table in tables {
            let rows = table.first().map_or(0, Texts::len);
            let mut columns = Vec::new();
            for (at, texts) in table.iter().enumerate() {
                let pool = &mut pools[pool_of[at]];
                let kind = schema.field[at].kind;
                columns.push((0..rows).map(|row| pool.number(kind, texts.get(row))).collect());
            }
            sides.push(Side { rows, columns });
        }
        let counts = (0..schema.field.len())
            .map(|field| {
                let mut counts = vec![0_u32; pools[pool_of[field]].hashes.len()];
                let values = sides.iter().flat_map(|side: &Side| &side.columns[field]);
                values.for_each(|value| counts[*value as usize] += 1);
                counts
            })
            .collect();
        Encoded {
            pools,
            pool_of,
            sides,
            counts,
        }
    }

    pub(crate) fn pool(&self, field: usize) -> &Pool {
        &self.pools[self.pool_of[field]]
    }

    pub(crate) fn left(&self) -> &Side {
        &self.sides[0]
    }

    /// The second table, or the first again when one table is searched for repetitions.
    pub(crate) fn right(&self) -> &Side {
        self.sides.last().unwrap_or(&self.sides[0])
    }

    pub(crate) fn dedupe(&self) -> bool {
        self.sides.len() == 1
    }

    /// How many pairs there are at all.
    pub(crate) fn pairs(&self) -> f64 {
        let (left, right) = (self.left().rows as f64, self.right().rows as f64);
        if self.dedupe() {
            left * (left - 1.0) / 2.0
        } else {
            left * right
        }
    }

    /// A number made of a row's content: rows in the order of it stand the same however they were delivered.
    pub(crate) fn content(&self, side: usize, row: usize) -> u64 {
        let columns = self.sides[side].columns.iter().enumerate();
        columns.fold(1, |hash, (field, column)| {
            mix(hash, self.pool(field).hashes[column[row] as usize])
        })
    }
}

/// The comparable form of a cell.
pub(crate) fn clean(kind: Kind, text: &str) -> String {
    let narrow = text.trim().chars().map(half_width);
    match kind {
        Kind::Id | Kind::Code => clean_code(text).to_uppercase(),
        Kind::Date => date(&narrow.collect::<String>()),
        Kind::Number => {
            let digits: String = narrow.filter(|c| !c.is_whitespace() && *c != ',').collect();
            let short = digits.trim_start_matches('0');
            if short.is_empty() && !digits.is_empty() {
                "0".to_owned()
            } else {
                short.to_owned()
            }
        }
        Kind::NameZh => text.to_owned(),
        Kind::NameLatin | Kind::Text => {
            let letters = narrow.flat_map(char::to_lowercase).map(unaccented);
            let words: String = letters.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
            words.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    }
}

/// Digits of year, month and day; months and days get two.
fn date(text: &str) -> String {
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    parts
        .iter()
        .map(|part| {
            if part.len() == 1 {
                format!("0{part}")
            } else {
                (*part).to_owned()
            }
        })
        .collect()
}

/// Latin letters without their marks, as far as European registers use them.
fn unaccented(c: char) -> char {
    const FROM: &str = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłñńňòóôõöøōőřśşšťùúûüūůűųýÿžźż";
    const TO: &str = "aaaaaaaaacccddeeeeeeeegiiiiiiilnnnoooooooorssstuuuuuuuuyyzzz";
    if c.is_ascii() {
        return c;
    }
    FROM.chars()
        .position(|from| from == c)
        .and_then(|at| TO.chars().nth(at))
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cleaned_by_their_kind() {
        assert_eq!(clean(Kind::Date, "1990-1-2"), "19900102");
        assert_eq!(clean(Kind::Date, "１９９００１０２"), "19900102");
        assert_eq!(clean(Kind::Date, "1990年1月2日"), "19900102");
        assert_eq!(clean(Kind::NameLatin, " O'Brien-Šmit "), "o brien smit");
        assert_eq!(clean(Kind::Number, "0012"), "12");
        assert_eq!(clean(Kind::Id, " 11010519491231002x"), "11010519491231002X");
        assert_eq!(clean(Kind::NameLatin, "Żółć"), "zolc");
    }
}
