//! The tables of notices and objections. A notice is public, so its list takes an area, not a scope; objections name
//! people and are read within the scope of who works on them.

use kernel::{AppResult, Date, RegionCode, period::parse_date};
use records::flow::Code;
use store::{FromQueryResult, Query, Sql, WriteTx, args};

use super::{NoticeLevel, NoticeState};

/// A notice as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Notice {
    pub id: i64,
    pub level: String,
    pub matter: String,
    pub year: i64,
    pub region: i64,
    pub title: String,
    pub body: String,
    pub places: String,
    pub from_on: String,
    pub days: i64,
    pub state: String,
    pub closed_on: Option<String>,
    pub closed_by: Option<String>,
    pub reason: String,
    pub account: i64,
    pub actor_name: String,
}

impl Notice {
    pub(crate) fn level(&self) -> NoticeLevel {
        NoticeLevel::parse(&self.level).unwrap_or(NoticeLevel::County)
    }

    pub(crate) fn state(&self) -> NoticeState {
        NoticeState::parse(&self.state).unwrap_or(NoticeState::Posted)
    }

    pub(crate) fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    pub(crate) fn from(&self) -> Date {
        parse_date(&self.from_on).unwrap_or(Date::MIN)
    }

    /// The first day on which it may end.
    pub(crate) fn full_on(&self) -> Date {
        self.from() + time::Duration::days(self.days)
    }
}

/// Somebody's objection.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Objection {
    pub id: i64,
    pub on_day: String,
    pub who: String,
    pub content: String,
    pub answered_on: Option<String>,
    pub upheld: Option<bool>,
    pub answer: String,
}

/// What is looked for; the default holds everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoticeFilter {
    pub area: Option<RegionCode>,
    pub level: Option<NoticeLevel>,
    pub state: Option<NoticeState>,
    pub year: Option<i64>,
    pub matter: Option<String>,
}

impl NoticeFilter {
    fn narrow(&self, sql: &mut Sql) {
        if let Some(area) = self.area {
            let range = area.range();
            sql.push(" AND n.region >= ").bind(range.start);
            sql.push(" AND n.region < ").bind(range.end);
        }
        if let Some(level) = self.level {
            sql.push(" AND n.level = ").bind(level.id());
        }
        if let Some(state) = self.state {
            sql.push(" AND n.state = ").bind(state.id());
        }
        if let Some(year) = self.year {
            sql.push(" AND n.year = ").bind(year);
        }
        if let Some(matter) = &self.matter {
            sql.push(" AND n.matter = ").bind(matter.as_str());
        }
    }
}

const COLUMNS: &str = "n.id, n.level, n.matter, n.year, n.region, n.title, n.body, n.places, n.from_on, n.days, n.state, \
     n.closed_on, n.closed_by, n.reason, n.account, n.actor_name";

/// How many the filter holds.
pub(crate) async fn count(db: &impl Query, filter: &NoticeFilter) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM public_notice n WHERE 1 = 1");
    filter.narrow(&mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// So many after so many others: those that hang now first, then the newest.
pub(crate) async fn list(db: &impl Query, filter: &NoticeFilter, limit: i64, offset: i64) -> AppResult<Vec<Notice>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM public_notice n WHERE 1 = 1");
    filter.narrow(&mut sql);
    sql.push(" ORDER BY CASE WHEN n.state = 'posted' THEN 0 ELSE 1 END, n.from_on DESC, n.id DESC LIMIT ")
        .bind(limit);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}

pub(crate) async fn notice(db: &impl Query, id: i64) -> AppResult<Option<Notice>> {
    db.row(
        &format!("SELECT {COLUMNS} FROM public_notice n WHERE n.id = $1"),
        args![id],
    )
    .await
}

pub(crate) async fn objections(db: &impl Query, notice: i64) -> AppResult<Vec<Objection>> {
    db.rows(
        "SELECT id, on_day, who, content, answered_on, upheld, answer FROM notice_objection WHERE notice = $1 \
         ORDER BY on_day, id",
        args![notice],
    )
    .await
}

pub(super) async fn insert(tx: &WriteTx, n: &Notice) -> AppResult<()> {
    tx.execute(
        "INSERT INTO public_notice (id, level, matter, year, region, title, body, places, from_on, days, state, closed_on, \
         closed_by, reason, account, actor_name) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
        args![
            n.id,
            n.level.as_str(),
            n.matter.as_str(),
            n.year,
            n.region,
            n.title.as_str(),
            n.body.as_str(),
            n.places.as_str(),
            n.from_on.as_str(),
            n.days,
            n.state.as_str(),
            n.closed_on.clone(),
            n.closed_by.clone(),
            n.reason.as_str(),
            n.account,
            n.actor_name.as_str()
        ],
    )
    .await
    .map(|_| ())
}

/// Ends or withdraws a notice that hangs; 0 when it no longer does.
pub(super) async fn close(
    tx: &WriteTx,
    id: i64,
    state: NoticeState,
    on: &str,
    by: &str,
    reason: &str,
) -> AppResult<u64> {
    tx.execute(
        "UPDATE public_notice SET state = $2, closed_on = $3, closed_by = $4, reason = $5 WHERE id = $1 AND state = 'posted'",
        args![id, state.id(), on, by, reason],
    )
    .await
}

pub(super) async fn insert_objection(
    tx: &WriteTx,
    id: i64,
    notice: i64,
    on: &str,
    who: &str,
    content: &str,
    actor_name: &str,
) -> AppResult<()> {
    tx.execute(
        "INSERT INTO notice_objection (id, notice, on_day, who, content, answer, actor_name) VALUES ($1,$2,$3,$4,$5,'',$6)",
        args![id, notice, on, who, content, actor_name],
    )
    .await
    .map(|_| ())
}

/// Answers an objection that has no answer yet; 0 when it has one.
pub(super) async fn answer_objection(
    tx: &WriteTx,
    notice: i64,
    id: i64,
    on: &str,
    upheld: bool,
    answer: &str,
) -> AppResult<u64> {
    tx.execute(
        "UPDATE notice_objection SET answered_on = $3, upheld = $4, answer = $5 \
         WHERE id = $2 AND notice = $1 AND answered_on IS NULL",
        args![notice, id, on, upheld, answer],
    )
    .await
}
