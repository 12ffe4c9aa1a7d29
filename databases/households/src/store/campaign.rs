//! Quarterly collection and the adjustment at the end of a year: one task for each household and village, with a
//! day by which it is due.

use std::collections::BTreeMap;

use ::store::{Db, FromQueryResult, Query, Sql, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, RegionCode};
use records::history;
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{KIND, Outcome, begin, reading::keep_first, reading::version};

/// Kinds of campaigns.
pub const KINDS: [(&str, &str); 3] = [
    ("quarter", "季度信息采集"),
    ("year_end", "年底动态调整"),
    ("visit", "“三清三实三帮”大走访"),
];

/// A campaign with how far it is.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Campaign {
    pub id: i64,
    pub region: i64,
    pub kind: String,
    pub period: String,
    pub title: String,
    pub opens_on: String,
    pub due_on: String,
    pub created_by: String,
}

/// Tasks of one kind: all, submitted, submitted late, and overdue on the day that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Coverage {
    pub region: i64,
    pub tasks: i64,
    pub done: i64,
}

/// A new campaign.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    pub region: RegionCode,
    pub kind: String,
    /// `2026Q1`, or the year for a year-end adjustment.
    pub period: String,
    pub opens_on: Date,
    pub due_on: Date,
}

/// Creates a campaign and its tasks: every household in the register that is not removed, and every village.
pub async fn create(app: &App, actor: &Actor, request_id: &str, new: &NewCampaign) -> AppResult<Option<i64>> {
    let title = KINDS
        .iter()
        .find(|(id, _)| *id == new.kind)
        .map(|(_, title)| format!("{} {title}", new.period))
        .ok_or_else(|| AppError::invalid("请选择采集类别。"))?;
    if crate::model::terms::months_of(&new.period).is_none() {
        return Err(AppError::invalid("期间请写成 2026Q1 或 2026。"));
    }
    if new.due_on < new.opens_on {
        return Err(AppError::invalid("截止日期不能早于开始日期。"));
    }
    if !actor.scope.covers(new.region) {
        return Err(AppError::forbidden("只能在本辖区内布置采集任务。"));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    let doubled = tx
        .number(
            "SELECT COUNT(*) FROM campaign WHERE region = $1 AND kind = $2 AND period = $3",
            args![new.region.as_i64(), new.kind.as_str(), new.period.as_str()],
        )
        .await?;
    if doubled > 0 {
        return Err(AppError::conflict(format!("“{title}”已经布置过。")));
    }
    let id = insert(app, &tx, new).await?;
    let range = new.region.range();
    let households = tx
        .execute(
            "INSERT INTO collection_task (campaign_id, target, subject, region, due_on) SELECT $1, 'household', id, region, $2 \
             FROM household WHERE status <> 4 AND region >= $3 AND region < $4",
            args![id, new.due_on.to_string(), range.start, range.end],
        )
        .await?;
    let mut villages = 0;
    if new.kind != "year_end" {
        villages = tx
            .execute(
                "INSERT INTO collection_task (campaign_id, target, subject, region, due_on) SELECT $1, 'village', code, code, $2 \
                 FROM region WHERE level = 5 AND code >= $3 AND code < $4",
                args![id, new.due_on.to_string(), range.start, range.end],
            )
            .await?;
    }
    let detail = json!({ "households": households, "villages": villages, "due": new.due_on.to_string() });
    tx.commit(
        TrailAct::new("campaign.create", format!("campaign:{id}"))
            .in_region(new.region)
            .with(detail),
    )
    .await?;
    Ok(Some(id))
}

/// The campaign of this area, kind and period; a new one without tasks when there is none.
pub(crate) async fn found_or_new(
    app: &App,
    tx: &RecordedTx,
    region: RegionCode,
    kind: &str,
    period: &str,
    opens_on: Date,
    due_on: Date,
) -> AppResult<i64> {
    let found = tx
        .number(
            "SELECT id FROM campaign WHERE region = $1 AND kind = $2 AND period = $3",
            args![region.as_i64(), kind, period],
        )
        .await?;
    if found > 0 {
        return Ok(found);
    }
    let new = NewCampaign {
        region,
        kind: kind.to_owned(),
        period: period.to_owned(),
        opens_on,
        due_on,
    };
    insert(app, tx, &new).await
}

async fn insert(app: &App, tx: &RecordedTx, new: &NewCampaign) -> AppResult<i64> {
    let id = app.next_id();
    tx.execute(
        "INSERT INTO campaign (id, region, kind, period, title, opens_on, due_on, created_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![
            id,
            new.region.as_i64(),
            new.kind.as_str(),
            new.period.as_str(),
            format!("{} {}", new.period, crate::codes::word(&KINDS, &new.kind)),
            new.opens_on.to_string(),
            new.due_on.to_string(),
            tx.actor().name.as_str()
        ],
    )
    .await?;
    Ok(id)
}

