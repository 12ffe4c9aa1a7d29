//! Procedures as lists: what waits where, what was done in one, notices and objections.

use ::store::{Db, FromQueryResult, Query, Sql, args};
use access::{Actor, Role, Scope};
use kernel::{AppError, AppResult, Date, RegionCode};
use records::flow::Code;
use serde_json::json;
use trail::Act as TrailAct;
use web::App;

use super::{Outcome, begin, region_of, subject};
use crate::{
    competence::answers_for_households,
    model::flows::{self, Kind},
};

/// A line of the list of procedures.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CaseRow {
    pub id: i64,
    pub household_id: i64,
    pub region: i64,
    pub head_name: String,
    pub kind: String,
    pub state: String,
    pub origin: String,
    pub open: bool,
    pub opened_on: String,
    pub since_on: String,
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    pub area: Option<RegionCode>,
    pub kind: String,
    pub state: String,
    /// Only what is not settled.
    pub open_only: bool,
    pub name: String,
    /// Only those whose next step is somebody's.
    pub waits_for: Option<Waits>,
}

/// Whose step is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// That of whoever has this role and reaches the household.
    For(Role),
    /// Asked by an office that does not answer for these procedures.
    ForNobody,
}

impl Waits {
    /// What waits for this actor.
    pub async fn of(db: &Db, actor: &Actor) -> AppResult<Waits> {
        let answers = answers_for_households(db, actor).await?;
        Ok(if answers {
            Waits::For(actor.role)
        } else {
            Waits::ForNobody
        })
    }
}

/// Kind and state of every case that waits for a role, joined by a colon.
fn waiting_states(role: Role) -> Vec<String> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for (state, _) in flows::states(*kind) {
            if !flows::open_to(*kind, state, role).is_empty() {
                all.push(format!("{}:{state}", kind.id()));
            }
        }
    }
    all
}

pub const PAGE_ROWS: u64 = 50;

impl CaseFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        scope.restrict(sql, "c.region");
        if let Some(helper) = scope.helper() {
            sql.push(" AND EXISTS (SELECT 1 FROM pairing pa WHERE pa.household_id = c.household_id AND pa.to_on IS NULL AND pa.account = ")
                .bind(helper.0)
                .push(")");
        }
        if !self.kind.is_empty() {
            sql.push(" AND c.kind = ").bind(self.kind.as_str());
        }
        if !self.state.is_empty() {
            sql.push(" AND c.state = ").bind(self.state.as_str());
        }
        match self.waits_for {
            Some(Waits::For(role)) => {
                sql.push(" AND c.open AND (c.kind || ':' || c.state) IN ")
                    .bind_list(waiting_states(role));
            }
            Some(Waits::ForNobody) => {
                sql.push(" AND 1 = 0");
            }
            None => {}
        }
        if self.open_only {
            sql.push(" AND c.open");
        }
        let name = kernel::name::clean(&self.name).replace(['%', '_', '\\'], "");
        if !name.is_empty() {
            sql.push(" AND c.head_name LIKE ").bind(format!("%{name}%"));
        }
    }
}

/// How many procedures the filter holds.
pub async fn count(db: &Db, scope: &Scope, filter: &CaseFilter) -> AppResult<i64> {
    #[derive(FromQueryResult)]
    struct Row {
        n: i64,
    }
    let mut sql = Sql::new("SELECT COUNT(*) AS n FROM household_case c WHERE 1 = 1");
    filter.narrow(scope, &mut sql);
    Ok(db.fetch::<Row>(sql).await?.pop().map_or(0, |row| row.n))
}

