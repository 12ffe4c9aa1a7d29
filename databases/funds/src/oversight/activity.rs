//! The three activities by which money is watched (001-26): analysis at regular times, warnings online, checks by third
//! parties. Each names what was found; those concerned answer; somebody else closes it by accepting the answer.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money};
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once};
use web::App;

use super::sized;
use crate::chain::{day_within, id_in};

/// Kinds of activities.
pub const ACTIVITY_KINDS: [(&str, &str); 3] = [
    ("analysis", "定期分析"),
    ("warning", "网上预警"),
    ("inspection", "第三方检查"),
];

/// One activity on a programme's money.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Activity {
    pub id: i64,
    pub kind: String,
    pub programme: String,
    pub title: String,
    pub by_whom: String,
    pub on_day: String,
    pub finding: String,
    pub amount_fen: i64,
    pub due_on: Option<String>,
    pub answer: String,
    pub answered_on: Option<String>,
    /// `noted` without a question, `open`, or `answered`.
    pub state: String,
    pub entered_by: i64,
}

/// An activity to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewActivity<'a> {
    pub kind: &'a str,
    pub programme: &'a str,
    pub title: &'a str,
    pub by_whom: &'a str,
    pub on: Date,
    /// What was found; empty when nothing was.
    pub finding: &'a str,
    pub amount: Money,
    /// Until when it is to be answered; with a finding only.
    pub due_on: Option<Date>,
}

/// Activities within reach, of one programme and kind or of all, newest first.
pub async fn activities(db: &impl Query, scope: &Scope, programme: &str, kind: &str) -> AppResult<Vec<Activity>> {
    let mut sql = Sql::new(
        "SELECT a.id, a.kind, a.programme, a.title, a.by_whom, a.on_day, a.finding, a.amount_fen, a.due_on, a.answer, \
         a.answered_on, a.state, a.entered_by FROM fund_activity a LEFT JOIN programme g ON g.code = a.programme WHERE 1 = 1",
    );
    scope.restrict_department(&mut sql, "g.org");
    if !programme.is_empty() {
        sql.push(" AND a.programme = ").bind(programme);
    }
    if !kind.is_empty() {
        sql.push(" AND a.kind = ").bind(kind);
    }
    sql.push(" ORDER BY a.on_day DESC, a.id DESC");
    db.fetch(sql).await
}

/// Records an activity. One with a finding waits for an answer.
///
/// # Errors
/// Invalid fields; a finding without a day for its answer.
pub async fn record(app: &App, actor: &Actor, request_id: &str, new: &NewActivity<'_>) -> AppResult<i64> {
    let title = sized(new.title, "题目", 2, 100)?;
    let by_whom = sized(new.by_whom, "实施单位", 2, 60)?;
    let finding = sized(new.finding, "发现的情况", 0, 500)?;
    if !ACTIVITY_KINDS.iter().any(|(id, _)| *id == new.kind) {
        return Err(AppError::invalid("请选择活动类别。"));
    }
    let known = crate::programme::programme(&app.db, new.programme).await?;
    if !known.is_some_and(|p| actor.scope.covers_department(&p.org)) {
        return Err(AppError::invalid("请选择资金项目。"));
    }
    let on = day_within("日期", new.on, app.clock.today())?;
    let due_on = match (finding.is_empty(), new.due_on) {
        (false, Some(due)) if due >= new.on => Some(due.to_string()),
        (false, _) => return Err(AppError::invalid("发现情况的，请填写反馈期限，不早于活动日期。")),
        (true, _) => None,
    };
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let id = app.next_id();
    let state = if finding.is_empty() { "noted" } else { "open" };
    tx.execute(
        "INSERT INTO fund_activity (id, kind, programme, title, by_whom, on_day, finding, amount_fen, due_on, answer, \
         state, entered_by, answered_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,'',$10,$11,0)",
        args![
            id,
            new.kind,
            new.programme,
            title,
            by_whom,
            on,
            finding,
            new.amount.fen(),
            due_on,
            state,
            actor.account.map_or(-1, |a| a.0)
        ],
    )
    .await?;
    let act = Act::new("fund_activity.record", format!("fund_activity:{id}"));
    tx.commit(act.with(json!({ "kind": new.kind, "programme": new.programme })))
        .await?;
    Ok(id)
}

/// Answers what was found; whoever recorded it does not answer it.
///
/// # Errors
/// No answer; not open; recorded by the same person.
pub async fn answer(app: &App, actor: &Actor, request_id: &str, id: i64, text: &str) -> AppResult<()> {
    let text = sized(text, "反馈", 2, 500)?;
    let mine = activities(&app.db, &actor.scope, "", "").await?;
    let row = mine
        .iter()
        .find(|a| a.id == id)
        .ok_or_else(|| AppError::not_found("没有找到这项活动。"))?;
    let account = actor.account.map_or(-1, |a| a.0);
    if row.entered_by == account {
        return Err(AppError::forbidden("这项活动是您登记的，须由另一人反馈。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let changed = tx
        .execute(
            "UPDATE fund_activity SET answer = $2, answered_on = $3, answered_by = $4, state = 'answered' \
             WHERE id = $1 AND state = 'open'",
            args![id, text, app.clock.today().to_string(), account],
        )
        .await?;
    if changed != 1 {
        return Err(AppError::conflict("这项活动没有待反馈的情况，没有改动任何内容。"));
    }
    tx.commit(Act::new("fund_activity.answer", format!("fund_activity:{id}")))
        .await?;
    Ok(())
}
