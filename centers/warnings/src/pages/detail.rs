//! One finding: the question, both records, what was done, and what this person may do now.

use access::Resource;
use askama::Template;
use axum::{
    extract::{Form, Path},
    response::Response,
};
use comparison::rules::Rules;
use kernel::{AppError, AppResult, Money, Timestamp};
use serde::Deserialize;
use serde_json::json;
use web::{
    Ctx, Page, Shell, WebError, html,
    parts::{Pair as Labelled, Step, TimelineItem},
};

use super::{
    LIST,
    evidence::{self, Pair},
    filled::Filled,
    forms::{self, ActForm},
    layer,
    list::{Names, counter},
    look,
    many::{self, Many},
    sight::{Sight, is_sensitive, shown_name, shown_summary, sight_of},
    words,
};
use crate::{
    model::{ActKind, By, Case, Conflict, Stage, Verdict, exception_title, parts_of},
    store::{
        Attachment, ClearanceNote, FindingRow, MISFIRE_RULE, StepRow, attachments, clearance_notes, conflict_of,
        eliminations, find, steps,
    },
};

#[derive(Template)]
#[template(path = "pages/detail.html")]
struct Detail {
    shell: Shell,
    id: i64,
    question: String,
    badge: &'static str,
    stage: &'static str,
    tone: &'static str,
    supervised: Option<String>,
    facts: Vec<Labelled>,
    result: Vec<Labelled>,
    line: Vec<Step>,
    pairs: Vec<Pair>,
    tables: Vec<Many>,
    relations: Vec<kin::Relation>,
    verdict_only: bool,
    proposed: String,
    identity_open: bool,
    reveal: bool,
    timeline: Vec<TimelineItem>,
    files: Vec<File>,
    clearances: Vec<Note>,
    eliminations: Vec<TimelineItem>,
    forms: Vec<ActForm>,
    folded: Vec<ActForm>,
    conflict: Option<&'static str>,
    error: Option<String>,
    notice: Notice,
    rule_href: String,
    rule: String,
    /// Not about anyone, but about one of the platform's own rules.
    about_rule: bool,
}

struct File {
    step: String,
    name: String,
    href: Option<String>,
    size: String,
}

struct Note {
    state: &'static str,
    tone: &'static str,
    text: String,
    time: String,
}

/// What may be done about the verification notice.
struct Notice {
    print: Option<String>,
    issue: bool,
    request_id: String,
}

/// What was sent and why it was refused.
pub(super) type Refused<'a> = Option<(ActKind, &'a Filled, String)>;

/// `GET /desk/warnings/{id}`
pub(super) async fn detail(ctx: Ctx, Path(id): Path<i64>) -> Page {
    Ok(show(&ctx, id, false, None).await?)
}

#[derive(Deserialize)]
pub(super) struct Purpose {
    #[serde(default)]
    purpose: String,
}

