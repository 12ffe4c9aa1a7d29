//! `yangguang compare`: the same comparison without the server, to a file anyone can open.

use std::{io::Write, path::Path};

use kernel::{AppError, AppResult, Date, Money, RegionCode};
use store::Db;

use crate::{
    engine::{self, Registers},
    finding::FindingDraft,
    identities::{self, LinkedSet},
    rules::{LINK_LABEL, Outcome, Rules, RunOutput, evaluate, inputs},
    snapshot::Snapshot,
    sources::{Sources, current_sources},
};

/// What a comparison without the server came to.
#[derive(Debug)]
pub struct Compared {
    pub output: RunOutput,
    pub registers: Registers,
    /// Whose rows they are, by data set.
    pub identities: Vec<LinkedSet>,
}

/// Freezes, runs and returns; writes nothing.
pub async fn compare(
    db: &Db,
    sources: &Sources,
    rules: &Rules,
    only: &[String],
    area: RegionCode,
    day: Date,
) -> AppResult<Compared> {
    let wanted = rules.select(only);
    let mut snapshots = Vec::new();
    for current in current_sources(db).await? {
        let contract = sources.contracts.get(&current.data_set);
        let asked = contract.is_some_and(|contract| identities::is_asked(contract));
        if wanted
            .iter()
            .any(|r| r.sources.contains(&current.data_set) || (asked && r.asks_whose()))
        {
            let path = sources.store.path(&current.data_set, &current.snapshot);
            snapshots.push(Snapshot::open(&path).map_err(AppError::internal)?);
        }
    }
    let registers = engine::freeze(db, &|_, _| true).await?;
    let (mut all, files) = inputs(&registers, &snapshots).map_err(AppError::internal)?;
    let identities = identities::link_all(db, registers.persons()?, &snapshots, &|_, _| true).await?;
    identities::beside(&mut all, &identities, None).map_err(AppError::internal)?;
    identities::ask_whose(&mut all, &snapshots, &identities).map_err(AppError::internal)?;
    let output = evaluate(&wanted, &all, &registers.programmes, &files, area, day, &mut |_, _| {
        true
    })
    .await
    .map_err(AppError::internal)?;
    Ok(Compared {
        output,
        registers,
        identities,
    })
}

/// Freezes, runs and writes the findings as CSV.
pub async fn compare_to_csv(
    db: &Db,
    sources: &Sources,
    rules: &Rules,
    area: RegionCode,
    day: Date,
    out: &Path,
) -> AppResult<Compared> {
    let compared = compare(db, sources, rules, &[], area, day).await?;
    write_csv(&compared.output.outcomes, out)
        .map_err(|e| AppError::invalid(format!("无法写入{}。", out.display())).caused_by(e))?;
    Ok(compared)
}

/// Headers of the CSV; [`super::accuracy`] reads some of them back.
pub(super) const HEADERS: [&str; 23] = [
    "规则",
    "规则版本",
    "严重程度",
    "可信度",
    "途径",
    "对象",
    "区划",
    "项目",
    "期间起",
    "期间止",
    "金额（元）",
    "可能例外",
    "核查部门",
    "疑点",
    "数据来源",
    "来源文件",
    "行号",
    "行摘要",
    "快照",
    "人员键",
    "疑点键",
    "身份对应",
    "对象键",
];

/// Writes findings as UTF-8 CSV with a byte order mark. Cells a spreadsheet would run as a formula are disarmed.
pub fn write_csv(outcomes: &[Outcome], out: &Path) -> Result<(), csv::Error> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
    file.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(HEADERS)?;
    for outcome in outcomes {
        csv.write_record(row(outcome).iter().map(|cell| disarm(cell)))?;
    }
    csv.flush()?;
    Ok(())
}

fn row(outcome: &Outcome) -> [String; 23] {
    let d: &FindingDraft = &outcome.draft;
    let sources = || d.evidence.iter().filter(|e| e.row_no.is_some());
    let joined = |f: fn(&crate::finding::EvidenceRecord) -> String| sources().map(f).collect::<Vec<_>>().join("；");
    let people: Vec<String> = outcome.people.iter().map(i64::to_string).collect();
    [
        d.rule_id.clone(),
        d.rule_version.to_string(),
        format!("{:?}", d.severity),
        format!("{:?}", d.confidence),
        outcome.via.clone().unwrap_or_default(),
        d.subject_name.clone(),
        RegionCode::from_i64(d.region)
            .map(|r| r.to_string())
            .unwrap_or_default(),
        d.programme.clone().unwrap_or_default(),
        d.period_from.to_string(),
        d.period_to.to_string(),
        Money(d.money_fen).to_string(),
        d.proposed_exception.clone().unwrap_or_default(),
        d.owner_department.clone(),
        d.summary.clone(),
        joined(|e| e.title.clone()),
        joined(|e| e.file_name.clone()),
        joined(|e| e.row_no.map(|n| n.to_string()).unwrap_or_default()),
        joined(|e| e.row_hash.clone()),
        joined(|e| e.snapshot.chars().take(12).collect()),
        people.join(" "),
        d.key.clone(),
        linked_by(d),
        format!("{}:{}", d.subject.kind.id(), d.subject.key),
    ]
}

/// Why records whose number did not name the person are held to be theirs.
fn linked_by(draft: &FindingDraft) -> String {
    let fields = draft.evidence.iter().flat_map(|record| &record.fields);
    let told = fields.filter(|f| f.label == LINK_LABEL).map(|f| f.value.as_str());
    told.collect::<Vec<_>>().join("；")
}

/// A leading `= + - @`, tab or line break makes a spreadsheet compute; an apostrophe makes it text.
fn disarm(cell: &str) -> String {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if dangerous { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::disarm;

    #[test]
    fn a_name_that_is_a_formula_stays_text() {
        assert_eq!(disarm("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(disarm("张三"), "张三");
        assert_eq!(disarm("-1+2"), "'-1+2");
    }
}
