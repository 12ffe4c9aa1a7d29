//! Writing and counting pairings (结对): the one table on which a helper's reach depends.
//!
//! A pairing holds from `from_on` up to, and not including, `to_on`; NULL is "still". `account` names the helper: the
//! account where there is one, otherwise the id under which the force database knows the helper.

use access::Scope;
use kernel::{AppError, AppResult, Date, RegionCode, period::parse_date};
use store::{FromQueryResult, Query, Sql, WriteTx, args};

use crate::{PairedHelper, reach::restrict_households};

/// All pairings of a household, the earliest first.
pub async fn of_household(db: &impl Query, household: i64) -> AppResult<Vec<PairedHelper>> {
    db.rows(
        "SELECT account, helper_name, from_on, to_on FROM pairing WHERE household_id = $1 ORDER BY from_on, account",
        args![household],
    )
    .await
}

/// Holds the household until the transaction ends, so that two clerks cannot pair it at once.
pub async fn hold(tx: &WriteTx, household: i64) -> AppResult<()> {
    let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    let found = tx
        .number(
            &format!("SELECT id FROM household WHERE id = $1{lock}"),
            args![household],
        )
        .await?;
    if found == household {
        Ok(())
    } else {
        Err(AppError::not_found("没有找到这一户，或不在您的管理范围内。"))
    }
}

/// Begins a pairing.
pub async fn begin(tx: &WriteTx, household: i64, account: i64, helper_name: &str, from: Date) -> AppResult<()> {
    // The same helper ended on the day on which he begins again: one row goes on.
    let resumed = tx
        .execute(
            "UPDATE pairing SET to_on = NULL WHERE household_id = $1 AND account = $2 AND from_on = $3",
            args![household, account, from.to_string()],
        )
        .await?;
    if resumed == 0 {
        tx.execute(
            "INSERT INTO pairing (household_id, account, helper_name, from_on, to_on) VALUES ($1,$2,$3,$4,NULL)",
            args![household, account, helper_name, from.to_string()],
        )
        .await?;
    }
    Ok(())
}

/// Ends every pairing of the household that still holds; returns how many.
pub async fn end(tx: &WriteTx, household: i64, on: Date) -> AppResult<u64> {
    tx.execute(
        "UPDATE pairing SET to_on = $2 WHERE household_id = $1 AND to_on IS NULL",
        args![household, on.to_string()],
    )
    .await
}

/// Hands the household over: the old helper ends and the new one begins on the same day, in one transaction.
pub async fn hand_over(tx: &WriteTx, household: i64, account: i64, helper_name: &str, on: Date) -> AppResult<()> {
    end(tx, household, on).await?;
    begin(tx, household, account, helper_name, on).await
}

/// Gives all pairings of one helper another key: an account was opened or taken away.
pub async fn rekey(tx: &WriteTx, old: i64, new: i64) -> AppResult<u64> {
    tx.execute("UPDATE pairing SET account = $2 WHERE account = $1", args![old, new])
        .await
}

/// Gives the pairings of these households that name nobody's key (0) the key of their helper.
pub async fn claim(tx: &WriteTx, helper_name: &str, key: i64, households: &[i64]) -> AppResult<u64> {
    let mut rows = 0;
    for part in households.chunks(500) {
        let mut sql = Sql::new("UPDATE pairing SET account = ");
        sql.bind(key)
            .push(" WHERE account = 0 AND helper_name = ")
            .bind(helper_name);
        sql.push(" AND household_id IN ").bind_list(part.iter().copied());
        rows += tx.execute_sql(sql).await?;
    }
    Ok(rows)
}

/// A household that should have a helper, with the helper it has.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HelpedHousehold {
    pub id: i64,
    pub household_no: String,
    pub region: i64,
    pub head_name: String,
    pub population: i64,
    pub status: i64,
    /// `None` when nobody helps on that day.
    pub account: Option<i64>,
    pub helper_name: Option<String>,
    pub from_on: Option<String>,
}

/// Which households are asked for. The default holds all within the scope.
#[derive(Clone, Debug, Default)]
pub struct HelpFilter {
    /// Narrows the scope, never widens it.
    pub area: Option<RegionCode>,
    /// Part of the head's or the helper's name.
    pub name: String,
    /// Only those without (`Some(false)`) or with (`Some(true)`) a helper.
    pub helped: Option<bool>,
    /// Only those of one helper.
    pub account: Option<i64>,
}

/// Households to be helped on a day: registered by then, not removed, and at most 24 months after their exit.
fn to_be_helped(sql: &mut Sql, day: Date) {
    let text = day.to_string();
    let policies_end = day.replace_year(day.year() - 2).unwrap_or(day).to_string();
    sql.push(" AND (h.registered_on IS NULL OR h.registered_on <= ")
        .bind(text.as_str());
    sql.push(") AND (h.removed_on IS NULL OR h.removed_on > ")
        .bind(text.as_str());
    sql.push(") AND (h.exited_on IS NULL OR h.exited_on > ")
        .bind(policies_end);
    sql.push(") AND h.status <> 4");
}

fn holding(sql: &mut Sql, day: Date) {
    sql.push("pa.household_id = h.id");
    holding_on(sql, day);
}

fn holding_on(sql: &mut Sql, day: Date) {
    let text = day.to_string();
    sql.push(" AND pa.from_on <= ").bind(text.as_str());
    sql.push(" AND (pa.to_on IS NULL OR pa.to_on > ")
        .bind(text.as_str())
        .push(")");
}

