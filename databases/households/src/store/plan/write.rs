//! Drawing a plan up, and changing it while it is a draft.

use ::store::{BulkInsert, Query, args};
use access::Actor;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use records::flow::{Code, Refusal};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{keep, missing_plan, plan};
use crate::{
    model::plan::{MOST_LINES, Plan, PlanLine, PlanState, Target},
    store::{Outcome, begin, reading, region_of},
};

/// What the form says.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What the year is to bring.
    pub aim: String,
    pub lines: Vec<PlanLine>,
}

impl Draft {
    fn check(&self) -> AppResult<()> {
        if self.aim.trim().is_empty() || self.aim.chars().count() > 300 {
            return Err(AppError::invalid("年度目标：请填写，最多 300 个字。"));
        }
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            return Err(AppError::invalid(format!("计划内容：请填写 1 至 {MOST_LINES} 项。")));
        }
        let sum = self
            .lines
            .iter()
            .try_fold(0_i64, |sum, line| sum.checked_add(line.amount_fen));
        sum.map(|_| ())
            .ok_or_else(|| AppError::invalid("计划资金：合计超出范围，请核对。"))
    }
}

/// Draws up the plan of a household or a village for a year. `None` when this request was carried out before.
///
/// # Errors
/// Conflict when there is one for that year; invalid with the field named; nobody plans for his own household.
pub async fn create(
    app: &App,
    actor: &Actor,
    request_id: &str,
    target: Target,
    subject: i64,
    year: i64,
    draft: &Draft,
) -> AppResult<Option<i64>> {
    draft.check()?;
    if !(1900..=2100).contains(&year) {
        return Err(AppError::invalid("年度：请填写四位年份。"));
    }
    let (region, name) = match target {
        Target::Household => {
            let reached = reading::reach(&app.db, &actor.scope, subject).await?;
            let reached = reached.ok_or_else(crate::store::missing)?;
            let record = reading::record(&app.db, subject)
                .await?
                .ok_or_else(crate::store::missing)?;
            if record.status.is_none() || record.status == Some(4) {
                return Err(AppError::conflict("只为在册的户制定计划；本户尚未建档或已清退。"));
            }
            (reached.region, record.head_name)
        }
        Target::Village => {
            let tree = directory::regions(app).await?;
            let code = RegionCode::from_i64(subject).filter(|code| {
                code.level() == RegionLevel::Community && tree.get(*code).is_some() && covers(actor, *code)
            });
            let code = code.ok_or_else(|| AppError::invalid("村：请选择本辖区内的村（社区）。"))?;
            (
                code,
                tree.get(code).map_or_else(String::new, |region| region.name.clone()),
            )
        }
    };
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    concerned(&tx, actor, target, subject).await?;
    let there = tx
        .number(
            "SELECT COUNT(*) FROM assistance_plan WHERE target = $1 AND subject = $2 AND year = $3",
            args![target.id(), subject, year],
        )
        .await?;
    if there > 0 {
        return Err(AppError::conflict(format!(
            "{year} 年的计划已经制定，请在原计划上修改。"
        )));
    }
    let id = app.next_id();
    let new = Plan {
        target: target.id().to_owned(),
        subject,
        region: region.as_i64(),
        name,
        year,
        aim: draft.aim.trim().to_owned(),
        state: PlanState::Draft.id().to_owned(),
        since_on: tx.at().date().to_string(),
        lines: draft.lines.clone(),
        ..Plan::default()
    };
    tx.execute(
        "INSERT INTO assistance_plan (id, target, subject, region, name, year, aim, state, since_on, last_actor, \
         line_count, planned_fen) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        args![
            id,
            new.target.as_str(),
            subject,
            new.region,
            new.name.as_str(),
            year,
            new.aim.as_str(),
            new.state.as_str(),
            new.since_on.as_str(),
            actor.account.map(|a| a.0),
            new.lines.len() as i64,
            new.planned().fen()
        ],
    )
    .await?;
    lines(&tx, id, &new).await?;
    keep(&tx, id, &new, "create", "", "", None).await?;
    let act = TrailAct::new("assistance_plan.create", format!("{}:{id}", super::KIND)).in_region(region);
    let detail = json!({ "target": new.target, "subject": subject, "year": year, "lines": new.lines.len() });
    tx.commit(act.with(detail)).await?;
    Ok(Some(id))
}

