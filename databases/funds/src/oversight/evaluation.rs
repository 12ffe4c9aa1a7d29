//! Evaluation of how a programme's money is managed (001-25): ten items, a hundred points, one sheet a programme and
//! year. One person scores, another confirms; what the books tell stands beside each item.

use std::collections::BTreeMap;

use access::{Actor, Scope};
use kernel::{AppError, AppResult};
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once};
use web::App;

use super::sized;
use crate::chain::id_in;

/// Items: id, title, points at most, how it is scored.
pub const ITEMS: [(&str, &str, i64, &str); 10] = [
    ("arrival", "资金到位", 10, "按文件足额到位得满分，每差 10% 扣 1 分"),
    ("allocation", "分配及时", 10, "到位后 30 天内分配得满分"),
    ("plan", "分配方案规范", 10, "有方案、有决定文件、对象符合规定"),
    ("hops", "减少拨付环节", 10, "直接到卡或一次拨付得满分"),
    ("idle", "资金使用进度", 15, "滞留率不高于 2% 得满分"),
    ("overdue", "无超期资金", 10, "没有超过 180 天未用资金得满分"),
    ("accounts", "三专管理", 10, "专户储存、专账管理、专人核算"),
    ("disclosure", "公告公示", 10, "来源、分配、去向按期公开"),
    ("filing", "报备和整改", 5, "应报备的已报备，检查问题已整改"),
    ("effect", "资金成效", 10, "项目目标实现，群众满意"),
];

/// One evaluation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Evaluation {
    pub id: i64,
    pub programme: String,
    pub programme_name: String,
    pub org: String,
    pub year: i64,
    /// Points by item, as JSON.
    pub points: String,
    pub total: i64,
    pub opinion: String,
    /// `scored` or `confirmed`.
    pub state: String,
    pub entered_by: i64,
    pub entered_on: String,
    pub confirmed_on: Option<String>,
}

impl Evaluation {
    pub fn points_of(&self, item: &str) -> i64 {
        let points: BTreeMap<String, i64> = serde_json::from_str(&self.points).unwrap_or_default();
        points.get(item).copied().unwrap_or_default()
    }

    /// The grade the total gives.
    pub fn grade(&self) -> &'static str {
        match self.total {
            90.. => "优秀",
            80..=89 => "良好",
            60..=79 => "合格",
            _ => "待改进",
        }
    }
}

/// An evaluation as scored.
#[derive(Clone, Debug)]
pub struct NewEvaluation<'a> {
    pub programme: &'a str,
    pub year: i64,
    pub points: BTreeMap<&'a str, i64>,
    pub opinion: &'a str,
}

const SELECT: &str = "SELECT e.id, e.programme, COALESCE(g.name, e.programme) AS programme_name, COALESCE(g.org, '') AS org, \
     e.year, e.points, e.total, e.opinion, e.state, e.entered_by, e.entered_on, e.confirmed_on FROM fund_evaluation e \
     LEFT JOIN programme g ON g.code = e.programme WHERE 1 = 1";

/// Evaluations of one's department, the latest year first.
pub async fn evaluations(db: &impl Query, scope: &Scope) -> AppResult<Vec<Evaluation>> {
    let mut sql = Sql::new("");
    scope.restrict_department(&mut sql, "g.org");
    let (tail, values) = sql.into_parts();
    db.rows(
        &format!("{SELECT}{tail} ORDER BY e.year DESC, e.total DESC, e.programme"),
        values,
    )
    .await
}

/// One evaluation within reach.
pub async fn evaluation(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Evaluation>> {
    Ok(evaluations(db, scope).await?.into_iter().find(|e| e.id == id))
}

/// Scores a programme's year; until it is confirmed the sheet may be scored again.
///
/// # Errors
/// Points beyond an item's; a year to come; confirmed already.
pub async fn save(app: &App, actor: &Actor, request_id: &str, new: &NewEvaluation<'_>) -> AppResult<i64> {
    for (id, title, most, _) in ITEMS {
        let points = new.points.get(id).copied().unwrap_or(-1);
        if !(0..=most).contains(&points) {
            return Err(AppError::invalid(format!("“{title}”应为 0 至 {most} 分的整数。")));
        }
    }
    let opinion = sized(new.opinion, "评价意见", 2, 500)?;
    let this_year = i64::from(app.clock.today().year());
    if !(2000..=this_year).contains(&new.year) {
        return Err(AppError::invalid("评价年度应为 2000 年至今年。"));
    }
    let known = crate::programme::programme(&app.db, new.programme).await?;
    if !known.is_some_and(|p| actor.scope.covers_department(&p.org)) {
        return Err(AppError::invalid("请选择资金项目。"));
    }
    let total: i64 = ITEMS.iter().filter_map(|(id, ..)| new.points.get(id)).sum();
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let there = tx
        .number(
            "SELECT id FROM fund_evaluation WHERE programme = $1 AND year = $2",
            args![new.programme, new.year],
        )
        .await?;
    let id = if there == 0 { app.next_id() } else { there };
    let points = serde_json::to_string(&new.points).map_err(AppError::internal)?;
    let written = tx
        .execute(
            "INSERT INTO fund_evaluation (id, programme, year, points, total, opinion, state, entered_by, entered_on, \
             confirmed_by) VALUES ($1,$2,$3,$4,$5,$6,'scored',$7,$8,0) ON CONFLICT (programme, year) DO UPDATE SET \
             points = excluded.points, total = excluded.total, opinion = excluded.opinion, \
             entered_by = excluded.entered_by, entered_on = excluded.entered_on WHERE fund_evaluation.state = 'scored'",
            args![
                id,
                new.programme,
                new.year,
                points,
                total,
                opinion,
                actor.account.map_or(-1, |a| a.0),
                app.clock.today().to_string()
            ],
        )
        .await?;
    if written == 0 {
        return Err(AppError::conflict("这个项目这一年的评价已经确认，不能再改。"));
    }
    let act = Act::new("fund_evaluation.score", format!("fund_evaluation:{id}"));
    tx.commit(act.with(json!({ "programme": new.programme, "year": new.year, "total": total })))
        .await?;
    Ok(id)
}

/// Confirms an evaluation; whoever scored it does not confirm it.
pub async fn confirm(app: &App, actor: &Actor, request_id: &str, id: i64) -> AppResult<()> {
    let row = evaluation(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份评价。"))?;
    let account = actor.account.map_or(-1, |a| a.0);
    if row.entered_by == account {
        return Err(AppError::forbidden("这份评价是您打分的，须由另一人确认。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let changed = tx
        .execute(
            "UPDATE fund_evaluation SET state = 'confirmed', confirmed_by = $2, confirmed_on = $3 \
             WHERE id = $1 AND state = 'scored' AND total = $4",
            args![id, account, app.clock.today().to_string(), row.total],
        )
        .await?;
    if changed != 1 {
        return Err(AppError::conflict(
            "这份评价已确认或刚被改动，没有改动任何内容。请刷新页面。",
        ));
    }
    tx.commit(Act::new("fund_evaluation.confirm", format!("fund_evaluation:{id}")))
        .await?;
    Ok(())
}
