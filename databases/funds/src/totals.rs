//! Sums the pages print, read from what is kept, never added up from payments.

use kernel::{AppResult, Money, RegionCode};
use store::{FromQueryResult, Query, Sql, args};

/// How many payments, how much, and how fresh.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Total {
    /// The programme or the division's code, as asked for; empty for a single total.
    pub of: String,
    pub rows: i64,
    pub amount_fen: i64,
    /// Day of the latest payment.
    pub last_paid_on: Option<String>,
    /// When the sums last changed, in milliseconds.
    pub updated_millis: i64,
}

impl Total {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    /// The division's code, for totals by place.
    pub fn region(&self) -> i64 {
        self.of.parse().unwrap_or(0)
    }
}

/// One sum over a division; `None` stands for all programmes, all years.
pub async fn total(db: &impl Query, place: RegionCode, programme: Option<&str>, year: Option<i32>) -> AppResult<Total> {
    let mut sql = Sql::new(
        "SELECT '' AS of, CAST(COALESCE(SUM(rows), 0) AS BIGINT) AS rows, CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) AS \
         amount_fen, MAX(last_paid_on) AS last_paid_on, COALESCE(MAX(updated_millis), 0) AS updated_millis \
         FROM payment_rollup WHERE region = ",
    );
    sql.bind(place.as_i64());
    narrow(&mut sql, programme, year);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// Sums of a division by programme.
pub async fn by_programme(db: &impl Query, place: RegionCode, year: Option<i32>) -> AppResult<Vec<Total>> {
    let mut sql = Sql::new(
        "SELECT programme AS of, CAST(SUM(rows) AS BIGINT) AS rows, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen, \
         MAX(last_paid_on) AS last_paid_on, MAX(updated_millis) AS updated_millis FROM payment_rollup WHERE region = ",
    );
    sql.bind(place.as_i64());
    narrow(&mut sql, None, year);
    sql.push(" GROUP BY programme HAVING SUM(rows) > 0 ORDER BY programme");
    db.fetch(sql).await
}

/// Sums of several divisions, for those that have any.
pub async fn by_place(
    db: &impl Query,
    places: impl IntoIterator<Item = RegionCode>,
    programme: Option<&str>,
    year: Option<i32>,
) -> AppResult<Vec<Total>> {
    let mut sql = Sql::new(
        "SELECT CAST(region AS TEXT) AS of, CAST(SUM(rows) AS BIGINT) AS rows, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen, \
         MAX(last_paid_on) AS last_paid_on, MAX(updated_millis) AS updated_millis FROM payment_rollup WHERE region IN ",
    );
    sql.bind_list(places.into_iter().map(|p| p.as_i64()));
    narrow(&mut sql, programme, year);
    sql.push(" GROUP BY region HAVING SUM(rows) > 0 ORDER BY region");
    db.fetch(sql).await
}

#[derive(FromQueryResult)]
struct Year {
    year: i64,
}

/// The years in which anything was paid in a division, newest first.
pub async fn years(db: &impl Query, place: RegionCode) -> AppResult<Vec<i32>> {
    let years: Vec<Year> = db
        .rows(
            "SELECT year FROM payment_rollup WHERE region = $1 AND rows > 0 GROUP BY year ORDER BY year DESC",
            args![place.as_i64()],
        )
        .await?;
    Ok(years.into_iter().map(|y| y.year as i32).collect())
}

fn narrow(sql: &mut Sql, programme: Option<&str>, year: Option<i32>) {
    if let Some(programme) = programme {
        sql.push(" AND programme = ").bind(programme);
    }
    if let Some(year) = year {
        sql.push(" AND year = ").bind(i64::from(year));
    }
}
