//! The work of a run, in the background: authorise, freeze, run, grade, hand on.

use std::{collections::BTreeMap, sync::Arc};

use ::store::{BulkInsert, args};
use access::Actor;
use intake::contract::Contracts;
use kernel::{AppError, AppResult};
use serde_json::json;
use trail::Act;
use web::{App, ProgressHandle};

use super::{
    RunKind, RunState, listing, seal,
    store::{Run, interrupted, run, unfinished},
    touched::{Touched, rules_reading, touched_by},
};
use crate::{
    before_payment::{BeforePayment, Params, people::registers_of_people},
    engine::{self, EngineError, Registers},
    finding::{Absorbed, Evaluated, FindingSinkPart, RunStamp},
    identities::{self, Concern, Effort},
    lawful,
    rules::{Few, Rule, RunOutput, evaluate_among, inputs},
    snapshot::Snapshot,
    sources::{Sources, current_sources},
    workbench::rules_in_force,
};

/// The key of a run's progress.
pub(super) fn progress_key(id: i64) -> String {
    format!("run:{id}")
}

/// Carries a requested run to its end and records how it ended.
pub async fn execute(app: &App, actor: &Actor, id: i64) -> AppResult<RunState> {
    let handle = app.progress.start(progress_key(id), "前一次比对还在进行，排队等候");
    let sources = app.part::<Sources>()?;
    // One run at a time: memory stays bounded, and two runs never judge the same finding at once.
    let turn = sources.run_turn.acquire().await.map_err(AppError::internal)?;
    handle.phase("正在核对授权");
    let done = carry_out(app, actor, id, &handle).await;
    drop(turn);
    match done {
        Ok(()) => {
            handle.finish();
            Ok(RunState::Published)
        }
        Err(error) => {
            let cancelled = app.progress.get(&progress_key(id)).is_some_and(|p| p.cancel_requested);
            let (state, message) = if cancelled {
                (RunState::Cancelled, "已按要求停止，没有产生任何疑点。".to_owned())
            } else if error.message.is_empty() {
                (
                    RunState::Failed,
                    "比对没有完成，没有产生任何疑点。请稍后重试，仍不行时请联系管理员。".to_owned(),
                )
            } else {
                (RunState::Failed, error.message.clone())
            };
            tracing::warn!(run = id, %error, "run ended early");
            end(app, actor, id, state, &message).await?;
            handle.fail(message);
            Err(error)
        }
    }
}

