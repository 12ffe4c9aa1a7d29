//! Accounts of villages: one basic account and one card each. Numbers are kept as a digest and their last four digits.

use ::store::{FromQueryResult, Query, Sql, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money, RegionCode, RegionLevel};
use records::flow::Code;
use serde_json::json;
use trail::{Act, Once};
use web::App;

use crate::model::AccountKind;

/// An account as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Account {
    pub id: i64,
    pub region: i64,
    pub kind: String,
    pub bank: String,
    pub number_tail: String,
    pub holder: String,
    pub opening_fen: i64,
    pub opened_on: String,
    pub closed_on: Option<String>,
}

impl Account {
    pub fn kind(&self) -> &'static str {
        AccountKind::parse(&self.kind).map_or("基本户", |k| k.title())
    }
}

/// An account as its form states it.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub village: RegionCode,
    pub kind: AccountKind,
    pub bank: String,
    pub number: String,
    pub holder: String,
    pub opening: Money,
    pub opened_on: Date,
}

/// Rows on a page.
pub const PAGE_ROWS: u64 = 50;

/// Accounts within a scope and area: how many, and a page of them (from 1).
pub async fn accounts(
    db: &impl Query,
    scope: &Scope,
    area: Option<RegionCode>,
    kind: Option<AccountKind>,
    page: u64,
) -> AppResult<(u64, Vec<Account>)> {
    let scope = area.map_or_else(|| scope.clone(), |area| scope.within(area));
    let narrowed = |head: &'static str| {
        let mut sql = Sql::new(head);
        scope.restrict(&mut sql, "a.region");
        if let Some(kind) = kind {
            sql.push(" AND a.kind = ").bind(kind.id());
        }
        sql
    };
    let (count, values) = narrowed("SELECT COUNT(*) FROM village_account a WHERE 1 = 1").into_parts();
    let total = db.number(&count, values).await?.unsigned_abs();
    let mut sql = narrowed(
        "SELECT a.id, a.region, a.kind, a.bank, a.number_tail, a.holder, a.opening_fen, a.opened_on, a.closed_on \
         FROM village_account a WHERE 1 = 1",
    );
    sql.push(" ORDER BY a.region, a.kind, a.id LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ")
        .bind((page.saturating_sub(1).min(10_000) * PAGE_ROWS) as i64);
    Ok((total, db.fetch(sql).await?))
}

/// The account in use of a village; `None` when it has none of the kind.
pub(super) async fn open_account(db: &impl Query, village: RegionCode, kind: &str) -> AppResult<Option<i64>> {
    let id = db
        .number(
            "SELECT id FROM village_account WHERE region = $1 AND kind = $2 AND closed_on IS NULL",
            args![village.as_i64(), kind],
        )
        .await?;
    Ok((id > 0).then_some(id))
}

/// Villages and kinds of the accounts in use within a scope.
pub(crate) async fn in_use(db: &impl Query, scope: &Scope) -> AppResult<Vec<(i64, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        region: i64,
        kind: String,
    }
    let mut sql = Sql::new("SELECT a.region, a.kind FROM village_account a WHERE a.closed_on IS NULL");
    scope.restrict(&mut sql, "a.region");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows.into_iter().map(|r| (r.region, r.kind)).collect())
}

/// What the accounts of an area held when their books began.
pub async fn openings(db: &impl Query, area: RegionCode) -> AppResult<Money> {
    let range = area.range();
    db.number(
        "SELECT CAST(COALESCE(SUM(opening_fen), 0) AS BIGINT) FROM village_account WHERE region >= $1 AND region < $2",
        args![range.start, range.end],
    )
    .await
    .map(Money)
}

/// Registers an account.
///
/// # Errors
/// Invalid when the village has one of the kind in use, or the number is registered already.
pub async fn open(app: &App, actor: &Actor, request_id: &str, new: &NewAccount) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    if !actor.scope.covers(new.village) || new.village.level() < RegionLevel::Community {
        return Err(AppError::not_found("没有找到这个村，或不在您的管理范围内。"));
    }
    if open_account(&*tx, new.village, new.kind.id()).await?.is_some() {
        return Err(AppError::invalid(format!(
            "这个村已有在用的{}；一村一个，请先停用原来的。",
            new.kind.title()
        )));
    }
    let number: String = new.number.chars().filter(char::is_ascii_digit).collect();
    if !(12..=24).contains(&number.len()) || new.number.chars().any(|c| !c.is_ascii_digit() && c != ' ') {
        return Err(AppError::invalid("账号应是 12 到 24 位数字。"));
    }
    let digest = app.keys.digest("account", &number) as i64;
    let known = tx
        .number(
            "SELECT COUNT(*) FROM village_account WHERE number_digest = $1",
            args![digest],
        )
        .await?;
    if known > 0 {
        return Err(AppError::invalid("这个账号已经登记过，请核对。"));
    }
    let id = app.next_id();
    tx.execute(
        "INSERT INTO village_account (id, region, kind, bank, number_digest, number_tail, holder, opening_fen, opened_on) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![
            id,
            new.village.as_i64(),
            new.kind.id(),
            new.bank.as_str(),
            digest,
            &number[number.len() - 4..],
            new.holder.as_str(),
            new.opening.fen(),
            new.opened_on.to_string()
        ],
    )
    .await?;
    let event = Act::new("ledger.account", format!("village_account:{id}")).in_region(new.village);
    tx.commit(event.with(json!({"kind": new.kind.id()}))).await?;
    Ok(())
}

/// Takes an account out of use, from today; its entries stay.
pub async fn close(app: &App, actor: &Actor, request_id: &str, id: i64) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let region = tx
        .number(
            "SELECT region FROM village_account WHERE id = $1 AND closed_on IS NULL",
            args![id],
        )
        .await?;
    let place = RegionCode::from_i64(region).filter(|p| region > 0 && actor.scope.covers(*p));
    let place = place.ok_or_else(|| AppError::not_found("没有找到这个在用账户，或不在您的管理范围内。"))?;
    tx.execute(
        "UPDATE village_account SET closed_on = $1 WHERE id = $2",
        args![app.clock.today().to_string(), id],
    )
    .await?;
    let event = Act::new("ledger.account_close", format!("village_account:{id}")).in_region(place);
    tx.commit(event).await?;
    Ok(())
}
