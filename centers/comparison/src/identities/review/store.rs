//! Cases and answers.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::{FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::{AppError, AppResult, Timestamp};
use linkage::persons::Answer;
use records::flow::Code;
use serde::{Deserialize, Serialize};
use trail::RecordedTx;
use web::App;

use super::model::{Said, State};
use crate::identities::{Concern, Doubt, LinkedSet};

/// A row and the person it may be about.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Case {
    pub(crate) id: i64,
    pub(crate) data_set: String,
    pub(crate) person_key: i64,
    pub(crate) second_key: Option<i64>,
    pub(crate) snapshot: String,
    pub(crate) row_no: i64,
    pub(crate) name: String,
    pub(crate) region: i64,
    pub(crate) concern: i64,
    pub(crate) per_mille: i64,
    reasons: String,
    state: String,
    pub(crate) found_at: i64,
    pub(crate) answered_at: Option<i64>,
    pub(crate) answered_name: String,
}

impl Case {
    pub(crate) fn state(&self) -> State {
        State::parse(&self.state).unwrap_or(State::Gone)
    }

    /// How far the row and the likeliest person agree, and the row and the other one.
    pub(crate) fn reasons(&self) -> Reasons {
        serde_json::from_str(&self.reasons).unwrap_or_default()
    }
}

/// Part, finding, bits.
type Parts = Vec<(String, String, f32)>;

/// What was found out about a row and one or two people, as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub(crate) struct Reasons {
    pub(crate) first: Parts,
    pub(crate) second: Parts,
}

/// Cases of before know the likeliest person's alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    First(Parts),
    Both { first: Parts, second: Parts },
}

impl From<Kept> for Reasons {
    fn from(kept: Kept) -> Reasons {
        match kept {
            Kept::First(first) => Reasons {
                first,
                second: Vec::new(),
            },
            Kept::Both { first, second } => Reasons { first, second },
        }
    }
}

/// What the list is narrowed to; empty texts narrow nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Narrow {
    pub(crate) state: String,
    pub(crate) data_set: String,
    /// Only rows that may be about people on benefits.
    pub(crate) concerned: bool,
    pub(crate) text: String,
    pub(crate) area: Option<kernel::RegionCode>,
    /// Data sets the reader may not see in detail.
    pub(crate) hidden: Vec<String>,
}

const COLUMNS: &str = "SELECT c.id, c.data_set, c.person_key, c.second_key, c.snapshot, c.row_no, c.name, c.region, c.concern, \
                       c.per_mille, c.reasons, c.state, c.found_at, c.answered_at, c.answered_name \
                       FROM identity_case c WHERE 1 = 1";

fn narrow(sql: &mut Sql, scope: &Scope, by: &Narrow) {
    scope.restrict(sql, "c.region");
    if let Some(area) = by.area {
        let range = area.range();
        sql.push(" AND c.region >= ").bind(range.start);
        sql.push(" AND c.region < ").bind(range.end);
    }
    if !by.state.is_empty() {
        sql.push(" AND c.state = ").bind(by.state.as_str());
    }
    if !by.data_set.is_empty() {
        sql.push(" AND c.data_set = ").bind(by.data_set.as_str());
    }
    if by.concerned {
        sql.push(" AND c.concern > 0");
    }
    if !by.text.is_empty() {
        let plain = by.text.replace(['%', '_'], "");
        sql.push(" AND c.name LIKE ").bind(format!("%{plain}%"));
    }
    if !by.hidden.is_empty() {
        sql.push(" AND c.data_set NOT IN ")
            .bind_list(by.hidden.iter().map(String::as_str));
    }
}

const ORDER: &str = " ORDER BY c.concern DESC, c.per_mille DESC, c.id";

/// Cases `skip..skip + take` of the filtered set, the weightiest first.
pub(crate) async fn page(db: &impl Query, scope: &Scope, by: &Narrow, skip: u64, take: u64) -> AppResult<Vec<Case>> {
    let mut sql = Sql::new(COLUMNS);
    narrow(&mut sql, scope, by);
    sql.push(ORDER);
    sql.push(" LIMIT ").bind(take as i64).push(" OFFSET ").bind(skip as i64);
    db.fetch(sql).await
}

/// How many the filtered set has.
pub(crate) async fn count(db: &impl Query, scope: &Scope, by: &Narrow) -> AppResult<u64> {
    #[derive(FromQueryResult)]
    struct Row {
        cases: i64,
    }
    let mut sql = Sql::new("SELECT COUNT(*) AS cases FROM identity_case c WHERE 1 = 1");
    narrow(&mut sql, scope, by);
    Ok(db
        .fetch::<Row>(sql)
        .await?
        .pop()
        .map_or(0, |row| row.cases.max(0) as u64))
}

