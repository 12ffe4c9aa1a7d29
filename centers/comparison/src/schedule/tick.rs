//! Looks what is due and does it, one after the other.

use access::Actor;
use kernel::{AppResult, Timestamp};
use records::flow::Code;
use trail::Act;
use web::App;

use super::{Job, store};
use crate::{
    finding::FindingSinkPart,
    runs::{self, RunKind, RunRequest, RunState},
};

/// Does everything that is due now; the server calls it every minute with its own clock.
///
/// # Errors
/// A database that does not answer. What a single job comes to is noted on its line and stops nothing else.
pub async fn tick(app: &App) -> AppResult<u64> {
    let now = app.clock.now();
    let mut done = 0;
    for entry in store::prepare(app).await? {
        let Some(job) = entry.job() else { continue };
        if entry.enabled && is_due(job, entry.next_at(), now) {
            perform(app, job).await?;
            done += 1;
        }
    }
    Ok(done)
}

/// Due when its time has come; or when the clock was set back so far that it would come later than its own cycle.
fn is_due(job: Job, next_at: Timestamp, now: Timestamp) -> bool {
    next_at <= now || next_at > job.next_after(now)
}

/// Does one job now and notes how it went.
pub async fn perform(app: &App, job: Job) -> AppResult<()> {
    store::prepare(app).await?;
    let outcome = match job {
        Job::Quarterly => full(app).await,
        Job::Deliveries => touched(app).await,
        Job::Holds => funds::batch::expire_holds(app)
            .await
            .map(|rows| (None, format!("解除 {rows} 行"))),
        Job::Misfires => match app.part::<FindingSinkPart>() {
            Ok(sink) => sink
                .0
                .review(app)
                .await
                .map(|(opened, closed)| (None, format!("失准预警新增 {opened} 条，关闭 {closed} 条"))),
            Err(error) => Err(error),
        },
    };
    let (run, note) = outcome.unwrap_or_else(|e| {
        tracing::warn!(job = job.id(), error = %e, "scheduled work did not come to its end");
        let why = if e.message.is_empty() {
            "平台内部出错".to_owned()
        } else {
            e.message
        };
        (None, format!("未完成：{why}"))
    });
    let tx = app.trail.begin(&Actor::system()).await?;
    store::done(&tx, job, run, &note).await?;
    let act = Act::new("schedule.done", format!("schedule:{}", job.id()));
    tx.commit(act.with(serde_json::json!({ "note": note, "run": run })))
        .await?;
    Ok(())
}

const BASIS: &str = "《社会救助暂行办法》第五十八条；本县惠民资金比对工作制度";

async fn full(app: &App) -> AppResult<(Option<i64>, String)> {
    let request = RunRequest {
        purpose: "每季度全面比对（按计划）".into(),
        legal_basis: BASIS.into(),
        public_interest: String::new(),
        rules: Vec::new(),
        area: app.config.area,
        kind: RunKind::Full,
    };
    carry_out(app, &request).await
}

async fn touched(app: &App) -> AppResult<(Option<i64>, String)> {
    let data_sets = runs::touched_since(&app.db, app.config.area).await?;
    if data_sets.is_empty() {
        return Ok((None, "没有新报送的数据".into()));
    }
    let request = RunRequest {
        purpose: "新报送数据比对（按计划）".into(),
        legal_basis: BASIS.into(),
        public_interest: String::new(),
        rules: Vec::new(),
        area: app.config.area,
        kind: RunKind::Touched(data_sets),
    };
    carry_out(app, &request).await
}

async fn carry_out(app: &App, request: &RunRequest) -> AppResult<(Option<i64>, String)> {
    let system = Actor::system();
    let id = runs::request_run(app, &system, request).await?;
    let state = match runs::execute(app, &system, id).await {
        Ok(state) => state,
        Err(error) if error.message.is_empty() => return Err(error),
        Err(error) => return Ok((Some(id), format!("未完成：{}", error.message))),
    };
    let found = runs::run(&app.db, id).await?;
    let note = match (state, found) {
        (RunState::Published, Some(run)) => format!(
            "疑点 {} 条：新增 {}，更新 {}，消除 {}",
            run.findings, run.found_new, run.found_updated, run.found_cleared
        ),
        (state, _) => state.title().to_owned(),
    };
    Ok((Some(id), note))
}
