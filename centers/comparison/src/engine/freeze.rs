//! Freezes the registers of the database: plain reads in the order of persons, page by page.
//!
//! The registers become objects named by their content, so that a run can say exactly what it saw.

use std::collections::{BTreeSet, HashMap};

use futures::{StreamExt, TryStreamExt};
use kernel::{AppError, AppResult, Month, period::parse_date};
use store::{Db, FromQueryResult, PackedRow, Query, args};

use super::{
    EngineError, HouseholdRow, MemberRow, PaymentRow, PersonRow, ProgrammeRow, RegisterBuilder, Registers, Table,
    registers,
    stored::{HouseholdDb, MemberDb, ProgrammeDb, day},
};

const PAGE_ROWS: i64 = 20_000;

/// In the order in which [`person`] takes them.
const PERSON: &[&str] = &[
    "person_key",
    "name",
    "sex",
    "birth",
    "region",
    "kin",
    "household_id",
    "death_date",
];

/// In the order in which [`payment`] takes them.
const PAYMENT: &[&str] = &[
    "id",
    "batch_id",
    "person_key",
    "payee_name",
    "household_id",
    "region",
    "programme",
    "month",
    "qty",
    "rate_fen",
    "amount_fen",
    "paid_on",
    "account_digest",
    "account_tail",
    "account_name",
    "account_valid",
    "arrears",
];

#[derive(FromQueryResult)]
struct BatchDb {
    id: i64,
    batch_no: String,
}

/// Reads everything a run may need. `report` is told rows done and in all, and answers whether to go on.
pub async fn freeze(db: &Db, report: &(dyn Fn(u64, u64) -> bool + Sync)) -> AppResult<Registers> {
    let households: Vec<HouseholdDb> = db
        .rows(
            "SELECT id, household_no, region, head_key, head_name, population, status, attr, registered_on, exited_on, \
             removed_on FROM household ORDER BY id",
            vec![],
        )
        .await?;
    let members: Vec<MemberDb> = db
        .rows(
            "SELECT m.household_id, m.person_key, p.name, m.kin, m.joined_on, m.left_on FROM household_member m \
             JOIN person p ON p.person_key = m.person_key ORDER BY m.person_key, m.joined_on",
            vec![],
        )
        .await?;
    let programmes: Vec<ProgrammeDb> = db
        .rows(
            "SELECT code, name, org, fund_class, targeted, rate_fen, cycle, unit FROM programme ORDER BY code",
            vec![],
        )
        .await?;
    let batches: Vec<BatchDb> = db.rows("SELECT id, batch_no FROM payment_batch", vec![]).await?;
    let batches: HashMap<i64, String> = batches.into_iter().map(|b| (b.id, b.batch_no)).collect();
    let total = db
        .number("SELECT COUNT(*) FROM payment WHERE state = 'paid'", vec![])
        .await?
        + db.number("SELECT COUNT(*) FROM person", vec![]).await?;
    let mut builder = RegisterBuilder::new(
        households.into_iter().map(HouseholdRow::from).collect(),
        members.into_iter().map(MemberRow::from).collect(),
        programmes.into_iter().map(ProgrammeRow::from).collect(),
    );
    for (name, rows) in registers::read_all(db).await? {
        builder.plain(name, rows).map_err(AppError::internal)?;
    }
    let mut done = each_page_of_persons(db, &mut |page, done| {
        builder.persons(page);
        go_on(report, done, total)
    })
    .await?;
    let mut after = -1_i64;
    loop {
        // A page ends with a whole person: people have far fewer payments than a page has rows.
        let page = db
            .packed(
                PAYMENT,
                "FROM payment \
                 WHERE state = 'paid' AND person_key > $1 AND person_key <= (SELECT MAX(person_key) FROM \
                 (SELECT person_key FROM payment WHERE person_key > $1 ORDER BY person_key LIMIT $2) AS page) \
                 ORDER BY person_key, id",
                args![after, PAGE_ROWS],
            )
            .await?;
        let page = page
            .iter()
            .map(|row| payment(row, &batches))
            .collect::<AppResult<Vec<PaymentRow>>>()?;
        let Some(last) = page.last() else {
            // A page may hold nothing but returned payments.
            let next = db
                .number(
                    "SELECT MIN(person_key) FROM payment WHERE state = 'paid' AND person_key > $1",
                    args![after],
                )
                .await?;
            if next <= after.max(0) {
                break;
            }
            after = next - 1;
            continue;
        };
        after = last.person_key;
        done += page.len() as u64;
        for row in page {
            builder.payment(row).map_err(AppError::internal)?;
        }
        go_on(report, done, total)?;
    }
    tokio::task::spawn_blocking(move || builder.freeze())
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
}

/// The register of people alone, for linking a delivery outside a full run.
pub async fn freeze_persons(db: &Db) -> AppResult<Table> {
    let mut builder = RegisterBuilder::new(Vec::new(), Vec::new(), Vec::new());
    each_page_of_persons(db, &mut |page, _| {
        builder.persons(page);
        Ok(())
    })
    .await?;
    tokio::task::spawn_blocking(move || builder.freeze_persons())
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
}

/// These people of the register alone; keys that it does not know are left out.
pub async fn freeze_people(db: &Db, keys: &BTreeSet<i64>) -> AppResult<Table> {
    let mut builder = RegisterBuilder::new(Vec::new(), Vec::new(), Vec::new());
    builder.persons(persons_of(db, &keys.iter().copied().collect::<Vec<i64>>()).await?);
    tokio::task::spawn_blocking(move || builder.freeze_persons())
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
}

