//! The back office's list of payments: any filter over a million rows, page and total within 100 ms.
//!
//! Totals come from what is kept whenever the filter allows. Pages walk an index in the order of the list; the far
//! half is walked from the other end. A cast of a number to what it is, or an empty text added to a text, keeps SQLite from
//! choosing the index of that column: a town's payments are found sooner by walking the days than by sorting the town.

use access::Scope;
use kernel::{AppResult, Money, Month, PersonKey, RegionCode, RegionLevel};
use store::{Db, FromQueryResult, Query, Sql};

use crate::payment::{COLUMNS, Payment, PaymentState};

/// What is looked for. The default holds all that was paid within the scope.
#[derive(Clone, Debug, Default)]
pub struct PaymentFilter {
    /// Narrows the scope, never widens it.
    pub area: Option<RegionCode>,
    pub programme: Option<String>,
    /// The month the benefit is for.
    pub month: Option<Month>,
    /// The payee's full name; empty for all.
    pub payee: String,
    pub household: Option<i64>,
    pub person: Option<PersonKey>,
    /// `None` stands for paid.
    pub state: Option<PaymentState>,
}

/// Count and amount of a whole filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct SetTotal {
    pub rows: i64,
    pub amount_fen: i64,
}

impl SetTotal {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }
}

/// Rows on a page.
pub const PAGE_ROWS: u64 = 50;

impl PaymentFilter {
    fn scope(&self, scope: &Scope) -> Scope {
        self.area.map_or_else(|| scope.clone(), |area| scope.within(area))
    }

    fn state(&self) -> PaymentState {
        self.state.unwrap_or(PaymentState::Paid)
    }

    /// Few rows whatever the area: one name, one household, one person, or what was not paid.
    fn is_selective(&self) -> bool {
        !self.payee.is_empty()
            || self.household.is_some()
            || self.person.is_some()
            || self.state() != PaymentState::Paid
    }

    /// The condition on `payment p`, with the scope in it.
    fn condition(&self, scope: &Scope) -> Sql {
        let mut sql = Sql::new(match self.state() {
            PaymentState::Paid => " WHERE p.state = 'paid'",
            PaymentState::Returned => " WHERE p.state <> 'paid' AND p.state = 'returned'",
            PaymentState::Held => " WHERE p.state <> 'paid' AND p.state = 'held'",
            PaymentState::Listed => " WHERE p.state <> 'paid' AND p.state = 'listed'",
            PaymentState::Sent => " WHERE p.state <> 'paid' AND p.state = 'sent'",
            PaymentState::Void => " WHERE p.state <> 'paid' AND p.state = 'void'",
        });
        let scope = self.scope(scope);
        let small = scope.region().is_none_or(|area| area.level() >= RegionLevel::Community);
        let by_region = small && !self.is_selective();
        scope.restrict(
            &mut sql,
            if by_region {
                "p.region"
            } else {
                "CAST(p.region AS BIGINT)"
            },
        );
        restrict_department(&scope, &mut sql, " AND p.programme IN ");
        // Of programme and month the month holds fewer, and its index tells the programme as well.
        if let Some(programme) = &self.programme {
            sql.push(if by_region || self.month.is_some() {
                " AND p.programme || '' = "
            } else {
                " AND p.programme = "
            })
            .bind(programme.as_str());
        }
        if let Some(month) = self.month {
            sql.push(if by_region {
                " AND p.month || '' = "
            } else {
                " AND p.month = "
            });
            sql.bind(month.to_string());
        }
        if !self.payee.is_empty() {
            sql.push(" AND p.payee_name = ").bind(self.payee.as_str());
        }
        if let Some(household) = self.household {
            sql.push(" AND p.household_id = ").bind(household);
        }
        if let Some(person) = self.person {
            sql.push(" AND p.person_key = ").bind(person.0);
        }
        sql
    }
}

fn restrict_department(scope: &Scope, sql: &mut Sql, programme_in: &'static str) {
    if scope.department().is_some() {
        sql.push(programme_in).push("(SELECT code FROM programme WHERE 1 = 1");
        scope.restrict_department(sql, "org");
        sql.push(")");
    }
}