async fn carry_out(app: &App, actor: &Actor, id: i64, handle: &ProgressHandle) -> AppResult<()> {
    let order = run(&app.db, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有这次比对。"))?;
    if order.state() != RunState::Requested {
        return Err(AppError::conflict("这次比对已经开始或结束，不能再次运行。"));
    }
    let (rules, sources) = (rules_in_force(app).await?, app.part::<Sources>()?);
    let sink = app.part::<FindingSinkPart>()?;
    advance(app, actor, id, RunState::Requested, RunState::Authorised).await?;

    unless_stopped(handle)?;
    handle.phase("正在冻结登记册和数据快照");
    let mut wanted = rules.select(&order.rule_ids());
    let kind = order.kind();
    if let RunKind::Touched(data_sets) = &kind {
        wanted.retain(|r| r.asks_whose() || r.sources.iter().any(|s| data_sets.contains(s)));
    }
    let mut snapshots = Vec::new();
    let mut unsealed = Vec::new();
    for current in current_sources(&app.db).await? {
        let contract = sources.contracts.get(&current.data_set);
        let asked = contract.is_some_and(|contract| identities::is_asked(contract)) && kind == RunKind::Full;
        if !wanted
            .iter()
            .any(|r| r.sources.contains(&current.data_set) || (asked && r.asks_whose()))
        {
            continue;
        }
        let snapshot = open_snapshot(&sources, &current.data_set, &current.snapshot)?;
        if let Some(bytes) = seal::examine(&app.db, &snapshot).await? {
            unsealed.push((snapshot.clone(), bytes));
        }
        snapshots.push(snapshot);
    }
    let (mut sets, mut effort, mut shelf) = (Vec::new(), Effort::default(), None);
    let touched = match &kind {
        RunKind::Full => None,
        RunKind::Touched(data_sets) => {
            handle.phase("正在核对每一行是谁的记录");
            let report = |done, total| handle.report(done, total);
            (sets, effort, shelf) = identities::of_deliveries(app, &snapshots, &report).await?;
            let touched = touched_by(app, &sources, data_sets, &snapshots, &sets, order.region()).await?;
            let params = app
                .part::<BeforePayment>()
                .map_or_else(|_| Params::built_in(), |p| Ok(p.params().clone()))?;
            wanted = rules_reading(wanted, data_sets, touched.people.is_some(), &params);
            Some(touched)
        }
    };
    let few = touched.as_ref().and_then(|t| t.people.as_ref());
    let mark = identities::Mark::of(&app.db).await?;
    let registers = match few {
        None => engine::freeze(&app.db, &|done, total| handle.report(done, total)).await?,
        Some(people) => registers_of_people(&app.db, people).await?.registers,
    };
    keep(app, &registers).await?;
    if few.is_none() {
        handle.phase("正在核对每一行是谁的记录");
        let report = |done, total| handle.report(done, total);
        (sets, shelf) = identities::link_and_shelve(app, registers.persons()?, mark, &snapshots, &report).await?;
        effort.people_read = registers.persons()?.rows() as u64;
        effort.rows_linked = snapshots.iter().map(Snapshot::rows).sum();
    }
    let doubtful = sets
        .iter()
        .flat_map(|set| set.doubts.iter().map(|doubt| doubt.person_key));
    let concern = Concern::load(&app.db, doubtful.collect()).await?;
    let tx = app.trail.begin(actor).await?;
    for (snapshot, bytes) in &unsealed {
        seal::seal(&tx, snapshot, bytes).await?;
    }
    for s in &snapshots {
        tx.execute(
            "INSERT INTO run_snapshot (run_id, data_set, hash, file_name, row_count, concerned) VALUES ($1, $2, $3, $4, $5, 0)",
            args![id, s.contract.name.as_str(), s.hash.as_str(), s.file_name.as_str(), s.rows() as i64],
        )
        .await?;
    }
    for set in &sets {
        identities::keep(&tx, &app.objects, id, set).await?;
    }
    if let Some(shelf) = &shelf {
        identities::shelve(&tx, shelf).await?;
    }
    identities::review::take_in(&tx, app, id, &sets, &concern).await?;
    step(&tx, id, RunState::Authorised, RunState::DataFrozen).await?;
    tx.execute(
        "UPDATE run SET registers = $2 WHERE id = $1",
        args![id, registers.digest.as_str()],
    )
    .await?;
    tx.commit(
        Act::new("run.freeze", format!("run:{id}"))
            .in_region(order.region())
            .with(json!({
                "registers": registers.digest, "people_read": effort.people_read,
                "rows_linked": effort.rows_linked, "rows_kept": effort.rows_kept,
            })),
    )
    .await?;

    handle.phase("正在按规则比对");
    let (mut all, files) = inputs(&registers, &snapshots).map_err(AppError::internal)?;
    identities::beside(&mut all, &sets, few).map_err(AppError::internal)?;
    identities::ask_whose(&mut all, &snapshots, &sets).map_err(AppError::internal)?;
    let day = app.clock.today();
    let left_out = if order.public_interest.is_empty() {
        let of: Option<Vec<i64>> = few.map(|people| people.iter().copied().collect());
        let unsigned = lawful::restrict(&app.db, &mut all, &sources.contracts, of.as_deref(), day).await?;
        unsigned.len() as u64
    } else {
        0
    };
    let mut go_on = |done, total| handle.report(done, total);
    let among = few.map(|people| Few {
        among: Arc::new(people.iter().copied().collect()),
        month: None,
        plans: None,
    });
    let output = evaluate_among(
        &wanted,
        &all,
        &registers.programmes,
        &files,
        order.region(),
        day,
        among.as_ref(),
        &mut go_on,
    )
    .await
    .map_err(|e| {
        if matches!(e, EngineError::Cancelled) {
            AppError::conflict("比对已停止。")
        } else {
            AppError::conflict(e.in_words()).caused_by(e)
        }
    })?;

    handle.phase("正在分级并推送疑点");
    // What was read is still what was sealed: a file exchanged meanwhile yields no finding.
    for snapshot in &snapshots {
        if seal::examine(&app.db, snapshot).await?.is_some() {
            return Err(AppError::conflict(
                "数据快照的封存记录在比对中不见了，本次没有产生任何疑点。请重新比对。",
            ));
        }
    }
    let judged = Judged {
        output: &output,
        touched: touched.as_ref(),
        left_out,
    };
    publish(app, actor, &order, &judged, sink.as_ref(), handle).await
}

/// Whether nobody asked the run to stop.
fn unless_stopped(handle: &ProgressHandle) -> AppResult<()> {
    if handle.report(0, 0) {
        Ok(())
    } else {
        Err(AppError::conflict("比对已停止。"))
    }
}

/// A finished comparison, and how far it reached.
struct Judged<'a> {
    output: &'a RunOutput,
    touched: Option<&'a Touched>,
    left_out: u64,
}

