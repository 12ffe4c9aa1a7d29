//! Payments of one person, and the public list of one village.

use kernel::{AppResult, PersonKey, RegionCode};
use store::{Query, Sql};

use crate::payment::Payment;

/// More payments than anybody receives; keeps one page one page.
const MOST_OF_ONE: i64 = 500;

/// What was paid to a person, newest first.
pub async fn payments_of(db: &impl Query, person: PersonKey) -> AppResult<Vec<Payment>> {
    let mut sql = Sql::new(
        "SELECT p.id, COALESCE(b.batch_no, '') AS batch_no, p.programme, p.person_key, p.payee_name, p.household_id, \
         p.region, p.month, p.qty, p.rate_fen, p.amount_fen, p.paid_on, p.account_tail, p.account_name, p.state \
         FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id WHERE p.state = 'paid' AND p.person_key = ",
    );
    sql.bind(person.0).push(" ORDER BY p.paid_on DESC, p.id DESC LIMIT ").bind(MOST_OF_ONE);
    db.fetch(sql).await
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
    let mut sql = Sql::new(
        "SELECT p.id, COALESCE(b.batch_no, '') AS batch_no, p.programme, p.person_key, p.payee_name, p.household_id, \
         p.region, p.month, p.qty, p.rate_fen, p.amount_fen, p.paid_on, p.account_tail, p.account_name, p.state \
         FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id",
    );
    sql.append(&narrow);
    sql.push(" ORDER BY p.paid_on DESC, p.id DESC LIMIT ").bind(page_rows as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * page_rows) as i64);
    Ok((rows.unsigned_abs(), db.fetch(sql).await?))
}
