//! The compared records side by side, as far as the reader may see them.

use std::collections::HashSet;

use comparison::{finding::EvidenceRecord, lawful, sources::Sources};
use web::{App, parts::EvidenceRow};

use super::sight::{Sight, is_sensitive};

pub(super) const HIDDEN: &str = "依规不显示";

/// Fields that need a purpose each time: what people hold in banks and securities, and every column that the contract
/// of its data set marks sensitive.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures(HashSet<(String, String)>);

impl Figures {
    pub(super) fn of(app: &App) -> Figures {
        Figures(
            app.part::<Sources>()
                .map(|sources| lawful::figures(&sources.contracts))
                .unwrap_or_default(),
        )
    }

    pub(super) fn hides(&self, record: &EvidenceRecord, label: &str) -> bool {
        is_sensitive(&record.title) || self.0.contains(&(record.title.clone(), label.to_owned()))
    }

    /// Whether a purpose would show more.
    pub(super) fn any(&self, records: &[EvidenceRecord]) -> bool {
        records.iter().any(|r| r.fields.iter().any(|f| self.hides(r, &f.label)))
    }
}

/// Two records and where each can be found again.
#[derive(Clone, Debug, Default)]
pub(super) struct Pair {
    pub left: Origin,
    pub right: Option<Origin>,
    pub rows: Vec<EvidenceRow>,
}

/// Where a record came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub title: String,
    pub department: String,
    pub file: String,
    pub row: String,
    pub row_hash: String,
    pub snapshot: String,
}

impl Pair {
    pub(super) fn origins(&self) -> Vec<&Origin> {
        std::iter::once(&self.left).chain(&self.right).collect()
    }
}

impl Origin {
    fn of(record: &EvidenceRecord) -> Origin {
        Origin {
            title: record.title.clone(),
            department: record.department.clone(),
            file: record.file_name.clone(),
            row: record.row_no.map_or_else(String::new, |n| format!("第 {n} 行")),
            row_hash: record.row_hash.clone(),
            snapshot: record.snapshot.clone(),
        }
    }

    /// Enough of a hash to compare by eye.
    pub(super) fn short(&self) -> &str {
        self.snapshot.get(..12).unwrap_or(&self.snapshot)
    }
}

/// The first record beside each of the others.
///
/// `shown_name` replaces the subject's full name wherever it stands.
pub(super) fn pairs(
    records: &[EvidenceRecord],
    sight: Sight,
    revealed: bool,
    figures: &Figures,
    full_name: &str,
    shown_name: &str,
) -> Vec<Pair> {
    let masked: Vec<EvidenceRecord>;
    let records = if full_name == shown_name || full_name.is_empty() {
        records
    } else {
        masked = records
            .iter()
            .map(|record| with_name(record, full_name, shown_name))
            .collect();
        &masked
    };
    let Some((first, others)) = records.split_first() else {
        return Vec::new();
    };
    if sight == Sight::VerdictOnly {
        return Vec::new();
    }
    if others.is_empty() {
        return vec![pair(first, None, sight, revealed, figures)];
    }
    others
        .iter()
        .map(|other| pair(first, Some(other), sight, revealed, figures))
        .collect()
}

fn with_name(record: &EvidenceRecord, full_name: &str, shown_name: &str) -> EvidenceRecord {
    let mut record = record.clone();
    for field in &mut record.fields {
        field.value = field.value.replace(full_name, shown_name);
    }
    record
}

