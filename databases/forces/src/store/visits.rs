//! The table of visits.

use access::Scope;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use records::flow::Code;
use serde_json::{Value, json};
use store::{BulkInsert, Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, like, offset, reach::restrict_households};
use crate::model::visit::VisitState;

/// A visit as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Visit {
    pub id: i64,
    pub household_id: i64,
    pub region: i64,
    pub helper_id: i64,
    pub month: String,
    /// The planned day, then the day of the visit.
    pub day: String,
    pub state: String,
    pub took_place: bool,
    pub check_in_millis: Option<i64>,
    pub check_out_millis: Option<i64>,
    pub uploaded_millis: Option<i64>,
    pub late_reason: String,
    pub note: String,
    /// Titles of measures, joined.
    pub measures: String,
    pub photos: i64,
    /// `none`, `yes` or `no`.
    pub household_confirm: String,
}

impl Visit {
    pub fn state(&self) -> AppResult<VisitState> {
        VisitState::parse(&self.state).ok_or_else(|| AppError::internal("a visit in an unknown state"))
    }

    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    pub(crate) fn as_record(&self) -> Value {
        json!({
            "state": VisitState::parse(&self.state).map_or("", Code::title), "day": self.day, "note": self.note,
            "measures": self.measures, "photos": self.photos, "household_confirm": self.household_confirm,
            "check_in_millis": self.check_in_millis, "check_out_millis": self.check_out_millis,
            "uploaded_millis": self.uploaded_millis, "late_reason": self.late_reason,
        })
    }
}

/// A visit in the list, with names.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct VisitLine {
    pub id: i64,
    pub household_id: i64,
    pub head_name: String,
    pub region: i64,
    pub helper_id: i64,
    pub helper_name: String,
    pub day: String,
    pub state: String,
    pub note: String,
    pub household_confirm: String,
}

/// Which visits are asked for.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    pub area: Option<RegionCode>,
    pub month: String,
    pub state: Option<VisitState>,
    pub name: String,
    pub household: Option<i64>,
    pub helper: Option<i64>,
}

impl VisitFilter {
    /// Nothing but an area is asked for.
    fn is_open(&self) -> bool {
        self.month.is_empty()
            && self.state.is_none()
            && self.name.is_empty()
            && self.household.is_none()
            && self.helper.is_none()
    }

    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        // Unfiltered visits of a wide area are walked by day; the cast keeps SQLite from gathering the area and sorting.
        let wide = scope.region().is_some_and(|area| area.level() <= RegionLevel::County);
        let region = if wide && self.is_open() {
            "CAST(v.region AS BIGINT)"
        } else {
            "v.region"
        };
        restrict_households(&scope, sql, region, "v.household_id");
        if !self.month.is_empty() {
            sql.push(" AND v.month = ").bind(self.month.as_str());
        }
        if let Some(state) = self.state {
            sql.push(" AND v.state = ").bind(state.id());
        }
        if let Some(household) = self.household {
            sql.push(" AND v.household_id = ").bind(household);
        }
        if let Some(helper) = self.helper {
            sql.push(" AND v.helper_id = ").bind(helper);
        }
        if let Some(like) = like(&self.name) {
            sql.push(" AND (v.helper_id IN (SELECT n.id FROM helper n WHERE n.name LIKE ")
                .bind(like.as_str());
            sql.push(") OR v.household_id IN (SELECT w.id FROM household w WHERE w.head_name LIKE ")
                .bind(like)
                .push("))");
        }
    }
}

const COLUMNS: &str = "v.id, v.household_id, v.region, v.helper_id, v.month, v.day, v.state, v.took_place, v.check_in_millis, \
     v.check_out_millis, v.uploaded_millis, v.late_reason, v.note, v.measures, v.photos, v.household_confirm";

