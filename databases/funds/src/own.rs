//! Payments of one person, and the public list of one village.

use kernel::{AppResult, PersonKey, RegionCode};
use store::{FromQueryResult, Query, Sql, args};

use crate::payment::{COLUMNS, Payment};

/// More payments than anybody receives; keeps one page one page.
const MOST_OF_ONE: i64 = 500;

/// What was paid to a person, newest first.
pub async fn payments_of(db: &impl Query, person: PersonKey) -> AppResult<Vec<Payment>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id \
         WHERE p.state = 'paid' AND p.person_key = $1 ORDER BY p.paid_on DESC, p.id DESC LIMIT $2"
    );
    db.rows(&sql, args![person.0, MOST_OF_ONE]).await
}

/// What one person drew from programmes for assisted households only.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct TargetedSum {
    pub person_key: i64,
    pub payments: i64,
    pub amount_fen: i64,
    /// `YYYY-MM`
    pub last_month: String,
}

/// Who of these people drew a targeted benefit, and how much.
pub async fn targeted_to(db: &impl Query, people: &[i64]) -> AppResult<Vec<TargetedSum>> {
    let mut out = Vec::new();
    for part in people.chunks(500) {
        let mut sql = Sql::new(
            "SELECT p.person_key, COUNT(*) AS payments, CAST(SUM(p.amount_fen) AS BIGINT) AS amount_fen, \
             MAX(p.month) AS last_month FROM payment p JOIN programme g ON g.code = p.programme \
             WHERE p.state = 'paid' AND g.targeted = TRUE AND p.person_key IN ",
        );
        sql.bind_list(part.iter().copied());
        sql.push(" GROUP BY p.person_key ORDER BY p.person_key");
        out.extend(db.fetch::<TargetedSum>(sql).await?);
    }
    Ok(out)
}

/// What was paid in exactly this division (not below it), newest first, with the count of all rows.
pub async fn payments_at(
    db: &impl Query,
    place: RegionCode,
    programme: Option<&str>,
    year: Option<i32>,
    page: u64,
    page_rows: u64,
) -> AppResult<(u64, Vec<Payment>)> {
    let mut narrow = Sql::new(" WHERE p.state = 'paid' AND p.region = ");
    narrow.bind(place.as_i64());
    if let Some(programme) = programme {
        narrow.push(" AND p.programme = ").bind(programme);
    }
    if let Some(year) = year {
        narrow.push(" AND p.paid_on >= ").bind(format!("{year:04}-01-01"));
        narrow.push(" AND p.paid_on < ").bind(format!("{:04}-01-01", year + 1));
    }
    let mut count = Sql::new("SELECT COUNT(*) FROM payment p");
    count.append(&narrow);
    let (text, values) = count.into_parts();
    let rows = db.number(&text, values).await?;
    narrow
        .push(" ORDER BY p.paid_on DESC, p.id DESC LIMIT ")
        .bind(page_rows as i64);
    narrow
        .push(" OFFSET ")
        .bind((page.saturating_sub(1) * page_rows) as i64);
    let (narrow, values) = narrow.into_parts();
    let sql = format!("SELECT {COLUMNS} FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id{narrow}");
    Ok((rows.unsigned_abs(), db.rows(&sql, values).await?))
}