/// `POST /desk/warnings/{id}/reveal`: shows figures that need a purpose, and records it first.
pub(super) async fn reveal(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<Purpose>) -> Page {
    let row = reachable(&ctx, id, "finding.reveal").await?;
    let purpose = form.purpose.trim();
    if purpose.is_empty() || purpose.chars().count() > 200 {
        return Err(AppError::invalid("请填写查看用途（不超过 200 字），查看会记录在案。").into());
    }
    let act = trail::Act::new("finding.reveal", format!("finding:{id}"))
        .in_region(row.case()?.region)
        .for_purpose(purpose)
        .with(json!({ "what": "sensitive figures of the evidence" }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(show(&ctx, id, true, None).await?)
}

/// The finding when the actor may do this to it; outside his reach it does not exist.
pub(super) async fn reachable(ctx: &Ctx, id: i64, action: &str) -> AppResult<FindingRow> {
    let row = find(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(crate::store::not_found)?;
    let resource = Resource::in_region(row.case()?.region).of_department(row.owner_department.clone());
    ctx.require(action, &resource)?;
    Ok(row)
}

/// The page, as after reading or after a refused act.
pub(super) async fn show(ctx: &Ctx, id: i64, revealed: bool, refused: Refused<'_>) -> Result<Response, WebError> {
    let row = reachable(ctx, id, "finding.view").await?;
    let case = row.case()?;
    let role = ctx.actor().role;
    let sight = sight_of(role);
    let records = row.evidence()?;
    if sight == Sight::Full && !records.is_empty() {
        look::note(ctx, id, case.region).await?;
    }
    let figures = evidence::Figures::of(ctx.app());
    let shown_as = shown_name(role, &row.subject_name);
    let (side_by_side, tables) = many::split(&records, sight, revealed, &figures);
    let mut names = Names::load(ctx).await?;
    names.learn(ctx, [(row.rule_id.as_str(), row.rule_version)]).await?;
    let rule = names.rule(&row.rule_id, row.rule_version);
    let conflict = conflict_of(&ctx.db, ctx.actor(), &row).await?;
    let history = steps(&ctx.db, id).await?;
    let files = attachments(&ctx.db, id).await?;
    let (open, folded) = offered(
        ctx,
        &row,
        &case,
        conflict,
        &names,
        refused.as_ref().map(|(k, f, _)| (*k, *f)),
    );
    let resource = Resource::in_region(case.region).of_department(case.owner.clone());
    let printable = crate::store::notice(&ctx.db, ctx.scope(), id).await?.is_some();
    let may_issue = ctx.may("finding.notice", &resource)
        && !case.stage.is_final()
        && !parts_of(ctx.actor(), &case.owner).is_empty();
    let mut shell = ctx
        .shell(layer(ctx))
        .crumb("预警列表", LIST)
        .here(format!("预警 {}", row.finding_no));
    let (mine, urgent) = crate::store::waiting(&ctx.db, ctx.actor(), ctx.clock.now()).await?;
    shell.counters = vec![counter(mine, urgent)];
    let found_by = comparison::runs::run(&ctx.db, row.first_run)
        .await?
        .map_or_else(String::new, |run| format!("第 {} 次", run.seq));
    html(Detail {
        shell,
        id,
        question: if sight == Sight::VerdictOnly {
            format!("{}：{}", shown_name(role, &row.subject_name), rule)
        } else if !revealed && records.iter().any(|r| is_sensitive(&r.title)) {
            // The question would name what someone holds in banks and securities.
            format!(
                "{}：{}，请核实（数额依规不显示）",
                shown_name(role, &row.subject_name),
                rule
            )
        } else {
            shown_summary(role, &row.summary, &row.subject_name)
        },
        badge: words::badge(&row.colour),
        stage: case.stage.title(),
        tone: if case.is_overdue(ctx.clock.now()) {
            "late"
        } else {
            case.stage.tone()
        },
        supervised: case.supervisor.clone(),
        facts: facts(ctx, &row, &case, &names, sight, found_by),
        result: result(&row, &case, sight),
        line: line(&case),
        pairs: evidence::pairs(&side_by_side, sight, revealed, &figures, &row.subject_name, &shown_as),
        tables,
        relations: if sight == Sight::Full {
            relations(ctx, &row, &case).await?
        } else {
            Vec::new()
        },
        verdict_only: sight == Sight::VerdictOnly,
        proposed: row
            .proposed_exception
            .as_deref()
            .map(|code| format!("{code} {}", exception_title(code).unwrap_or_default()))
            .unwrap_or_default(),
        identity_open: row.confidence != "E1",
        reveal: !revealed && sight == Sight::Full && figures.any(&records) && ctx.may("finding.reveal", &resource),
        timeline: if sight == Sight::VerdictOnly {
            Vec::new()
        } else {
            timeline(role, &row, &history)
        },
        files: shown_files(ctx, id, &resource, &history, files),
        clearances: clearance_notes(&ctx.db, id)
            .await?
            .into_iter()
            .map(|n| note(role, n))
            .collect(),
        eliminations: shown_eliminations(ctx, id).await?,
        forms: open,
        folded,
        conflict: conflict.map(Conflict::message),
        error: refused.map(|(_, _, message)| message),
        notice: Notice {
            print: (printable && sight != Sight::VerdictOnly).then(|| format!("{}/notice", super::href(id))),
            issue: may_issue,
            request_id: format!("notice-{:x}", ctx.next_id()),
        },
        rule_href: rule_href(ctx, &row),
        about_rule: row.rule_id == MISFIRE_RULE,
        rule,
    })
}

/// Where the rule is told; of a finding about a rule, the page on which that rule may be changed.
fn rule_href(ctx: &Ctx, row: &FindingRow) -> String {
    let about = row
        .subject_name
        .split(' ')
        .nth(1)
        .filter(|_| row.rule_id == MISFIRE_RULE);
    match about {
        Some(rule) if ctx.may("rule.list", &Resource::any()) => format!("/desk/rules/{rule}"),
        Some(rule) => format!("/rules#rule-{rule}"),
        None => format!("/rules#rule-{}", row.rule_id),
    }
}

/// The forms of the acts this person may do now: those that move the finding on, then the others.
fn offered(
    ctx: &Ctx,
    row: &FindingRow,
    case: &Case,
    conflict: Option<Conflict>,
    names: &Names,
    refused: Option<(ActKind, &Filled)>,
) -> (Vec<ActForm>, Vec<ActForm>) {
    let Some(account) = ctx.actor().account else {
        return (Vec::new(), Vec::new());
    };
    let by = By {
        account,
        parts: parts_of(ctx.actor(), &case.owner),
        conflict,
    };
    let resource = Resource::in_region(case.region).of_department(row.owner_department.clone());
    let owners = names.candidates(case.region);
    ActKind::ALL
        .iter()
        .filter(|kind| case.offers(**kind, &by) && ctx.may(kind.action(), &resource))
        .map(|kind| {
            let filled = refused
                .filter(|(refused_kind, _)| refused_kind == kind)
                .map(|(_, filled)| filled);
            let mut form = forms::form(*kind, case, &owners, filled);
            form.open |= filled.is_some();
            form.request_id = format!("{}-{:x}", kind.id(), ctx.next_id());
            if form.files {
                form.action = format!("{}?csrf={}", form.action, ctx.csrf());
            }
            form
        })
        .partition(|form| form.open)
}

fn facts(ctx: &Ctx, row: &FindingRow, case: &Case, names: &Names, sight: Sight, found_by: String) -> Vec<Labelled> {
    let role = ctx.actor().role;
    let (term, _) = words::term(row.due_millis, ctx.clock.now(), &ctx.calendar);
    let due = row
        .due_millis
        .map(|due| format!("{}（{term}）", Timestamp(due - 1).date()))
        .unwrap_or_default();
    let period = if row.period_from == row.period_to {
        row.period_from.clone()
    } else {
        format!("{} 至 {}", row.period_from, row.period_to)
    };
    let mut facts = vec![
        Labelled::whole("预警编号", row.finding_no.clone()),
        Labelled::new("对象", shown_name(role, &row.subject_name)),
        Labelled::new("镇街 村居", names.place(row.region)),
        Labelled::new("承办单位", names.owner(&case.owner, row.region)),
        Labelled::new(
            "办理期限",
            match (case.stage.is_final(), due.is_empty()) {
                (true, _) => "已结束".to_owned(),
                (false, true) => "本步骤不限期".to_owned(),
                (false, false) => due,
            },
        ),
        Labelled::new("监督来源", words::word(&words::ORIGINS, &row.origin)),
    ];
    if row.rule_id == MISFIRE_RULE {
        // About a rule: no money, no identity, no run.
        facts.push(Labelled::whole("发现时间", Timestamp(row.found_millis).to_string()));
        facts.push(Labelled::new("退回次数", row.returns.to_string()));
    } else if sight != Sight::VerdictOnly {
        facts.extend([
            Labelled::new("资金项目", names.programme(row.programme.as_deref())),
            Labelled::whole("涉及月份", period),
            Labelled::whole("涉及金额", format!("{} 元", Money(row.money_fen))),
            Labelled::new("比对方式", words::mode(&row.mode)),
            Labelled::new("身份把握", words::confidence(&row.confidence)),
            Labelled::whole("发现时间", Timestamp(row.found_millis).to_string()),
            Labelled::whole("比对运行", found_by),
            Labelled::new("退回次数", row.returns.to_string()),
        ]);
    }
    facts
}

fn result(row: &FindingRow, case: &Case, sight: Sight) -> Vec<Labelled> {
    let mut result = Vec::new();
    if let Some(verdict) = case.verdict {
        result.push(Labelled::new("核查结论", verdict.title()));
    }
    if let Some(code) = &case.exception {
        result.push(Labelled::new(
            "例外情形",
            format!("{code} {}", exception_title(code).unwrap_or_default()),
        ));
    }
    if sight != Sight::VerdictOnly {
        if let Some(confirmed) = case.confirmed.filter(|_| case.verdict == Some(Verdict::True)) {
            result.push(Labelled::whole("查实金额", format!("{confirmed} 元")));
        }
        if let Some(recovered) = case.recovered {
            result.push(Labelled::whole("追回金额", format!("{recovered} 元")));
        }
        if let Some(into) = row.merged_into {
            result.push(Labelled::whole("并入", into.to_string()));
        }
    }
    if !case.outcome.is_empty() {
        result.push(Labelled::new("办结情况", case.outcome.clone()));
    }
    result
}

/// The main line with where the finding stands; side exits stand at the step they left.
fn line(case: &Case) -> Vec<Step> {
    const LINE: [(&str, &[Stage]); 7] = [
        ("分派", &[Stage::New]),
        ("签收", &[Stage::Assigned, Stage::Reopened, Stage::Escalated]),
        ("现场核查", &[Stage::Acknowledged, Stage::Verifying]),
        ("部门审核", &[Stage::Verdict]),
        ("纪委复核", &[Stage::DeptReviewed, Stage::CdiChecked]),
        ("整改", &[Stage::Rectifying, Stage::Rectified]),
        ("办结", &[Stage::Closed, Stage::Merged, Stage::TransferredToClue]),
    ];
    let here = LINE
        .iter()
        .position(|(_, stages)| stages.contains(&case.stage))
        .unwrap_or(0);
    LINE.iter()
        .enumerate()
        .map(|(n, (title, _))| Step {
            title: (*title).to_owned(),
            state: match n.cmp(&here) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal if case.stage.is_final() => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            },
            detail: if n == here {
                case.stage.title().to_owned()
            } else {
                String::new()
            },
        })
        .collect()
}

fn timeline(role: access::Role, row: &FindingRow, history: &[StepRow]) -> Vec<TimelineItem> {
    let item = |step: &StepRow| {
        let title = access::Role::from_id(&step.role).map_or("", access::Role::title);
        let by_system = step.account == 0;
        TimelineItem {
            time: Timestamp(step.at_millis).to_string(),
            actor: if by_system {
                "系统".to_owned()
            } else {
                format!("{}（{title}）", step.actor_name)
            },
            act: act_title(&step.act).to_owned(),
            note: shown_summary(role, &step.note, &row.subject_name),
            tone: match step.act.as_str() {
                "return" | "reopen" | "refuse_elimination" | "escalate" => "back",
                "supervise" | "transfer_to_clue" => "late",
                _ => "done",
            },
        }
    };
    history.iter().rev().map(item).collect()
}

fn act_title(id: &str) -> &str {
    match id {
        "found" => "比对发现",
        "evidence" => "证据更新",
        _ => match ActKind::from_id(id) {
            Some(kind) => kind.title(),
            None => id,
        },
    }
}

/// How the person is related to officials, on findings that turn on it; where an official with his relatives is the
/// subject, the relatives who draw benefits.
async fn relations(ctx: &Ctx, row: &FindingRow, case: &Case) -> AppResult<Vec<kin::Relation>> {
    let about_official = ctx
        .part::<Rules>()?
        .get(&row.rule_id)
        .is_some_and(|rule| rule.subject == "cadre");
    match row.person_key.filter(|_| row.rule_id.starts_with("C-")) {
        Some(official) if about_official => {
            kin::relatives_on_finding(ctx, official, case.region, &row.finding_no).await
        }
        Some(person) => kin::on_finding(ctx, person, case.region, &row.finding_no).await,
        None => Ok(Vec::new()),
    }
}

fn shown_files(ctx: &Ctx, id: i64, resource: &Resource, history: &[StepRow], files: Vec<Attachment>) -> Vec<File> {
    let may = ctx.may("finding.attachment", resource);
    files
        .into_iter()
        .map(|file| File {
            step: history
                .iter()
                .find(|s| s.seq == file.step_seq)
                .map_or("", |s| act_title(&s.act))
                .to_owned(),
            href: may.then(|| format!("{}/files/{}", super::href(id), file.digest)),
            name: file.file_name,
            size: format!("{} KB", (file.size_bytes + 1023) / 1024),
        })
        .collect()
}

fn note(role: access::Role, note: ClearanceNote) -> Note {
    let (state, tone) = match note.state.as_str() {
        "in_force" => ("已生效", "done"),
        "void" => ("已作废", "closed"),
        _ => ("待复核生效", "wait"),
    };
    Note {
        state,
        tone,
        text: shown_summary(role, &note.note, &note.subject_name),
        time: Timestamp(note.decided_millis.unwrap_or(note.drafted_millis)).to_string(),
    }
}

async fn shown_eliminations(ctx: &Ctx, id: i64) -> AppResult<Vec<TimelineItem>> {
    let all = eliminations(&ctx.db, id).await?;
    let item = |e: crate::store::Elimination| TimelineItem {
        time: Timestamp(e.applied_millis).to_string(),
        actor: e.applied_name,
        act: match e.state.as_str() {
            "approved" => "申请消除预警：已批准",
            "refused" => "申请消除预警：未同意",
            _ => "申请消除预警：待审批",
        }
        .to_owned(),
        note: match e.decided_name {
            Some(by) => format!("{}（{by}：{}）", e.reasons, e.decision),
            None => e.reasons,
        },
        tone: if e.state == "approved" { "done" } else { "" },
    };
    Ok(all.into_iter().map(item).collect())
}
