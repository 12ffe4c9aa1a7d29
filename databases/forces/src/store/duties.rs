//! Who came and who did not: visits by month against the duty, presence of residents, leave, and the parameters.

use access::Scope;
use kernel::{AppResult, Date, Month, RegionCode, period::parse_date};
use records::flow::Code;
use store::{BulkInsert, Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, offset, reach::restrict_households};
use crate::model::duty::{Duty, Parameter, Setting};

/// All settings, the earliest first.
pub async fn settings(db: &impl Query) -> AppResult<Vec<(Setting, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        parameter: String,
        from_on: String,
        value: i64,
        basis: String,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT parameter, from_on, value, basis FROM duty_setting ORDER BY parameter, from_on",
            args![],
        )
        .await?;
    let setting = |row: Row| {
        let setting = Setting {
            parameter: Parameter::parse(&row.parameter)?,
            from: parse_date(&row.from_on)?,
            value: row.value,
        };
        Some((setting, row.basis))
    };
    Ok(rows.into_iter().filter_map(setting).collect())
}

/// What is prescribed on a day.
pub async fn duty_on(db: &impl Query, day: Date) -> AppResult<Duty> {
    let settings: Vec<Setting> = settings(db).await?.into_iter().map(|(setting, _)| setting).collect();
    Ok(Duty::on(day, &settings))
}

pub(crate) async fn set(tx: &WriteTx, setting: &Setting, basis: &str) -> AppResult<()> {
    tx.execute(
        "INSERT INTO duty_setting (parameter, from_on, value, basis) VALUES ($1,$2,$3,$4) \
         ON CONFLICT (parameter, from_on) DO UPDATE SET value = excluded.value, basis = excluded.basis",
        args![setting.parameter.id(), setting.from.to_string(), setting.value, basis],
    )
    .await
    .map(|_| ())
}

/// A household whose helper has not come as often as prescribed in a month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DutyLine {
    pub household_id: i64,
    pub head_name: String,
    pub region: i64,
    pub helper_id: Option<i64>,
    pub helper_name: String,
    pub visits: i64,
    pub leave_days: i64,
    pub last_day: Option<String>,
}

/// One month over an area, with what was prescribed for it.
#[derive(Clone, Copy, Debug)]
pub struct DutyMonth {
    pub month: Month,
    pub duty: Duty,
    pub area: Option<RegionCode>,
}

impl DutyMonth {
    /// Households whose pairing reached into the month, with the visits of the month; `only_missing` leaves out
    /// those whose duty is met or excused.
    fn narrow(&self, scope: &Scope, only_missing: bool, sql: &mut Sql) {
        let (first, last) = (self.month.first_day().to_string(), self.month.last_day().to_string());
        let month = self.month.to_string();
        sql.push(
            " FROM household h JOIN pairing q ON q.household_id = h.id LEFT JOIN helper f ON f.pair_key = q.account \
             LEFT JOIN (SELECT g.pair_key, m.days FROM leave_month m JOIN helper g ON g.id = m.helper_id WHERE m.month = ",
        )
        .bind(month.as_str())
        .push(") l ON l.pair_key = q.account");
        sql.push(
            " LEFT JOIN (SELECT v.household_id, COUNT(*) AS visits FROM visit v WHERE v.took_place AND v.month = ",
        )
        .bind(month.as_str());
        sql.push(" GROUP BY v.household_id) c ON c.household_id = h.id WHERE h.status <> 4 AND q.from_on <= ")
            .bind(last.as_str());
        // Who helped at the end of the month answers for it.
        sql.push(" AND (q.to_on IS NULL OR q.to_on > ").bind(last).push(")");
        sql.push(" AND (h.removed_on IS NULL OR h.removed_on > ")
            .bind(first)
            .push(")");
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        restrict_households(&scope, sql, "h.region", "h.id");
        if only_missing {
            sql.push(" AND COALESCE(c.visits, 0) < ").bind(self.duty.visits_a_month);
            sql.push(" AND COALESCE(l.days, 0) < ").bind(self.duty.excuse_days);
        }
    }
}

/// The totals of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct DutyTotals {
    pub households: i64,
    pub met: i64,
    pub excused: i64,
}

impl DutyTotals {
    /// Neither visited nor excused.
    pub fn missing(self) -> i64 {
        self.households - self.met - self.excused
    }
}

