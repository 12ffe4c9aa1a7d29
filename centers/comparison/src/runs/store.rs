//! The record of runs.

use std::collections::BTreeMap;

use access::Scope;
use kernel::{AppResult, RegionCode, Timestamp};
use store::{FromQueryResult, Query, Sql, args};

use super::{RunKind, RunState};

/// A run.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Run {
    pub id: i64,
    state: String,
    pub purpose: String,
    pub legal_basis: String,
    region: i64,
    rules: String,
    pub account: i64,
    pub actor_name: String,
    requested_at: i64,
    finished_at: Option<i64>,
    /// Hash over the frozen registers.
    pub registers: String,
    /// Hash over all drafts.
    pub digest: String,
    pub findings: i64,
    pub found_new: i64,
    pub found_updated: i64,
    pub found_cleared: i64,
    pub found_unchanged: i64,
    pub people: i64,
    /// Why it did not come to its end.
    pub message: String,
    /// Its place in the order of runs, whatever the clock said.
    pub seq: i64,
    kind: String,
    data_sets: String,
    /// People touched by new deliveries; 0 in a full run.
    pub touched: i64,
    pub attempts: i64,
    /// The machine's clock stood before the run before this one.
    pub clock_back: bool,
    /// Object that lists the findings.
    pub listing: String,
    pub public_interest: String,
    /// Households left out of deposits and securities because someone had not signed.
    pub left_out: i64,
}

impl Run {
    pub fn state(&self) -> RunState {
        RunState::from_id(&self.state)
    }

    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    /// Rule ids asked for; empty means all.
    pub fn rule_ids(&self) -> Vec<String> {
        self.rules
            .split(',')
            .filter(|r| !r.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub fn kind(&self) -> RunKind {
        match self.kind.as_str() {
            "touched" => RunKind::Touched(self.data_sets.split(',').map(str::to_owned).collect()),
            _ => RunKind::Full,
        }
    }

    pub fn requested_at(&self) -> Timestamp {
        Timestamp(self.requested_at)
    }

    pub fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at.map(Timestamp)
    }
}

/// A rule as a run used it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RunRule {
    pub rule_id: String,
    pub rule_version: i64,
    pub rule_hash: String,
    pub rule_name: String,
    pub findings: i64,
    pub exceptions: i64,
    pub millis: i64,
    reasons: String,
}

impl RunRule {
    /// For a rule that is met in several ways, how many findings each way brought.
    pub fn reasons(&self) -> BTreeMap<String, u64> {
        serde_json::from_str(&self.reasons).unwrap_or_default()
    }
}

/// A snapshot as a run used it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RunSnapshot {
    pub data_set: String,
    pub hash: String,
    pub file_name: String,
    pub row_count: i64,
    /// Rows about people of the run.
    pub concerned: i64,
}

const COLUMNS: &str = "SELECT id, state, purpose, legal_basis, region, rules, account, actor_name, requested_at, finished_at, \
                       registers, digest, findings, found_new, found_updated, found_cleared, found_unchanged, people, message, \
                       seq, kind, data_sets, touched, attempts, clock_back, listing, public_interest, left_out \
                       FROM run WHERE 1 = 1";

/// The runs within reach, newest first.
pub async fn runs(db: &impl Query, scope: &Scope, limit: i64) -> AppResult<Vec<Run>> {
    let mut sql = Sql::new(COLUMNS);
    // A run over a larger area is also about the smaller one, but its counts are not: only runs inside are shown.
    scope.restrict(&mut sql, "region");
    sql.push(" ORDER BY seq DESC LIMIT ").bind(limit);
    db.fetch(sql).await
}

/// Which runs a list shows; empty is all.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrow {
    pub(super) kind: String,
    pub(super) state: String,
}

fn narrow(sql: &mut Sql, scope: &Scope, by: &Narrow) {
    scope.restrict(sql, "region");
    for (column, value) in [(" AND kind = ", &by.kind), (" AND state = ", &by.state)] {
        if !value.is_empty() {
            sql.push(column).bind(value.clone());
        }
    }
}

/// A page of the runs within reach, newest first.
pub(super) async fn page(db: &impl Query, scope: &Scope, by: &Narrow, from: u64, size: u64) -> AppResult<Vec<Run>> {
    let mut sql = Sql::new(COLUMNS);
    narrow(&mut sql, scope, by);
    sql.push(" ORDER BY seq DESC LIMIT ").bind(size as i64);
    sql.push(" OFFSET ").bind(from as i64);
    db.fetch(sql).await
}