impl HelpFilter {
    fn narrow(&self, scope: &Scope, day: Date, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        restrict_households(&scope, sql);
        to_be_helped(sql, day);
        match self.helped {
            Some(true) => {
                sql.push(" AND EXISTS (SELECT 1 FROM pairing pa WHERE ");
                holding(sql, day);
                sql.push(")");
            }
            Some(false) => {
                sql.push(" AND NOT EXISTS (SELECT 1 FROM pairing pa WHERE ");
                holding(sql, day);
                sql.push(")");
            }
            None => {}
        }
        if let Some(account) = self.account {
            // By the helper's own pairings: few rows, however many households there are.
            sql.push(" AND h.id IN (SELECT pa.household_id FROM pairing pa WHERE pa.account = ")
                .bind(account);
            holding_on(sql, day);
            sql.push(")");
        }
        let name = kernel::name::clean(&self.name).replace(['%', '_', '\\'], "");
        if !name.is_empty() {
            let like = format!("%{name}%");
            sql.push(" AND (h.head_name LIKE ").bind(like.as_str());
            sql.push(" OR h.id IN (SELECT pa.household_id FROM pairing pa WHERE pa.helper_name LIKE ")
                .bind(like);
            holding_on(sql, day);
            sql.push("))");
        }
    }
}

/// How many households should have a helper on a day, and how many have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Coverage {
    pub households: i64,
    pub helped: i64,
}

impl Coverage {
    pub fn gaps(self) -> i64 {
        self.households - self.helped
    }
}

/// The coverage of the filtered set.
pub async fn coverage(db: &impl Query, scope: &Scope, filter: &HelpFilter, day: Date) -> AppResult<Coverage> {
    let mut sql =
        Sql::new("SELECT COUNT(*) AS households, CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM pairing pa WHERE ");
    holding(&mut sql, day);
    sql.push(") THEN 1 ELSE 0 END), 0) AS BIGINT) AS helped FROM household h WHERE 1 = 1");
    filter.narrow(scope, day, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// The coverage of one division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RegionCoverage {
    pub region: i64,
    pub households: i64,
    pub helped: i64,
}

/// The coverage by division: `span` is the number of codes a division holds (`10^6` towns, `10^3` communities).
pub async fn coverage_by(
    db: &impl Query,
    scope: &Scope,
    filter: &HelpFilter,
    day: Date,
    span: i64,
) -> AppResult<Vec<RegionCoverage>> {
    let mut sql = Sql::new("SELECT (h.region / ");
    sql.bind(span).push(") * ").bind(span);
    sql.push(" AS region, COUNT(*) AS households, CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM pairing pa WHERE ");
    holding(&mut sql, day);
    sql.push(") THEN 1 ELSE 0 END), 0) AS BIGINT) AS helped FROM household h WHERE 1 = 1");
    filter.narrow(scope, day, &mut sql);
    sql.push(" GROUP BY 1 ORDER BY 1");
    db.fetch(sql).await
}

/// A page of households with their helper on a day, by division and number; `offset` counts rows.
pub async fn helped_households(
    db: &impl Query,
    scope: &Scope,
    filter: &HelpFilter,
    day: Date,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<HelpedHousehold>> {
    let mut sql = Sql::new(
        "SELECT h.id, h.household_no, h.region, h.head_name, h.population, h.status, pa.account, pa.helper_name, \
         pa.from_on FROM household h LEFT JOIN pairing pa ON ",
    );
    holding(&mut sql, day);
    sql.push(" WHERE 1 = 1");
    filter.narrow(scope, day, &mut sql);
    sql.push(" ORDER BY h.region, h.household_no, pa.from_on LIMIT ")
        .bind(limit);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}

/// How many households each of these helpers has today.
pub async fn loads(db: &impl Query, accounts: impl IntoIterator<Item = i64>) -> AppResult<Vec<(i64, i64)>> {
    #[derive(FromQueryResult)]
    struct Row {
        account: i64,
        households: i64,
    }
    let mut sql = Sql::new("SELECT account, COUNT(*) AS households FROM pairing WHERE to_on IS NULL AND account IN ");
    sql.bind_list(accounts).push(" GROUP BY account");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| (row.account, row.households)).collect())
}

/// Somebody who shares or shared a household with a person.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SameRoof {
    pub person_key: i64,
}

/// Everyone who is or was registered in one household with a person, lodgers (99 非亲属) left out on either side.
pub async fn same_roof(db: &impl Query, person: i64) -> AppResult<Vec<SameRoof>> {
    db.rows(
        "SELECT DISTINCT o.person_key FROM household_member m JOIN household_member o ON o.household_id = m.household_id \
         WHERE m.person_key = $1 AND o.person_key <> $1 AND m.kin <> '99' AND o.kin <> '99'",
        args![person],
    )
    .await
}

/// The present members of a household with their names, the head included.
pub async fn present_members(db: &impl Query, household: i64) -> AppResult<Vec<(i64, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        person_key: i64,
        name: String,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT m.person_key, COALESCE(p.name, '') AS name FROM household_member m \
             LEFT JOIN person p ON p.person_key = m.person_key WHERE m.household_id = $1 AND m.left_on IS NULL \
             UNION SELECT head_key AS person_key, head_name AS name FROM household WHERE id = $1",
            args![household],
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.person_key, row.name)).collect())
}

/// A stored day as a date; the register holds only days that read.
pub fn day(text: &str) -> AppResult<Date> {
    parse_date(text).ok_or_else(|| AppError::internal(format!("not a day: {text}")))
}

/// Gives the present pairings of a helper the name he has now.
pub async fn rename(tx: &WriteTx, account: i64, helper_name: &str) -> AppResult<u64> {
    tx.execute(
        "UPDATE pairing SET helper_name = $2 WHERE account = $1 AND to_on IS NULL",
        args![account, helper_name],
    )
    .await
}