fn sums(sql: &mut Sql, duty: &Duty) {
    sql.push("COUNT(*) AS households, CAST(COALESCE(SUM(CASE WHEN COALESCE(c.visits, 0) >= ")
        .bind(duty.visits_a_month);
    sql.push(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS met, CAST(COALESCE(SUM(CASE WHEN COALESCE(c.visits, 0) < ")
        .bind(duty.visits_a_month);
    sql.push(" AND COALESCE(l.days, 0) >= ").bind(duty.excuse_days);
    sql.push(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS excused");
}

/// Counts of one month.
pub async fn totals(db: &Db, scope: &Scope, month: &DutyMonth) -> AppResult<DutyTotals> {
    let mut sql = Sql::new("SELECT ");
    sums(&mut sql, &month.duty);
    month.narrow(scope, false, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// Counts of one division in one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RegionDuty {
    pub region: i64,
    pub households: i64,
    pub met: i64,
    pub excused: i64,
}

/// Counts by division; `span` is the number of codes a division holds.
pub async fn totals_by(db: &Db, scope: &Scope, month: &DutyMonth, span: i64) -> AppResult<Vec<RegionDuty>> {
    let mut sql = Sql::new("SELECT (h.region / ");
    sql.bind(span).push(") * ").bind(span).push(" AS region, ");
    sums(&mut sql, &month.duty);
    month.narrow(scope, false, &mut sql);
    sql.push(" GROUP BY 1 ORDER BY 1");
    db.fetch(sql).await
}

/// What the divisions come to together.
pub fn sum(parts: &[RegionDuty]) -> DutyTotals {
    DutyTotals {
        households: parts.iter().map(|p| p.households).sum(),
        met: parts.iter().map(|p| p.met).sum(),
        excused: parts.iter().map(|p| p.excused).sum(),
    }
}

const LINE: &str = "SELECT h.id AS household_id, h.head_name, h.region, f.id AS helper_id, q.helper_name, \
     CAST(COALESCE(c.visits, 0) AS BIGINT) AS visits, COALESCE(l.days, 0) AS leave_days, \
     (SELECT MAX(w.day) FROM visit w WHERE w.household_id = h.id AND w.took_place) AS last_day";

/// One page of those whose duty is neither met nor excused.
pub async fn missing(db: &Db, scope: &Scope, month: &DutyMonth, page: u64) -> AppResult<Vec<DutyLine>> {
    let mut sql = Sql::new(LINE);
    month.narrow(scope, true, &mut sql);
    sql.push(" ORDER BY h.region, h.household_no LIMIT ").bind(PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset(page));
    db.fetch(sql).await
}

/// The helpers of the missing households, with the number of households each and where they lie.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct MissingHelper {
    pub helper_id: i64,
    pub households: i64,
    pub region: i64,
}

/// Whom to remind.
pub(crate) async fn missing_helpers(
    db: &impl Query,
    scope: &Scope,
    month: &DutyMonth,
) -> AppResult<Vec<MissingHelper>> {
    let mut sql = Sql::new("SELECT f.id AS helper_id, COUNT(*) AS households, MIN(h.region) AS region");
    month.narrow(scope, true, &mut sql);
    sql.push(" AND f.id IS NOT NULL GROUP BY f.id ORDER BY f.id");
    db.fetch(sql).await
}

/// Enters days of presence; a day entered twice counts once. Returns how many were new.
pub(crate) async fn add_presence(
    tx: &WriteTx,
    team: i64,
    region: i64,
    helper: i64,
    days: impl IntoIterator<Item = Date>,
) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "presence",
        &["helper_id", "day", "month", "team_id", "region"],
        "ON CONFLICT (helper_id, day) DO NOTHING",
    );
    for day in days {
        bulk.push(args![helper, day.to_string(), Month::of(day).to_string(), team, region])
            .await?;
    }
    bulk.finish().await
}

/// Days of presence and of leave of one resident, in a month and in its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    pub days_month: i64,
    pub days_year: i64,
    pub leave_month: i64,
    pub leave_year: i64,
}

/// The presence of a helper.
pub async fn presence(db: &impl Query, helper: i64, month: Month) -> AppResult<Presence> {
    let year = format!("{:04}-%", month.year());
    let days = "SELECT COUNT(*) FROM presence WHERE helper_id = $1 AND month LIKE $2";
    let leave = "SELECT CAST(COALESCE(SUM(days), 0) AS BIGINT) FROM leave_month WHERE helper_id = $1 AND month LIKE $2";
    let month = month.to_string();
    Ok(Presence {
        days_month: db.number(days, args![helper, month.as_str()]).await?,
        days_year: db.number(days, args![helper, year.as_str()]).await?,
        leave_month: db.number(leave, args![helper, month]).await?,
        leave_year: db.number(leave, args![helper, year]).await?,
    })
}

/// A leave that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Leave {
    pub id: i64,
    pub helper_id: i64,
    pub helper_name: String,
    pub region: i64,
    pub from_on: String,
    pub to_on: String,
    pub reason: String,
    /// `asked`, `approved` or `refused`.
    pub state: String,
    pub asked_by: i64,
    pub decided_by: String,
    pub decided_note: String,
}

impl Leave {
    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }
}

