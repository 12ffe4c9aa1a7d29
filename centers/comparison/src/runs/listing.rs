//! What a run found, finding by finding, kept as one object named by its content, so that two runs can be laid side by
//! side: what is new, what is gone, what changed.

use std::collections::BTreeMap;

use kernel::{AppError, AppResult};
use serde::{Deserialize, Serialize};
use store::{Digest, Objects};

use crate::rules::Outcome;

/// One finding of a run, without its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub rule: String,
    pub key: String,
    /// Hash of the whole draft.
    pub content: String,
    pub name: String,
    pub region: i64,
    pub period: String,
}

/// How a finding stands against the run before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    New,
    Gone,
    Changed,
}

impl Change {
    pub const ALL: [Change; 3] = [Change::New, Change::Gone, Change::Changed];

    pub fn id(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Gone => "gone",
            Change::Changed => "changed",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Change::New => "新增",
            Change::Gone => "不再出现",
            Change::Changed => "证据有变化",
        }
    }

    pub fn from_id(id: &str) -> Option<Change> {
        Change::ALL.into_iter().find(|c| c.id() == id)
    }
}

/// Keeps the list; returns the digest it is found under.
pub(super) fn keep(objects: &Objects, outcomes: &[Outcome]) -> AppResult<String> {
    let listed: Vec<Listed> = outcomes
        .iter()
        .map(|o| Listed {
            rule: o.draft.rule_id.clone(),
            key: o.draft.key.clone(),
            content: substance(o),
            name: o.draft.subject_name.clone(),
            region: o.draft.region,
            period: if o.draft.period_from == o.draft.period_to {
                o.draft.period_from.to_string()
            } else {
                format!("{}至{}", o.draft.period_from, o.draft.period_to)
            },
        })
        .collect();
    let bytes = serde_json::to_vec(&listed).map_err(AppError::internal)?;
    Ok(objects.put(&bytes).map_err(AppError::internal)?.as_str().to_owned())
}

/// A draft without what names the file it was read from: the same fact in a newer file is no change.
fn substance(outcome: &Outcome) -> String {
    let mut draft = outcome.draft.clone();
    for record in &mut draft.evidence {
        record.snapshot.clear();
        record.file_name.clear();
        record.row_no = None;
    }
    draft.content_hash()
}

/// The list of a run; empty when it has none.
pub fn listed(objects: &Objects, digest: &str) -> AppResult<Vec<Listed>> {
    let Some(digest) = Digest::from_hex(digest) else {
        return Ok(Vec::new());
    };
    let bytes = objects.read(&digest)?;
    serde_json::from_slice(&bytes).map_err(AppError::internal)
}

/// What differs between the list of a run and that of the run before, by rule and key.
pub fn changes(before: Vec<Listed>, after: Vec<Listed>) -> Vec<(Change, Listed)> {
    let mut old: BTreeMap<(String, String), Listed> = before
        .into_iter()
        .map(|l| ((l.rule.clone(), l.key.clone()), l))
        .collect();
    let mut out = Vec::new();
    for line in after {
        match old.remove(&(line.rule.clone(), line.key.clone())) {
            None => out.push((Change::New, line)),
            Some(earlier) if earlier.content != line.content => out.push((Change::Changed, line)),
            Some(_) => {}
        }
    }
    out.extend(old.into_values().map(|line| (Change::Gone, line)));
    out.sort_by(|(a, x), (b, y)| (&x.rule, a, &x.key).cmp(&(&y.rule, b, &y.key)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_side_by_side_tell_what_is_new_gone_and_changed() {
        let line = |rule: &str, key: &str, content: &str| Listed {
            rule: rule.into(),
            key: key.into(),
            content: content.into(),
            name: String::new(),
            region: 0,
            period: String::new(),
        };
        let before = vec![line("A-01", "1", "a"), line("A-01", "2", "b"), line("B-01", "3", "c")];
        let after = vec![line("A-01", "1", "a"), line("A-01", "2", "x"), line("B-01", "4", "d")];
        let changed = changes(before, after);
        let told: Vec<(&str, Change)> = changed.iter().map(|(c, l)| (l.key.as_str(), *c)).collect();
        assert_eq!(told, [("2", Change::Changed), ("4", Change::New), ("3", Change::Gone)]);
    }
}
