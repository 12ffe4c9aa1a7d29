//! `GET /desk/rule-changes/{id}`: what is proposed, what a trial came to, and the next step.

use askama::Template;
use axum::{Form, extract::Path};
use directory::regions;
use kernel::{AppError, AppResult};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair, Progress},
};

use super::{place, rule_title, says, span};
use crate::{
    finding::FindingSinkPart,
    rules::Rules,
    runs::{RunState, runs},
    workbench::{
        ChangeAct, ChangeState, FLOW, LIST, RuleChange, Sample, What, change,
        diff::{self, Line as DiffLine},
        in_force::is_set_aside,
        rules_in_force,
        store::decide as record,
        trial::{Judged, progress_key, start},
        wording::{CONDITION, part_title},
    },
};

/// Earlier runs offered for a trial.
const PAST_RUNS: i64 = 20;

#[derive(Template)]
#[template(path = "workbench/pages/one.html")]
struct OnePage {
    shell: Shell,
    id: i64,
    rule_href: String,
    state: &'static str,
    tone: &'static str,
    /// The file changed since; the change is not used.
    set_aside: bool,
    facts: Vec<Pair>,
    texts: Vec<TextPart>,
    progress: Option<Progress>,
    trial: Option<TrialPart>,
    /// Snapshots to choose from, when a trial may begin.
    try_fields: Option<Field>,
    /// Steps open to the reader, with the reason.
    fields: Vec<Field>,
    request_id: String,
}

/// A text before and after.
struct TextPart {
    title: &'static str,
    /// A condition is shown line by line.
    code: bool,
    lines: Vec<DiffLine>,
}

