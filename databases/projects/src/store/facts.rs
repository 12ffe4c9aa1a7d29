//! What is known of a project before an act, for the guards of the model.

use std::collections::BTreeSet;

use access::Actor;
use kernel::{AppResult, Date, Money, Month, RegionLevel, period::parse_date};
use records::flow::Code;
use serde_json::Value;
use store::{FromQueryResult, Query, args};

use super::project::{Project, funds};
use crate::{
    model::{
        ProjectMode, ProjectState,
        declare::{Candidate, Ground, questions},
        guards::{DrawStand, Facts},
        tender::TenderMethod,
    },
    six_fields,
};

/// A step as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct StepRow {
    pub place: i64,
    pub act: String,
    pub from_state: String,
    pub to_state: String,
    pub on_day: String,
    pub account: i64,
    pub actor_name: String,
    pub role: String,
    pub reason: String,
    pub basis: String,
    pub late_days: i64,
    pub detail: String,
}

impl StepRow {
    /// What the form of the step said.
    pub fn said(&self, field: &str) -> String {
        let detail: Value = serde_json::from_str(&self.detail).unwrap_or_default();
        detail.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// All steps of a project, the first one first.
pub async fn steps(db: &impl Query, id: i64) -> AppResult<Vec<StepRow>> {
    db.rows(
        "SELECT place, act, from_state, to_state, on_day, account, actor_name, role, reason, basis, late_days, detail \
         FROM project_step WHERE project = $1 ORDER BY place",
        args![id],
    )
    .await
}

/// The last day on which a state was reached.
pub(crate) fn reached(steps: &[StepRow], state: ProjectState) -> Option<Date> {
    let last = steps.iter().rev().find(|s| s.to_state == state.id())?;
    parse_date(&last.on_day)
}

#[derive(Default, FromQueryResult)]
struct Tender {
    method: String,
    awarded_on: Option<String>,
    award_fen: Option<i64>,
}

#[derive(Default, FromQueryResult)]
struct Contract {
    amount_fen: i64,
    retained_fen: i64,
}

#[derive(FromQueryResult)]
struct Day {
    day: String,
}

/// Money agreed, paid and kept back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub due: Money,
    pub paid: Money,
    pub retained: Money,
    pub has_contract: bool,
    pub changes_waiting: i64,
    pub changes_approved: i64,
}

/// What is due and paid; without contract (direct to household) the plan is what is due.
pub async fn standing(db: &impl Query, row: &Project) -> AppResult<Standing> {
    let id = row.id;
    let contract: Option<Contract> = db
        .row(
            "SELECT amount_fen, retained_fen FROM project_contract WHERE project = $1",
            args![id],
        )
        .await?;
    let paid = db
        .number(
            "SELECT CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) FROM project_payment WHERE project = $1",
            args![id],
        )
        .await?;
    let changed = db
        .number(
            "SELECT CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) FROM project_change WHERE project = $1 AND approved_by IS NOT NULL",
            args![id],
        )
        .await?;
    let waiting = db
        .number(
            "SELECT COUNT(*) FROM project_change WHERE project = $1 AND approved_by IS NULL",
            args![id],
        )
        .await?;
    let approved = db
        .number(
            "SELECT COUNT(*) FROM project_change WHERE project = $1 AND approved_by IS NOT NULL",
            args![id],
        )
        .await?;
    let has_contract = contract.is_some();
    let Contract {
        amount_fen,
        retained_fen,
    } = contract.unwrap_or_default();
    let base = if has_contract { amount_fen } else { row.planned_fen };
    Ok(Standing {
        due: Money(base + changed),
        paid: Money(paid),
        retained: Money(retained_fen),
        has_contract,
        changes_waiting: waiting,
        changes_approved: approved,
    })
}

/// Everything the guards ask for.
pub(crate) async fn facts(db: &impl Query, row: &Project, actor: &Actor, on: Date, today: Date) -> AppResult<Facts> {
    let id = row.id;
    let steps = steps(db, id).await?;
    let papers = records::papers::of(db, super::KIND, id).await?;
    let has = |step: &str| papers.iter().any(|p| p.step == step);
    let tender: Option<Tender> = db
        .row(
            "SELECT method, awarded_on, award_fen FROM project_tender WHERE project = $1",
            args![id],
        )
        .await?;
    let tender_method = tender.as_ref().and_then(|t| TenderMethod::parse(&t.method));
    let Tender {
        awarded_on, award_fen, ..
    } = tender.unwrap_or_default();
    let number = async |sql: &str| db.number(sql, args![id]).await;
    let beneficiaries = number("SELECT COUNT(*) FROM project_beneficiary WHERE project = $1").await?;
    let days = async |sql: &str| -> AppResult<Vec<String>> {
        Ok(db
            .rows::<Day>(sql, args![id])
            .await?
            .into_iter()
            .map(|d| d.day)
            .collect())
    };
    let milestones = days("SELECT on_day AS day FROM project_milestone WHERE project = $1").await?;
    let inspected = days("SELECT month AS day FROM project_inspection WHERE project = $1").await?;
    let village_team = days("SELECT team AS day FROM project_acceptance WHERE project = $1 AND level = 1").await?;
    let (draw, drawn_on) = draw_stand(db, id).await?;
    let money = standing(db, row).await?;
    let fund_rows = funds(db, id).await?;
    let public = six_fields(row, &fund_rows);
    let blank = |value: &str| value.trim().is_empty();
    let blank_questions = [
        ("干什么", blank(&row.content)),
        ("资金在哪里", fund_rows.is_empty()),
        ("谁来实施", blank(&row.owner) || blank(&row.responsible)),
        ("什么时间", blank(&row.start_plan) || blank(&row.end_plan)),
        ("何责任", blank(&row.duty)),
    ];
    let ground = Ground {
        surveyed: !blank(&row.need) && !blank(&row.surveyed_on),
        meetings: if steps.iter().any(|s| s.to_state == ProjectState::Argued.id()) {
            2
        } else {
            0
        },
        beneficiaries,
        site_checked: !blank(&row.site_note),
    };
    Ok(Facts {
        today,
        on,
        last_on: parse_date(&row.last_on),
        mode: row.mode(),
        planned: row.planned(),
        entered_by: row.entered_by,
        actor: actor.account.map_or(-1, |a| a.0),
        surveyed: ground.surveyed,
        blank_public_fields: public.iter().filter(|(_, v)| blank(v)).map(|(t, _)| *t).collect(),
        blank_questions: blank_questions
            .into_iter()
            .filter(|(_, b)| *b)
            .map(|(t, _)| t)
            .collect(),
        questions: questions(&candidate(row), &neighbours(db, row).await?, ground),
        beneficiaries,
        notice_on: reached(&steps, ProjectState::NoticePre),
        tender_method,
        awarded_on: awarded_on.as_deref().and_then(parse_date),
        award: Money(award_fen.unwrap_or(0)),
        has_contract: money.has_contract,
        duty_paper: has("duty"),
        integrity_paper: has("integrity"),
        reps: number("SELECT COUNT(*) FROM project_rep WHERE project = $1").await? as usize,
        started_on: reached(&steps, ProjectState::Building),
        completed_on: reached(&steps, ProjectState::Completed),
        milestone_days: milestones.iter().filter_map(|d| parse_date(d)).collect(),
        photographed: has("photo"),
        inspected: inspected
            .iter()
            .filter_map(|m| m.parse::<Month>().ok())
            .collect::<BTreeSet<_>>(),
        village_team: village_team
            .iter()
            .flat_map(|t| crate::model::filled::names(t))
            .collect(),
        draw,
        drawn_on,
        due: money.due,
        paid: money.paid,
        retained: money.retained,
        changes_waiting: money.changes_waiting,
        reapproved: money.changes_approved > 0,
        assets: number("SELECT COUNT(*) FROM project_asset WHERE project = $1").await?,
        assets_unregistered: number("SELECT COUNT(*) FROM project_asset WHERE project = $1 AND registered_on IS NULL")
            .await?,
        yields_received: number(
            "SELECT COUNT(*) FROM asset_yield y JOIN project_asset a ON a.id = y.asset WHERE a.project = $1 AND \
             y.received_on IS NOT NULL",
        )
        .await?,
        yields_paid: number(
            "SELECT COUNT(*) FROM asset_yield y JOIN project_asset a ON a.id = y.asset WHERE a.project = $1 AND \
             y.paid_on IS NOT NULL",
        )
        .await?,
        suspended_from: row.suspended_from.as_deref().and_then(ProjectState::parse),
    })
}

fn candidate(row: &Project) -> Candidate {
    Candidate {
        id: row.id,
        no: row.no.clone(),
        name: row.name.clone(),
        content: row.content.clone(),
        site: row.site.clone(),
        region: row.region,
        mode: row.mode.clone(),
        start: parse_date(&row.start_plan),
        income_model: row.income_model.clone(),
        planned_fen: row.planned_fen,
    }
}

/// Other projects of the same community that were not cancelled.
async fn neighbours(db: &impl Query, row: &Project) -> AppResult<Vec<Candidate>> {
    let range = row.place().at(RegionLevel::Community).range();
    let rows: Vec<Project> = db
        .rows(
            &format!(
                "SELECT {} FROM project p WHERE p.region >= $1 AND p.region < $2 AND p.id <> $3 AND p.state <> 'cancelled' \
                 ORDER BY p.no LIMIT 200",
                super::project::COLUMNS
            ),
            args![range.start, range.end, row.id],
        )
        .await?;
    Ok(rows.iter().map(candidate).collect())
}

/// What the county's draws say of a project, and the day of the draw: its latest draw decides.
async fn draw_stand(db: &impl Query, id: i64) -> AppResult<(DrawStand, Option<Date>)> {
    #[derive(FromQueryResult)]
    struct Row {
        draw: i64,
        why: Option<String>,
        passed: Option<bool>,
        drawn_on: Option<String>,
        widened_on: Option<String>,
    }
    let found: Option<Row> = db
        .row(
            "SELECT i.draw, i.why, i.passed, d.drawn_on, d.widened_on FROM project_draw_item i \
             JOIN project_draw d ON d.id = i.draw WHERE i.project = $1 ORDER BY d.id DESC LIMIT 1",
            args![id],
        )
        .await?;
    let Some(row) = found.filter(|r| r.drawn_on.is_some()) else {
        return Ok((DrawStand::None, None));
    };
    let drawn_on = row.drawn_on.as_deref().and_then(parse_date);
    if row.why.is_some() {
        return Ok((DrawStand::Drawn(row.passed), drawn_on));
    }
    let open = db
        .number(
            "SELECT COUNT(*) FROM project_draw_item WHERE draw = $1 AND why IS NOT NULL AND (passed IS NULL OR passed = $2)",
            args![row.draw, false],
        )
        .await?;
    let failed = db
        .number(
            "SELECT COUNT(*) FROM project_draw_item WHERE draw = $1 AND failures > 0",
            args![row.draw],
        )
        .await?;
    let others_passed = open == 0 && (failed == 0 || row.widened_on.is_some());
    Ok((DrawStand::NotDrawn { others_passed }, drawn_on))
}

impl Facts {
    /// Whether a project of this mode is tendered at all.
    pub fn is_tendered(&self) -> bool {
        self.mode != ProjectMode::Direct
    }
}
