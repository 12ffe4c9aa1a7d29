//! The records beside a question: what was paid, and what departments hold, line by line.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Money, period::from_epoch_days};

use super::{
    Rule, SnapshotFile,
    draft::{Known, Paid},
    raw::Raw,
    wording::title_of,
};
use crate::{
    engine::{ProgrammeRow, month},
    finding::{EvidenceField, EvidenceRecord},
};

/// How the field is called that says why a row is held to be about the person.
pub const LINK_LABEL: &str = "身份对应";

/// Our own record: what was paid.
pub(super) fn payment_record(
    name: &str,
    paid: &[(i64, &Paid)],
    known: &Known,
    programmes: &[ProgrammeRow],
) -> EvidenceRecord {
    let field = |label: &str, value: String| EvidenceField {
        label: label.to_owned(),
        value,
        differs: false,
    };
    let day = |d: i32| from_epoch_days(d).map(|d| d.to_string()).unwrap_or_default();
    let mut fields = vec![field("姓名", name.to_owned())];
    let mut sums: BTreeMap<&str, (i32, i32, u64, i64)> = BTreeMap::new();
    for (_, p) in paid {
        let sum = sums.entry(&p.programme).or_insert((p.month, p.month, 0, 0));
        *sum = (sum.0.min(p.month), sum.1.max(p.month), sum.2 + 1, sum.3 + p.amount_fen);
    }
    for (code, (from, to, count, fen)) in sums {
        let text = format!("{}至{}，{count}笔，{}元", month(from), month(to), Money(fen));
        fields.push(field(title_of(programmes, code), text));
    }
    let tail = |p: &Paid| format!("{}（尾号{}）", p.account_name, p.tail);
    let accounts: BTreeSet<String> = paid.iter().map(|(_, p)| tail(p)).collect();
    if !accounts.is_empty() {
        fields.push(field(
            "收款账户",
            accounts.into_iter().take(6).collect::<Vec<_>>().join("；"),
        ));
    }
    if paid.len() <= 8 {
        for (i, (_, p)) in paid.iter().enumerate() {
            let text = format!(
                "{}，{}，{}元，批次{}",
                month(p.month),
                day(p.paid_on),
                Money(p.amount_fen),
                p.batch_no
            );
            fields.push(field(&format!("第{}笔", i + 1), text));
        }
    }
    EvidenceRecord {
        title: "发放记录".to_owned(),
        department: "资金发放单位".to_owned(),
        snapshot: known.payments_digest.clone(),
        file_name: String::new(),
        row_no: None,
        row_hash: String::new(),
        fields,
    }
}

/// The records of departments, line by line.
pub(super) fn compared_records(
    rule: &Rule,
    group: &[Raw],
    known: &Known,
    files: &[SnapshotFile],
) -> Vec<EvidenceRecord> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for raw in group {
        for (table, row_no) in raw.rows.iter().filter(|key| seen.insert((*key).clone())) {
            let Some(file) = files
                .iter()
                .find(|f| f.snapshot.contract.name == *table)
                .map(|f| &f.snapshot)
            else {
                continue;
            };
            let Some(row) = known.rows.get(&(table.clone(), *row_no)) else {
                continue;
            };
            let name_column = file.contract.person_name().map(|c| c.id.as_str());
            let differs = |id: &str| {
                rule.turns_on.iter().any(|t| t.split_once('.') == Some((table, id)))
                    || (!raw.agree && Some(id) == name_column)
            };
            let link = known.links.get(&(table.clone(), *row_no)).map(|link| EvidenceField {
                label: LINK_LABEL.to_owned(),
                value: link.told.clone(),
                differs: true,
            });
            let fields = row.fields.iter().filter(|f| !f.text.is_empty()).map(|f| EvidenceField {
                label: f.header.clone(),
                value: f.text.clone(),
                differs: differs(&f.id),
            });
            out.push(EvidenceRecord {
                title: file.contract.title.clone(),
                department: file.contract.department.clone(),
                snapshot: file.hash.clone(),
                file_name: file.file_name.clone(),
                row_no: Some(*row_no),
                row_hash: row.row_hash.clone(),
                fields: link.into_iter().chain(fields).collect(),
            });
        }
    }
    out
}
