//! The county's draws: announced with list and seed, drawn on a later day, widened when something fails.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Money, RegionCode, RegionLevel, period::parse_date};
use serde_json::json;
use store::{BulkInsert, Db, FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{parameters::parameters, project::id_of};
use crate::model::draw::{Listed, Why, draw, list_hash};

/// A draw of one town and batch.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DrawRow {
    pub id: i64,
    pub town: i64,
    pub batch: String,
    pub seed: String,
    pub list_hash: String,
    pub listed: i64,
    pub share_bp: i64,
    pub above_fen: i64,
    pub announced_on: String,
    pub announced_by: String,
    pub drawn_on: Option<String>,
    pub widened_on: Option<String>,
}

/// A project of the list of a draw.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DrawItem {
    pub project: i64,
    pub no: String,
    pub name: String,
    pub planned_fen: i64,
    pub state: String,
    pub place: i64,
    pub why: Option<String>,
    pub passed: Option<bool>,
    pub failures: i64,
    pub note: Option<String>,
}

const COLUMNS: &str = "d.id, d.town, d.batch, d.seed, d.list_hash, d.listed, d.share_bp, d.above_fen, d.announced_on, \
     d.announced_by, d.drawn_on, d.widened_on";

/// Which draws are looked for. The default holds all within the scope.
#[derive(Clone, Debug, Default)]
pub struct DrawFilter {
    pub area: Option<RegionCode>,
    pub stage: Option<DrawStage>,
    /// Part of the batch's name.
    pub batch: String,
}

records::codes! {
    /// How far a draw has come.
    pub enum DrawStage {
        Announced = "announced" "种子已公布",
        Drawn = "drawn" "已抽取",
        Widened = "widened" "已扩大抽查",
    }
}

impl DrawRow {
    pub fn stage(&self) -> DrawStage {
        match (&self.drawn_on, &self.widened_on) {
            (None, _) => DrawStage::Announced,
            (Some(_), None) => DrawStage::Drawn,
            (Some(_), Some(_)) => DrawStage::Widened,
        }
    }
}

/// The draws the filter holds, newest first.
pub async fn draws(db: &Db, scope: &Scope, filter: &DrawFilter) -> AppResult<Vec<DrawRow>> {
    let scope = filter.area.map_or_else(|| scope.clone(), |area| scope.within(area));
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM project_draw d WHERE 1 = 1");
    scope.restrict(&mut sql, "d.town");
    sql.push(match filter.stage {
        None => "",
        Some(DrawStage::Announced) => " AND d.drawn_on IS NULL",
        Some(DrawStage::Drawn) => " AND d.drawn_on IS NOT NULL AND d.widened_on IS NULL",
        Some(DrawStage::Widened) => " AND d.widened_on IS NOT NULL",
    });
    let batch = filter.batch.trim().replace(['%', '_', '\\'], "");
    if !batch.is_empty() {
        sql.push(" AND d.batch LIKE ").bind(format!("%{batch}%"));
    }
    sql.push(" ORDER BY d.id DESC LIMIT 500");
    db.fetch(sql).await
}

/// One draw within the scope.
pub async fn draw_of(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<DrawRow>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM project_draw d WHERE d.id = ").bind(id);
    scope.restrict(&mut sql, "d.town");
    Ok(db.fetch(sql).await?.pop())
}

/// The list of a draw: what is inspected first, then by number.
pub async fn draw_items(db: &impl Query, id: i64) -> AppResult<Vec<DrawItem>> {
    db.rows(
        "SELECT i.project, p.no, p.name, p.planned_fen, p.state, i.place, i.why, i.passed, i.failures, i.note \
         FROM project_draw_item i JOIN project p ON p.id = i.project WHERE i.draw = $1 \
         ORDER BY CASE WHEN i.why IS NULL THEN 1 ELSE 0 END, i.place, p.no",
        args![id],
    )
    .await
}

