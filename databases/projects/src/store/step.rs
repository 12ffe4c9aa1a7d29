//! One step of a project's life: order, person and guards first, then the rows, the version and the trace together.

use access::Actor;
use kernel::{AppError, AppResult, Date, ErrorKind, Money, period::parse_date};
use records::flow::{Code, Who};
use serde_json::{Value, json};
use store::{Query, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    facts::{facts, reached, steps},
    parameters::parameters,
    project::{self, Project, concerns, write_version},
};
use crate::model::{Filled, PROJECT_FLOW, Parameters, ProjectAct, ProjectState, guards::missing};

/// Carries out an act on a project. A refusal changes nothing and is itself on the record.
///
/// # Errors
/// Not found outside the scope; the refusals of the flow; invalid with one line for each guard that does not hold.
pub async fn step(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    act: ProjectAct,
    form: &Filled,
) -> AppResult<()> {
    let done = attempt(app, actor, id, request_id, act, form).await;
    if let Err(error) = &done {
        note_refusal(app, actor, format!("project:{id}"), act.title(), error).await?;
    }
    done
}

/// Writes down that somebody tried what is not possible.
pub(crate) async fn note_refusal(
    app: &App,
    actor: &Actor,
    subject: String,
    what: &str,
    error: &AppError,
) -> AppResult<()> {
    if matches!(
        error.kind,
        ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::Invalid
    ) {
        let act = Act::new("project.refused", subject).with(json!({"act": what, "why": error.message}));
        app.trail.note(actor, act).await?;
    }
    Ok(())
}

async fn attempt(app: &App, actor: &Actor, id: i64, request_id: &str, act: ProjectAct, form: &Filled) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let Permitted { row, from, to, on } = write(app, &tx, id, act, form).await?;
    let trace = json!({"act": act.id(), "from": from.id(), "to": to.id(), "on": on.to_string()});
    tx.commit(
        Act::new("project.step", format!("project:{id}"))
            .in_region(row.place())
            .with(trace),
    )
    .await?;
    Ok(())
}

/// A step that may be taken.
pub(crate) struct Permitted {
    pub row: Project,
    pub from: ProjectState,
    pub to: ProjectState,
    pub on: Date,
}

/// Order, person and guards of a step; nothing is written.
pub(crate) async fn permitted(
    db: &impl Query,
    actor: &Actor,
    id: i64,
    act: ProjectAct,
    form: &Filled,
    today: Date,
) -> AppResult<Permitted> {
    let row = project::project(db, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个项目，或不在您的管理范围内。"))?;
    let who = Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor: Some(row.last_actor),
        concerned: concerns(db, id, actor).await?,
        reason: form.get("reason"),
        basis: form.get("basis"),
    };
    let from = row.state();
    let to = PROJECT_FLOW.permit(from, act, &who)?.to;
    let on = if form.get("on").is_empty() {
        today
    } else {
        form.date("on", "办理日期")?
    };
    let limits = parameters(db, on).await?;
    let facts = facts(db, &row, actor, on, today).await?;
    let lacking = missing(act, &facts, form, &limits);
    if !lacking.is_empty() {
        return Err(AppError::invalid(lacking.join("\n")));
    }
    Ok(Permitted { row, from, to, on })
}

