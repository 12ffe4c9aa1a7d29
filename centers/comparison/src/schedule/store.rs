//! The record of scheduled work.

use access::Actor;
use kernel::{AppResult, Timestamp};
use records::flow::Code;
use store::{FromQueryResult, Query, args};
use trail::{Act, RecordedTx};
use web::App;

use super::Job;

/// One line of the schedule.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Entry {
    job: String,
    pub enabled: bool,
    next_at: i64,
    last_at: Option<i64>,
    pub last_run: Option<i64>,
    pub last_note: String,
    pub changed_name: String,
}

impl Entry {
    pub fn job(&self) -> Option<Job> {
        Job::parse(&self.job)
    }

    pub fn next_at(&self) -> Timestamp {
        Timestamp(self.next_at)
    }

    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at.map(Timestamp)
    }
}

/// All lines, in the order of [`Job::ALL`].
pub async fn entries(db: &impl Query) -> AppResult<Vec<Entry>> {
    let rows: Vec<Entry> = db
        .rows(
            "SELECT job, enabled, next_at, last_at, last_run, last_note, changed_name FROM schedule",
            vec![],
        )
        .await?;
    Ok(Job::ALL
        .iter()
        .filter_map(|job| rows.iter().find(|r| r.job() == Some(*job)).cloned())
        .collect())
}

/// Makes the lines that are missing, each due at its next time.
pub(super) async fn prepare(app: &App) -> AppResult<Vec<Entry>> {
    let now = app.clock.now();
    let there = entries(&app.db).await?;
    if there.len() == Job::ALL.len() {
        return Ok(there);
    }
    let tx = app.trail.begin(&Actor::system()).await?;
    for job in Job::ALL {
        tx.execute(
            "INSERT INTO schedule (job, enabled, next_at, last_note, changed_name) VALUES ($1, TRUE, $2, '', '') \
             ON CONFLICT (job) DO NOTHING",
            args![job.id(), job.next_after(now).millis()],
        )
        .await?;
    }
    tx.commit(Act::new("schedule.prepare", "schedule:all")).await?;
    entries(&app.db).await
}

/// Switches a line on or off, by a named person.
pub(super) async fn switch(app: &App, actor: &Actor, job: Job, on: bool) -> AppResult<()> {
    prepare(app).await?;
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "UPDATE schedule SET enabled = $2, next_at = $3, changed_name = $4 WHERE job = $1",
        args![job.id(), on, job.next_after(tx.at()).millis(), actor.name.as_str()],
    )
    .await?;
    let act = Act::new("schedule.switch", format!("schedule:{}", job.id()));
    tx.commit(act.with(serde_json::json!({ "on": on }))).await.map(|_| ())
}

/// Notes that a line was carried out, and when it comes next.
pub(super) async fn done(tx: &RecordedTx, job: Job, run: Option<i64>, note: &str) -> AppResult<()> {
    tx.execute(
        "UPDATE schedule SET last_at = $2, last_run = COALESCE($3, last_run), last_note = $4, next_at = $5 WHERE job = $1",
        args![
            job.id(),
            tx.at().millis(),
            run,
            note,
            job.next_after(tx.at()).millis()
        ],
    )
    .await
    .map(|_| ())
}