/// These people as the register knows them.
pub(crate) async fn persons_of(db: &Db, keys: &[i64]) -> AppResult<Vec<PersonRow>> {
    let rows = of_keys(db, PERSON, "FROM person WHERE person_key IN", keys, "").await?;
    rows.iter().map(person).collect()
}

/// What was paid to these people since a day; empty reads all.
pub(crate) async fn payments_of(db: &Db, keys: &[i64], since: &str) -> AppResult<Vec<PaymentRow>> {
    let mut columns: Vec<String> = PAYMENT.iter().map(|column| format!("p.{column}")).collect();
    columns.push("b.batch_no".into());
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let from =
        "FROM payment p JOIN payment_batch b ON b.id = p.batch_id WHERE p.state || '' = 'paid' AND p.person_key IN";
    let since = match parse_date(since) {
        Some(day) => format!(" AND p.paid_on >= '{day}'"),
        None => String::new(),
    };
    let rows = of_keys(db, &columns, from, keys, &since).await?;
    let named = |row: &PackedRow| {
        let mut read = payment(row, &HashMap::new())?;
        let mut values = row.values();
        for _ in PAYMENT {
            values.text_or_null()?;
        }
        read.batch_no = values.text()?.to_owned();
        Ok(read)
    };
    rows.iter().map(named).collect()
}

/// Who lives or lived in these households.
pub(crate) async fn members_of(db: &Db, households: &[i64]) -> AppResult<Vec<MemberRow>> {
    let columns = &[
        "m.household_id",
        "m.person_key",
        "p.name",
        "m.kin",
        "m.joined_on",
        "m.left_on",
    ];
    let from = "FROM household_member m JOIN person p ON p.person_key = m.person_key WHERE m.household_id IN";
    let rows = of_keys(db, columns, from, households, "").await?;
    let member = |row: &PackedRow| {
        let mut v = row.values();
        Ok(MemberRow {
            household_id: v.whole()?,
            person_key: v.whole()?,
            name: v.text()?.to_owned(),
            kin: v.text()?.to_owned(),
            joined_on: day(v.text()?),
            left_on: v.text_or_null()?.and_then(day),
        })
    };
    rows.iter().map(member).collect()
}

/// Rows of a few keys, so many at a time as a statement takes; two statements are under way at once.
async fn of_keys(db: &Db, columns: &[&str], from: &str, keys: &[i64], more: &str) -> AppResult<Vec<PackedRow>> {
    // SQLite looks each place up among all of a statement: twice as many take four times as long.
    const CHUNK_KEYS: usize = 250;
    let one = |chunk: &[i64]| {
        let places: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let rest = format!("{from} ({}){more}", places.join(", "));
        let given = chunk.iter().map(|key| store::Value::from(*key)).collect();
        async move { db.packed(columns, &rest, given).await }
    };
    let work: Vec<_> = keys.chunks(CHUNK_KEYS).map(one).collect();
    let chunks: Vec<Vec<PackedRow>> = futures::stream::iter(work).buffered(2).try_collect().await?;
    Ok(chunks.into_iter().flatten().collect())
}

/// Hands over all people, page by page, with how many there were so far; returns how many in all.
async fn each_page_of_persons(
    db: &Db,
    take: &mut (dyn FnMut(Vec<PersonRow>, u64) -> AppResult<()> + Send),
) -> AppResult<u64> {
    let mut done = 0_u64;
    let mut after = -1_i64;
    loop {
        let page = db
            .packed(
                PERSON,
                "FROM person WHERE person_key > $1 ORDER BY person_key LIMIT $2",
                args![after, PAGE_ROWS],
            )
            .await?;
        let page = page.iter().map(person).collect::<AppResult<Vec<PersonRow>>>()?;
        let Some(last) = page.last() else { return Ok(done) };
        after = last.person_key;
        done += page.len() as u64;
        take(page, done)?;
    }
}

fn go_on(report: &(dyn Fn(u64, u64) -> bool + Sync), done: u64, total: i64) -> AppResult<()> {
    if report(done, total.max(0) as u64) {
        Ok(())
    } else {
        Err(AppError::internal(EngineError::Cancelled))
    }
}

fn person(row: &PackedRow) -> AppResult<PersonRow> {
    let mut v = row.values();
    Ok(PersonRow {
        person_key: v.whole()?,
        name: v.text()?.to_owned(),
        sex: v.whole()?,
        birth: day(v.text()?),
        region: v.whole()?,
        kin: v.text()?.to_owned(),
        household_id: v.whole_or_null()?,
        death_date: v.text_or_null()?.and_then(day),
    })
}

fn payment(row: &PackedRow, batches: &HashMap<i64, String>) -> AppResult<PaymentRow> {
    let mut v = row.values();
    let payment_id = v.whole()?;
    let bad = |what: &str| AppError::internal(format!("payment {payment_id}: {what}"));
    let batch_no = batches.get(&v.whole()?).cloned().unwrap_or_default();
    Ok(PaymentRow {
        payment_id,
        batch_no,
        person_key: v.whole()?,
        payee_name: v.text()?.to_owned(),
        household_id: v.whole_or_null()?,
        region: v.whole()?,
        programme: v.text()?.to_owned(),
        month: v.text()?.parse::<Month>().map_err(bad)?.index(),
        qty: v.whole()?,
        rate_fen: v.whole()?,
        amount_fen: v.whole()?,
        paid_on: day(v.text()?).ok_or_else(|| bad("paid_on"))?,
        account_digest: v.whole()?,
        account_tail: v.text()?.to_owned(),
        account_name: v.text()?.to_owned(),
        card_fails: v.yes_or_null()? == Some(false),
        arrears: v.yes()?,
    })
}