fn pair(
    left: &EvidenceRecord,
    right: Option<&EvidenceRecord>,
    sight: Sight,
    revealed: bool,
    figures: &Figures,
) -> Pair {
    let hide_left = |label: &str| figures.hides(left, label) && !revealed;
    let hide_right =
        |label: &str| right.is_some_and(|r| sight != Sight::Full || (figures.hides(r, label) && !revealed));
    let shown = |value: &str, hide: bool| {
        if hide && !value.is_empty() {
            HIDDEN.to_owned()
        } else {
            value.to_owned()
        }
    };
    let mut rows: Vec<EvidenceRow> = Vec::new();
    for field in &left.fields {
        let other = right.and_then(|r| r.fields.iter().find(|f| f.label == field.label));
        let mark = match other {
            Some(other) if other.value == field.value => "same",
            Some(_) => "differs",
            None if field.differs => "key",
            None => "",
        };
        let value = other.map(|o| o.value.as_str()).unwrap_or_default();
        rows.push(EvidenceRow {
            label: field.label.clone(),
            left: shown(&field.value, hide_left(&field.label)),
            right: shown(value, hide_right(&field.label)),
            mark,
        });
    }
    for field in right.map(|r| r.fields.as_slice()).unwrap_or_default() {
        if left.fields.iter().all(|f| f.label != field.label) {
            let mark = if field.differs { "key" } else { "" };
            rows.push(EvidenceRow {
                label: field.label.clone(),
                left: String::new(),
                right: shown(&field.value, hide_right(&field.label)),
                mark,
            });
        }
    }
    Pair {
        left: Origin::of(left),
        right: right.map(Origin::of),
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comparison::finding::EvidenceField;

    fn record(title: &str, fields: &[(&str, &str, bool)]) -> EvidenceRecord {
        EvidenceRecord {
            title: title.into(),
            department: "某部门".into(),
            snapshot: "ab".repeat(32),
            file_name: "a.csv".into(),
            row_no: Some(7),
            row_hash: "cd".repeat(8),
            fields: fields
                .iter()
                .map(|(l, v, d)| EvidenceField {
                    label: (*l).into(),
                    value: (*v).into(),
                    differs: *d,
                })
                .collect(),
        }
    }

    fn values(sight: Sight, revealed: bool) -> Vec<String> {
        let records = [
            record("发放记录", &[("姓名", "张三", false), ("金额", "300.00", false)]),
            record("存款", &[("姓名", "张三", false), ("余额", "90,000.00", true)]),
        ];
        pairs(&records, sight, revealed, &Figures::default(), "张三", "张三")
            .into_iter()
            .flat_map(|p| p.rows)
            .map(|r| r.right)
            .collect()
    }

    #[test]
    fn figures_of_deposits_need_a_purpose_and_never_reach_helpers() {
        assert!(!values(Sight::Full, false).iter().any(|v| v.contains("90,000")));
        assert!(values(Sight::Full, true).iter().any(|v| v.contains("90,000")));
        assert!(!values(Sight::Question, true).iter().any(|v| v.contains("90,000")));
        assert!(values(Sight::VerdictOnly, true).is_empty());
    }

    #[test]
    fn a_column_its_contract_marks_sensitive_needs_a_purpose() {
        let figures = Figures(HashSet::from([("机动车".to_owned(), "价值".to_owned())]));
        let records = [
            record("发放记录", &[("姓名", "张三", false)]),
            record("机动车", &[("车牌", "鲁M", true), ("价值", "86000元", true)]),
        ];
        let seen = |sight, revealed| -> Vec<String> {
            let pairs = pairs(&records, sight, revealed, &figures, "", "");
            pairs.into_iter().flat_map(|p| p.rows).map(|r| r.right).collect()
        };
        assert_eq!(seen(Sight::Full, false), ["", "鲁M", HIDDEN]);
        assert_eq!(seen(Sight::Full, true), ["", "鲁M", "86000元"]);
        assert_eq!(seen(Sight::Question, true), ["", HIDDEN, HIDDEN]);
        assert!(figures.any(&records) && !figures.any(&records[..1]));
    }

    #[test]
    fn what_the_rule_turns_on_is_marked() {
        let records = [
            record("发放记录", &[("姓名", "张三", false)]),
            record("机动车", &[("姓名", "张叁", true), ("车牌", "鲁M", true)]),
        ];
        let marks: Vec<_> = pairs(&records, Sight::Full, false, &Figures::default(), "", "")[0]
            .rows
            .iter()
            .map(|r| r.mark)
            .collect();
        assert_eq!(marks, ["differs", "key"]);
    }
}
