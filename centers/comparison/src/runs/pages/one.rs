//! `GET /desk/runs/{id}`: how far it is, what each rule found, from which snapshots, and how it differs from the
//! run before.

use std::collections::HashMap;

use access::Resource;
use askama::Template;
use axum::{Form, extract::Path};
use directory::regions;
use kernel::AppError;
use serde::Deserialize;
use web::{
    Ctx, Page, ProgressState, Shell, html,
    parts::{Pair, Progress},
};

use super::visible;
use crate::{
    identities::{self, Classes},
    rules::Rules,
    runs::{
        Run, RunKind, RunRequest, RunState, ask::stop, changes, job::progress_key, listed, run_rules, run_snapshots,
        start, store::run_before,
    },
    sources::Sources,
};

#[derive(Template)]
#[template(path = "runs/pages/one.html")]
struct RunPage {
    shell: Shell,
    id: i64,
    state: &'static str,
    tone: &'static str,
    message: String,
    clock_back: bool,
    progress: Option<Progress>,
    cancel_href: Option<String>,
    repeat_href: Option<String>,
    request_id: String,
    facts: Vec<Pair>,
    rules: Vec<RuleLine>,
    reasons: Vec<ReasonLine>,
    snapshots: Vec<SnapshotLine>,
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "runs/pages/progress.html")]
struct ProgressFragment {
    progress: Progress,
}

struct RuleLine {
    id: String,
    version: i64,
    name: String,
    findings: i64,
    exceptions: i64,
    change: String,
    /// New, gone and changed findings, when both runs have their list.
    differs: String,
    changed_rule: bool,
    millis: i64,
}

/// One way in which a rule of several ways was met; of several, the last line is their sum.
struct ReasonLine {
    rule: String,
    name: String,
    reason: String,
    findings: u64,
    /// Of what was compared; empty where that is not counted.
    share: String,
    sum: bool,
}

struct SnapshotLine {
    title: String,
    hash: String,
    file_name: String,
    rows: i64,
    concerned: i64,
    change: &'static str,
    /// Rows by what became of their identity; `None` for runs of before.
    classes: Option<Classes>,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    // How far it is, before what became of it: what is said to be over has its outcome in the row.
    let work = work_of(&ctx, id);
    let run = visible(&ctx, id, "run.list").await?;
    let state = run.state();
    let before = run_before(&ctx.db, &run).await?;
    let (rules, snapshots) = (
        rule_lines(&ctx, &run, before.as_ref()).await?,
        snapshot_lines(&ctx, &run, before.as_ref()).await?,
    );
    let may_start = ctx.may("run.start", &Resource::in_region(run.region()));
    html(RunPage {
        id,
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("比对运行", "/desk/runs")
            .here("比对结果"),
        state: state.title(),
        tone: state.tone(),
        message: run.message.clone(),
        clock_back: run.clock_back,
        progress: (!state.is_over()).then(|| progress_of(&run, work)),
        cancel_href: (!state.is_over() && may_start).then(|| format!("/desk/runs/{id}/cancel")),
        repeat_href: (state.is_over() && may_start).then(|| format!("/desk/runs/{id}/repeat")),
        request_id: format!("run-again-{:x}", ctx.next_id()),
        facts: facts(&run, regions(ctx.app()).await?.path(run.region())),
        reasons: reason_lines(&ctx, &run, &snapshots).await?,
        rules,
        snapshots,
        before: before.map(|b| format!("/desk/runs/{}", b.id)),
    })
}

