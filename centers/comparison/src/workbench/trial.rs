//! A trial: the rule as it is and as it would be, over the same frozen data, and what the verdicts of the past say of
//! the difference. Nothing is handed on to the warning center.

use std::{collections::BTreeMap, sync::Arc};

use access::Actor;
use kernel::{AppError, AppResult, Date, RegionCode, name};
use serde::{Deserialize, Serialize};
use web::{App, ProgressHandle};

use super::{
    What,
    in_force::{changed_by, rules_in_force, with},
    store::{RuleChange, change, permit, stands, tried},
    wording::CONDITION,
};
use crate::{
    engine::{self, Bounds, EngineError},
    finding::{FindingDraft, FindingSinkPart},
    identities, lawful,
    rules::{Rule, Rules, evaluate, inputs},
    runs::{Run, open_snapshot, run_snapshots},
    snapshot::Snapshot,
    sources::{Sources, current_sources},
    workbench::ChangeAct,
};

/// Findings shown of each kind of difference.
const SHOWN: usize = 50;

/// One finding that comes or goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Masked.
    pub name: String,
    pub region: i64,
    pub period: String,
    /// The verdict it had, where it had one.
    pub verdict: String,
    /// What is said of it otherwise than now; empty for one that comes or goes.
    #[serde(default)]
    pub otherwise: String,
}

/// Verdicts of the past about findings of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    pub borne_out: u64,
    pub cleared: u64,
}

/// What a trial came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The day the rule was asked for.
    pub day: String,
    /// The run whose snapshots were used; `None` for the data of today.
    pub run: Option<i64>,
    /// Neither condition nor parameters change: there was nothing to reckon.
    #[serde(default)]
    pub words_only: bool,
    pub now: u64,
    pub changed: u64,
    /// Of these, with an exception proposed.
    pub now_excepted: u64,
    pub changed_excepted: u64,
    pub gone_rows: u64,
    pub new_rows: u64,
    /// The first of those that would no longer be asked about.
    pub gone: Vec<Sample>,
    /// The first of those that would be asked about besides.
    pub new: Vec<Sample>,
    /// Findings that stay, with another exception, severity or confidence.
    #[serde(default)]
    pub altered_rows: u64,
    #[serde(default)]
    pub altered: Vec<Sample>,
    /// Verdicts about findings that stay.
    pub kept: Judged,
    /// Verdicts about findings that would go: one borne out would have been missed.
    pub missed: Judged,
}

pub(super) fn progress_key(id: i64) -> String {
    format!("rule-change:{id}")
}

/// Tries a change in the background; the page shows how far it is.
pub(super) async fn start(app: &App, actor: &Actor, id: i64, past: Option<Run>) -> AppResult<()> {
    let row = change(&app.db, id).await?;
    permit(actor, &row, ChangeAct::Try, "")?;
    let handle = app.progress.start(progress_key(id), "前一次比对还在进行，排队等候");
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        match carry_out(&app, &actor, &row, past.as_ref(), &handle).await {
            Ok(()) => handle.finish(),
            Err(error) if error.message.is_empty() => {
                tracing::warn!(change = id, %error, "trial ended early");
                handle.fail("试算没有完成，没有改动任何内容。请稍后再试。");
            }
            Err(error) => handle.fail(error.message.clone()),
        }
    });
    Ok(())
}

