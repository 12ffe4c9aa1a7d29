//! The list of payees of one division: the three fields, and the period they are for.

use funds::{Payment, Programme};
use kernel::{AppResult, PersonKey, RegionCode};
use store::Db;
use web::parts::Pager;

use super::{ListQuery, PAGE_ROWS, last_page};
use crate::names;

/// One payment as published.
pub(crate) struct Line {
    pub payee: String,
    /// No name is published for this programme.
    pub nameless: bool,
    pub amount: String,
    pub paid_on: String,
    pub month: String,
}

/// One page of a list.
pub(crate) struct Published {
    pub lines: Vec<Line>,
    pub pager: Pager,
}

/// What was paid of a programme in exactly this division. A page beyond the end shows the last one.
pub(crate) async fn of_place(
    db: &Db,
    programme: &Programme,
    place: RegionCode,
    query: &ListQuery,
    path: String,
    amount: String,
) -> AppResult<Published> {
    let read = |page| funds::payments_at(db, place, Some(&programme.code), query.year(), page, PAGE_ROWS);
    let mut page = query.page();
    let (rows, mut payments) = read(page).await?;
    if page > last_page(rows) {
        page = last_page(rows);
        payments = read(page).await?.1;
    }
    let births = births(db, &payments).await?;
    let lines = payments
        .iter()
        .map(|payment| line(programme, payment, births.get(&payment.person_key)))
        .collect();
    let pager = Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: rows,
        total_amount: Some(amount),
        path,
        query: query.query(),
    };
    Ok(Published { lines, pager })
}

type Births = std::collections::HashMap<i64, String>;

/// Birth dates of the payees of one page: children are never named in full.
pub(crate) async fn births(db: &Db, payments: &[Payment]) -> AppResult<Births> {
    let keys = payments.iter().map(|payment| PersonKey(payment.person_key));
    let people = households::people(db, keys).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.person_key, person.birth))
        .collect())
}

fn line(programme: &Programme, payment: &Payment, birth: Option<&String>) -> Line {
    let payee = names::shown(
        programme,
        &payment.payee_name,
        birth.map(String::as_str),
        &payment.paid_on,
    );
    Line {
        nameless: payee == names::NOT_PUBLISHED,
        payee,
        amount: payment.amount().to_string(),
        paid_on: payment.paid_on.clone(),
        month: payment.month.clone(),
    }
}