/// Changes a draft. `version` is the one the form was filled from.
///
/// # Errors
/// Conflict when it is no draft any more, or when somebody else changed it meanwhile.
pub async fn edit(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    version: i64,
    draft: &Draft,
) -> AppResult<Outcome> {
    draft.check()?;
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let mut now = plan(&*tx, &actor.scope, id).await?.ok_or_else(missing_plan)?;
    let target = Target::parse(&now.target).unwrap_or(Target::Household);
    concerned(&tx, actor, target, now.subject).await?;
    if now.state != PlanState::Draft.id() {
        return Err(AppError::conflict(
            "这份计划已经村级会议通过或镇级批准，不能直接修改；请先退回修改或重新修订。",
        ));
    }
    now.aim = draft.aim.trim().to_owned();
    now.lines.clone_from(&draft.lines);
    tx.execute(
        "UPDATE assistance_plan SET aim = $2, line_count = $3, planned_fen = $4, last_actor = $5 WHERE id = $1",
        args![
            id,
            now.aim.as_str(),
            now.lines.len() as i64,
            now.planned().fen(),
            actor.account.map(|a| a.0)
        ],
    )
    .await?;
    tx.execute("DELETE FROM plan_line WHERE plan_id = $1", args![id])
        .await?;
    lines(&tx, id, &now).await?;
    keep(&tx, id, &now, "edit", "", "", Some(version)).await?;
    let act = TrailAct::new("assistance_plan.edit", format!("{}:{id}", super::KIND)).in_region(region_of(now.region));
    tx.commit(act.with(json!({ "lines": now.lines.len() }))).await?;
    Ok(Outcome::Done)
}

fn covers(actor: &Actor, village: RegionCode) -> bool {
    actor.scope.covers(village)
}

/// Nobody plans for the household he lives in.
pub(super) async fn concerned(tx: &RecordedTx, actor: &Actor, target: Target, subject: i64) -> AppResult<()> {
    if is_concerned(tx, actor, target, subject).await? {
        return Err(Refusal::Concerned.into());
    }
    Ok(())
}

pub(super) async fn is_concerned(tx: &RecordedTx, actor: &Actor, target: Target, subject: i64) -> AppResult<bool> {
    let Some(person) = actor.person.filter(|_| target == Target::Household) else {
        return Ok(false);
    };
    let lives_there = tx
        .number(
            "SELECT COUNT(*) FROM household_member WHERE household_id = $1 AND person_key = $2 AND left_on IS NULL",
            args![subject, person.0],
        )
        .await?;
    Ok(lives_there > 0)
}

async fn lines(tx: &RecordedTx, id: i64, plan: &Plan) -> AppResult<()> {
    let columns = &[
        "plan_id",
        "no",
        "what",
        "fund",
        "amount_fen",
        "who",
        "from_on",
        "to_on",
        "duty",
        "measure_id",
    ];
    let mut rows = BulkInsert::new(tx, "plan_line", columns, "");
    for (no, line) in (1_i64..).zip(&plan.lines) {
        if let Some(measure) = line.measure_id {
            let own = tx
                .number(
                    "SELECT COUNT(*) FROM measure WHERE id = $1 AND household_id = $2",
                    args![measure, plan.subject],
                )
                .await?;
            if own == 0 || plan.target != Target::Household.id() {
                return Err(AppError::invalid(format!(
                    "第 {no} 项：关联的措施不是本户的，请重新选择。"
                )));
            }
        }
        rows.push(args![
            id,
            no,
            line.what.as_str(),
            line.fund.as_str(),
            line.amount_fen,
            line.who.as_str(),
            line.from_on.as_str(),
            line.to_on.as_str(),
            line.duty.as_str(),
            line.measure_id
        ])
        .await?;
    }
    rows.finish().await?;
    Ok(())
}