/// Count and amount of all rows the filter holds within the scope.
pub async fn total_of(db: &Db, scope: &Scope, filter: &PaymentFilter) -> AppResult<SetTotal> {
    const SUMS: &str =
        "CAST(COALESCE(SUM(rows), 0) AS BIGINT) AS rows, CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) AS amount_fen";
    let reach = filter.scope(scope);
    let Some(area) = reach.region() else {
        return Ok(SetTotal::default());
    };
    if filter.is_selective() {
        let (condition, values) = filter.condition(scope).into_parts();
        let sql = format!(
            "SELECT COUNT(*) AS rows, CAST(COALESCE(SUM(p.amount_fen), 0) AS BIGINT) AS amount_fen FROM payment p{condition}"
        );
        return Ok(db.row(&sql, values).await?.unwrap_or_default());
    }
    let mut sql = Sql::new("");
    let from = match filter.month {
        Some(month) => {
            sql.push(" WHERE month = ").bind(month.to_string());
            reach.restrict(&mut sql, "village");
            "payment_total"
        }
        None => {
            sql.push(" WHERE region = ").bind(area.as_i64());
            "payment_rollup"
        }
    };
    restrict_department(&reach, &mut sql, " AND programme IN ");
    if let Some(programme) = &filter.programme {
        sql.push(" AND programme = ").bind(programme.as_str());
    }
    let (condition, values) = sql.into_parts();
    Ok(db
        .row(&format!("SELECT {SUMS} FROM {from}{condition}"), values)
        .await?
        .unwrap_or_default())
}

/// From here on kept counts say in which month of payment a page begins.
const FAR: i64 = 1_000;

/// The month of payment in which a far page begins, and how many of its rows come before.
async fn far(
    db: &Db,
    scope: &Scope,
    filter: &PaymentFilter,
    skip: i64,
    from_end: bool,
) -> AppResult<Option<(String, i64)>> {
    #[derive(FromQueryResult)]
    struct Paid {
        month: String,
        rows: i64,
    }
    let reach = filter.scope(scope);
    let area = reach.region().filter(|area| area.level() <= RegionLevel::Town);
    let Some(area) = area.filter(|_| skip >= FAR && filter.month.is_none() && !filter.is_selective()) else {
        return Ok(None);
    };
    let mut sql = Sql::new("SELECT month, CAST(SUM(rows) AS BIGINT) AS rows FROM payment_paid_month WHERE region = ");
    sql.bind(area.as_i64());
    restrict_department(&reach, &mut sql, " AND programme IN ");
    if let Some(programme) = &filter.programme {
        sql.push(" AND programme = ").bind(programme.as_str());
    }
    sql.push(" GROUP BY month ORDER BY month");
    let paid: Vec<Paid> = db.fetch(sql).await?;
    let mut months: Vec<_> = paid.into_iter().map(|p| (p.month, p.rows)).collect();
    if !from_end {
        months.reverse();
    }
    Ok(store::part_at(&months, skip).map(|(month, rest)| (month.to_owned(), rest)))
}

/// One page (from 1) of the list, newest payment first. `rows` is the count of the whole set.
pub async fn page_of(db: &Db, scope: &Scope, filter: &PaymentFilter, page: u64, rows: u64) -> AppResult<Vec<Payment>> {
    let first = page.saturating_sub(1) * PAGE_ROWS;
    if first >= rows {
        return Ok(Vec::new());
    }
    let take = PAGE_ROWS.min(rows - first);
    let from_end = first > rows / 2;
    let skip = if from_end { rows - first - take } else { first };
    let order = if from_end {
        "p.paid_on, p.id"
    } else {
        "p.paid_on DESC, p.id DESC"
    };
    let mut sql = filter.condition(scope);
    let mut skip = skip as i64;
    if let Some((month, rest)) = far(db, scope, filter, skip, from_end).await? {
        // No day of a month comes before `-00` or after `-31`.
        if from_end {
            sql.push(" AND p.paid_on >= ").bind(format!("{month}-00"));
        } else {
            sql.push(" AND p.paid_on <= ").bind(format!("{month}-31"));
        }
        skip = rest;
    }
    let (condition, mut values) = sql.into_parts();
    let n = values.len();
    values.extend(store::args![take as i64, skip]);
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT p.id FROM payment p{condition} ORDER BY {order} LIMIT ${} OFFSET ${}) k \
         JOIN payment p ON p.id = k.id LEFT JOIN payment_batch b ON b.id = p.batch_id ORDER BY p.paid_on DESC, p.id DESC",
        n + 1,
        n + 2
    );
    db.rows(&sql, values).await
}

/// The next rows after a position, for exports of any length.
pub(crate) async fn after(
    db: &Db,
    scope: &Scope,
    filter: &PaymentFilter,
    last: Option<&Payment>,
    rows: i64,
) -> AppResult<Vec<Payment>> {
    let mut sql = filter.condition(scope);
    if let Some(last) = last {
        sql.push(" AND (p.paid_on, p.id) < (")
            .bind(last.paid_on.as_str())
            .push(", ")
            .bind(last.id)
            .push(")");
    }
    sql.push(" ORDER BY p.paid_on DESC, p.id DESC LIMIT ").bind(rows);
    let (condition, values) = sql.into_parts();
    let sql = format!("SELECT {COLUMNS} FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id{condition}");
    db.rows(&sql, values).await
}
