//! The table of accounts: reading one, adding some.

use access::{AccountId, Actor, Role};
use kernel::{AppError, AppResult, PersonKey, RegionCode, period::parse_date};
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, WriteTx, args};
use trail::Act;
use web::App;

use super::{Account, AccountState, Post, fits_area, password};

/// All columns of [`Row`]; the table is called `a`.
pub(super) const COLUMNS: &str = "a.id, a.login, a.name, a.role, a.region, a.org, a.person_key, a.state, a.valid_to, \
     a.must_change, a.demo, a.asked_role, a.asked_region, a.asked_org, a.asked_by, a.signed_in_millis";

#[derive(FromQueryResult)]
pub(super) struct Row {
    id: i64,
    login: String,
    name: String,
    role: String,
    region: i64,
    org: Option<String>,
    person_key: Option<i64>,
    state: String,
    valid_to: Option<String>,
    must_change: bool,
    demo: bool,
    asked_role: Option<String>,
    asked_region: Option<i64>,
    asked_org: Option<String>,
    asked_by: Option<i64>,
    signed_in_millis: Option<i64>,
}

impl TryFrom<Row> for Account {
    type Error = AppError;

    fn try_from(row: Row) -> AppResult<Account> {
        let broken = || AppError::internal(format!("account {} holds a value of no meaning", row.id));
        let post = |role: &str, region: i64, org: Option<String>| {
            Some(Post {
                role: Role::from_id(role)?,
                region: RegionCode::from_i64(region)?,
                org,
            })
        };
        let asked = match (&row.asked_role, row.asked_region, row.asked_by) {
            (Some(role), Some(region), Some(by)) => Some((
                post(role, region, row.asked_org.clone()).ok_or_else(broken)?,
                AccountId(by),
            )),
            _ => None,
        };
        Ok(Account {
            id: AccountId(row.id),
            post: post(&row.role, row.region, row.org.clone()).ok_or_else(broken)?,
            person: row.person_key.map(PersonKey),
            state: AccountState::from_id(&row.state).ok_or_else(broken)?,
            valid_to: match &row.valid_to {
                Some(day) => Some(parse_date(day).ok_or_else(broken)?),
                None => None,
            },
            must_change: row.must_change,
            demo: row.demo,
            asked,
            signed_in_millis: row.signed_in_millis,
            login: row.login,
            name: row.name,
        })
    }
}

/// One account.
pub async fn account(db: &impl Query, id: AccountId) -> AppResult<Option<Account>> {
    let row: Option<Row> = db
        .row(&format!("SELECT {COLUMNS} FROM account a WHERE a.id = $1"), args![id.0])
        .await?;
    row.map(Account::try_from).transpose()
}

/// One account by its login, as people type it.
pub async fn account_by_login(db: &impl Query, login: &str) -> AppResult<Option<Account>> {
    let login = login_as_stored(login);
    let row: Option<Row> = db
        .row(
            &format!("SELECT {COLUMNS} FROM account a WHERE a.login = $1"),
            args![login],
        )
        .await?;
    row.map(Account::try_from).transpose()
}

/// Logins are lower case without spaces.
pub fn login_as_stored(login: &str) -> String {
    login.trim().to_lowercase()
}

/// The stored hash of a login, and whose it is.
pub(super) async fn hash_of(db: &impl Query, id: AccountId) -> AppResult<Option<String>> {
    #[derive(FromQueryResult)]
    struct Hash {
        password_hash: String,
    }
    let row: Option<Hash> = db
        .row("SELECT password_hash FROM account WHERE id = $1", args![id.0])
        .await?;
    Ok(row.map(|row| row.password_hash))
}

/// An account about to be written.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub post: Post,
    pub person: Option<PersonKey>,
    pub password_hash: String,
    pub state: AccountState,
    pub valid_to: Option<kernel::Date>,
    pub must_change: bool,
    pub demo: bool,
    /// Who asked for the post, when it still has to be granted.
    pub asked_by: Option<AccountId>,
}

