//! Signing in. The right password and the wrong one, the known login and the unknown, take the same way and the
//! same time; only the outcome differs.

use access::{AccountId, Actor};
use kernel::{AppResult, ErrorKind};
use serde_json::json;
use store::{FromQueryResult, Query, WriteTx, args};
use trail::{Act, RecordedTx};
use web::App;

use super::{Account, password, rows as accounts};

/// Wrong passwords in a row until a login is locked.
pub const MAX_FAILURES: i64 = 5;
/// How long a lock lasts, and how long a wrong password counts.
pub const LOCK_MINUTES: i64 = 15;
const DAY_MILLIS: i64 = 86_400_000;

/// What became of a try.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The password fits; `must_change` sends the person to the password page.
    In { account: AccountId, must_change: bool },
    /// Login or password are wrong, or the account cannot be used: one answer for all.
    Refused,
    /// Too many tries.
    Locked,
}

#[derive(FromQueryResult)]
struct Tries {
    failed_count: i64,
    locked_until_millis: i64,
}

/// Tries a login and a password. Every try is on the trail, less those that a lock turned away unread.
pub async fn sign_in(app: &App, login: &str, typed: &str) -> AppResult<Outcome> {
    let login: String = accounts::login_as_stored(login).chars().take(64).collect();
    let digest = app.keys.digest("sign-in", &login) as i64;
    if is_locked(&app.db, digest, app.clock.now().millis(), "").await? {
        return Ok(Outcome::Locked);
    }
    let account = accounts::account_by_login(&app.db, &login).await?;
    let stored = match &account {
        Some(account) => accounts::hash_of(&app.db, account.id).await?,
        None => None,
    };
    let fits = password::verify(typed, stored).await?;
    let usable = account
        .as_ref()
        .filter(|account| fits && account.is_usable(app.clock.today()));
    match usable {
        Some(account) => welcome(app, account, digest).await,
        None => count_failure(app, account.as_ref(), digest).await,
    }
}

async fn welcome(app: &App, account: &Account, digest: i64) -> AppResult<Outcome> {
    let tx = app.trail.begin(&account.actor()).await?;
    // Guesses sent side by side are all verified before the first is counted: the lock is asked again here.
    let wait = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    if is_locked(&*tx, digest, tx.at().millis(), wait).await? {
        return Ok(Outcome::Locked);
    }
    tx.execute("DELETE FROM sign_in_try WHERE login_digest = $1", args![digest])
        .await?;
    let at = tx.at().millis();
    tx.execute(
        "UPDATE account SET signed_in_millis = $1 WHERE id = $2",
        args![at, account.id.0],
    )
    .await?;
    tx.commit(Act::new("account.sign_in", account.subject()).in_region(account.post.region))
        .await?;
    Ok(Outcome::In {
        account: account.id,
        must_change: account.must_change,
    })
}

async fn count_failure(app: &App, account: Option<&Account>, digest: i64) -> AppResult<Outcome> {
    let tx = app.trail.begin(&Actor::public()).await?;
    let now = tx.at().millis();
    tx.execute(
        "INSERT INTO sign_in_try (login_digest, failed_count, last_millis, locked_until_millis) VALUES ($1, 1, $2, 0) \
         ON CONFLICT (login_digest) DO UPDATE SET failed_count = CASE WHEN sign_in_try.last_millis < $3 THEN 1 \
         ELSE sign_in_try.failed_count + 1 END, last_millis = excluded.last_millis",
        args![digest, now, now - LOCK_MINUTES * 60_000],
    )
    .await?;
    tx.execute(
        "DELETE FROM sign_in_try WHERE last_millis < $1",
        args![now - DAY_MILLIS],
    )
    .await?;
    let failed = tries(&*tx, digest, "").await?.map_or(1, |t| t.failed_count);
    if is_locked(&*tx, digest, now, "").await? {
        return Ok(Outcome::Locked);
    }
    let locks = failed >= MAX_FAILURES;
    if locks {
        lock(&tx, digest, now).await?;
    }
    record_failure(tx, account, failed, locks).await?;
    Ok(if locks { Outcome::Locked } else { Outcome::Refused })
}

async fn lock(tx: &WriteTx, digest: i64, now: i64) -> AppResult<()> {
    let until = now + LOCK_MINUTES * 60_000;
    tx.execute(
        "UPDATE sign_in_try SET failed_count = 0, locked_until_millis = $1 WHERE login_digest = $2",
        args![until, digest],
    )
    .await
    .map(|_| ())
}

/// An unknown login is not written down: people type passwords into the wrong field.
async fn record_failure(tx: RecordedTx, account: Option<&Account>, failed: i64, locks: bool) -> AppResult<()> {
    let name = if locks {
        "account.lock"
    } else {
        "account.sign_in_failed"
    };
    let subject = account.map_or_else(|| "account:unknown".to_owned(), Account::subject);
    let mut act = Act::new(name, subject).with(json!({ "failures": failed }));
    if let Some(account) = account {
        act = act.in_region(account.post.region);
    }
    tx.commit(act).await.map(|_| ())
}

async fn tries(db: &impl Query, digest: i64, tail: &str) -> AppResult<Option<Tries>> {
    let sql = format!("SELECT failed_count, locked_until_millis FROM sign_in_try WHERE login_digest = $1{tail}");
    db.row(&sql, args![digest]).await
}

async fn is_locked(db: &impl Query, digest: i64, now: i64, tail: &str) -> AppResult<bool> {
    Ok(tries(db, digest, tail)
        .await?
        .is_some_and(|t| t.locked_until_millis > now))
}

/// Forgets the failed tries of a login; part of unlocking.
pub(super) async fn forget_tries(app: &App, tx: &WriteTx, login: &str) -> AppResult<()> {
    let digest = app.keys.digest("sign-in", login) as i64;
    tx.execute("DELETE FROM sign_in_try WHERE login_digest = $1", args![digest])
        .await
        .map(|_| ())
}

/// Whether a login is locked now.
pub async fn is_login_locked(app: &App, login: &str) -> AppResult<bool> {
    let digest = app.keys.digest("sign-in", login) as i64;
    is_locked(&app.db, digest, app.clock.now().millis(), "").await
}

/// What the person reads.
pub fn message(outcome: &Outcome) -> Option<(ErrorKind, &'static str)> {
    match outcome {
        Outcome::In { .. } => None,
        Outcome::Refused => Some((
            ErrorKind::Invalid,
            "登录名或密码不对，请重新输入。忘记密码请联系县级管理员。",
        )),
        Outcome::Locked => Some((
            ErrorKind::TooMany,
            "尝试次数过多，请 15 分钟后再试，或联系安全管理员解锁。",
        )),
    }
}
