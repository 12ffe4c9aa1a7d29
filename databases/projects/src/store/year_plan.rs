//! Several projects of the library taken into the year plan by one decision: what the decision would do to each is seen
//! first, then all of it is written together or nothing.

use access::{Actor, Role};
use kernel::{AppError, AppResult, ErrorKind, Money};
use records::flow::Code;
use serde_json::json;
use store::Query;
use trail::{Act, Once};
use web::App;

use super::{
    list::{ProjectFilter, rows},
    project::Project,
    step,
};
use crate::model::{Filled, PROJECT_FLOW, ProjectAct, ProjectState};

/// Projects of one decision.
pub const MOST: usize = 200;

/// A chosen project, and what stands against taking it in; nothing when it may go.
#[derive(Clone, Debug)]
pub struct Line {
    pub project: Project,
    pub against: Option<String>,
}

/// Whether a decision on the plan is this role's.
pub fn decides(role: Role) -> bool {
    !PROJECT_FLOW
        .open_to(ProjectState::Library, role)
        .iter()
        .filter(|s| s.act == ProjectAct::Approve)
        .collect::<Vec<_>>()
        .is_empty()
}

/// Projects that wait in the library, of a year when one is given.
pub async fn waiting(app: &App, actor: &Actor, filter: &ProjectFilter) -> AppResult<Vec<Project>> {
    let filter = ProjectFilter {
        state: Some(ProjectState::Library.id()),
        ..filter.clone()
    };
    rows(&app.db, &actor.scope, &filter, MOST as i64, 0).await
}

/// What the decision would do to each of the chosen projects. Nothing is written.
pub async fn preview(app: &App, actor: &Actor, ids: &[i64], form: &Filled) -> AppResult<Vec<Line>> {
    few_enough(ids)?;
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        lines.push(judged(app, &app.db, actor, *id, form).await?);
    }
    Ok(lines)
}

/// Takes the chosen projects in. Returns how many; none when this very request was carried out before.
///
/// # Errors
/// Conflict naming the first project that may not go, or when the money is no longer what was shown; nothing is
/// written then.
pub async fn take_in(
    app: &App,
    actor: &Actor,
    request_id: &str,
    ids: &[i64],
    shown: Money,
    form: &Filled,
) -> AppResult<usize> {
    few_enough(ids)?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(0);
    };
    let mut plans = Vec::with_capacity(ids.len());
    for id in ids {
        let row = super::project::project(&*tx, &actor.scope, *id)
            .await?
            .ok_or_else(gone)?;
        plans.push(row.planned());
        step::write(app, &tx, *id, ProjectAct::Approve, form)
            .await
            .map_err(|e| {
                AppError::new(
                    ErrorKind::Conflict,
                    format!("“{}”：{}本次没有列入任何项目。", row.name, e.message),
                )
            })?;
    }
    let total: Money = plans.into_iter().sum();
    if total != shown {
        return Err(AppError::conflict(
            "预览之后，项目的计划资金有变化，请重新预览再确认。本次没有列入任何项目。",
        ));
    }
    let detail = json!({"projects": ids.len(), "planned_fen": total.fen(), "basis": form.get("basis")});
    tx.commit(Act::new("project.plan", "project:plan").with(detail)).await?;
    Ok(ids.len())
}

async fn judged(app: &App, db: &impl Query, actor: &Actor, id: i64, form: &Filled) -> AppResult<Line> {
    let project = super::project::project(db, &actor.scope, id).await?.ok_or_else(gone)?;
    let today = app.clock.today();
    let against = match step::permitted(db, actor, id, ProjectAct::Approve, form, today).await {
        Ok(_) => None,
        Err(e) if matches!(e.kind, ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::Invalid) => Some(e.message),
        Err(e) => return Err(e),
    };
    Ok(Line { project, against })
}

fn few_enough(ids: &[i64]) -> AppResult<()> {
    if ids.is_empty() {
        return Err(AppError::invalid("请选择要列入的项目。"));
    }
    if ids.len() > MOST {
        return Err(AppError::invalid(format!("一次最多 {MOST} 个项目，请分批办理。")));
    }
    Ok(())
}

fn gone() -> AppError {
    AppError::not_found("没有找到这个项目，或不在您的管理范围内。")
}
