//! Rules over a run's inputs, to drafts in a fixed order: the same inputs give the same drafts, byte for byte.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

use futures::StreamExt;
use kernel::{Date, Month, RegionCode};

use super::{Rule, draft, raw};
use intake::contract::{ColumnType, sql_names};

use crate::{
    engine::{Among, EngineError, Inputs, Plans, ProgrammeRow, Registers, Session, Table},
    finding::{FindingDraft, drafts_digest},
    snapshot::Snapshot,
};

/// Rules that run side by side.
const SIDE_BY_SIDE: usize = 2;

/// A snapshot as evidence: opened, so that rows can be fetched by their line.
#[derive(Clone, Debug)]
pub struct SnapshotFile {
    pub snapshot: Snapshot,
}

/// A proposal, and all people it concerns (an account's payees are several).
#[derive(Clone, Debug)]
pub struct Outcome {
    pub draft: FindingDraft,
    pub people: Vec<i64>,
    /// Which way a composite rule was met, e.g. `A-05` for B-18.
    pub via: Option<String>,
}

/// What became of one rule.
#[derive(Clone, Debug)]
pub struct RuleCount {
    pub rule: Arc<Rule>,
    pub findings: u64,
    /// Of these, with an exception proposed.
    pub exceptions: u64,
    pub millis: i64,
}

/// The answer of a run.
#[derive(Clone, Debug)]
pub struct RunOutput {
    /// Sorted by key.
    pub outcomes: Vec<Outcome>,
    pub counts: Vec<RuleCount>,
    /// Over all drafts in order; empty where a few people's answer is for one month.
    pub digest: String,
    /// People in the shared set.
    pub people: usize,
    /// Data set, rows, rows about these people.
    pub tables: Vec<(String, u64, u64)>,
}

impl RunOutput {
    pub fn drafts(&self) -> Vec<FindingDraft> {
        self.outcomes.iter().map(|o| o.draft.clone()).collect()
    }
}

/// Puts registers and snapshots together. A data set of category 0 is a register of our own and read in full.
pub fn inputs(registers: &Registers, snapshots: &[Snapshot]) -> Result<(Inputs, Vec<SnapshotFile>), EngineError> {
    let open = |snapshot: &Snapshot| Ok::<_, EngineError>((snapshot.clone(), table_of(snapshot)?));
    let opened = snapshots.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    Ok(inputs_of(registers, &opened))
}

/// The rows of a snapshot as a table of rules.
pub(crate) fn table_of(snapshot: &Snapshot) -> Result<Table, EngineError> {
    let name = &snapshot.contract.name;
    Ok(Table::from_file(name, &snapshot.hash, snapshot.path().to_owned())?)
}

/// The same of snapshots whose tables were opened before.
pub(crate) fn inputs_of(registers: &Registers, opened: &[(Snapshot, Table)]) -> (Inputs, Vec<SnapshotFile>) {
    let table = |(snapshot, table): &(Snapshot, Table)| (table.clone(), snapshot.contract.category == 0);
    let inputs = Inputs {
        registers: registers.tables.clone(),
        snapshots: opened.iter().map(table).collect(),
        ..Inputs::default()
    };
    let file = |(snapshot, _): &(Snapshot, Table)| SnapshotFile {
        snapshot: snapshot.clone(),
    };
    (inputs, opened.iter().map(file).collect())
}

/// The column of account numbers of a register of our own: what makes it concern others than whom it names.
fn by_account(file: &SnapshotFile) -> Option<(String, String)> {
    let contract = &file.snapshot.contract;
    let column = contract.columns.iter().find(|c| c.kind == ColumnType::Account);
    let name = column
        .filter(|_| contract.category == 0)
        .and_then(|c| sql_names(c).into_iter().next());
    name.map(|name| (contract.name.clone(), name))
}

/// Runs the rules whose sources are all there; the others are left out and do not appear in the counts.
pub async fn evaluate(
    rules: &[Arc<Rule>],
    inputs: &Inputs,
    programmes: &[ProgrammeRow],
    files: &[SnapshotFile],
    area: RegionCode,
    day: Date,
    go_on: &mut (dyn FnMut(u64, u64) -> bool + Send),
) -> Result<RunOutput, EngineError> {
    evaluate_among(rules, inputs, programmes, files, area, day, None, go_on).await
}

/// An answer about a few people.
#[derive(Clone, Debug)]
pub struct Few {
    /// Who is asked about: a register of our own that is read whole names others too.
    pub among: Arc<HashSet<i64>>,
    /// Only what touches this month is worded.
    pub month: Option<Month>,
    /// Plans of earlier answers about a few.
    pub plans: Option<Arc<Plans>>,
}