/// How many the filtered set has.
pub(super) async fn count(db: &impl Query, scope: &Scope, by: &Narrow) -> AppResult<u64> {
    #[derive(FromQueryResult)]
    struct Row {
        runs: i64,
    }
    let mut sql = Sql::new("SELECT COUNT(*) AS runs FROM run WHERE 1 = 1");
    narrow(&mut sql, scope, by);
    let row = db.fetch::<Row>(sql).await?.pop();
    Ok(row.map_or(0, |row| row.runs.max(0) as u64))
}

/// One run; the caller asks the policies whether it may be shown.
pub async fn run(db: &impl Query, id: i64) -> AppResult<Option<Run>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND id = ").bind(id);
    Ok(db.fetch(sql).await?.pop())
}

/// The last finished run of the same rules and area before this one. Runs about the people of a delivery are about
/// others each time: they stand beside none.
pub(super) async fn run_before(db: &impl Query, run: &Run) -> AppResult<Option<Run>> {
    if run.kind() != RunKind::Full {
        return Ok(None);
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND state = 'published' AND region = ")
        .bind(run.region().as_i64());
    sql.push(" AND kind = ").bind(run.kind().id());
    sql.push(" AND rules = ").bind(run.rules.as_str());
    sql.push(" AND seq < ").bind(run.seq).push(" ORDER BY seq DESC LIMIT 1");
    Ok(db.fetch(sql).await?.pop())
}

/// Runs that were under way.
pub(super) async fn unfinished(db: &impl Query) -> AppResult<Vec<Run>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND state IN ('requested', 'authorised', 'data_frozen', 'run', 'scored') ORDER BY seq");
    db.fetch(sql).await
}

pub async fn run_rules(db: &impl Query, id: i64) -> AppResult<Vec<RunRule>> {
    db.rows(
        "SELECT rule_id, rule_version, rule_hash, rule_name, findings, exceptions, millis, reasons FROM run_rule \
         WHERE run_id = $1 ORDER BY rule_id",
        args![id],
    )
    .await
}

pub async fn run_snapshots(db: &impl Query, id: i64) -> AppResult<Vec<RunSnapshot>> {
    db.rows(
        "SELECT data_set, hash, file_name, row_count, concerned FROM run_snapshot WHERE run_id = $1 ORDER BY data_set",
        args![id],
    )
    .await
}

/// Runs that a crash cut off and that have not been tried again too often.
pub(super) async fn interrupted(db: &impl Query, most_attempts: i64) -> AppResult<Vec<Run>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND state = 'interrupted' AND attempts < ")
        .bind(most_attempts);
    sql.push(" ORDER BY seq");
    db.fetch(sql).await
}

/// The snapshot of a data set that the last finished run over an area read; `None` before the first.
pub(super) async fn last_read(db: &impl Query, data_set: &str, area: RegionCode) -> AppResult<Option<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        hash: String,
    }
    let row: Option<Row> = db
        .row(
            "SELECT s.hash FROM run_snapshot s JOIN run r ON r.id = s.run_id WHERE s.data_set = $1 AND r.state = 'published' \
             AND r.rules = '' AND r.region = $2 AND (r.kind = 'full' OR (',' || r.data_sets || ',') LIKE $3) \
             ORDER BY r.seq DESC LIMIT 1",
            args![data_set, area.as_i64(), format!("%,{data_set},%")],
        )
        .await?;
    Ok(row.map(|r| r.hash))
}

/// A version of a rule as runs used it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct VersionUsed {
    pub(super) rule_version: i64,
    pub(super) rule_hash: String,
    pub(super) runs: i64,
    pub(super) first_at: i64,
    pub(super) last_at: i64,
}

/// Versions of a rule that finished runs within reach used, the latest first; at most twenty.
pub(super) async fn versions_used(db: &impl Query, scope: &Scope, rule: &str) -> AppResult<Vec<VersionUsed>> {
    let mut sql = Sql::new(
        "SELECT u.rule_version, u.rule_hash, COUNT(*) AS runs, MIN(r.requested_at) AS first_at, \
         MAX(r.requested_at) AS last_at FROM run_rule u JOIN run r ON r.id = u.run_id WHERE r.state = 'published' \
         AND u.rule_id = ",
    );
    sql.bind(rule);
    scope.restrict(&mut sql, "r.region");
    sql.push(" GROUP BY u.rule_version, u.rule_hash ORDER BY MAX(r.seq) DESC LIMIT 20");
    db.fetch(sql).await
}
