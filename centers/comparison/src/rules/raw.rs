//! The rows a rule's condition yields, read by the names of its columns.

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    datatypes::{DataType, Int32Type, Int64Type},
};

use super::{Rule, facts};
use crate::{
    engine::EngineError,
    finding::{Confidence, Severity, SubjectKind},
};

/// Indexes of the months of the years 1900 to 2200.
const MONTHS: std::ops::Range<i64> = 1_900 * 12..2_200 * 12;

/// One row of a rule's answer.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub(super) person_key: i64,
    pub(super) account: Option<i64>,
    /// Whom a finding about several people is about, and the name.
    pub(super) subject_key: Option<i64>,
    pub(super) subject_name: Option<String>,
    pub(super) household_id: Option<i64>,
    pub(super) name: Option<String>,
    pub(super) region: Option<i64>,
    pub(super) programme: Option<String>,
    /// What keeps findings about one subject apart, e.g. the source.
    pub(super) part: Option<String>,
    /// The office that is asked, where it is not the rule's.
    pub(super) owner: Option<String>,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) agree: bool,
    /// How sure it is whose records these are, where the names agree.
    pub(super) certainty: Confidence,
    pub(super) exception: Option<String>,
    pub(super) severity: Option<Severity>,
    pub(super) via: Option<String>,
    pub(super) rank: i64,
    pub(super) amount_fen: Option<i64>,
    /// Values of the rule's facts, in their order.
    pub(super) facts: Vec<String>,
    /// Data set and line of each record compared.
    pub(super) rows: Vec<(String, i64)>,
}

/// Reads an answer by the names of its columns.
pub(super) fn read(rule: &Rule, batches: &[RecordBatch]) -> Result<Vec<Raw>, EngineError> {
    let mut out = Vec::new();
    let thing = SubjectKind::of(&rule.subject).is_thing();
    for batch in batches {
        if thing && !batch.column_by_name("subject_key").is_some_and(is_int) {
            // A key of words would be none, and all things would be one.
            let said = "the condition yields no subject_key".to_owned();
            return Err(EngineError::Rule(rule.id.clone(), said));
        }
        let lines: Vec<(String, usize)> = batch
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter_map(|(i, f)| f.name().strip_suffix("_row").map(|table| (table.to_owned(), i)))
            .collect();
        for i in 0..batch.num_rows() {
            let int = |name: &str| batch.column_by_name(name).and_then(|c| int_at(c, i));
            let text = |name: &str| batch.column_by_name(name).and_then(|c| text_at(c, i));
            let missing = |name: &str| EngineError::Rule(rule.id.clone(), format!("the condition yields no {name}"));
            // Of another type than yes or no it is not there.
            let agree = batch
                .column_by_name("agree")
                .is_none_or(|c| c.is_valid(i) && c.as_boolean_opt().is_some_and(|c| c.value(i)));
            let month = |name: &str| match int(name) {
                Some(index) if MONTHS.contains(&index) => Ok(index as i32),
                Some(index) => Err(EngineError::Rule(
                    rule.id.clone(),
                    format!("{name} is {index}, not a month"),
                )),
                None => Err(missing(name)),
            };
            out.push(Raw {
                person_key: match int("person_key") {
                    Some(key) => key,
                    None if thing => 0,
                    None => return Err(missing("person_key")),
                },
                facts: facts::read(rule, batch, i),
                account: int("account"),
                subject_key: int("subject_key"),
                subject_name: text("subject_name"),
                household_id: int("household_id"),
                name: text("name"),
                region: int("region"),
                programme: text("programme"),
                part: text("part"),
                owner: text("owner").filter(|owner| !owner.is_empty()),
                from: month("month_from")?,
                to: month("month_to")?,
                agree: agree || rule.confidence == "own",
                certainty: if rule.asks_whose() {
                    Confidence::E2
                } else {
                    Confidence::E1
                },
                exception: text("exception"),
                severity: text("severity").and_then(|s| severity(&s)),
                via: text("via"),
                rank: int("rank").unwrap_or(0),
                amount_fen: int("amount_fen"),
                rows: lines
                    .iter()
                    .filter_map(|(t, at)| int_at(batch.column(*at), i).map(|n| (t.clone(), n)))
                    .chain(text("record_of").zip(int("record_no")))
                    .collect(),
            });
        }
    }
    Ok(out)
}

fn severity(text: &str) -> Option<Severity> {
    Some(match text {
        "R" => Severity::R,
        "O" => Severity::O,
        "Y" => Severity::Y,
        "B" => Severity::B,
        _ => return None,
    })
}

fn is_int(column: &ArrayRef) -> bool {
    matches!(column.data_type(), DataType::Int64 | DataType::Int32)
}

pub(super) fn int_at(column: &dyn Array, i: usize) -> Option<i64> {
    if column.is_null(i) {
        return None;
    }
    match column.data_type() {
        DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(i)),
        DataType::Int32 => Some(i64::from(column.as_primitive::<Int32Type>().value(i))),
        _ => None,
    }
}

pub(super) fn text_at(column: &dyn Array, i: usize) -> Option<String> {
    if column.is_null(i) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8View => Some(column.as_string_view().value(i).to_owned()),
        DataType::Utf8 => Some(column.as_string::<i32>().value(i).to_owned()),
        _ => None,
    }
}