fn facts(run: &Run, place: String) -> Vec<Pair> {
    let mut facts = vec![
        Pair::whole("次序", format!("第 {} 次，{}", run.seq, run.kind().title())),
        Pair::new("比对目的", run.purpose.as_str()),
        Pair::new("法律依据", run.legal_basis.as_str()),
        Pair::new("区划", place),
        Pair::new("申请人", run.actor_name.as_str()),
        Pair::whole("申请时间", run.requested_at().to_string()),
    ];
    if let Some(finished) = run.finished_at() {
        facts.push(Pair::whole("完成时间", finished.to_string()));
    }
    if !run.public_interest.is_empty() {
        facts.push(Pair::new("公共利益依据", run.public_interest.as_str()));
    }
    if run.state() == RunState::Published {
        if run.left_out > 0 {
            facts.push(Pair::new(
                "未核对存款、证券",
                format!("{} 户没有全员有效的核对授权，已排除", run.left_out),
            ));
        }
        if run.touched > 0 {
            facts.push(Pair::whole("数据有变化的人", run.touched.to_string()));
        }
        facts.extend([
            Pair::whole("疑点", run.findings.to_string()),
            Pair::whole("新增", run.found_new.to_string()),
            Pair::whole("更新", run.found_updated.to_string()),
            Pair::whole("消除", run.found_cleared.to_string()),
            Pair::whole("未变", run.found_unchanged.to_string()),
            Pair::whole("比对人数", run.people.to_string()),
            Pair::whole("登记册摘要", short(&run.registers)),
            Pair::whole("结果摘要", short(&run.digest)),
        ]);
    }
    facts
}

fn short(hash: &str) -> String {
    hash.chars().take(16).collect()
}

/// What is said where there is nothing before; a run about the people of a delivery never has anything before.
fn first_time(run: &Run) -> &'static str {
    if run.kind() == RunKind::Full { "首次" } else { "" }
}

async fn rule_lines(ctx: &Ctx, run: &Run, before: Option<&Run>) -> Result<Vec<RuleLine>, AppError> {
    let earlier: HashMap<String, (i64, i64)> = match before {
        Some(before) => run_rules(&ctx.db, before.id)
            .await?
            .into_iter()
            .map(|r| (r.rule_id, (r.findings, r.rule_version)))
            .collect(),
        None => HashMap::new(),
    };
    let mut counted: HashMap<String, [u64; 3]> = HashMap::new();
    if let Some(before) = before.filter(|b| !b.listing.is_empty() && !run.listing.is_empty()) {
        for (change, line) in changes(
            listed(&ctx.objects, &before.listing)?,
            listed(&ctx.objects, &run.listing)?,
        ) {
            counted.entry(line.rule).or_default()[change as usize] += 1;
        }
    }
    let first = first_time(run);
    let lines = run_rules(&ctx.db, run.id).await?.into_iter().map(|r| {
        let last = earlier.get(&r.rule_id);
        RuleLine {
            change: match last {
                None => first.to_owned(),
                Some((n, _)) if *n == r.findings => "无变化".to_owned(),
                Some((n, _)) => format!("{:+}", r.findings - n),
            },
            differs: counted
                .get(&r.rule_id)
                .map_or_else(String::new, |[new, gone, changed]| {
                    format!("新增 {new}，不再出现 {gone}，变化 {changed}")
                }),
            changed_rule: last.is_some_and(|(_, version)| *version != r.rule_version),
            id: r.rule_id,
            version: r.rule_version,
            name: r.rule_name,
            findings: r.findings,
            exceptions: r.exceptions,
            millis: r.millis,
        }
    });
    Ok(lines.collect())
}

/// Rules that can be met in several ways, way by way. Where applications are compared, also how many of them.
async fn reason_lines(ctx: &Ctx, run: &Run, snapshots: &[SnapshotLine]) -> Result<Vec<ReasonLine>, AppError> {
    let (rules, sources) = (ctx.part::<Rules>()?, ctx.part::<Sources>()?);
    let mut lines = Vec::new();
    for counted in run_rules(&ctx.db, run.id).await? {
        let reasons = counted.reasons();
        let Some(rule) = rules.get(&counted.rule_id).filter(|_| !reasons.is_empty()) else {
            continue;
        };
        let compared = rule.subjects.iter().any(|s| s == "applicants").then(|| {
            let title = rule
                .sources
                .first()
                .and_then(|s| sources.contracts.get(s))
                .map(|c| &c.title)?;
            let rows = snapshots.iter().find(|s| s.title == *title)?.rows;
            Some((title.clone(), rows.unsigned_abs()))
        });
        let compared = compared.flatten();
        let share = |findings: u64| match &compared {
            Some((title, rows)) if *rows > 0 => format!("{rows} 份{title}的 {}", per_cent(findings, *rows)),
            _ => String::new(),
        };
        let line = |reason: String, findings: u64, sum: bool| ReasonLine {
            rule: counted.rule_id.clone(),
            name: counted.rule_name.clone(),
            reason,
            findings,
            share: share(findings),
            sum,
        };
        for (via, findings) in &reasons {
            lines.push(line(rule.via.get(via).unwrap_or(via).clone(), *findings, false));
        }
        if reasons.len() > 1 {
            lines.push(line("合计".to_owned(), reasons.values().sum(), true));
        }
    }
    Ok(lines)
}