/// Projects a town has ready for the county: re-checked by the town, and in no draw that still runs for them.
pub async fn ready(db: &impl Query, town: RegionCode) -> AppResult<Vec<Listed>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        no: String,
        planned_fen: i64,
    }
    let range = town.range();
    let rows: Vec<Row> = db
        .rows(
            "SELECT p.id, p.no, p.planned_fen FROM project p WHERE p.region >= $1 AND p.region < $2 AND p.state = 'acc_town' \
             AND NOT EXISTS (SELECT 1 FROM project_draw_item i WHERE i.project = p.id) ORDER BY p.no",
            args![range.start, range.end],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Listed {
            id: r.id,
            no: r.no,
            planned: Money(r.planned_fen),
        })
        .collect())
}

/// Towns with projects ready for the county, and how many.
pub async fn waiting(db: &impl Query, scope: &Scope) -> AppResult<Vec<(i64, i64)>> {
    #[derive(FromQueryResult)]
    struct Row {
        town: i64,
        projects: i64,
    }
    let span = 10_i64.pow(15 - RegionLevel::Town.digits());
    let mut sql = Sql::new("SELECT (p.region / ");
    sql.bind(span).push(") * ").bind(span);
    sql.push(
        " AS town, COUNT(*) AS projects FROM project p WHERE p.state = 'acc_town' \
         AND NOT EXISTS (SELECT 1 FROM project_draw_item i WHERE i.project = p.id)",
    );
    scope.restrict(&mut sql, "p.region");
    sql.push(" GROUP BY 1 ORDER BY 1");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| (row.town, row.projects)).collect())
}

/// Step one: freezes the list and publishes the seed. A town and batch have one announcement, for good.
///
/// # Errors
/// Invalid for a place that is no town, an empty list or a second announcement.
pub async fn announce(app: &App, actor: &Actor, request_id: &str, town: RegionCode, batch: &str) -> AppResult<i64> {
    let nonce = app.nonce()?;
    let seed = u64::from_le_bytes([
        nonce[0], nonce[1], nonce[2], nonce[3], nonce[4], nonce[5], nonce[6], nonce[7],
    ]);
    announce_with(app, actor, request_id, town, batch, &seed.to_string()).await
}

