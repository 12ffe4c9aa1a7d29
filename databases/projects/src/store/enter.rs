//! A project is entered, and corrected while it stands at the survey of demands.

use std::collections::HashSet;

use access::Actor;
use kernel::{AppError, AppResult, Money, RegionCode, period::parse_date};
use records::{
    flow::Code,
    history::{self, Change},
};
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::project::{KIND, Project, concerns, id_of, project, refuse_own_kin, snapshot, write_version};
use crate::model::{
    ProjectState,
    plan::{Fund, IncomeModel, NewProject, SubsidyClass},
};

/// Enters a project at the survey of demands. Returns its id; the same request twice enters it once.
///
/// # Errors
/// Not found when the place lies outside the actor's area; invalid for unknown household numbers and for a number
/// that is taken.
pub async fn enter(app: &App, actor: &Actor, request_id: &str, new: NewProject) -> AppResult<i64> {
    if !actor.scope.covers(new.region) {
        return Err(AppError::not_found("没有找到这个村，或不在您的管理范围内。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    let region = new.region;
    let id = enter_in(app, &tx, new).await?;
    tx.commit(Act::new("project.enter", format!("project:{id}")).in_region(region))
        .await?;
    Ok(id)
}

/// [`enter`] inside a transaction: of one form, or of a file of them.
pub(crate) async fn enter_in(app: &App, tx: &RecordedTx, new: NewProject) -> AppResult<i64> {
    let actor = tx.actor();
    let id = app.next_id();
    let today = app.clock.today();
    let year = i64::from(new.start.year());
    let no = if new.no.is_empty() {
        next_no(tx, &new, year).await?
    } else {
        new.no.clone()
    };
    let taken = tx
        .number("SELECT COUNT(*) FROM project WHERE no = $1", args![no.as_str()])
        .await?;
    if taken > 0 {
        return Err(AppError::invalid(format!("项目编号 {no} 已经使用，请换一个。")));
    }
    let account = actor.account.map_or(-1, |a| a.0);
    insert(tx, &[row_of(&new, id, no, account)]).await?;
    put_funds(tx, id, &new.funds).await?;
    put_beneficiaries(tx, id, new.region, &new.households).await?;
    if concerns(&**tx, id, actor).await? {
        return Err(refuse_own_kin());
    }
    super::step::note_step(
        tx,
        id,
        &super::step::Noted {
            act: "enter",
            from: "",
            to: ProjectState::Demand,
            on: new.surveyed_on,
            reason: "",
            basis: "",
            late_days: 0,
            detail: &json!({}),
        },
    )
    .await?;
    write_version(tx, id, "enter", "", "", today).await?;
    Ok(id)
}

/// A project as its form would enter it, to be compared with a form or a row.
pub(crate) async fn as_new(db: &impl Query, row: &Project) -> AppResult<NewProject> {
    let day = |text: &str| parse_date(text).ok_or_else(|| AppError::internal(format!("not a day: {text}")));
    let fund = |f: super::project::ProjectFund| Fund {
        source: f.source,
        level: f.level,
        amount: Money(f.amount_fen),
    };
    let households = super::project::beneficiaries(db, row.id).await?;
    Ok(NewProject {
        no: row.no.clone(),
        name: row.name.clone(),
        region: row.place(),
        mode: row.mode(),
        province_key: row.province_key,
        site: row.site.clone(),
        site_note: row.site_note.clone(),
        content: row.content.clone(),
        start: day(&row.start_plan)?,
        end: day(&row.end_plan)?,
        owner: row.owner.clone(),
        responsible: row.responsible.clone(),
        duty: row.duty.clone(),
        need: row.need.clone(),
        surveyed_on: day(&row.surveyed_on)?,
        expected_yield: Money(row.expected_yield_fen),
        link: row.link.clone(),
        income_model: IncomeModel::parse(&row.income_model),
        subsidy: SubsidyClass::parse(&row.subsidy).unwrap_or(SubsidyClass::Nothing),
        funds: super::project::funds(db, row.id).await?.into_iter().map(fund).collect(),
        households: households.into_iter().map(|b| b.household_no).collect(),
    })
}

/// The row of a form at the survey of demands.
fn row_of(new: &NewProject, id: i64, no: String, account: i64) -> Project {
    let planned = new.planned();
    Project {
        id,
        no,
        name: new.name.clone(),
        region: new.region.as_i64(),
        mode: new.mode.id().to_owned(),
        state: ProjectState::Demand.id().to_owned(),
        year: i64::from(new.start.year()),
        province_key: new.province_key,
        site: new.site.clone(),
        site_note: new.site_note.clone(),
        content: new.content.clone(),
        start_plan: new.start.to_string(),
        end_plan: new.end.to_string(),
        owner: new.owner.clone(),
        responsible: new.responsible.clone(),
        duty: new.duty.clone(),
        need: new.need.clone(),
        surveyed_on: new.surveyed_on.to_string(),
        expected_yield_fen: new.expected_yield.fen(),
        link: new.link.clone(),
        income_model: new.income_model.map_or("", |m| m.id()).to_owned(),
        subsidy: new.subsidy.id().to_owned(),
        planned_fen: planned.fen(),
        entered_by: account,
        last_actor: account,
        last_on: new.surveyed_on.to_string(),
        suspended_from: None,
    }
}

/// Corrects a project that stands at the survey of demands, where a return leads as well. `version` is the one the
/// form was filled from.
///
/// # Errors
/// Conflict when the project has gone on or somebody else has changed it meanwhile; nothing is written.
pub async fn amend(
    app: &App,
    actor: &Actor,
    request_id: &str,
    id: i64,
    version: i64,
    new: NewProject,
) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let region = new.region;
    amend_in(app, &tx, id, version, new).await?;
    tx.commit(Act::new("project.amend", format!("project:{id}")).in_region(region))
        .await?;
    Ok(())
}

/// [`amend`] inside a transaction.
pub(crate) async fn amend_in(app: &App, tx: &RecordedTx, id: i64, version: i64, new: NewProject) -> AppResult<()> {
    let actor = tx.actor();
    let old = project(&**tx, &actor.scope, id)
        .await?
        .filter(|_| actor.scope.covers(new.region))
        .ok_or_else(|| AppError::not_found("没有找到这个项目，或不在您的管理范围内。"))?;
    if old.state() != ProjectState::Demand {
        return Err(AppError::conflict(
            "只有“已摸底”的项目可以修改；已经往下办理的，请先退回修改。",
        ));
    }
    if concerns(&**tx, id, actor).await? {
        return Err(refuse_own_kin());
    }
    let last_on = old.last_on.clone().max(new.surveyed_on.to_string());
    let row = Project {
        entered_by: actor.account.map_or(-1, |a| a.0),
        last_on,
        ..row_of(&new, id, old.no.clone(), actor.account.map_or(-1, |a| a.0))
    };
    tx.execute("DELETE FROM project WHERE id = $1", args![id]).await?;
    tx.execute("DELETE FROM project_fund WHERE project = $1", args![id])
        .await?;
    tx.execute("DELETE FROM project_beneficiary WHERE project = $1", args![id])
        .await?;
    insert(tx, &[row]).await?;
    put_funds(tx, id, &new.funds).await?;
    put_beneficiaries(tx, id, new.region, &new.households).await?;
    if concerns(&**tx, id, actor).await? {
        return Err(refuse_own_kin());
    }
    let state = snapshot(&**tx, id).await?;
    let on = app.clock.today().to_string();
    let change = Change {
        kind: KIND,
        id,
        expected: Some(version),
        act: "amend",
        reason: "",
        basis: "",
        on: &on,
        state: &state,
    };
    history::record(tx, &change).await.map(|_| ())
}

async fn put_funds(tx: &RecordedTx, id: i64, funds: &[Fund]) -> AppResult<()> {
    let mut rows = BulkInsert::new(
        tx,
        "project_fund",
        &["project", "place", "source", "level", "amount_fen"],
        "",
    );
    for (place, fund) in (1_i64..).zip(funds) {
        rows.push(args![
            id,
            place,
            fund.source.as_str(),
            fund.level.as_str(),
            fund.amount.fen()
        ])
        .await?;
    }
    rows.finish().await.map(|_| ())
}

/// Puts households by number beside a project; all of them lie in the project's county.
pub(crate) async fn put_beneficiaries(
    tx: &RecordedTx,
    id: i64,
    region: RegionCode,
    numbers: &[String],
) -> AppResult<()> {
    let found = entitled(&**tx, region, numbers).await?;
    let mut rows = BulkInsert::new(
        tx,
        "project_beneficiary",
        &["project", "household_id"],
        "ON CONFLICT (project, household_id) DO NOTHING",
    );
    for household in found {
        rows.push(args![id, household]).await?;
    }
    rows.finish().await.map(|_| ())
}

/// The households of these numbers, when all of them may benefit from a project of that place.
///
/// # Errors
/// Invalid, naming the numbers that the town does not have or that were removed.
pub(crate) async fn entitled(db: &impl Query, region: RegionCode, numbers: &[String]) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        household_no: String,
        status: i64,
    }
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT id, household_no, status FROM household WHERE household_no IN ");
    sql.bind_list(numbers.iter().map(String::as_str));
    let town = region.at(kernel::RegionLevel::Town).range();
    sql.push(" AND region >= ")
        .bind(town.start)
        .push(" AND region < ")
        .bind(town.end);
    let found: Vec<Row> = db.fetch(sql).await?;
    let known: HashSet<&str> = found.iter().map(|r| r.household_no.as_str()).collect();
    let unknown: Vec<&str> = numbers
        .iter()
        .map(String::as_str)
        .filter(|n| !known.contains(n))
        .collect();
    if !unknown.is_empty() {
        return Err(AppError::invalid(format!(
            "本镇没有这些户编号：{}。",
            unknown.join("、")
        )));
    }
    if let Some(removed) = found.iter().find(|r| r.status == 4) {
        return Err(AppError::invalid(format!(
            "户 {} 已清退，不能作为受益户。",
            removed.household_no
        )));
    }
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Writes rows as they are: the entry form, and loaders.
pub(crate) async fn insert(tx: &RecordedTx, projects: &[Project]) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "project",
        &[
            "id",
            "no",
            "name",
            "region",
            "mode",
            "state",
            "year",
            "province_key",
            "site",
            "site_note",
            "content",
            "start_plan",
            "end_plan",
            "owner",
            "responsible",
            "duty",
            "need",
            "surveyed_on",
            "expected_yield_fen",
            "link",
            "income_model",
            "subsidy",
            "planned_fen",
            "entered_by",
            "last_actor",
            "last_on",
            "suspended_from",
        ],
        "",
    );
    for p in projects.iter().cloned() {
        rows.push(args![
            p.id,
            p.no,
            p.name,
            p.region,
            p.mode,
            p.state,
            p.year,
            p.province_key,
            p.site,
            p.site_note,
            p.content,
            p.start_plan,
            p.end_plan,
            p.owner,
            p.responsible,
            p.duty,
            p.need,
            p.surveyed_on,
            p.expected_yield_fen,
            p.link,
            p.income_model,
            p.subsidy,
            p.planned_fen,
            p.entered_by,
            p.last_actor,
            p.last_on,
            p.suspended_from
        ])
        .await?;
    }
    rows.finish().await
}

/// `371621-2026-0007`: county, year, the next number of that year.
async fn next_no(tx: &RecordedTx, new: &NewProject, year: i64) -> AppResult<String> {
    let county = new.region.at(kernel::RegionLevel::County);
    let range = county.range();
    let used = tx
        .number(
            "SELECT COUNT(*) FROM project WHERE year = $1 AND region >= $2 AND region < $3",
            args![year, range.start, range.end],
        )
        .await?;
    let mut n = used + 1;
    loop {
        let no = format!("{county}-{year}-{n:04}");
        if tx
            .number("SELECT COUNT(*) FROM project WHERE no = $1", args![no.as_str()])
            .await?
            == 0
        {
            return Ok(no);
        }
        n += 1;
    }
}