/// All campaigns that reach into the scope, the latest first.
pub async fn list(db: &Db, scope: &Scope) -> AppResult<Vec<Campaign>> {
    let rows: Vec<Campaign> = db
        .rows(
            "SELECT id, region, kind, period, title, opens_on, due_on, created_by FROM campaign ORDER BY opens_on DESC, id DESC",
            args![],
        )
        .await?;
    Ok(rows
        .into_iter()
        .filter(|c| RegionCode::from_i64(c.region).is_some_and(|r| scope.within(r).region().is_some()))
        .collect())
}

pub async fn campaign(db: &Db, scope: &Scope, id: i64) -> AppResult<Option<Campaign>> {
    Ok(list(db, scope).await?.into_iter().find(|c| c.id == id))
}

fn reach(sql: &mut Sql, scope: &Scope) {
    scope.restrict(sql, "t.region");
    if let Some(helper) = scope.helper() {
        sql.push(" AND t.target = 'household' AND EXISTS (SELECT 1 FROM pairing pa WHERE pa.household_id = t.subject AND pa.to_on IS NULL AND pa.account = ")
            .bind(helper.0)
            .push(")");
    }
}

/// How many tasks of a campaign are done, by town (`9` digits) or by village.
pub async fn coverage(db: &Db, scope: &Scope, campaign: i64, target: &str) -> AppResult<Vec<Coverage>> {
    let mut sql = Sql::new(
        "SELECT t.region / 1000000 * 1000000 AS region, COUNT(*) AS tasks, \
         CAST(SUM(CASE WHEN t.submitted_millis IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS done \
         FROM collection_task t WHERE t.campaign_id = ",
    );
    sql.bind(campaign).push(" AND t.target = ").bind(target);
    reach(&mut sql, scope);
    sql.push(" GROUP BY t.region / 1000000 ORDER BY 1");
    db.fetch(sql).await
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Task {
    pub campaign_id: i64,
    pub target: String,
    pub subject: i64,
    pub region: i64,
    pub due_on: String,
    pub submitted_millis: Option<i64>,
    pub submitted_by: Option<String>,
    pub answers: Option<String>,
    /// Head of the household; empty for a village.
    pub name: String,
}

/// Which tasks of a campaign are looked for.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    pub campaign: i64,
    /// Narrows the scope, never widens it.
    pub area: Option<RegionCode>,
    /// `household` or `village`; empty for both.
    pub target: String,
    /// Not handed in yet, or handed in.
    pub open: Option<bool>,
    /// Part of the head's name.
    pub name: String,
}

impl TaskFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        sql.bind(self.campaign);
        reach(sql, &scope);
        if !self.target.is_empty() {
            sql.push(" AND t.target = ").bind(self.target.as_str());
        }
        match self.open {
            Some(true) => drop(sql.push(" AND t.submitted_millis IS NULL")),
            Some(false) => drop(sql.push(" AND t.submitted_millis IS NOT NULL")),
            None => {}
        }
        let name = kernel::name::clean(&self.name).replace(['%', '_', '\\'], "");
        if !name.is_empty() {
            sql.push(" AND h.head_name LIKE ").bind(format!("%{name}%"));
        }
    }
}

const TASKS: &str = "SELECT t.campaign_id, t.target, t.subject, t.region, t.due_on, t.submitted_millis, t.submitted_by, \
     t.answers, COALESCE(h.head_name, '') AS name FROM collection_task t LEFT JOIN household h ON h.id = t.subject \
     AND t.target = 'household' WHERE t.campaign_id = ";