/// Opens a snapshot by its hash.
///
/// # Errors
/// `Conflict` names the data set and the way out.
pub(crate) fn open_snapshot(sources: &Sources, data_set: &str, hash: &str) -> AppResult<Snapshot> {
    let title = sources.contracts.get(data_set).map_or(data_set, |c| c.title.as_str());
    Snapshot::open(&sources.store.path(data_set, hash)).map_err(|e| {
        AppError::conflict(format!(
            "“{title}”的数据快照无法读取，本次比对没有进行。请重新导入该数据后再运行。"
        ))
        .caused_by(e)
    })
}

/// Keeps the frozen registers as objects named by their content.
async fn keep(app: &App, registers: &Registers) -> AppResult<()> {
    let (objects, kept) = (app.objects.clone(), registers.objects.clone());
    tokio::task::spawn_blocking(move || kept.iter().try_for_each(|(_, bytes, _)| objects.put(bytes).map(|_| ())))
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
}

/// Findings, counts and the last state in one transaction.
async fn publish(
    app: &App,
    actor: &Actor,
    order: &Run,
    judged: &Judged<'_>,
    sink: &FindingSinkPart,
    handle: &ProgressHandle,
) -> AppResult<()> {
    let (id, output) = (order.id, judged.output);
    let sources = app.part::<Sources>()?;
    let people = judged.touched.and_then(|t| t.people.clone());
    let listing = listing::keep(&app.objects, &output.outcomes)?;
    let stamp = RunStamp {
        run_id: id,
        started_at: order.requested_at(),
        // Who was left out was not asked about: what is known of them stands.
        rules: output
            .counts
            .iter()
            .filter(|c| judged.left_out == 0 || !reads_secrets(&c.rule, &sources.contracts))
            // A run about some deliveries did not read the others, which may have been asked about as well.
            .filter(|c| judged.touched.is_none() || !c.rule.asks_whose())
            .map(|c| Evaluated {
                rule_id: c.rule.id.clone(),
                rule_version: c.rule.version,
                region: order.region(),
            })
            .collect(),
        because: judged.touched.map_or_else(String::new, |t| t.because.clone()),
        touched: people.clone(),
    };
    let tx = app.trail.begin(actor).await?;
    step(&tx, id, RunState::DataFrozen, RunState::Run).await?;
    let absorbed: Absorbed = sink.0.absorb(&tx, &stamp, output.drafts()).await?;
    step(&tx, id, RunState::Run, RunState::Scored).await?;
    let columns = &[
        "run_id",
        "rule_id",
        "rule_version",
        "rule_hash",
        "rule_name",
        "findings",
        "exceptions",
        "millis",
        "reasons",
    ];
    let mut reasons: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for outcome in &output.outcomes {
        if let Some(via) = &outcome.via {
            *reasons
                .entry(outcome.draft.rule_id.as_str())
                .or_default()
                .entry(via.as_str())
                .or_default() += 1;
        }
    }
    let mut rows = BulkInsert::new(&tx, "run_rule", columns, "");
    for c in &output.counts {
        rows.push(args![
            id,
            c.rule.id.as_str(),
            c.rule.version,
            c.rule.hash.as_str(),
            c.rule.name.as_str(),
            c.findings as i64,
            c.exceptions as i64,
            c.millis,
            reasons
                .get(c.rule.id.as_str())
                .map_or_else(String::new, |r| json!(r).to_string())
        ])
        .await?;
    }
    rows.finish().await?;
    for (data_set, _, concerned) in &output.tables {
        tx.execute(
            "UPDATE run_snapshot SET concerned = $3 WHERE run_id = $1 AND data_set = $2",
            args![id, data_set.as_str(), *concerned as i64],
        )
        .await?;
    }
    tx.execute(
        "UPDATE run SET digest = $2, findings = $3, found_new = $4, found_updated = $5, found_cleared = $6, \
         found_unchanged = $7, people = $8, finished_at = $9, left_out = $10, touched = $11, listing = $12 WHERE id = $1",
        args![
            id,
            output.digest.as_str(),
            output.outcomes.len() as i64,
            absorbed.new as i64,
            absorbed.updated as i64,
            absorbed.cleared as i64,
            absorbed.unchanged as i64,
            output.people as i64,
            tx.at().millis(),
            judged.left_out as i64,
            people.map_or(0, |p| p.len() as i64),
            listing
        ],
    )
    .await?;
    step(&tx, id, RunState::Scored, RunState::Published).await?;
    // Until this moment a run can be stopped without a trace in the warning center.
    unless_stopped(handle)?;
    let detail = json!({ "findings": output.outcomes.len(), "digest": output.digest, "absorbed": absorbed });
    tx.commit(
        Act::new("run.publish", format!("run:{id}"))
            .in_region(order.region())
            .with(detail),
    )
    .await
    .map(|_| ())
}

