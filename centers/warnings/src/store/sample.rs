//! Drawing the sample that the discipline office checks again.

use ::store::{BulkInsert, Query, Sql, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, RegionCode};
use serde_json::json;
use trail::Once;
use web::App;

use super::{
    FindingRow,
    perform::{write_effects, write_step},
    reach,
    row::SELECT,
};
use crate::model::{Act, By, Due, Params, Part, chosen, draw_hash};

/// A draw.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Sample {
    pub id: i64,
    pub region: i64,
    pub seed: String,
    pub share_bp: i64,
    pub population: i64,
    pub chosen: i64,
    pub drawn_name: String,
    pub drawn_millis: i64,
}

/// One finding of a draw.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct SampleRow {
    pub finding_id: i64,
    pub finding_no: String,
    pub subject_name: String,
    pub region: i64,
    pub rule_id: String,
    pub rule_version: i64,
    pub verdict: Option<String>,
    pub stage: String,
    pub draw_hash: String,
    pub chosen: bool,
}

const COLUMNS: &str = "SELECT s.id, s.region, s.seed, s.share_bp, s.population, s.chosen, s.drawn_name, s.drawn_millis \
                       FROM recheck_sample s WHERE 1 = 1";

/// The draws within the scope, latest first.
pub async fn samples(db: &impl Query, scope: &Scope) -> AppResult<Vec<Sample>> {
    let mut sql = Sql::new(COLUMNS);
    scope.restrict(&mut sql, "s.region");
    sql.push(" ORDER BY s.drawn_millis DESC, s.id LIMIT 200");
    db.fetch(sql).await
}

/// One draw within the scope.
pub async fn sample(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Sample>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND s.id = ").bind(id);
    scope.restrict(&mut sql, "s.region");
    Ok(db.fetch(sql).await?.pop())
}

/// The findings of a draw in the order of their lots.
pub async fn sample_rows(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Vec<SampleRow>> {
    let mut sql = Sql::new(
        "SELECT f.id AS finding_id, f.finding_no, f.subject_name, f.region, f.rule_id, f.rule_version, f.verdict, f.stage, \
         i.draw_hash, i.chosen FROM recheck_item i JOIN finding f ON f.id = i.finding_id WHERE i.sample_id = ",
    );
    sql.bind(id);
    reach::restrict(&mut sql, scope);
    sql.push(" ORDER BY i.draw_hash, f.id");
    db.fetch(sql).await
}

/// The findings from which the next draw is made: cleared by the verdict, reviewed, not red, not yet drawn.
pub async fn population(db: &impl Query, scope: &Scope) -> AppResult<Vec<FindingRow>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND f.stage = 'dept_reviewed' AND f.verdict IN ('false','exception') AND NOT f.check_due");
    reach::restrict(&mut sql, scope);
    sql.push(" ORDER BY f.id");
    db.fetch(sql).await
}

/// Draws `share_bp` hundredths of a percent of the population. The chosen ones must be checked again, the others
/// are closed on the department's review. Returns the draw's id; the same request twice draws once.
pub async fn draw(app: &App, actor: &Actor, request_id: &str, seed: &str, share_bp: i64) -> AppResult<i64> {
    let region = actor
        .scope
        .region()
        .ok_or_else(|| AppError::forbidden("没有可抽样的范围。"))?;
    let least = Params::of(region, app.clock.today()).sample_min_bp;
    if share_bp < least || share_bp > 10_000 {
        return Err(AppError::invalid(format!(
            "抽样比例应在 {}% 至 100% 之间。",
            least / 100
        )));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::Done(earlier) => {
            return Ok(earlier
                .subject
                .rsplit(':')
                .next()
                .and_then(|id| id.parse().ok())
                .unwrap_or(0));
        }
        Once::New(tx) => tx,
    };
    let rows = population(&*tx, &actor.scope).await?;
    if rows.is_empty() {
        return Err(AppError::conflict("目前没有待抽样的不属实或例外结论。"));
    }
    let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
    let drawn = chosen(seed, &ids, share_bp);
    let id = app.next_id();
    tx.execute(
        "INSERT INTO recheck_sample (id, region, seed, share_bp, population, chosen, drawn_by, drawn_name, drawn_millis) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![
            id,
            region.as_i64(),
            seed,
            share_bp,
            ids.len() as i64,
            drawn.len() as i64,
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let mut items = BulkInsert::new(
        &tx,
        "recheck_item",
        &["sample_id", "finding_id", "draw_hash", "chosen"],
        "",
    );
    for row in &rows {
        let is_chosen = drawn.contains(&row.id);
        items
            .push(args![id, row.id, draw_hash(seed, row.id), is_chosen])
            .await?;
    }
    items.finish().await?;
    let account = actor.account.unwrap_or(access::AccountId(-1));
    for row in &rows {
        let case = row.case()?;
        let due = Due {
            params: Params::of(case.region, tx.at().date()),
            calendar: &app.calendar,
            now: tx.at(),
        };
        let by = By {
            account,
            parts: vec![Part::Cdi],
            conflict: None,
        };
        let act = if drawn.contains(&row.id) {
            Act::SampleIn
        } else {
            Act::SampleOut
        };
        let applied = case.apply(&act, &by, &due)?;
        let seq = write_step(&tx, row, act.kind(), &act.note(), &applied.case).await?;
        write_effects(&tx, row, &act, &applied, seq).await?;
    }
    let event = trail::Act::new("finding.sample", format!("recheck_sample:{id}"))
        .in_region(RegionCode::from_i64(region.as_i64()).unwrap_or(region))
        .with(json!({ "seed": seed, "share_bp": share_bp, "population": ids.len(), "chosen": drawn.len() }));
    tx.commit(event).await?;
    Ok(id)
}