/// The same, among a few people when so asked.
#[allow(clippy::too_many_arguments)]
pub async fn evaluate_among(
    rules: &[Arc<Rule>],
    inputs: &Inputs,
    programmes: &[ProgrammeRow],
    files: &[SnapshotFile],
    area: RegionCode,
    day: Date,
    few: Option<&Few>,
    go_on: &mut (dyn FnMut(u64, u64) -> bool + Send),
) -> Result<RunOutput, EngineError> {
    let present = |source: &String| inputs.snapshots.iter().any(|(t, _)| t.name == *source);
    let rules: Vec<Arc<Rule>> = rules
        .iter()
        .filter(|r| r.is_effective(day) && r.sources.iter().all(present))
        .cloned()
        .collect();
    let mut classes: HashMap<String, u8> = HashMap::new();
    for rule in &rules {
        for source in &rule.sources {
            *classes.entry(source.clone()).or_default() |= rule.classes();
        }
    }
    // A source that one rule reads whole is read whole for all.
    let whole: HashSet<&String> = rules.iter().flat_map(|r| &r.whole).collect();
    let mut inputs = inputs.clone();
    for (table, all) in &mut inputs.snapshots {
        *all |= whole.contains(&table.name);
    }
    inputs.among = few.map(|few| Among {
        people: few.among.clone(),
        by_account: files.iter().filter_map(by_account).collect(),
    });
    let inputs = &inputs;
    let session = Session::open(inputs, &classes)?;
    let session = Arc::new(match few.and_then(|few| few.plans.clone()) {
        None => session,
        Some(plans) => session.keeping(plans),
    });
    let total = rules.len() as u64;
    if !go_on(0, total) {
        return Err(EngineError::Cancelled);
    }
    let mut work = Vec::new();
    for rule in &rules {
        let (session, rule) = (session.clone(), rule.clone());
        work.push(async move {
            let started = Instant::now();
            let sql = rule
                .sql(area, day)
                .map_err(|e| EngineError::Rule(rule.id.clone(), e.to_string()))?;
            let may: Vec<String> = rule.sources.iter().chain(&rule.registers).cloned().collect();
            let batches = session.query_tables(&rule.id, &sql, &may).await?;
            Ok::<_, EngineError>((raw::read(&rule, &batches)?, started.elapsed().as_millis() as i64))
        });
    }
    let mut running = futures::stream::iter(work).map(tokio::spawn).buffered(SIDE_BY_SIDE);
    let mut raws = Vec::new();
    let mut millis = Vec::new();
    while let Some(done) = running.next().await {
        let (mut rows, took) = done.map_err(|e| EngineError::Rule("engine".into(), e.to_string()))??;
        if let Some(few) = few {
            let month = few.month.map(Month::index);
            rows.retain(|row| {
                few.among.contains(&row.person_key) && month.is_none_or(|m| row.from <= m && m <= row.to)
            });
        }
        raws.push(rows);
        millis.push(took);
        if !go_on(millis.len() as u64, total) {
            return Err(EngineError::Cancelled);
        }
    }
    let mut outcomes = draft::compose(&rules, raws, &session, &inputs.linked, programmes, files, area)?;
    outcomes.sort_by(|a, b| a.draft.key.cmp(&b.draft.key));
    let counts = rules.iter().zip(millis).map(|(rule, millis)| {
        let mine = || outcomes.iter().filter(|o| o.draft.rule_id == rule.id);
        RuleCount {
            rule: rule.clone(),
            findings: mine().count() as u64,
            exceptions: mine().filter(|o| o.draft.proposed_exception.is_some()).count() as u64,
            millis,
        }
    });
    let counts = counts.collect();
    // What is told at once and kept by nobody needs no name.
    let digest = match few.and_then(|few| few.month) {
        Some(_) => String::new(),
        None => drafts_digest(&outcomes.iter().map(|o| o.draft.clone()).collect::<Vec<FindingDraft>>()),
    };
    let tables = inputs.snapshots.iter().map(|(t, _)| {
        let rows = t.rows() as u64;
        (
            t.name.clone(),
            rows,
            session.rows_found(&t.name).map_or(rows, |n| n as u64),
        )
    });
    let tables = tables.collect();
    Ok(RunOutput {
        digest,
        outcomes,
        counts,
        people: session.people,
        tables,
    })
}