/// One page, those waiting longest first.
pub async fn page_of(db: &Db, scope: &Scope, filter: &CaseFilter, page: u64) -> AppResult<Vec<CaseRow>> {
    let mut sql = Sql::new(
        "SELECT c.id, c.household_id, c.region, c.head_name, c.kind, c.state, c.origin, c.open, c.opened_on, c.since_on \
         FROM household_case c WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY CASE WHEN c.open THEN 0 ELSE 1 END, c.since_on, c.id LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// One step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct StepRow {
    pub case_id: i64,
    pub kind: String,
    pub act: String,
    pub to_state: String,
    pub at_millis: i64,
    pub on_day: String,
    pub actor_name: String,
    pub role: String,
    pub reason: String,
    pub reason_codes: String,
    pub basis: String,
    pub detail: String,
}

/// All steps of all procedures of a household, the latest first.
pub async fn steps(q: &impl Query, household: i64) -> AppResult<Vec<StepRow>> {
    q.rows(
        "SELECT s.case_id, c.kind, s.act, s.to_state, s.at_millis, s.on_day, s.actor_name, s.role, s.reason, s.reason_codes, \
         s.basis, s.detail FROM case_step s JOIN household_case c ON c.id = s.case_id WHERE c.household_id = $1 \
         ORDER BY s.at_millis DESC, s.case_id DESC, s.no DESC",
        args![household],
    )
    .await
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SignRow {
    pub slot: i64,
    pub signer: String,
    pub role: String,
    pub signed_millis: i64,
    pub device: String,
    pub confirmed: String,
}

pub async fn signatures(q: &impl Query, case: i64) -> AppResult<Vec<SignRow>> {
    q.rows(
        "SELECT slot, signer, role, signed_millis, device, confirmed FROM five_sign WHERE case_id = $1 ORDER BY slot",
        args![case],
    )
    .await
}

/// A notice and an objection to it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct NoticeRow {
    pub no: i64,
    pub title: String,
    pub posted_on: String,
    pub days: i64,
    pub place: String,
}

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ObjectionRow {
    pub id: i64,
    pub text: String,
    pub raised_on: String,
    pub answer: Option<String>,
    pub answered_on: Option<String>,
}

pub async fn notices(q: &impl Query, case: i64) -> AppResult<Vec<NoticeRow>> {
    q.rows(
        "SELECT no, title, posted_on, days, place FROM case_notice WHERE case_id = $1 ORDER BY no",
        args![case],
    )
    .await
}

pub async fn objections(q: &impl Query, case: i64) -> AppResult<Vec<ObjectionRow>> {
    q.rows(
        "SELECT id, text, raised_on, answer, answered_on FROM case_objection WHERE case_id = $1 ORDER BY id",
        args![case],
    )
    .await
}

/// Enters an objection to the notice that hangs.
pub async fn object(app: &App, actor: &Actor, household: i64, request_id: &str, text: &str) -> AppResult<Outcome> {
    let text = text.trim();
    if text.chars().count() < 4 || text.chars().count() > 500 {
        return Err(AppError::invalid("请写明异议内容，4 到 500 字。"));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let case = super::reading::case_of(&*tx, household)
        .await?
        .filter(|c| c.open && c.state.starts_with("notice"))
        .ok_or_else(|| AppError::conflict("本户目前不在公示期，异议请走举报或信访渠道。"))?;
    let no = tx
        .number("SELECT MAX(no) FROM case_notice WHERE case_id = $1", args![case.id])
        .await?;
    tx.execute(
        "INSERT INTO case_objection (id, case_id, notice_no, text, raised_on) VALUES ($1,$2,$3,$4,$5)",
        args![app.next_id(), case.id, no, text, tx.at().date().to_string()],
    )
    .await?;
    tx.commit(TrailAct::new("household.object", subject(household)).with(json!({ "notice": no })))
        .await?;
    Ok(Outcome::Done)
}

/// Answers an objection.
pub async fn answer(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    objection: i64,
    text: &str,
) -> AppResult<Outcome> {
    let text = text.trim();
    if text.chars().count() < 4 || text.chars().count() > 500 {
        return Err(AppError::invalid("请写明答复内容，4 到 500 字。"));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let done = tx
        .execute(
            "UPDATE case_objection SET answer = $3, answered_on = $4 WHERE id = $1 AND answer IS NULL AND case_id IN \
             (SELECT id FROM household_case WHERE household_id = $2)",
            args![objection, household, text, tx.at().date().to_string()],
        )
        .await?;
    if done == 0 {
        return Err(AppError::conflict("这条异议已经答复，或不属于本户。"));
    }
    tx.commit(TrailAct::new("household.answer", subject(household)).with(json!({ "objection": objection })))
        .await?;
    Ok(Outcome::Done)
}

/// Registered or removed households within an area in a span of days, by procedure and outcome: 有进有出.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Movement {
    pub kind: String,
    pub to_state: String,
    pub households: i64,
}

/// What came in and went out between two days, both included.
pub async fn movements(db: &Db, scope: &Scope, from: Date, to: Date) -> AppResult<Vec<Movement>> {
    let mut sql = Sql::new(
        "SELECT c.kind, s.to_state, COUNT(DISTINCT c.household_id) AS households FROM case_step s \
         JOIN household_case c ON c.id = s.case_id WHERE s.to_state IN \
         ('registered', 'monitored', 'exited', 'closed', 'returned', 'removed', 'reinstated', 'cleared', 'not_listed') AND s.on_day >= ",
    );
    sql.bind(from.to_string())
        .push(" AND s.on_day <= ")
        .bind(to.to_string());
    // The cast keeps SQLite from walking every case of the area: the steps of the days are fewer.
    scope.restrict(&mut sql, "CAST(c.region AS BIGINT)");
    sql.push(" GROUP BY c.kind, s.to_state ORDER BY c.kind, s.to_state");
    db.fetch(sql).await
}

/// The region of a household's last case, for pages that begin with a case.
pub fn place(row: &CaseRow) -> RegionCode {
    region_of(row.region)
}