/// Adds accounts with posts already granted: the first of an installation, or those of a trial. Logins that
/// exist keep their account.
pub async fn load_accounts(app: &App, actor: &Actor, accounts: &[NewAccount]) -> AppResult<u64> {
    for account in accounts {
        check(account)?;
    }
    let tx = app.trail.begin(actor).await?;
    let count = insert(&tx, tx.at().millis(), actor, accounts, "ON CONFLICT (login) DO NOTHING").await?;
    tx.commit(Act::new("account.load", "account:all").with(json!({ "rows": count })))
        .await?;
    Ok(count)
}

pub(super) fn check(account: &NewAccount) -> AppResult<()> {
    let login = &account.login;
    let fits = (3..=32).contains(&login.len())
        && login
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    if !fits {
        return Err(AppError::invalid(
            "登录名应为 3 至 32 位小写字母、数字、下划线或短横线。",
        ));
    }
    let name_chars = account.name.trim().chars().count();
    if !(1..=50).contains(&name_chars) {
        return Err(AppError::invalid("姓名应为 1 至 50 个字。"));
    }
    fits_area(account.post.role, account.post.region).map_err(AppError::invalid)?;
    if account.post.role == Role::FundUnitAdmin && account.post.org.is_none() {
        return Err(AppError::invalid("责任单位管理员须选择所在单位。"));
    }
    if account.post.role == Role::ThirdParty && account.valid_to.is_none() {
        return Err(AppError::invalid("第三方机构的账号须填写有效期。"));
    }
    Ok(())
}

pub(super) async fn insert(
    tx: &WriteTx,
    at_millis: i64,
    actor: &Actor,
    accounts: &[NewAccount],
    tail: &'static str,
) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "account",
        &[
            "id",
            "login",
            "name",
            "role",
            "region",
            "org",
            "person_key",
            "password_hash",
            "state",
            "valid_to",
            "must_change",
            "demo",
            "asked_role",
            "asked_region",
            "asked_org",
            "asked_by",
            "created_by",
            "created_millis",
        ],
        tail,
    );
    for account in accounts {
        let NewAccount {
            id,
            login,
            name,
            post,
            person,
            password_hash,
            state,
            valid_to,
            must_change,
            demo,
            asked_by,
        } = account.clone();
        let (role, region) = (post.role.id(), post.region.as_i64());
        let asked = asked_by.is_some();
        bulk.push(args![
            id.0,
            login,
            name.trim(),
            role,
            region,
            post.org.clone(),
            person.map(|p| p.0),
            password_hash,
            state.id(),
            valid_to.map(|d| d.to_string()),
            must_change,
            demo,
            asked.then_some(role),
            asked.then_some(region),
            post.org.filter(|_| asked),
            asked_by.map(|a| a.0),
            actor.account.map_or(-1, |a| a.0),
            at_millis
        ])
        .await?;
    }
    bulk.finish().await
}

/// Puts a new password in and ends all sessions that were opened with the old one.
pub(super) async fn set_password(
    tx: &WriteTx,
    id: AccountId,
    password_hash: String,
    must_change: bool,
) -> AppResult<()> {
    tx.execute(
        "UPDATE account SET password_hash = $1, must_change = $2 WHERE id = $3",
        args![password_hash, must_change, id.0],
    )
    .await?;
    web::end_sessions(tx, id).await
}

/// Changes the own password, the old one proved.
pub async fn change_own_password(app: &App, actor: &Actor, old: &str, new: &str) -> AppResult<()> {
    let id = actor
        .account
        .ok_or_else(|| AppError::new(kernel::ErrorKind::Unauthenticated, "请先登录。"))?;
    let account = account(&app.db, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有这个账号。"))?;
    if account.demo {
        return Err(AppError::forbidden("演示账号的密码是公开的，不能修改。"));
    }
    if !password::verify(old, hash_of(&app.db, id).await?).await? {
        return Err(AppError::invalid("原密码不对。"));
    }
    password::accepted(new, &account.login).map_err(|problem| AppError::invalid(problem.message()))?;
    if old == new {
        return Err(AppError::invalid("新密码不能与原密码相同。"));
    }
    let hashed = password::hash(new, super::Hashing::STRONG).await?;
    let tx = app.trail.begin(&account.actor()).await?;
    set_password(&tx, id, hashed, false).await?;
    tx.commit(Act::new("account.change_password", account.subject()).in_region(account.post.region))
        .await?;
    Ok(())
}
