//! Asking for a run and asking it to stop, each on the record; a form sent twice begins one run.

use ::store::args;
use access::Actor;
use kernel::{AppError, AppResult};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{Run, RunKind, RunRequest, execute, job::progress_key};
use crate::workbench::rules_in_force;

/// Puts a request on the record and begins the run in the background. Returns its id at once; a request id seen before
/// returns the run it began. An empty one is a request of its own.
pub async fn start(app: &App, actor: &Actor, request: &RunRequest, request_id: &str) -> AppResult<i64> {
    request.check(&rules_in_force(app).await?)?;
    let tx = if request_id.is_empty() {
        app.trail.begin(actor).await?
    } else {
        match app.trail.begin_once(actor, request_id).await? {
            Once::New(tx) => tx,
            Once::Done(earlier) => return run_of(&earlier.act, &earlier.subject),
        }
    };
    let id = put(app, tx, actor, request).await?;
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        // The outcome is in the run's own row; the person reads it there.
        let _ = execute(&app, &actor, id).await;
    });
    Ok(id)
}

fn run_of(act: &str, subject: &str) -> AppResult<i64> {
    let id = subject.strip_prefix("run:").filter(|_| act == "run.start");
    id.and_then(|id| id.parse().ok())
        .ok_or_else(|| AppError::conflict("这份表单已经用过，请刷新页面后重新填写。"))
}

/// Puts a request on the record.
pub async fn request_run(app: &App, actor: &Actor, request: &RunRequest) -> AppResult<i64> {
    request.check(&rules_in_force(app).await?)?;
    put(app, app.trail.begin(actor).await?, actor, request).await
}

async fn put(app: &App, tx: RecordedTx, actor: &Actor, request: &RunRequest) -> AppResult<i64> {
    let id = app.next_id();
    tx.execute(
        "INSERT INTO run (id, state, purpose, legal_basis, region, rules, account, actor_name, requested_at, finished_at, \
         registers, digest, findings, found_new, found_updated, found_cleared, found_unchanged, people, message, kind, data_sets, \
         public_interest, seq, clock_back) \
         VALUES ($1, 'requested', $2, $3, $4, $5, $6, $7, $8, NULL, '', '', 0, 0, 0, 0, 0, 0, '', $9, $10, $11, \
         (SELECT COALESCE(MAX(seq), 0) + 1 FROM run), (SELECT COALESCE(MAX(requested_at), 0) > $8 FROM run))",
        args![
            id,
            request.purpose.trim(),
            request.legal_basis.trim(),
            request.area.as_i64(),
            request.rules.join(","),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            tx.at().millis(),
            request.kind.id(),
            match &request.kind {
                RunKind::Full => String::new(),
                RunKind::Touched(data_sets) => data_sets.join(","),
            },
            request.public_interest.trim()
        ],
    )
    .await?;
    let act = Act::new("run.start", format!("run:{id}"))
        .in_region(request.area)
        .for_purpose(request.purpose.trim());
    tx.commit(act.with(json!({
        "legal_basis": request.legal_basis.trim(), "rules": request.rules,
        "public_interest": request.public_interest.trim(), "kind": request.kind.id(),
    })))
    .await?;
    app.progress.start(progress_key(id), "排队中");
    Ok(id)
}

/// Asks a run to stop, and keeps who asked. It ends where it next looks; what it already handed on stays.
pub(super) async fn stop(app: &App, actor: &Actor, run: &Run) -> AppResult<()> {
    let act = Act::new("run.cancel", format!("run:{}", run.id)).in_region(run.region());
    app.trail.note(actor, act).await?;
    app.progress.cancel(&progress_key(run.id));
    Ok(())
}
