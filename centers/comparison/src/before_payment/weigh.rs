//! From findings to questions about rows: which row a finding is about, whether it holds it, and how it is told.

use std::collections::HashMap;

use funds::batch::{ConcernField, ConcernRecord, RowConcern};
use kernel::Month;

use super::{Params, Planned, ask::Answer, people::People};
use crate::{
    finding::{EvidenceRecord, FindingDraft, SubjectKind},
    rules::Outcome,
};

/// The questions about the rows of a batch, by row.
pub(super) fn rows(
    answer: &Answer,
    people: &People,
    planned: &[Planned],
    month: Month,
    params: &Params,
) -> Vec<RowConcern> {
    let mut by_person: HashMap<i64, Vec<&Planned>> = HashMap::new();
    let mut by_household: HashMap<i64, Vec<&Planned>> = HashMap::new();
    for row in planned {
        by_person.entry(row.person_key).or_default().push(row);
        if let Some(household) = people.household_of(row) {
            by_household.entry(household).or_default().push(row);
        }
    }
    let mut out = Vec::new();
    for outcome in &answer.outcomes {
        for row in concerned(outcome, &by_person, &by_household, people, month) {
            out.push(concern(outcome, row.id, answer, params));
        }
    }
    out.sort_by(|a, b| (a.payment, &a.rule, &a.text).cmp(&(b.payment, &b.rule, &b.text)));
    out.dedup_by(|a, b| a.payment == b.payment && a.rule == b.rule && a.text == b.text);
    out
}

/// The rows a finding is about: its period must reach the month that is paid, and its programme be the one that pays.
fn concerned<'a>(
    outcome: &Outcome,
    by_person: &HashMap<i64, Vec<&'a Planned>>,
    by_household: &HashMap<i64, Vec<&'a Planned>>,
    people: &People,
    month: Month,
) -> Vec<&'a Planned> {
    let draft = &outcome.draft;
    if month < draft.period_from || draft.period_to < month {
        return Vec::new();
    }
    let account = draft.subject.kind == SubjectKind::Account;
    let pays = |row: &&&Planned| match &draft.programme {
        Some(code) => *code == row.programme,
        None if account => row.account_digest == draft.subject.key,
        None => people.is_targeted(&row.programme),
    };
    let mut rows: Vec<&Planned> = outcome
        .people
        .iter()
        .filter_map(|key| by_person.get(key))
        .flatten()
        .filter(pays)
        .copied()
        .collect();
    // What a member owns is a question about what the household draws.
    if !account && draft.programme.is_none() {
        let household = draft.household_id.and_then(|h| by_household.get(&h));
        rows.extend(household.into_iter().flatten().filter(pays).copied());
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    rows
}

fn concern(outcome: &Outcome, payment: i64, answer: &Answer, params: &Params) -> RowConcern {
    let draft = &outcome.draft;
    RowConcern {
        payment,
        rule: draft.rule_id.clone(),
        rule_name: answer.name_of(&draft.rule_id),
        severity: format!("{:?}", draft.severity),
        text: draft.summary.clone(),
        verdict: verdict(draft),
        holds: params.hold_severities.contains(&draft.severity) && draft.proposed_exception.is_none(),
        records: draft.evidence.iter().map(|r| record(r, answer)).collect(),
    }
}

/// What everyone may be told: which registers meet, nothing of what stands in them.
pub(super) fn verdict(draft: &FindingDraft) -> String {
    let mut titles: Vec<&str> = draft.evidence.iter().skip(1).map(|r| r.title.as_str()).collect();
    titles.dedup();
    match titles.as_slice() {
        [] => "与发放记录有关的疑点，请核实".to_owned(),
        some => format!("与“{}”有关的疑点，请核实", some.join("、")),
    }
}

/// A record with its sensitive fields marked by the contract of its data set.
pub(super) fn record(record: &EvidenceRecord, answer: &Answer) -> ConcernRecord {
    let field = |f: &crate::finding::EvidenceField| ConcernField {
        label: f.label.clone(),
        value: f.value.clone(),
        differs: f.differs,
        sensitive: answer.sensitive.contains(&(record.title.clone(), f.label.clone())),
    };
    ConcernRecord {
        title: record.title.clone(),
        department: record.department.clone(),
        file_name: record.file_name.clone(),
        row_no: record.row_no,
        snapshot: record.snapshot.clone(),
        fields: record.fields.iter().map(field).collect(),
    }
}