/// Tries a change and keeps the result.
pub(super) async fn carry_out(
    app: &App,
    actor: &Actor,
    row: &RuleChange,
    past: Option<&Run>,
    handle: &ProgressHandle,
) -> AppResult<()> {
    let sources = app.part::<Sources>()?;
    let _turn = sources.run_turn.acquire().await.map_err(AppError::internal)?;
    let rules = rules_in_force(app).await?;
    let now = rules
        .get(&row.rule_id)
        .ok_or_else(|| AppError::not_found("规则目录中没有这条规则。"))?
        .clone();
    let day = past.map_or_else(|| app.clock.today(), |run| run.requested_at().date());
    stands(&app.db, app.part::<Rules>()?.as_ref(), row).await?;
    let changed = match row.what() {
        What::Param { param, .. } => {
            // Asked as if it held on that day.
            let mut value = row.as_override();
            value.from = value.from.min(day.to_string());
            value.to = None;
            with(&now, &param, value)
        }
        What::Text { wording, .. } if wording.contains_key(CONDITION) => changed_by(&now, row),
        What::Text { .. } => {
            let trial = Trial {
                day: day.to_string(),
                words_only: true,
                ..Trial::default()
            };
            return tried(app, actor, row.id, &trial).await;
        }
    };
    handle.phase("正在冻结登记册和数据快照");
    let snapshots = snapshots_of(app, &sources, &now, past).await?;
    let registers = engine::freeze(&app.db, &|done, total| handle.report(done, total)).await?;
    let (mut all, files) = inputs(&registers, &snapshots).map_err(AppError::internal)?;
    all.bounds = Bounds::OF_A_TRIAL;
    if now.asks_whose() {
        let report = |done, total| handle.report(done, total);
        let sets = identities::link_all(&app.db, registers.persons()?, &snapshots, &report).await?;
        identities::beside(&mut all, &sets, None).map_err(AppError::internal)?;
        identities::ask_whose(&mut all, &snapshots, &sets).map_err(AppError::internal)?;
    }
    lawful::restrict(&app.db, &mut all, &sources.contracts, None, app.clock.today()).await?;
    handle.phase("正在试算");
    let area = app.config.area;
    let ask = async |rule: &Arc<Rule>| -> AppResult<BTreeMap<String, FindingDraft>> {
        let output = evaluate(
            std::slice::from_ref(rule),
            &all,
            &registers.programmes,
            &files,
            area,
            day,
            &mut |_, _| true,
        )
        .await
        .map_err(refused)?;
        if output.counts.is_empty() {
            return Err(AppError::conflict(
                "这条规则所用的数据还没有导入，或在这一天不生效，不能试算。请先导入数据，或选择另一次比对。",
            ));
        }
        Ok(output.drafts().into_iter().map(|d| (d.key.clone(), d)).collect())
    };
    let (before, after) = (ask(&now).await?, ask(&changed).await?);
    let sink = app.part::<FindingSinkPart>()?;
    let verdicts = sink.0.verdicts(&app.db, &row.rule_id).await?;
    tried(
        app,
        actor,
        row.id,
        &weigh(&before, &after, &verdicts, day, past.map(|r| r.id)),
    )
    .await
}

/// Nothing was found or closed by a trial; what a run would say of that would mislead here.
fn refused(error: EngineError) -> AppError {
    let what = match &error {
        EngineError::TooManyRows(_, rows) => {
            format!("结果超过 {} 万行，多半是条件写漏了，试算已停止。", rows / 10_000)
        }
        EngineError::Rule(..) => "条件在这些数据上不能算到底，试算已停止。".to_owned(),
        EngineError::TooLong(_, time) => format!("运行超过 {} 秒仍没有结束，试算已停止。", time.as_secs()),
        EngineError::TooMuchMemory(_, mebibytes) => format!("需要的内存超过 {mebibytes} 兆，试算已停止。"),
        other => return AppError::conflict(other.in_words()).caused_by(error),
    };
    AppError::conflict(format!("{what}没有改动任何内容。请撤回后修改条件重新提出。")).caused_by(error)
}