/// How many visits the filter holds.
pub async fn count(db: &Db, scope: &Scope, filter: &VisitFilter) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM visit v WHERE 1 = 1");
    filter.narrow(scope, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// One page of visits, the latest first.
pub async fn page_of(db: &Db, scope: &Scope, filter: &VisitFilter, page: u64) -> AppResult<Vec<VisitLine>> {
    rows(db, scope, filter, PAGE_ROWS, offset(page)).await
}

/// So many rows after so many others.
pub(crate) async fn rows(
    db: &Db,
    scope: &Scope,
    filter: &VisitFilter,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<VisitLine>> {
    // The page is cut out first; names are looked up for its rows alone.
    let mut sql = Sql::new(
        "SELECT w.id, w.household_id, COALESCE(h.head_name, '') AS head_name, w.region, w.helper_id, \
         COALESCE(f.name, '') AS helper_name, w.day, w.state, w.note, w.household_confirm FROM \
         (SELECT v.id, v.household_id, v.region, v.helper_id, v.day, v.state, v.note, v.household_confirm \
         FROM visit v WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY v.day DESC, v.id DESC LIMIT ").bind(limit);
    sql.push(" OFFSET ").bind(offset);
    sql.push(
        ") w LEFT JOIN household h ON h.id = w.household_id LEFT JOIN helper f ON f.id = w.helper_id \
         ORDER BY w.day DESC, w.id DESC",
    );
    db.fetch(sql).await
}

/// A visit as a table holds it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct VisitRow {
    pub household_no: String,
    pub head_name: String,
    pub region: i64,
    pub helper_name: String,
    pub day: String,
    pub check_in_millis: Option<i64>,
    pub check_out_millis: Option<i64>,
    pub note: String,
    pub measures: String,
    pub late_reason: String,
    pub state: String,
}

/// So many visits for a table, the latest first.
pub(crate) async fn for_table(
    db: &Db,
    scope: &Scope,
    filter: &VisitFilter,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<VisitRow>> {
    let mut sql = Sql::new(
        "SELECT COALESCE(h.household_no, '') AS household_no, COALESCE(h.head_name, '') AS head_name, w.region, \
         COALESCE(f.name, '') AS helper_name, w.day, w.check_in_millis, w.check_out_millis, w.note, w.measures, \
         w.late_reason, w.state FROM (SELECT v.* FROM visit v WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY v.day DESC, v.id DESC LIMIT ").bind(limit);
    sql.push(" OFFSET ").bind(offset);
    sql.push(
        ") w LEFT JOIN household h ON h.id = w.household_id LEFT JOIN helper f ON f.id = w.helper_id \
         ORDER BY w.day DESC, w.id DESC",
    );
    db.fetch(sql).await
}

/// One visit within reach. A helper reaches the visits to the households paired with him today.
pub async fn one(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Visit>> {
    let mut sql = Sql::new(
        "SELECT v.id, v.household_id, v.region, v.helper_id, v.month, v.day, v.state, v.took_place, v.check_in_millis, \
         v.check_out_millis, v.uploaded_millis, v.late_reason, v.note, v.measures, v.photos, v.household_confirm \
         FROM visit v WHERE v.id = ",
    );
    sql.bind(id);
    restrict_households(scope, &mut sql, "v.region", "v.household_id");
    Ok(db.fetch(sql).await?.pop())
}

/// Whether this helper has visited this household on a day.
pub(crate) async fn took_place(db: &impl Query, household: i64, helper: i64, day: kernel::Date) -> AppResult<bool> {
    let found = db
        .number(
            "SELECT COUNT(*) FROM visit WHERE household_id = $1 AND helper_id = $2 AND day = $3 AND took_place",
            args![household, helper, day.to_string()],
        )
        .await?;
    Ok(found > 0)
}

/// The visit as it is now, held until the transaction ends.
pub(crate) async fn held(tx: &WriteTx, id: i64) -> AppResult<Option<Visit>> {
    let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    tx.row(
        &format!("SELECT {COLUMNS} FROM visit v WHERE v.id = $1{lock}"),
        args![id],
    )
    .await
}

const INSERT: &[&str] = &[
    "id",
    "household_id",
    "region",
    "helper_id",
    "month",
    "day",
    "state",
    "took_place",
    "check_in_millis",
    "check_out_millis",
    "uploaded_millis",
    "late_reason",
    "note",
    "measures",
    "photos",
    "household_confirm",
];

/// Adds visits; an id that exists stays as it is.
pub(crate) async fn insert(tx: &WriteTx, visits: impl IntoIterator<Item = Visit>) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(tx, "visit", INSERT, "ON CONFLICT (id) DO NOTHING");
    for v in visits {
        bulk.push(args![
            v.id,
            v.household_id,
            v.region,
            v.helper_id,
            v.month,
            v.day,
            v.state,
            v.took_place,
            v.check_in_millis,
            v.check_out_millis,
            v.uploaded_millis,
            v.late_reason,
            v.note,
            v.measures,
            v.photos,
            v.household_confirm
        ])
        .await?;
    }
    bulk.finish().await
}

/// Writes what a step changed.
pub(crate) async fn update(tx: &WriteTx, v: &Visit) -> AppResult<()> {
    tx.execute(
        "UPDATE visit SET month = $2, day = $3, state = $4, took_place = $5, check_in_millis = $6, \
         check_out_millis = $7, uploaded_millis = $8, late_reason = $9, note = $10, measures = $11, photos = $12, \
         household_confirm = $13 WHERE id = $1",
        args![
            v.id,
            v.month.as_str(),
            v.day.as_str(),
            v.state.as_str(),
            v.took_place,
            v.check_in_millis,
            v.check_out_millis,
            v.uploaded_millis,
            v.late_reason.as_str(),
            v.note.as_str(),
            v.measures.as_str(),
            v.photos,
            v.household_confirm.as_str()
        ],
    )
    .await
    .map(|_| ())
}

/// Plans a visit on `day` for every household of the area that is paired with a known helper and has none in that
/// month. Returns the rows that were planned.
pub(crate) async fn without_any(
    db: &impl Query,
    scope: &Scope,
    area: Option<RegionCode>,
    month: &str,
) -> AppResult<Vec<(i64, i64, i64)>> {
    #[derive(FromQueryResult)]
    struct Row {
        household_id: i64,
        region: i64,
        helper_id: i64,
    }
    let mut sql = Sql::new(
        "SELECT h.id AS household_id, h.region, f.id AS helper_id FROM household h \
         JOIN pairing q ON q.household_id = h.id AND q.to_on IS NULL JOIN helper f ON f.pair_key = q.account \
         WHERE h.status <> 4 AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.household_id = h.id AND v.month = ",
    );
    sql.bind(month).push(" AND v.state <> 'cancelled')");
    let scope = area.map_or_else(|| scope.clone(), |area| scope.within(area));
    restrict_households(&scope, &mut sql, "h.region", "h.id");
    sql.push(" ORDER BY h.region, h.household_no");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.household_id, row.region, row.helper_id))
        .collect())
}