/// Takes a step inside a transaction: rows, the step and the version; the trace is the caller's.
pub(crate) async fn write(app: &App, tx: &RecordedTx, id: i64, act: ProjectAct, form: &Filled) -> AppResult<Permitted> {
    let actor = tx.actor().clone();
    let taken = permitted(&**tx, &actor, id, act, form, app.clock.today()).await?;
    let (row, on) = (&taken.row, taken.on);
    apply(tx, row, act, form, on).await?;
    let suspended_from = (taken.to == ProjectState::Suspended).then(|| taken.from.id());
    let account = actor.account.map_or(-1, |a| a.0);
    tx.execute(
        "UPDATE project SET state = $1, last_actor = $2, last_on = $3, suspended_from = $4 WHERE id = $5",
        args![taken.to.id(), account, on.to_string(), suspended_from, id],
    )
    .await?;
    let limits = parameters(&**tx, on).await?;
    let late_days = lateness(&**tx, row, act, on, &limits).await?;
    let detail: Value = form
        .0
        .iter()
        .filter(|(name, value)| {
            !matches!(name.as_str(), "csrf" | "request_id" | "on" | "reason" | "basis") && !value.is_empty()
        })
        .map(|(name, value)| (name.clone(), Value::String(value.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let noted = Noted {
        act: act.id(),
        from: taken.from.id(),
        to: taken.to,
        on,
        reason: form.get("reason"),
        basis: form.get("basis"),
        late_days,
        detail: &detail,
    };
    note_step(tx, id, &noted).await?;
    write_version(tx, id, act.id(), form.get("reason"), form.get("basis"), on).await?;
    Ok(taken)
}

/// A step about to be written.
pub(crate) struct Noted<'a> {
    pub act: &'a str,
    pub from: &'a str,
    pub to: ProjectState,
    pub on: Date,
    pub reason: &'a str,
    pub basis: &'a str,
    pub late_days: i64,
    pub detail: &'a Value,
}

pub(crate) async fn note_step(tx: &RecordedTx, id: i64, step: &Noted<'_>) -> AppResult<()> {
    let actor = tx.actor();
    let place = tx
        .number(
            "SELECT COALESCE(MAX(place), 0) + 1 FROM project_step WHERE project = $1",
            args![id],
        )
        .await?;
    tx.execute(
        "INSERT INTO project_step (project, place, act, from_state, to_state, on_day, account, actor_name, role, reason, \
         basis, late_days, detail) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)",
        args![
            id,
            place,
            step.act,
            step.from,
            step.to.id(),
            step.on.to_string(),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            actor.role.id(),
            step.reason,
            step.basis,
            step.late_days,
            step.detail.to_string()
        ],
    )
    .await
    .map(|_| ())
}

/// Rows of their own that an act leaves behind.
async fn apply(tx: &RecordedTx, row: &Project, act: ProjectAct, form: &Filled, on: Date) -> AppResult<()> {
    use ProjectAct as A;
    let (id, on) = (row.id, on.to_string());
    match act {
        A::Tender => {
            tx.execute(
                "INSERT INTO project_tender (project, kind, method, opened_on) VALUES ($1,$2,$3,$4) \
                 ON CONFLICT (project) DO UPDATE SET kind = excluded.kind, method = excluded.method, \
                 opened_on = excluded.opened_on, awarded_on = NULL, winner = NULL, winner_uscc = NULL, award_fen = NULL",
                args![id, form.get("kind"), form.get("method"), on],
            )
            .await?;
        }
        A::Contract => {
            let kept = if form.get("retention").is_empty() {
                Money::ZERO
            } else {
                form.money("retention", "质保金")?
            };
            tx.execute(
                "INSERT INTO project_contract (project, no, contractor, uscc, amount_fen, retained_fen, signed_on) \
                 SELECT $1, $2, winner, winner_uscc, $3, $4, $5 FROM project_tender WHERE project = $1 \
                 ON CONFLICT (project) DO UPDATE SET no = excluded.no, contractor = excluded.contractor, \
                 uscc = excluded.uscc, amount_fen = excluded.amount_fen, retained_fen = excluded.retained_fen, \
                 signed_on = excluded.signed_on",
                args![
                    id,
                    form.words("no", "合同编号", 60)?,
                    form.some_money("amount", "合同金额")?.fen(),
                    kept.fen(),
                    form.date("signed_on", "签订日期")?.to_string()
                ],
            )
            .await?;
        }
        A::AcceptVillage | A::AcceptTown | A::AcceptCounty => accept(tx, id, act, form, &on).await?,
        A::Evaluate => {
            tx.execute(
                "INSERT INTO project_performance (project, score, verdict, on_day) VALUES ($1,$2,$3,$4) \
                 ON CONFLICT (project) DO UPDATE SET score = excluded.score, verdict = excluded.verdict, on_day = excluded.on_day",
                args![id, form.count("score", "得分")?, form.words("verdict", "评价结论", 500)?, on],
            )
            .await?;
        }
        A::Exempt => {
            tx.execute(
                "INSERT INTO project_exemption (project, cause, evidence, decided_by, basis, on_day) VALUES ($1,$2,$3,$4,$5,$6)",
                args![
                    id,
                    form.words("cause", "免责事由", 20)?,
                    form.words("evidence", "证据材料", 500)?,
                    form.words("decided_by", "决定机关", 60)?,
                    form.get("basis"),
                    on
                ],
            )
            .await?;
        }
        A::Start => {
            form.words("legal_person", "项目法人", 60)?;
            form.words("supervisor", "监理单位", 60)?;
        }
        A::Compile | A::Review => {
            form.words("opinion", "审查意见", 500)?;
        }
        A::NoticeBefore | A::NoticeAfter => {
            form.words("places", "公示地点", 200)?;
        }
        A::Settle => {
            form.words("audit", "审计或报账审核文号", 60)?;
        }
        _ => {}
    }
    Ok(())
}

async fn accept(tx: &RecordedTx, id: i64, act: ProjectAct, form: &Filled, on: &str) -> AppResult<()> {
    let (level, fields): (i64, &[&str]) = match act {
        ProjectAct::AcceptVillage => (1, &["team_committee", "team_finance", "team_reps"]),
        ProjectAct::AcceptTown => (2, &["team_town"]),
        _ => (3, &["team_county"]),
    };
    let team: Vec<String> = fields.iter().flat_map(|f| form.names(f)).collect();
    let counted = |field| {
        if level == 2 {
            form.count(field, "满意度测评人数")
        } else {
            Ok(0)
        }
    };
    let place = tx
        .number(
            "SELECT COALESCE(MAX(place), 0) + 1 FROM project_acceptance WHERE project = $1",
            args![id],
        )
        .await?;
    let seed: Option<Seed> = tx
        .row(
            "SELECT d.seed, i.why FROM project_draw_item i JOIN project_draw d ON d.id = i.draw WHERE i.project = $1 \
             ORDER BY d.id DESC LIMIT 1",
            args![id],
        )
        .await?;
    let sampled = level == 3 && seed.as_ref().is_some_and(|s| s.why.is_some());
    tx.execute(
        "INSERT INTO project_acceptance (project, place, level, on_day, passed, team, opinion, asked, satisfied, sampled, seed) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        args![
            id,
            place,
            level,
            on,
            true,
            team.join("、"),
            form.words("opinion", "验收意见", 500)?,
            counted("asked")?,
            counted("satisfied")?,
            sampled,
            seed.filter(|_| level == 3).map_or(String::new(), |s| s.seed)
        ],
    )
    .await
    .map(|_| ())
}

#[derive(store::FromQueryResult)]
struct Seed {
    seed: String,
    why: Option<String>,
}

/// Days past the limit of this step; 0 when in time or without limit.
async fn lateness(db: &impl Query, row: &Project, act: ProjectAct, on: Date, p: &Parameters) -> AppResult<i64> {
    use ProjectAct as A;
    let steps = steps(db, row.id).await?;
    let (since, days) = match act {
        A::AcceptVillage => (reached(&steps, ProjectState::Completed), p.get("acceptance_days")),
        A::AcceptTown => (reached(&steps, ProjectState::AccVillage), p.get("acceptance_days")),
        A::RegisterAsset => (reached(&steps, ProjectState::AccCounty), p.get("register_days")),
        A::Contract => {
            let awarded: Option<Awarded> = db
                .row(
                    "SELECT awarded_on FROM project_tender WHERE project = $1",
                    args![row.id],
                )
                .await?;
            (
                awarded.and_then(|a| a.awarded_on).and_then(|d| parse_date(&d)),
                p.get("contract_days"),
            )
        }
        A::Complete => (parse_date(&row.end_plan), 0),
        _ => return Ok(0),
    };
    Ok(since.map_or(0, |since| ((on - since).whole_days() - days).max(0)))
}

#[derive(store::FromQueryResult)]
struct Awarded {
    awarded_on: Option<String>,
}