const LEAVES: &str = "SELECT l.id, l.helper_id, f.name AS helper_name, l.region, l.from_on, l.to_on, l.reason, l.state, \
     l.asked_by, l.decided_by, l.decided_note FROM helper_leave l JOIN helper f ON f.id = l.helper_id WHERE 1 = 1";

/// Leaves within the scope, open ones first; a helper sees his own.
pub async fn leaves(db: &Db, scope: &Scope, page: u64) -> AppResult<Vec<Leave>> {
    let mut sql = Sql::new(LEAVES);
    restrict_leave(scope, &mut sql);
    sql.push(" ORDER BY CASE WHEN l.state = 'asked' THEN 0 ELSE 1 END, l.from_on DESC, l.id DESC LIMIT ")
        .bind(PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset(page));
    db.fetch(sql).await
}

/// How many leaves there are within the scope.
pub(crate) async fn count_leaves(db: &Db, scope: &Scope) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM helper_leave l JOIN helper f ON f.id = l.helper_id WHERE 1 = 1");
    restrict_leave(scope, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// How many leaves wait for a decision within the scope.
pub(crate) async fn open_leaves(db: &Db, scope: &Scope) -> AppResult<i64> {
    let mut sql =
        Sql::new("SELECT COUNT(*) FROM helper_leave l JOIN helper f ON f.id = l.helper_id WHERE l.state = 'asked'");
    restrict_leave(scope, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

fn restrict_leave(scope: &Scope, sql: &mut Sql) {
    match scope.helper() {
        Some(account) => {
            sql.push(" AND f.account = ").bind(account.0);
        }
        None => super::reach::restrict_reaching(scope, sql, "l.region"),
    }
}

/// One leave within the scope.
pub(crate) async fn leave(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Leave>> {
    let mut sql = Sql::new(LEAVES);
    sql.push(" AND l.id = ").bind(id);
    restrict_leave(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop())
}

pub(crate) async fn insert_leave(tx: &WriteTx, leave: &Leave) -> AppResult<()> {
    tx.execute(
        "INSERT INTO helper_leave (id, helper_id, region, from_on, to_on, reason, state, asked_by, decided_by, \
         decided_note) VALUES ($1,$2,$3,$4,$5,$6,'asked',$7,'','')",
        args![
            leave.id,
            leave.helper_id,
            leave.region,
            leave.from_on.as_str(),
            leave.to_on.as_str(),
            leave.reason.as_str(),
            leave.asked_by
        ],
    )
    .await
    .map(|_| ())
}

/// Whether an approved or open leave of the helper touches these days.
pub(crate) async fn leave_overlaps(tx: &WriteTx, helper: i64, from: &str, to: &str) -> AppResult<bool> {
    let touching = tx
        .number(
            "SELECT COUNT(*) FROM helper_leave WHERE helper_id = $1 AND state <> 'refused' AND from_on <= $3 AND to_on >= $2",
            args![helper, from, to],
        )
        .await?;
    Ok(touching > 0)
}

/// Decides a leave that is still open; 0 when it was decided before.
pub(crate) async fn decide_leave(tx: &WriteTx, id: i64, state: &str, by: &str, note: &str) -> AppResult<u64> {
    tx.execute(
        "UPDATE helper_leave SET state = $2, decided_by = $3, decided_note = $4 WHERE id = $1 AND state = 'asked'",
        args![id, state, by, note],
    )
    .await
}

/// Adds approved days to the helper's months.
pub(crate) async fn add_leave_days(tx: &WriteTx, helper: i64, days: &[(Month, i64)]) -> AppResult<()> {
    for (month, days) in days {
        tx.execute(
            "INSERT INTO leave_month (helper_id, month, days) VALUES ($1,$2,$3) \
             ON CONFLICT (helper_id, month) DO UPDATE SET days = leave_month.days + excluded.days",
            args![helper, month.to_string(), *days],
        )
        .await?;
    }
    Ok(())
}
