//! What two tables have in common, in a small TOML file: their columns, what each holds, how it is compared.
//!
//! ```toml
//! id = "rec_id"                      # names a row in the result; without it rows are numbered from 1
//! one_to_one = true                  # a row links to one row of the other table at most
//! swap = [["given_name", "surname"]] # columns whose values clerks exchange
//! block = [["surname", "birth"]]     # optional: look only at pairs that agree in one of these sets
//! [[field]]
//! name = "surname"
//! kind = "name_latin"
//! ```

use serde::Deserialize;

/// What a column holds, which decides how its text is cleaned and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number that should name one person or thing.
    Id,
    NameZh,
    NameLatin,
    /// Digits of year, month and day in this order, with or without separators.
    Date,
    Text,
    /// A short code: post code, sex, plate.
    Code,
    Number,
}

/// Which similarity grades two texts that differ; see `measure`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Both: a typing error is seen by edits, an abbreviation by its beginning.
    #[default]
    Both,
    Damerau,
    JaroWinkler,
}

/// One column that both tables have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Column of the first table, and of the second unless `right` says otherwise.
    pub name: String,
    #[serde(default)]
    pub right: Option<String>,
    pub kind: Kind,
    #[serde(default)]
    pub measure: Measure,
    /// Whether agreeing in a rare value counts more than in a common one.
    #[serde(default = "yes")]
    pub frequency: bool,
}

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    #[serde(default)]
    pub id: Option<String>,
    pub field: Vec<Field>,
    #[serde(default)]
    pub swap: Vec<[String; 2]>,
    #[serde(default)]
    pub block: Vec<Vec<String>>,
    #[serde(default)]
    pub one_to_one: bool,
    /// From this probability on a pair is linked.
    #[serde(default = "accept")]
    pub accept: f64,
    /// From this probability on a pair is shown to a person.
    #[serde(default = "review")]
    pub review: f64,
    /// A block with more pairs than this is skipped and reported.
    #[serde(default = "largest_block")]
    pub largest_block: u64,
    #[serde(default)]
    pub seed: u64,
}

fn yes() -> bool {
    true
}
fn accept() -> f64 {
    0.9
}
fn review() -> f64 {
    0.3
}
fn largest_block() -> u64 {
    1_000_000
}

/// Why a schema or a table was refused, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Patterns are packed into 64 bits.
const MOST_FIELDS: usize = 20;

impl Schema {
    pub fn parse(text: &str) -> Result<Schema, Refused> {
        let schema: Schema = toml::from_str(text).map_err(|error| Refused(format!("字段说明读不懂：{error}")))?;
        let refuse = |reason: String| Err(Refused(reason));
        if schema.field.is_empty() || schema.field.len() > MOST_FIELDS {
            return refuse(format!("字段应为1至{MOST_FIELDS}个，现有{}个", schema.field.len()));
        }
        for (at, field) in schema.field.iter().enumerate() {
            if schema.field[..at].iter().any(|other| other.name == field.name) {
                return refuse(format!("字段“{}”写了两次", field.name));
            }
        }
        for name in schema.swap.iter().flatten().chain(schema.block.iter().flatten()) {
            if schema.place(name).is_none() {
                return refuse(format!("swap或block里的“{name}”不在字段之中"));
            }
        }
        for [a, b] in &schema.swap {
            let kind = |name: &String| schema.place(name).map(|at| schema.field[at].kind);
            if a == b || kind(a) != kind(b) {
                return refuse(format!("“{a}”和“{b}”类型不同，不能互换"));
            }
        }
        if schema.block.iter().any(Vec::is_empty) {
            return refuse("block里有空的一组".to_owned());
        }
        if !(0.0 < schema.review && schema.review <= schema.accept && schema.accept < 1.0) {
            return refuse("应有 0 < review <= accept < 1".to_owned());
        }
        Ok(schema)
    }

    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.field.iter().position(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[field]]\nname = \"姓名\"\nkind = \"name_zh\"\n";

    #[test]
    fn a_schema_says_what_is_wrong_with_it() {
        assert!(Schema::parse(GOOD).is_ok());
        let says = |text: &str, part: &str| {
            let error = Schema::parse(text).unwrap_err().0;
            assert!(error.contains(part), "{error}");
        };
        says("", "field");
        says(&format!("{GOOD}{GOOD}"), "写了两次");
        says(&format!("swap = [[\"姓名\", \"曾用名\"]]\n{GOOD}"), "曾用名");
        says(&format!("accept = 2.0\n{GOOD}"), "accept");
        says(&format!("block = [[]]\n{GOOD}"), "空的一组");
        says(&format!("{GOOD}colour = 1\n"), "colour");
    }
}
