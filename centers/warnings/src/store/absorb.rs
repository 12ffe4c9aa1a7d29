//! Taking in what a comparison run proposes.
//!
//! One subject, rule and period is one finding for ever. Asked again with the same facts it stays as it is, even
//! when a newer file says the same; with new facts it is renewed, and reopened if it was closed. What a run of the
//! same rule over the same area no longer finds, and nobody has judged yet, is cleared.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::{BulkInsert, Query, Sql};
use access::Scope;
use async_trait::async_trait;
use comparison::finding::{Absorbed, FindingDraft, FindingSink, Precision, RunStamp};
use kernel::{AppResult, RegionCode, Timestamp};
use trail::RecordedTx;
use web::App;

use super::{
    desk::{Desk, Known, Notes, STEP_COLUMNS, substance},
    misfire, results,
};
use crate::model::Stage;

/// Takes findings into the tables of this crate.
pub struct Sink;

#[async_trait]
impl FindingSink for Sink {
    async fn absorb(&self, tx: &RecordedTx, run: &RunStamp, drafts: Vec<FindingDraft>) -> AppResult<Absorbed> {
        let known = known_findings(&**tx, run, &drafts).await?;
        take_in(tx, run, known, drafts, Notes::of(run)).await
    }

    async fn verdicts(&self, db: &::store::Db, rule: &str) -> AppResult<BTreeMap<String, bool>> {
        results::verdicts(db, rule).await
    }

    async fn precision(&self, app: &App, scope: &Scope, rule: &str, since: Timestamp) -> AppResult<Precision> {
        results::precision(&app.db, scope, rule, since, app.clock.today()).await
    }

    async fn review(&self, app: &App) -> AppResult<(u64, u64)> {
        misfire::review(app).await
    }
}

/// Puts the drafts beside what is known of their rules; what they no longer name is cleared.
pub(super) async fn take_in(
    tx: &RecordedTx,
    run: &RunStamp,
    known: HashMap<String, Known>,
    drafts: Vec<FindingDraft>,
    notes: Notes,
) -> AppResult<Absorbed> {
    let desk = Desk::open(tx, run, &drafts, notes).await?;
    let mut counts = Absorbed::default();
    let (mut fresh, mut renewed, mut reopened) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen: HashSet<String> = HashSet::with_capacity(drafts.len());
    for draft in drafts {
        if !seen.insert(draft.key.clone()) {
            continue;
        }
        match known.get(&draft.key) {
            None => fresh.push(draft),
            Some(old) => {
                let cleared_by_system = old.stage == Stage::Closed.id() && old.verdict.is_none();
                if old.content_hash == substance(&draft) && !cleared_by_system {
                    counts.unchanged += 1;
                } else if old.stage == Stage::Closed.id() {
                    reopened.push((old, draft));
                } else {
                    renewed.push((old, draft));
                }
            }
        }
    }
    counts.new = fresh.len() as u64;
    counts.updated = (renewed.len() + reopened.len()) as u64;
    let mut steps = BulkInsert::new(tx, "finding_step", STEP_COLUMNS, "");
    desk.insert(fresh, &mut steps).await?;
    desk.renew(&renewed, &mut steps).await?;
    desk.reopen(&reopened, &mut steps).await?;
    let gone: Vec<&Known> = known
        .values()
        .filter(|old| !seen.contains(&old.finding_key))
        .filter(|old| RegionCode::from_i64(old.region).is_some_and(|region| run.covers(&old.rule_id, region)))
        .filter(|old| run.reaches(old.person_key))
        .filter(|old| Stage::from_id(&old.stage).is_some_and(Stage::before_verdict) && old.supervisor.is_none())
        .collect();
    desk.clear(&gone, &mut steps).await?;
    steps.finish().await?;
    counts.cleared = gone.len() as u64;
    Ok(counts)
}

pub(super) async fn known_findings(
    tx: &impl Query,
    run: &RunStamp,
    drafts: &[FindingDraft],
) -> AppResult<HashMap<String, Known>> {
    let mut rules: Vec<&str> = run.rules.iter().map(|r| r.rule_id.as_str()).collect();
    rules.extend(drafts.iter().map(|d| d.rule_id.as_str()));
    rules.sort_unstable();
    rules.dedup();
    let mut sql = Sql::new(
        "SELECT id, finding_key, content_hash, rule_id, region, person_key, stage, verdict, supervisor, steps FROM finding \
         WHERE rule_id IN ",
    );
    sql.bind_list(rules);
    let rows: Vec<Known> = tx.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| (row.finding_key.clone(), row)).collect())
}