/// Whether a rule reads what needs each person's authorisation.
fn reads_secrets(rule: &Rule, contracts: &Contracts) -> bool {
    rule.sources
        .iter()
        .any(|source| contracts.get(source).is_some_and(|c| c.authorisation))
}

/// One step of the state machine; refused when someone else moved the run on.
async fn step(tx: &trail::RecordedTx, id: i64, from: RunState, to: RunState) -> AppResult<()> {
    debug_assert!(from.allows(to));
    let moved = tx
        .execute(
            "UPDATE run SET state = $3 WHERE id = $1 AND state = $2",
            args![id, from.id(), to.id()],
        )
        .await?;
    if moved == 1 {
        Ok(())
    } else {
        Err(AppError::conflict("这次比对的状态已被改变，本次没有产生任何疑点。"))
    }
}

async fn advance(app: &App, actor: &Actor, id: i64, from: RunState, to: RunState) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    step(&tx, id, from, to).await?;
    tx.commit(Act::new("run.authorise", format!("run:{id}")))
        .await
        .map(|_| ())
}

/// Ends a run that did not reach its goal.
async fn end(app: &App, actor: &Actor, id: i64, state: RunState, message: &str) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "UPDATE run SET state = $2, message = $3, finished_at = $4 WHERE id = $1 \
         AND state IN ('requested', 'authorised', 'data_frozen', 'run', 'scored')",
        args![id, state.id(), message, tx.at().millis()],
    )
    .await?;
    tx.commit(Act::new("run.end", format!("run:{id}")).with(json!({ "state": state.id(), "message": message })))
        .await
        .map(|_| ())
}

/// Attempts after which a run that keeps being cut off is left to a person.
const MOST_ATTEMPTS: i64 = 2;

/// After a crash: runs under way are called interrupted. Call once at start.
pub async fn recover_runs(app: &App) -> AppResult<u64> {
    let left = unfinished(&app.db).await?;
    for run in &left {
        let message = "平台在比对中途停止，没有产生任何疑点，可以重新运行。";
        end(app, &Actor::system(), run.id, RunState::Interrupted, message).await?;
    }
    Ok(left.len() as u64)
}

/// Runs that a crash cut off go on from the beginning, with the data as they are now; nothing of the first attempt was
/// kept. A run cut off again is left to a person. Call once after [`recover_runs`], when the platform serves again.
pub async fn resume_runs(app: &App) -> AppResult<u64> {
    let mut resumed = 0;
    for run in interrupted(&app.db, MOST_ATTEMPTS - 1).await? {
        let tx = app.trail.begin(&Actor::system()).await?;
        step(&tx, run.id, RunState::Interrupted, RunState::Requested).await?;
        tx.execute("DELETE FROM run_snapshot WHERE run_id = $1", args![run.id])
            .await?;
        tx.execute(
            "UPDATE run SET attempts = attempts + 1, finished_at = NULL, message = '平台重新启动后自动继续' WHERE id = $1",
            args![run.id],
        )
        .await?;
        tx.commit(Act::new("run.resume", format!("run:{}", run.id)).in_region(run.region()))
            .await?;
        // How it ended is in its own row.
        let _ = execute(app, &Actor::system(), run.id).await;
        resumed += 1;
    }
    Ok(resumed)
}