struct TrialPart {
    day: String,
    words_only: bool,
    tiles: Vec<(&'static str, u64, String)>,
    warning: String,
    gone: Vec<Line>,
    gone_rows: u64,
    new: Vec<Line>,
    new_rows: u64,
    altered: Vec<Line>,
    altered_rows: u64,
}

struct Line {
    name: String,
    place: String,
    period: String,
    verdict: String,
    otherwise: String,
}

#[derive(Template)]
#[template(path = "runs/pages/progress.html")]
struct ProgressFragment {
    progress: Progress,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    // How far a trial is, before what it came to: what is said to be over has its result in the row.
    let running = progress_of(&ctx, id);
    let row = change(&ctx.db, id).await?;
    let rules = rules_in_force(ctx.app()).await?;
    let files = ctx.part::<Rules>()?;
    let tree = regions(ctx.app()).await?;
    let state = row.state();
    let open: Vec<ChangeAct> = FLOW
        .open_to(state, ctx.actor().role)
        .iter()
        .map(|step| step.act)
        .collect();
    let mine = ctx.actor().account.map(|a| a.0) == Some(row.proposed_by);
    let line = |s: Sample| Line {
        place: tree.path_in_county(kernel::RegionCode::from_i64(s.region).unwrap_or(ctx.config.area)),
        name: s.name,
        period: s.period,
        verdict: s.verdict,
        otherwise: s.otherwise,
    };
    let trial = row.trial().map(|t| TrialPart {
        day: match t.run {
            Some(_) => format!("{}（部门数据用那次比对的，登记册用现在的）", t.day),
            None => format!("{}（用现在的数据）", t.day),
        },
        words_only: t.words_only,
        tiles: vec![
            ("现行规则", t.now, excepted(t.now_excepted)),
            ("调整以后", t.changed, excepted(t.changed_excepted)),
            ("不再列出", t.gone_rows, judged(t.missed)),
            ("新增列出", t.new_rows, String::new()),
            ("两者都列出", t.now.saturating_sub(t.gone_rows), judged(t.kept)),
            (
                "提示有变化",
                t.altered_rows,
                "列出不变，例外、程度或把握不同".to_owned(),
            ),
        ],
        warning: if t.missed.borne_out > 0 {
            format!(
                "不再列出的疑点中有 {} 条核查属实：调整以后这样的问题会漏掉，请慎重。",
                t.missed.borne_out
            )
        } else {
            String::new()
        },
        gone: t.gone.into_iter().map(line).collect(),
        gone_rows: t.gone_rows,
        new: t.new.into_iter().map(line).collect(),
        new_rows: t.new_rows,
        altered: t.altered.into_iter().map(line).collect(),
        altered_rows: t.altered_rows,
    });
    html(OnePage {
        id,
        rule_href: format!("/desk/rules/{}", row.rule_id),
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("规则调整", LIST)
            .here(rule_title(&rules, &row.rule_id)),
        state: state.title(),
        tone: state.tone(),
        set_aside: row.state() == ChangeState::Approved
            && files.get(&row.rule_id).is_some_and(|file| is_set_aside(&row, file)),
        facts: facts(&row, &rules, &tree),
        texts: texts(&row),
        // Stopped on a busy machine, it may be tried once more as it is.
        try_fields: if open.contains(&ChangeAct::Try) && running.as_ref().is_none_or(|p| p.failed) {
            Some(past_runs(&ctx).await?)
        } else {
            None
        },
        progress: running,
        trial,
        fields: steps(&open, mine),
        request_id: format!("rule-decide-{:x}", ctx.next_id()),
    })
}

/// What the reader may do besides trying; nothing is offered that would be refused.
fn steps(open: &[ChangeAct], mine: bool) -> Vec<Field> {
    let offered: Vec<_> = open
        .iter()
        .filter(|act| match act {
            ChangeAct::Try => false,
            ChangeAct::Withdraw => mine,
            ChangeAct::Approve | ChangeAct::Refuse => !mine,
            ChangeAct::Revoke => true,
        })
        .map(|act| (act.id(), act.title()))
        .collect();
    if offered.is_empty() {
        return Vec::new();
    }
    vec![
        Field::radio("act", "怎样办理", offered).required(),
        Field::text("reason", "意见").required(),
    ]
}

fn excepted(rows: u64) -> String {
    format!("其中 {rows} 条提示可能例外")
}

fn judged(sum: Judged) -> String {
    match (sum.borne_out, sum.cleared) {
        (0, 0) => "都还没有核查结论".to_owned(),
        (borne_out, cleared) => format!("已核查：属实 {borne_out} 条，不属实 {cleared} 条"),
    }
}

fn facts(row: &RuleChange, rules: &Rules, tree: &std::sync::Arc<directory::RegionTree>) -> Vec<Pair> {
    let mut facts = vec![
        Pair::new("规则", rule_title(rules, &row.rule_id)),
        Pair::new("调整为", says(rules, row)),
        Pair::new("适用区划", place(tree, row.region())),
        Pair::whole("生效", span(row)),
        Pair::new("依据", row.basis.as_str()),
        Pair::new("理由", row.reason.as_str()),
        Pair::new("提出人", row.proposed_name.as_str()),
        Pair::whole("提出时间", row.proposed_at().to_string()),
    ];
    if let Some(at) = row.decided_at() {
        facts.push(Pair::new("办理人", row.decided_name.as_str()));
        facts.push(Pair::whole("办理时间", at.to_string()));
        facts.push(Pair::new("意见", row.opinion.as_str()));
    }
    if let Some(version) = row.version {
        facts.push(Pair::whole("批准后的规则版本", format!("第 {version} 版")));
    }
    if let Some(at) = row.ended_at() {
        facts.push(Pair::new("撤销人", row.ended_name.as_str()));
        facts.push(Pair::whole("撤销时间", at.to_string()));
        facts.push(Pair::new("撤销理由", row.ended_reason.as_str()));
    }
    facts
}

/// What each text was and would be, in the order of the form.
fn texts(row: &RuleChange) -> Vec<TextPart> {
    let What::Text { wording, was } = row.what() else {
        return Vec::new();
    };
    let before = |id: &str| was.get(id).map_or("", String::as_str);
    crate::workbench::wording::PARTS
        .iter()
        .filter_map(|part| wording.get(part.id).map(|after| (part.id, after)))
        .map(|(id, after)| TextPart {
            title: part_title(id),
            code: id == CONDITION,
            lines: diff::lines(before(id), after),
        })
        .collect()
}

/// The data of today, or those of an earlier run.
async fn past_runs(ctx: &Ctx) -> AppResult<Field> {
    let past = runs(&ctx.db, ctx.scope(), PAST_RUNS).await?;
    let earlier = past.iter().filter(|run| run.state() == RunState::Published).map(|run| {
        (
            run.id.to_string(),
            format!("第 {} 次比对（{}）的数据", run.seq, run.requested_at().date()),
        )
    });
    let today = std::iter::once((String::new(), "现在的数据".to_owned()));
    Ok(Field::select("run", "试算用", today.chain(earlier))
        .hint("选以前的比对，可用那时的部门数据看调整后的规则会列出什么。"))
}

fn progress_of(ctx: &Ctx, id: i64) -> Option<Progress> {
    let state = ctx.progress.get(&progress_key(id))?;
    if state.finished && state.failure.is_none() {
        return None;
    }
    let failed = state.failure.is_some();
    Some(Progress {
        title: "试算进度".to_owned(),
        done: state.done,
        total: state.total,
        text: state.failure.clone().unwrap_or(state.phase),
        poll_href: (!failed).then(|| format!("{LIST}/{id}/progress")),
        page_href: format!("{LIST}/{id}"),
        failed,
    })
}

pub(crate) async fn progress(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let work = progress_of(&ctx, id);
    change(&ctx.db, id).await?;
    let progress = work.unwrap_or_else(|| Progress {
        title: "试算进度".to_owned(),
        done: 1,
        total: 1,
        text: "已结束，刷新页面查看结果。".to_owned(),
        poll_href: None,
        page_href: format!("{LIST}/{id}"),
        failed: false,
    });
    html(ProgressFragment { progress })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Try {
    run: String,
}

pub(crate) async fn try_it(ctx: Ctx, Path(id): Path<i64>, Form(chosen): Form<Try>) -> Page {
    let past = match chosen.run.trim() {
        "" => None,
        typed => {
            let run = typed.parse().ok();
            let known = runs(&ctx.db, ctx.scope(), PAST_RUNS).await?;
            let found = known
                .into_iter()
                .find(|r| Some(r.id) == run && r.state() == RunState::Published);
            Some(found.ok_or_else(|| AppError::invalid("请从列表中选择一次已完成的比对。"))?)
        }
    };
    start(ctx.app(), ctx.actor(), id, past).await?;
    ctx.done("试算已开始，不会产生预警。", &format!("{LIST}/{id}")).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decision {
    request_id: String,
    act: String,
    reason: String,
}

pub(crate) async fn decide(ctx: Ctx, Path(id): Path<i64>, Form(given): Form<Decision>) -> Page {
    let act = ChangeAct::parse(&given.act)
        .filter(|act| *act != ChangeAct::Try)
        .ok_or_else(|| AppError::invalid("请先选择怎样办理。"))?;
    record(ctx.app(), ctx.actor(), &given.request_id, id, act, given.reason.trim()).await?;
    if matches!(act, ChangeAct::Approve | ChangeAct::Revoke) {
        // A rule that asks otherwise is judged anew.
        ctx.part::<FindingSinkPart>()?.0.review(ctx.app()).await?;
    }
    let text = match act {
        ChangeAct::Approve => "已批准，从生效日期起的比对使用调整后的规则。",
        ChangeAct::Refuse => "已退回，比对仍用现在的规则。",
        ChangeAct::Revoke => "已撤销，以后的比对恢复使用原来的规则。",
        ChangeAct::Withdraw | ChangeAct::Try => "已撤回。",
    };
    ctx.done(text, &format!("{LIST}/{id}")).await
}
