//! Limits with the day from which they hold.

use access::Actor;
use kernel::{AppError, AppResult, Date};
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::{Act, Once};
use web::App;

use crate::model::{Parameters, parameters::LIMITS};

/// A limit as the county set it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SetLimit {
    pub name: String,
    pub from_on: String,
    pub value: i64,
    pub basis: String,
}

/// The limits that held on a day.
pub async fn parameters(db: &impl Query, on: Date) -> AppResult<Parameters> {
    let rows: Vec<SetLimit> = db
        .rows(
            "SELECT name, from_on, value, basis FROM project_parameter WHERE from_on <= $1 ORDER BY from_on",
            args![on.to_string()],
        )
        .await?;
    Ok(Parameters::new(rows.into_iter().map(|r| (r.name, r.value))))
}

/// Everything the county ever set, newest first.
pub async fn set_limits(db: &impl Query) -> AppResult<Vec<SetLimit>> {
    db.rows(
        "SELECT name, from_on, value, basis FROM project_parameter ORDER BY from_on DESC, name",
        vec![],
    )
    .await
}

/// Sets a limit from a day on; a limit never changes for days that have passed.
pub async fn set_limit(app: &App, actor: &Actor, request_id: &str, limit: SetLimit, from: Date) -> AppResult<()> {
    if !LIMITS.iter().any(|l| l.name == limit.name) {
        return Err(AppError::invalid("没有这个参数。"));
    }
    if limit.value < 0 {
        return Err(AppError::invalid("参数不能为负。"));
    }
    if limit.basis.trim().is_empty() {
        return Err(AppError::invalid("请写明依据文件。"));
    }
    if from < app.clock.today() {
        return Err(AppError::invalid("参数只能从今天或以后起执行，不改动以前的判断。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    tx.execute(
        "INSERT INTO project_parameter (name, from_on, value, basis) VALUES ($1,$2,$3,$4) \
         ON CONFLICT (name, from_on) DO UPDATE SET value = excluded.value, basis = excluded.basis",
        args![limit.name.as_str(), from.to_string(), limit.value, limit.basis.as_str()],
    )
    .await?;
    let detail = json!({"from": from.to_string(), "value": limit.value, "basis": limit.basis});
    tx.commit(Act::new("project.limit", format!("limit:{}", limit.name)).with(detail))
        .await?;
    Ok(())
}