/// The snapshots the rule reads: those of today, or those a run of the past read.
async fn snapshots_of(app: &App, sources: &Sources, rule: &Rule, past: Option<&Run>) -> AppResult<Vec<Snapshot>> {
    let wanted: Vec<(String, String)> = match past {
        Some(run) => run_snapshots(&app.db, run.id)
            .await?
            .into_iter()
            .map(|s| (s.data_set, s.hash))
            .collect(),
        None => current_sources(&app.db)
            .await?
            .into_iter()
            .map(|s| (s.data_set, s.snapshot))
            .collect(),
    };
    let asked = |data_set: &String| {
        let contract = sources.contracts.get(data_set);
        rule.asks_whose() && contract.is_some_and(|contract| identities::is_asked(contract))
    };
    wanted
        .iter()
        .filter(|(data_set, _)| rule.sources.contains(data_set) || asked(data_set))
        .map(|(data_set, hash)| open_snapshot(sources, data_set, hash))
        .collect()
}

fn excepted(drafts: &BTreeMap<String, FindingDraft>) -> u64 {
    drafts.values().filter(|d| d.proposed_exception.is_some()).count() as u64
}

/// What a finding that stays would say otherwise: the exception proposed, how urgent, how sure.
fn otherwise(old: &FindingDraft, new: &FindingDraft) -> String {
    let exception = |d: &FindingDraft| d.proposed_exception.clone().unwrap_or_else(|| "无".to_owned());
    let told = [
        ("例外提示", exception(old), exception(new)),
        (
            "严重程度",
            old.severity.title().to_owned(),
            new.severity.title().to_owned(),
        ),
        (
            "身份把握",
            format!("{:?}", old.confidence),
            format!("{:?}", new.confidence),
        ),
    ];
    told.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(what, before, after)| format!("{what}由 {before} 变为 {after}"))
        .collect::<Vec<_>>()
        .join("，")
}

fn weigh(
    before: &BTreeMap<String, FindingDraft>,
    after: &BTreeMap<String, FindingDraft>,
    verdicts: &BTreeMap<String, bool>,
    day: Date,
    run: Option<i64>,
) -> Trial {
    let gone: Vec<_> = before.iter().filter(|(key, _)| !after.contains_key(*key)).collect();
    let new: Vec<_> = after.iter().filter(|(key, _)| !before.contains_key(*key)).collect();
    let judged = |keys: &mut dyn Iterator<Item = &String>| {
        keys.filter_map(|key| verdicts.get(key))
            .fold(Judged::default(), |mut sum, borne_out| {
                if *borne_out {
                    sum.borne_out += 1;
                } else {
                    sum.cleared += 1;
                }
                sum
            })
    };
    let sample = |(key, draft): &(&String, &FindingDraft)| Sample {
        name: name::mask(&draft.subject_name),
        region: RegionCode::from_i64(draft.region).map_or(draft.region, |r| r.as_i64()),
        period: if draft.period_from == draft.period_to {
            draft.period_from.to_string()
        } else {
            format!("{} 至 {}", draft.period_from, draft.period_to)
        },
        verdict: verdicts
            .get(*key)
            .map_or("尚无", |borne_out| if *borne_out { "属实" } else { "不属实" })
            .to_owned(),
        otherwise: before.get(*key).map_or_else(String::new, |old| otherwise(old, draft)),
    };
    let altered: Vec<_> = after
        .iter()
        .filter(|(key, draft)| before.get(*key).is_some_and(|old| !otherwise(old, draft).is_empty()))
        .collect();
    Trial {
        day: day.to_string(),
        run,
        words_only: false,
        now: before.len() as u64,
        changed: after.len() as u64,
        now_excepted: excepted(before),
        changed_excepted: excepted(after),
        gone_rows: gone.len() as u64,
        new_rows: new.len() as u64,
        gone: gone.iter().take(SHOWN).map(sample).collect(),
        new: new.iter().take(SHOWN).map(sample).collect(),
        altered_rows: altered.len() as u64,
        altered: altered.iter().take(SHOWN).map(sample).collect(),
        kept: judged(&mut before.keys().filter(|key| after.contains_key(*key))),
        missed: judged(&mut gone.iter().map(|(key, _)| *key)),
    }
}