/// How many wait for an answer about people on benefits, for the page where runs begin.
pub(crate) async fn open_cases(db: &impl Query, scope: &Scope) -> AppResult<u64> {
    let by = Narrow {
        state: State::Open.id().to_owned(),
        concerned: true,
        ..Narrow::default()
    };
    count(db, scope, &by).await
}

/// How far the people of a place are through their cases: answered, and answered or waiting.
pub(crate) async fn progress(db: &impl Query, scope: &Scope, hidden: &[String]) -> AppResult<(u64, u64)> {
    let of = async |state: State| {
        let by = Narrow {
            state: state.id().to_owned(),
            concerned: true,
            hidden: hidden.to_vec(),
            ..Narrow::default()
        };
        count(db, scope, &by).await
    };
    let mut answered = 0;
    for state in State::ALL.iter().filter(|state| state.is_answered()) {
        answered += of(*state).await?;
    }
    Ok((answered, answered + of(State::Open).await?))
}

/// What this account answered last, since then, and could still take back.
pub(crate) async fn just_answered(
    db: &impl Query,
    scope: &Scope,
    account: i64,
    since: Timestamp,
) -> AppResult<Option<Case>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND c.answered_by = ").bind(account);
    sql.push(" AND c.answered_at >= ").bind(since.millis());
    sql.push(" AND c.state IN ('same', 'not_same', 'cannot_tell')");
    scope.restrict(&mut sql, "c.region");
    sql.push(" ORDER BY c.answered_at DESC, c.id LIMIT 1");
    Ok(db.fetch(sql).await?.pop())
}

/// One case within the scope.
pub(crate) async fn case(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Case>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND c.id = ").bind(id);
    scope.restrict(&mut sql, "c.region");
    Ok(db.fetch(sql).await?.pop())
}

/// What was said and taken back about a case, in order.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Event {
    pub(crate) act: String,
    pub(crate) reason: String,
    pub(crate) actor_name: String,
    pub(crate) at: i64,
}

pub(crate) async fn events(db: &impl Query, case: i64) -> AppResult<Vec<Event>> {
    db.rows(
        "SELECT act, reason, actor_name, at FROM identity_answer WHERE case_id = $1 ORDER BY at, id",
        args![case],
    )
    .await
}

/// Who lives with a person, as the register has them.
pub(crate) async fn family(db: &impl Query, household: i64, but: i64) -> AppResult<Vec<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT name FROM person WHERE household_id = $1 AND person_key <> $2 ORDER BY kin, birth LIMIT 12",
            args![household, but],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Moves a case on and keeps what was said; refused when it moved meanwhile.
pub(crate) async fn answer(tx: &RecordedTx, app: &App, case: &Case, said: Said, reason: &str) -> AppResult<()> {
    let account = tx.actor().account.map_or(-1, |a| a.0);
    let moved = tx
        .execute(
            "UPDATE identity_case SET state = $3, reason = $4, answered_by = $5, answered_name = $6, answered_at = $7 \
             WHERE id = $1 AND state = $2",
            args![
                case.id,
                case.state.as_str(),
                said.leads_to().id(),
                reason,
                account,
                tx.actor().name.as_str(),
                tx.at().millis()
            ],
        )
        .await?;
    moved_on(moved)?;
    say(tx, app, case.id, said.id(), reason).await
}

/// Opens a case again.
pub(crate) async fn take_back(tx: &RecordedTx, app: &App, case: &Case, reason: &str) -> AppResult<()> {
    let moved = tx
        .execute(
            "UPDATE identity_case SET state = 'open', reason = '', answered_by = NULL, answered_name = '', answered_at = NULL \
             WHERE id = $1 AND state = $2",
            args![case.id, case.state.as_str()],
        )
        .await?;
    moved_on(moved)?;
    say(tx, app, case.id, "return", reason).await
}

fn moved_on(rows: u64) -> AppResult<()> {
    match rows {
        1 => Ok(()),
        _ => Err(AppError::conflict("这条刚刚被他人处理过，请刷新后再看。")),
    }
}

async fn say(tx: &RecordedTx, app: &App, case: i64, act: &str, reason: &str) -> AppResult<()> {
    let account = tx.actor().account.map_or(-1, |a| a.0);
    tx.execute(
        "INSERT INTO identity_answer (id, case_id, act, reason, account, actor_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            app.next_id(),
            case,
            act,
            reason,
            account,
            tx.actor().name.as_str(),
            tx.at().millis()
        ],
    )
    .await
    .map(|_| ())
}

/// What was said, for linking, by data set: whose answer and when stand beside each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    pub(crate) given: HashMap<String, Vec<Answer>>,
    /// `（某某于某日核对：理由）` by data set, tag and person.
    pub(crate) told: HashMap<(String, u64, i64), String>,
}

