//! Puts parameters into a condition: `{low_value_fen}` becomes the value in force for the run's day and area, or a
//! CASE over the region where parts of the area have values of their own.

use kernel::{
    Date, Month, RegionCode,
    period::{epoch_days, parse_date},
};

use super::{Param, Rule};

/// Why a condition and its parameters do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamProblem {
    #[error("parameter {0} is not used")]
    Unused(String),
    #[error("unknown parameter {{{0}")]
    Unknown(String),
    #[error("regional values need region_column")]
    NotByRegion,
    #[error("a parameter is a whole number or true or false, not {0}")]
    Value(String),
}

impl Rule {
    /// The SQL of a run.
    pub fn sql(&self, area: RegionCode, day: Date) -> Result<String, ParamProblem> {
        let mut sql = self.condition.clone();
        for (name, param) in &self.params {
            let place = format!("{{{name}}}");
            if !sql.contains(&place) {
                return Err(ParamProblem::Unused(name.clone()));
            }
            sql = sql.replace(&place, &expression(param, area, day, self.region_column.as_deref())?);
        }
        for (place, value) in [
            ("{area}", area.as_i64()),
            ("{month}", i64::from(Month::of(day).index())),
            ("{today}", i64::from(epoch_days(day))),
        ] {
            sql = sql.replace(place, &value.to_string());
        }
        match sql.split_once('{') {
            Some((_, rest)) => Err(ParamProblem::Unknown(
                rest.split('}').next().unwrap_or_default().to_owned(),
            )),
            None => Ok(sql),
        }
    }

    /// The value of a parameter for one place and day.
    pub fn param(&self, name: &str, place: RegionCode, day: Date) -> Option<&toml::Value> {
        let param = self.params.get(name)?;
        let fitting = param
            .overrides
            .iter()
            .filter(|o| in_force(o, day) && region(&o.region).is_some_and(|r| r.contains(place)));
        let nearest = fitting.max_by_key(|o| region(&o.region).map(|r| r.level()));
        Some(nearest.map_or(&param.value, |o| &o.value))
    }
}

fn expression(param: &Param, area: RegionCode, day: Date, column: Option<&str>) -> Result<String, ParamProblem> {
    let mut fitting: Vec<(RegionCode, &toml::Value)> = param
        .overrides
        .iter()
        .filter(|o| in_force(o, day))
        .filter_map(|o| Some((region(&o.region)?, &o.value)))
        .collect();
    fitting.sort_by_key(|(r, _)| r.level());
    let around = fitting
        .iter()
        .rfind(|(r, _)| r.contains(area))
        .map_or(&param.value, |(_, v)| v);
    let inside: Vec<_> = fitting
        .iter()
        .filter(|(r, _)| area.contains(*r) && *r != area)
        .collect();
    if inside.is_empty() {
        return literal(around);
    }
    let column = column.ok_or(ParamProblem::NotByRegion)?;
    let mut case = "(CASE".to_owned();
    for (r, value) in inside.iter().rev() {
        let range = r.range();
        case += &format!(
            " WHEN {column} >= {} AND {column} < {} THEN {}",
            range.start,
            range.end,
            literal(value)?
        );
    }
    Ok(case + &format!(" ELSE {} END)", literal(around)?))
}

fn in_force(o: &super::Override, day: Date) -> bool {
    parse_date(&o.from).is_some_and(|from| from <= day)
        && o.to.as_deref().and_then(parse_date).is_none_or(|to| day <= to)
}

fn region(text: &str) -> Option<RegionCode> {
    text.parse().ok()
}

/// Only numbers and yes or no: text from a county's file cannot become SQL.
fn literal(value: &toml::Value) -> Result<String, ParamProblem> {
    match value {
        toml::Value::Integer(n) => Ok(n.to_string()),
        toml::Value::Boolean(yes) => Ok(yes.to_string()),
        other => Err(ParamProblem::Value(other.to_string())),
    }
}