/// One page (from 1) of the tasks, by division.
pub async fn tasks(db: &Db, scope: &Scope, filter: &TaskFilter, page: u64) -> AppResult<Vec<Task>> {
    let mut sql = Sql::new(TASKS);
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY t.region, t.target, t.subject LIMIT ")
        .bind(crate::PAGE_ROWS as i64);
    sql.push(" OFFSET ")
        .bind((page.saturating_sub(1) * crate::PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// The next tasks after a position, for exports of any length.
pub(crate) async fn tasks_after(
    db: &Db,
    scope: &Scope,
    filter: &TaskFilter,
    last: Option<&Task>,
    rows: i64,
) -> AppResult<Vec<Task>> {
    let mut sql = Sql::new(TASKS);
    filter.narrow(scope, &mut sql);
    if let Some(last) = last {
        sql.push(" AND (t.region > ").bind(last.region);
        sql.push(" OR (t.region = ").bind(last.region);
        sql.push(" AND (t.target > ").bind(last.target.as_str());
        sql.push(" OR (t.target = ").bind(last.target.as_str());
        sql.push(" AND t.subject > ").bind(last.subject).push("))))");
    }
    sql.push(" ORDER BY t.region, t.target, t.subject LIMIT ").bind(rows);
    db.fetch(sql).await
}

/// How many tasks [`tasks`] has on all its pages.
pub async fn count_tasks(db: &Db, scope: &Scope, filter: &TaskFilter) -> AppResult<i64> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) FROM collection_task t LEFT JOIN household h ON h.id = t.subject AND t.target = 'household' \
         WHERE t.campaign_id = ",
    );
    filter.narrow(scope, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// Tasks that belong to one household, the latest campaign first.
pub async fn tasks_of(q: &impl Query, household: i64) -> AppResult<Vec<(Campaign, Task)>> {
    let tasks: Vec<Task> = q
        .rows(
            "SELECT campaign_id, target, subject, region, due_on, submitted_millis, submitted_by, answers, '' AS name \
             FROM collection_task WHERE subject = $1 AND target = 'household'",
            args![household],
        )
        .await?;
    let mut out = Vec::new();
    for task in tasks {
        let campaign: Option<Campaign> = q
            .row(
                "SELECT id, region, kind, period, title, opens_on, due_on, created_by FROM campaign WHERE id = $1",
                args![task.campaign_id],
            )
            .await?;
        if let Some(campaign) = campaign {
            out.push((campaign, task));
        }
    }
    out.sort_by(|a, b| b.0.opens_on.cmp(&a.0.opens_on));
    Ok(out)
}

/// Hands in the collection of one household: what differs from the last collection is kept with it.
pub async fn submit_household(
    app: &App,
    actor: &Actor,
    campaign: i64,
    household: i64,
    request_id: &str,
    note: &str,
) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    super::lock(&tx, household).await?;
    keep_first(&tx, household).await?;
    let now = version(&*tx, household).await?;
    let last = tx
        .number(
            "SELECT MAX(base_version) FROM collection_task WHERE subject = $1 AND target = 'household'",
            args![household],
        )
        .await?
        .max(1);
    let entries = history::entries(&*tx, KIND, household).await?;
    let state = |version: i64| entries.iter().find(|e| e.version == version).map(|e| &e.state);
    let changed: Vec<_> = match (state(last), state(now)) {
        (Some(before), Some(after)) => history::differences(before, after, &crate::model::record::FIELD_TITLES)
            .into_iter()
            .map(|d| d.title)
            .collect(),
        _ => Vec::new(),
    };
    let answers = json!({ "note": note.trim(), "changed": changed }).to_string();
    let touched = tx
        .execute(
            "UPDATE collection_task SET submitted_millis = $3, submitted_by = $4, base_version = $5, answers = $6 \
             WHERE campaign_id = $1 AND subject = $2 AND target = 'household' AND submitted_millis IS NULL",
            args![campaign, household, tx.at().millis(), actor.name.as_str(), now, answers],
        )
        .await?;
    if touched == 0 {
        return Err(AppError::conflict("这项采集已经提交，或没有布置给本户。"));
    }
    let act = TrailAct::new("campaign.submit", format!("campaign:{campaign}"));
    tx.commit(act.with(json!({ "household": household, "changed": changed })))
        .await?;
    Ok(Outcome::Done)
}

/// Questions about a village, asked once a quarter.
pub const VILLAGE_QUESTIONS: [(&str, &str); 6] = [
    ("collective_income", "本季度村集体收入（元）"),
    ("projects", "在建扶贫项目（个）"),
    ("households_left", "未脱贫和监测户（户）"),
    ("jobs", "公益岗位在岗（人）"),
    ("road_water", "道路、饮水、用电问题"),
    ("needs", "最需要解决的事"),
];

/// Hands in the collection of one village.
pub async fn submit_village(
    app: &App,
    actor: &Actor,
    campaign: i64,
    village: RegionCode,
    request_id: &str,
    answers: &BTreeMap<String, String>,
) -> AppResult<Outcome> {
    if !actor.scope.covers(village) && actor.scope.region() != Some(village) {
        return Err(AppError::not_found("没有找到这个村的采集任务。"));
    }
    for (name, title) in &VILLAGE_QUESTIONS[..4] {
        let text = answers.get(*name).map_or("", String::as_str);
        let right = if *name == "collective_income" {
            kernel::Money::parse(text).is_ok_and(|m| !m.is_negative())
        } else {
            text.parse::<u32>().is_ok()
        };
        if !right {
            return Err(AppError::invalid(format!("{title}：请填写数字，没有填 0。")));
        }
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let text = serde_json::to_string(answers).map_err(AppError::internal)?;
    let touched = tx
        .execute(
            "UPDATE collection_task SET submitted_millis = $3, submitted_by = $4, answers = $5 WHERE campaign_id = $1 \
             AND subject = $2 AND target = 'village' AND submitted_millis IS NULL",
            args![campaign, village.as_i64(), tx.at().millis(), actor.name.as_str(), text],
        )
        .await?;
    if touched == 0 {
        return Err(AppError::conflict("这项采集已经提交，或没有布置给这个村。"));
    }
    let act = TrailAct::new("campaign.submit", format!("campaign:{campaign}")).in_region(village);
    tx.commit(act.with(json!({ "village": village.to_string() }))).await?;
    Ok(Outcome::Done)
}