/// `2.742%`, rounded to the nearest thousandth.
fn per_cent(part: u64, whole: u64) -> String {
    let thousandths = (part * 100_000 + whole / 2) / whole;
    format!("{}.{:03}%", thousandths / 1000, thousandths % 1000)
}

async fn snapshot_lines(ctx: &Ctx, run: &Run, before: Option<&Run>) -> Result<Vec<SnapshotLine>, AppError> {
    let sources = ctx.part::<Sources>()?;
    let earlier: HashMap<String, String> = match before {
        Some(before) => run_snapshots(&ctx.db, before.id)
            .await?
            .into_iter()
            .map(|s| (s.data_set, s.hash))
            .collect(),
        None => HashMap::new(),
    };
    let first = first_time(run);
    let mut lines = Vec::new();
    for s in run_snapshots(&ctx.db, run.id).await? {
        let kept = identities::kept(&ctx.db, &s.data_set, &s.hash).await?;
        lines.push(SnapshotLine {
            classes: kept.map(|k| k.classes()),
            title: sources
                .contracts
                .get(&s.data_set)
                .map_or(s.data_set.clone(), |c| c.title.clone()),
            change: match earlier.get(&s.data_set) {
                None => first,
                Some(hash) if *hash == s.hash => "未变",
                Some(_) => "已更新",
            },
            hash: short(&s.hash),
            file_name: s.file_name,
            rows: s.row_count,
            concerned: s.concerned,
        });
    }
    Ok(lines)
}

fn work_of(ctx: &Ctx, id: i64) -> ProgressState {
    ctx.progress.get(&progress_key(id)).unwrap_or_default()
}

fn progress_of(run: &Run, state: ProgressState) -> Progress {
    let over = run.state().is_over() || state.finished;
    let text = match &state.failure {
        Some(why) => why.clone(),
        None if over => "已结束，刷新页面查看结果。".to_owned(),
        None => state.phase.clone(),
    };
    Progress {
        title: "比对进度".to_owned(),
        done: state.done,
        total: state.total,
        text,
        poll_href: (!over).then(|| format!("/desk/runs/{}/progress", run.id)),
        page_href: format!("/desk/runs/{}", run.id),
        failed: state.failure.is_some(),
    }
}

pub(crate) async fn progress(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let work = work_of(&ctx, id);
    let run = visible(&ctx, id, "run.list").await?;
    html(ProgressFragment {
        progress: progress_of(&run, work),
    })
}

pub(crate) async fn cancel(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let run = visible(&ctx, id, "run.start").await?;
    let here = format!("/desk/runs/{id}");
    if run.state().is_over() {
        return ctx.done("这次比对已经结束，结果见本页。", &here).await;
    }
    stop(ctx.app(), ctx.actor(), &run).await?;
    ctx.done("已要求停止。停下后本页会写明；在此之前已经推送的，以本页为准。", &here)
        .await
}

#[derive(Default, Deserialize)]
pub(crate) struct Repeat {
    #[serde(default)]
    request_id: String,
}

pub(crate) async fn repeat(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<Repeat>) -> Page {
    let run = visible(&ctx, id, "run.start").await?;
    if !run.state().is_over() {
        return Err(AppError::conflict("这次比对还在进行，请等它结束。").into());
    }
    let request = RunRequest {
        purpose: run.purpose.clone(),
        legal_basis: run.legal_basis.clone(),
        rules: run.rule_ids(),
        area: run.region(),
        public_interest: run.public_interest.clone(),
        kind: run.kind(),
    };
    let next = start(ctx.app(), ctx.actor(), &request, &form.request_id).await?;
    ctx.done("已按同样的目的、规则和区划重新比对。", &format!("/desk/runs/{next}"))
        .await
}