/// All answers that stand.
pub(crate) async fn answers(db: &impl Query) -> AppResult<Answers> {
    #[derive(FromQueryResult)]
    struct Row {
        data_set: String,
        tag: i64,
        person_key: i64,
        per_mille: i64,
        state: String,
        answered_at: Option<i64>,
        answered_name: String,
        reason: String,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT data_set, tag, person_key, per_mille, state, answered_at, answered_name, reason FROM identity_case \
             WHERE state IN ('same', 'not_same') ORDER BY data_set, tag, person_key",
            vec![],
        )
        .await?;
    let mut out = Answers::default();
    for row in rows {
        let same = row.state == State::Same.id();
        out.given.entry(row.data_set.clone()).or_default().push(Answer {
            tag: row.tag as u64,
            key: row.person_key,
            same,
            probability: row.per_mille as f32 / 1_000.0,
        });
        if same {
            let day = row
                .answered_at
                .map(|at| Timestamp(at).date().to_string())
                .unwrap_or_default();
            let told = format!("经{}于{day}核对为同一人：{}", row.answered_name, row.reason);
            out.told.insert((row.data_set, row.tag as u64, row.person_key), told);
        }
    }
    Ok(out)
}

/// Cases that one delivery may open at a time, the weightiest first.
pub(crate) const MOST_NEW_CASES: usize = 2_000;

/// Takes in what a comparison could not tell: new cases open, known ones are brought up to date, open ones that it did
/// not meet again are gone.
pub(crate) async fn take_in(
    tx: &RecordedTx,
    app: &App,
    run: i64,
    sets: &[LinkedSet],
    concern: &Concern,
) -> AppResult<()> {
    #[derive(FromQueryResult)]
    struct Known {
        id: i64,
        tag: i64,
        person_key: i64,
        state: String,
    }
    for set in sets {
        let known: Vec<Known> = tx
            .rows(
                "SELECT id, tag, person_key, state FROM identity_case WHERE data_set = $1",
                args![set.data_set.as_str()],
            )
            .await?;
        let known: BTreeMap<(i64, i64), Known> = known.into_iter().map(|k| ((k.tag, k.person_key), k)).collect();
        let (mut met, mut beside) = (HashSet::new(), HashSet::new());
        let mut doubts: Vec<&Doubt> = set.doubts.iter().collect();
        doubts.sort_by(|a, b| {
            let weight = |doubt: &Doubt| concern.of(doubt.person_key);
            weight(b)
                .cmp(&weight(a))
                .then(b.probability.total_cmp(&a.probability))
                .then(a.row_no.cmp(&b.row_no))
        });
        let mut room = MOST_NEW_CASES;
        for doubt in doubts {
            let of = (doubt.tag as i64, doubt.person_key);
            if !met.insert(of) {
                continue;
            }
            // Two who fit alike: a question about the other one stays open as well.
            beside.extend(doubt.second_key.map(|second| (doubt.tag as i64, second)));
            let per_mille = (f64::from(doubt.probability) * 1_000.0).round() as i64;
            let reasons = Reasons {
                first: doubt.reasons.clone(),
                second: doubt.second_reasons.clone(),
            };
            let reasons = serde_json::to_string(&reasons).map_err(AppError::internal)?;
            match known.get(&of) {
                Some(case) => {
                    let state = if case.state == State::Gone.id() {
                        State::Open.id()
                    } else {
                        case.state.as_str()
                    };
                    tx.execute(
                        "UPDATE identity_case SET snapshot = $2, row_no = $3, second_key = $4, per_mille = $5, reasons = $6, \
                         concern = $7, region = $8, run_id = $9, state = $10 WHERE id = $1",
                        args![
                            case.id,
                            set.snapshot.as_str(),
                            doubt.row_no,
                            doubt.second_key,
                            per_mille,
                            reasons,
                            concern.of(doubt.person_key),
                            doubt.region,
                            run,
                            state
                        ],
                    )
                    .await?;
                }
                // A delivery without numbers asks no more than people can answer; the others wait for the next run.
                None if room == 0 => {}
                None => {
                    room -= 1;
                    tx.execute(
                        "INSERT INTO identity_case (id, data_set, tag, person_key, second_key, snapshot, row_no, name, region, \
                         concern, per_mille, reasons, state, found_at, run_id) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', $13, $14)",
                        args![
                            app.next_id(),
                            set.data_set.as_str(),
                            of.0,
                            of.1,
                            doubt.second_key,
                            set.snapshot.as_str(),
                            doubt.row_no,
                            doubt.name.as_str(),
                            doubt.region,
                            concern.of(doubt.person_key),
                            per_mille,
                            reasons,
                            tx.at().millis(),
                            run
                        ],
                    )
                    .await?;
                }
            }
        }
        for case in known.values().filter(|k| k.state == State::Open.id()) {
            let of = (case.tag, case.person_key);
            if !met.contains(&of) && !beside.contains(&of) {
                tx.execute("UPDATE identity_case SET state = 'gone' WHERE id = $1", args![case.id])
                    .await?;
            }
        }
    }
    Ok(())
}
