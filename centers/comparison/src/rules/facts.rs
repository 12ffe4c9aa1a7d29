//! Facts of our own registers as evidence: the columns a rule names, in the reader's words.

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Int32Type},
};
use kernel::{Money, period::from_epoch_days};

use super::{
    Rule,
    raw::{Raw, int_at, text_at},
};
use crate::{
    engine::month,
    finding::{EvidenceField, EvidenceRecord},
};

/// The values of a rule's facts in one row of its answer.
pub(super) fn read(rule: &Rule, batch: &RecordBatch, i: usize) -> Vec<String> {
    let value = |column: &str| {
        let array = batch.column_by_name(column)?;
        text(column, array, i)
    };
    rule.facts
        .iter()
        .map(|(column, _)| value(column).unwrap_or_default())
        .collect()
}

/// A value by the end of its column's name: `_fen` is money, `_on` a day, `_month` a month, `_bp` hundredths of a percent.
fn text(column: &str, array: &dyn Array, i: usize) -> Option<String> {
    if array.is_null(i) {
        return None;
    }
    if *array.data_type() == DataType::Boolean {
        return Some(if array.as_boolean().value(i) { "是" } else { "否" }.to_owned());
    }
    if *array.data_type() == DataType::Int32 {
        let value = array.as_primitive::<Int32Type>().value(i);
        return Some(if column.ends_with("_month") {
            month(value).to_string()
        } else {
            from_epoch_days(value)?.to_string()
        });
    }
    let Some(number) = int_at(array, i) else {
        return text_at(array, i);
    };
    Some(match column.rsplit('_').next() {
        Some("fen") => format!("{}元", Money(number)),
        Some("bp") => format!("{}.{:02}%", number / 100, number.abs() % 100),
        _ => number.to_string(),
    })
}

/// The fact a question names.
pub(super) fn named(rule: &Rule, raw: &Raw, key: &str) -> Option<String> {
    let at = rule.facts.iter().position(|(column, _)| column == key)?;
    raw.facts.get(at).cloned()
}

/// The record made of the facts of the strongest rows; `digest` names the frozen registers they were read from.
pub(super) fn records(rule: &Rule, group: &[Raw], digest: &str) -> Vec<EvidenceRecord> {
    const MOST: usize = 8;
    if rule.facts.is_empty() {
        return Vec::new();
    }
    let mut seen: Vec<&[String]> = Vec::new();
    for raw in group {
        if seen.len() < MOST && !seen.contains(&raw.facts.as_slice()) {
            seen.push(&raw.facts);
        }
    }
    let turns = |column: &str| rule.turns_on.iter().any(|t| t == column);
    seen.into_iter()
        .map(|facts| EvidenceRecord {
            title: rule.record.clone(),
            department: "本平台登记".to_owned(),
            snapshot: digest.to_owned(),
            file_name: String::new(),
            row_no: None,
            row_hash: String::new(),
            fields: rule
                .facts
                .iter()
                .zip(facts)
                .filter(|(_, value)| !value.is_empty())
                .map(|((column, label), value)| EvidenceField {
                    label: label.clone(),
                    value: value.clone(),
                    differs: turns(column),
                })
                .collect(),
        })
        .collect()
}