pub(crate) async fn announce_with(
    app: &App,
    actor: &Actor,
    request_id: &str,
    town: RegionCode,
    batch: &str,
    seed: &str,
) -> AppResult<i64> {
    if town.level() != RegionLevel::Town || !actor.scope.covers(town) {
        return Err(AppError::invalid("请选择乡镇。"));
    }
    let batch = batch.trim();
    if batch.is_empty() || batch.chars().count() > 20 {
        return Err(AppError::invalid("请填写批次，例如 2026 年第一批（最多 20 字）。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    let before = tx
        .number(
            "SELECT COUNT(*) FROM project_draw WHERE town = $1 AND batch = $2",
            args![town.as_i64(), batch],
        )
        .await?;
    if before > 0 {
        return Err(AppError::conflict("本镇这一批已经公布过种子，公布后不能更换。"));
    }
    let list = ready(&*tx, town).await?;
    if list.is_empty() {
        return Err(AppError::invalid("本镇没有等待县级抽查的项目（须镇级复验合格）。"));
    }
    let today = app.clock.today();
    let limits = parameters(&*tx, today).await?;
    let id = app.next_id();
    tx.execute(
        "INSERT INTO project_draw (id, town, batch, seed, list_hash, listed, share_bp, above_fen, announced_on, announced_by) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        args![
            id,
            town.as_i64(),
            batch,
            seed,
            list_hash(&list),
            list.len() as i64,
            limits.get("draw_share"),
            limits.get("draw_amount"),
            today.to_string(),
            actor.name.as_str()
        ],
    )
    .await?;
    let mut rows = BulkInsert::new(&tx, "project_draw_item", &["draw", "project", "place", "failures"], "");
    for project in &list {
        rows.push(args![id, project.id, 0_i64, 0_i64]).await?;
    }
    rows.finish().await?;
    let detail = json!({"batch": batch, "seed": seed, "list": list_hash(&list), "listed": list.len()});
    tx.commit(
        Act::new("project.announce", format!("draw:{id}"))
            .in_region(town)
            .with(detail),
    )
    .await?;
    Ok(id)
}

/// Step two: draws what the seed says, no sooner than a day after it was published.
pub async fn draw_now(app: &App, actor: &Actor, request_id: &str, id: i64) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = reachable(&tx, actor, id).await?;
    if row.drawn_on.is_some() {
        return Err(AppError::conflict("已经抽取过，结果不变。"));
    }
    let today = app.clock.today();
    let wait = parameters(&*tx, today).await?.get("draw_wait_days");
    let announced = parse_date(&row.announced_on).unwrap_or(today);
    if (today - announced).whole_days() < wait {
        return Err(AppError::invalid(format!(
            "种子公布满 {wait} 天后才能抽取，公布日期 {}。",
            row.announced_on
        )));
    }
    let count = mark(&tx, &row, row.share_bp).await?;
    tx.execute(
        "UPDATE project_draw SET drawn_on = $1 WHERE id = $2",
        args![today.to_string(), id],
    )
    .await?;
    commit(tx, "project.draw", &row, count).await
}

/// After a failure: the same order goes on to three tenths of the list.
pub async fn widen(app: &App, actor: &Actor, request_id: &str, id: i64) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = reachable(&tx, actor, id).await?;
    let failed = tx
        .number(
            "SELECT COUNT(*) FROM project_draw_item WHERE draw = $1 AND failures > 0",
            args![id],
        )
        .await?;
    if row.drawn_on.is_none() || failed == 0 {
        return Err(AppError::conflict("本批没有不合格的项目，不用扩大抽查。"));
    }
    if row.widened_on.is_some() {
        return Err(AppError::conflict("本批已经扩大抽查。"));
    }
    let today = app.clock.today();
    let share = parameters(&*tx, today).await?.get("draw_again_share");
    let count = mark(&tx, &row, share).await?;
    tx.execute(
        "UPDATE project_draw SET widened_on = $1 WHERE id = $2",
        args![today.to_string(), id],
    )
    .await?;
    commit(tx, "project.widen", &row, count).await
}

async fn reachable(tx: &RecordedTx, actor: &Actor, id: i64) -> AppResult<DrawRow> {
    draw_of(&**tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这次抽查，或不在您的管理范围内。"))
}

/// Marks the first of the order; what was marked before stays as it is.
async fn mark(tx: &RecordedTx, row: &DrawRow, share_bp: i64) -> AppResult<usize> {
    let list: Vec<Listed> = draw_items(&**tx, row.id)
        .await?
        .into_iter()
        .map(|i| Listed {
            id: i.project,
            no: i.no,
            planned: Money(i.planned_fen),
        })
        .collect();
    let drawn = draw(&row.seed, &list, share_bp, Money(row.above_fen));
    for (place, (project, why)) in (1_i64..).zip(&drawn) {
        let why = match why {
            Why::Drawn => "drawn",
            Why::Amount => "amount",
        };
        tx.execute(
            "UPDATE project_draw_item SET place = $1, why = COALESCE(why, $2) WHERE draw = $3 AND project = $4",
            args![place, why, row.id, project.id],
        )
        .await?;
    }
    Ok(drawn.len())
}

async fn commit(tx: RecordedTx, name: &'static str, row: &DrawRow, count: usize) -> AppResult<()> {
    let town = RegionCode::from_i64(row.town).unwrap_or(RegionCode::NATION);
    let detail = json!({"seed": row.seed, "listed": row.listed, "inspected": count});
    tx.commit(Act::new(name, format!("draw:{}", row.id)).in_region(town).with(detail))
        .await?;
    Ok(())
}
