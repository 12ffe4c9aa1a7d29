//! Accounts that money passes through, and whether they are dedicated three times over (三专: 004-30).

use access::{Actor, Scope};
use kernel::{AppError, AppResult, RegionCode, checks};
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once};
use web::App;

use super::indicator::id_in;

/// Kinds of accounts (data dictionary 2.6).
pub const ACCOUNT_KINDS: [&str; 5] = ["专户", "基本户", "一般户", "零余额", "村务卡"];

/// An account as lists show it: no number exists, only its last four digits.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FundAccount {
    pub id: i64,
    pub name: String,
    pub org: String,
    pub region: i64,
    pub kind: String,
    pub bank: String,
    pub account_tail: String,
    pub dedicated_store: bool,
    pub dedicated_book: bool,
    pub dedicated_person: bool,
}

impl FundAccount {
    /// Stored apart, booked apart, kept by one person.
    pub fn is_dedicated(&self) -> bool {
        self.dedicated_store && self.dedicated_book && self.dedicated_person
    }
}

/// An account to be entered.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub region: RegionCode,
    pub kind: &'a str,
    pub bank: &'a str,
    /// The full number; only its keyed digest and last four digits are kept.
    pub number: &'a str,
    pub dedicated_store: bool,
    pub dedicated_book: bool,
    pub dedicated_person: bool,
}

/// Accounts within reach.
pub async fn accounts(db: &impl Query, scope: &Scope) -> AppResult<Vec<FundAccount>> {
    let mut sql = Sql::new(
        "SELECT id, name, org, region, kind, bank, account_tail, dedicated_store, dedicated_book, dedicated_person \
         FROM fund_account WHERE 1 = 1",
    );
    scope.restrict(&mut sql, "region");
    sql.push(" ORDER BY region, name, id");
    db.fetch(sql).await
}

/// Enters an account.
///
/// # Errors
/// Invalid fields; `Conflict` for a number that is there already.
pub async fn enter(app: &App, actor: &Actor, request_id: &str, new: &NewAccount<'_>) -> AppResult<i64> {
    let number = checks::clean_code(new.number);
    if !(8..=30).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AppError::invalid("账号应为 8 至 30 位数字，请核对。"));
    }
    for (text, field) in [(new.name, "户名"), (new.bank, "开户银行"), (new.org, "单位")] {
        if !(2..=60).contains(&text.trim().chars().count()) {
            return Err(AppError::invalid(format!("{field}应为 2 至 60 字。")));
        }
    }
    if !ACCOUNT_KINDS.contains(&new.kind) {
        return Err(AppError::invalid("请选择账户类别。"));
    }
    if !actor.scope.covers(new.region) {
        return Err(AppError::invalid("请选择本辖区内的地方。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let id = app.next_id();
    let tail = &number[number.len() - 4..];
    let written = tx
        .execute(
            "INSERT INTO fund_account (id, name, org, region, kind, bank, account_digest, account_tail, dedicated_store, \
             dedicated_book, dedicated_person) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) \
             ON CONFLICT (account_digest) DO NOTHING",
            args![
                id,
                new.name.trim(),
                new.org.trim(),
                new.region.as_i64(),
                new.kind,
                new.bank.trim(),
                app.keys.digest("account", &number) as i64,
                tail,
                new.dedicated_store,
                new.dedicated_book,
                new.dedicated_person
            ],
        )
        .await?;
    if written == 0 {
        return Err(AppError::conflict("这个账号已经登记过，没有重复登记。"));
    }
    let act = Act::new("fund_account.enter", format!("fund_account:{id}"));
    let detail = json!({ "kind": new.kind, "tail": tail });
    tx.commit(act.in_region(new.region).with(detail)).await?;
    Ok(id)
}
