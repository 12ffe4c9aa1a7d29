//! Changing accounts. Each act checks who may do it to whom, then writes rows and event together.

use access::{AccountId, Actor, Resource, Role};
use kernel::{AppError, AppResult, Date, PersonKey};
use serde_json::json;
use store::{Query, args};
use trail::{Act, Once};
use web::App;

use super::{Account, AccountState, Hashing, Post, fits_area, manages, password, rows, sign_in};

/// What an administrator enters for a new account.
#[derive(Clone, Debug)]
pub struct Entered {
    pub login: String,
    pub name: String,
    pub post: Post,
    pub person: Option<PersonKey>,
    pub valid_to: Option<Date>,
}

/// A password to tell the person once.
#[derive(Clone, Debug)]
pub struct FreshPassword {
    pub account: AccountId,
    pub login: String,
    pub password: String,
}

/// Enters an account; it can be used once the security administrator has granted the post. The same request
/// twice is one account: the second answer carries no password.
pub async fn create(
    app: &App,
    actor: &Actor,
    request_id: &str,
    entered: Entered,
) -> AppResult<Result<FreshPassword, AccountId>> {
    let resource = reach(actor, entered.post.region);
    app.policies.require(actor, "account.create", &resource)?;
    refuse_role(actor, entered.post.role)?;
    let by = actor.account.ok_or_else(|| AppError::forbidden("请先登录。"))?;
    let login = rows::login_as_stored(&entered.login);
    let fresh = password::fresh_password()?;
    let new = rows::NewAccount {
        id: AccountId(app.next_id()),
        login: login.clone(),
        name: entered.name.trim().to_owned(),
        post: entered.post,
        person: entered.person,
        password_hash: password::hash(&fresh, Hashing::STRONG).await?,
        state: AccountState::Pending,
        valid_to: entered.valid_to,
        must_change: true,
        demo: false,
        asked_by: Some(by),
    };
    rows::check(&new)?;
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(Err(earlier_account(&earlier.subject)?)),
    };
    one_platform_post(&*tx, &new).await?;
    let added = rows::insert(
        &tx,
        tx.at().millis(),
        actor,
        std::slice::from_ref(&new),
        "ON CONFLICT (login) DO NOTHING",
    )
    .await?;
    if added == 0 {
        return Err(AppError::conflict(format!("登录名“{login}”已有人使用，请换一个。")));
    }
    let act = Act::new("account.create", super::subject(new.id)).in_region(new.post.region);
    tx.commit(act.with(json!({ "login": login, "role": new.post.role.id() })))
        .await?;
    Ok(Ok(FreshPassword {
        account: new.id,
        login,
        password: fresh,
    }))
}

/// Asks for another post for an account; nothing changes until it is granted.
pub async fn ask(app: &App, actor: &Actor, id: AccountId, post: Post) -> AppResult<()> {
    let account = found(app, actor, id, "account.change").await?;
    refuse_role(actor, post.role)?;
    app.policies
        .require(actor, "account.change", &reach(actor, post.region))?;
    fits_area(post.role, post.region).map_err(AppError::invalid)?;
    if post.role == Role::FundUnitAdmin && post.org.is_none() {
        return Err(AppError::invalid("责任单位管理员须选择所在单位。"));
    }
    if account.post.role != post.role && (account.post.role.is_platform_admin() || post.role.is_platform_admin()) {
        return Err(AppError::invalid(
            "系统、安全、审计管理员岗位互斥，也不能兼业务岗位；请另建账号。",
        ));
    }
    if account.post == post {
        return Err(AppError::invalid("岗位没有变化。"));
    }
    let by = actor.account.ok_or_else(|| AppError::forbidden("请先登录。"))?;
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "UPDATE account SET asked_role = $1, asked_region = $2, asked_org = $3, asked_by = $4 WHERE id = $5",
        args![post.role.id(), post.region.as_i64(), post.org, by.0, id.0],
    )
    .await?;
    let act = Act::new("account.ask", account.subject()).in_region(account.post.region);
    tx.commit(act.with(json!({ "from": account.post.role.id(), "to": post.role.id() })))
        .await?;
    Ok(())
}

/// Grants the post that was asked for (`granted`), or refuses it. A new account that is refused never opens.
pub async fn grant(app: &App, actor: &Actor, id: AccountId, granted: bool) -> AppResult<()> {
    let account = found(app, actor, id, "account.grant").await?;
    let Some((post, by)) = &account.asked else {
        return Err(AppError::conflict("这个账号没有待授权的岗位。"));
    };
    let tx = app.trail.begin(actor).await?;
    let touched =
        if granted {
            tx.execute(
            "UPDATE account SET role = $1, region = $2, org = $3, state = $4, asked_role = NULL, asked_region = NULL, \
             asked_org = NULL, asked_by = NULL WHERE id = $5 AND asked_by = $6 AND asked_role = $1",
            args![
                post.role.id(),
                post.region.as_i64(),
                post.org.clone(),
                if account.state == AccountState::Pending { "active" } else { account.state.id() },
                id.0,
                by.0
            ],
        )
        .await?
        } else {
            let state = if account.state == AccountState::Pending {
                AccountState::Refused
            } else {
                account.state
            };
            tx.execute(
            "UPDATE account SET state = $1, asked_role = NULL, asked_region = NULL, asked_org = NULL, asked_by = NULL \
             WHERE id = $2 AND asked_by = $3",
            args![state.id(), id.0, by.0],
        )
        .await?
        };
    if touched != 1 {
        return Err(AppError::conflict("这个申请已被他人办理。"));
    }
    let name = if granted { "account.grant" } else { "account.refuse" };
    let act = Act::new(name, account.subject()).in_region(post.region);
    tx.commit(act.with(json!({ "role": post.role.id(), "asked_by": by.0 })))
        .await?;
    Ok(())
}

/// Closes an account, or opens it again. All its sessions end.
pub async fn close(app: &App, actor: &Actor, id: AccountId, closed: bool) -> AppResult<()> {
    let account = found(app, actor, id, "account.close").await?;
    let (from, to) = if closed {
        ("active", "closed")
    } else {
        ("closed", "active")
    };
    let tx = app.trail.begin(actor).await?;
    let touched = tx
        .execute(
            "UPDATE account SET state = $1 WHERE id = $2 AND state = $3",
            args![to, id.0, from],
        )
        .await?;
    if touched != 1 {
        return Err(AppError::conflict("账号当前的状态不能这样办理，请刷新后查看。"));
    }
    web::end_sessions(&tx, id).await?;
    let name = if closed { "account.close" } else { "account.reopen" };
    tx.commit(Act::new(name, account.subject()).in_region(account.post.region))
        .await?;
    Ok(())
}

/// Gives out a new password, which the person must replace at once. All sessions end, a lock is lifted.
pub async fn reset(app: &App, actor: &Actor, id: AccountId) -> AppResult<FreshPassword> {
    let account = found(app, actor, id, "account.reset").await?;
    if account.demo {
        return Err(AppError::forbidden("演示账号的密码是公开的，不能重置。"));
    }
    let fresh = password::fresh_password()?;
    let hashed = password::hash(&fresh, Hashing::STRONG).await?;
    let tx = app.trail.begin(actor).await?;
    rows::set_password(&tx, id, hashed, true).await?;
    sign_in::forget_tries(app, &tx, &account.login).await?;
    tx.commit(Act::new("account.reset", account.subject()).in_region(account.post.region))
        .await?;
    Ok(FreshPassword {
        account: id,
        login: account.login,
        password: fresh,
    })
}

/// Lifts the lock that too many wrong passwords brought.
pub async fn unlock(app: &App, actor: &Actor, id: AccountId) -> AppResult<()> {
    let account = found(app, actor, id, "account.unlock").await?;
    let tx = app.trail.begin(actor).await?;
    sign_in::forget_tries(app, &tx, &account.login).await?;
    tx.commit(Act::new("account.unlock", account.subject()).in_region(account.post.region))
        .await?;
    Ok(())
}

/// An account as far as this administrator may see it.
pub async fn visible(app: &App, actor: &Actor, id: AccountId) -> AppResult<Account> {
    let account = rows::account(&app.db, id).await?;
    let seen = account.filter(|a| super::account_scope(actor).covers(a.post.region));
    seen.ok_or_else(|| AppError::not_found("没有找到这个账号，或不在您的管理范围内。"))
}

/// What policies look at when an account is acted on.
pub fn resource_of(actor: &Actor, account: &Account) -> Resource {
    let mut resource = reach(actor, account.post.region).concerning_self(actor.account == Some(account.id));
    if let Some((_, by)) = &account.asked {
        resource = resource.entered_by(*by);
    }
    resource
}

/// Whether an act is open to this administrator on this account; pages show only such acts.
pub fn may(app: &App, actor: &Actor, account: &Account, action: &str) -> bool {
    manages(actor, account.post.role) && app.policies.permits(actor, action, &resource_of(actor, account))
}

async fn found(app: &App, actor: &Actor, id: AccountId, action: &str) -> AppResult<Account> {
    let account = visible(app, actor, id).await?;
    if actor.account == Some(id) {
        return Err(AppError::forbidden("不能办理本人的账号，请由其他管理员办理。"));
    }
    app.policies.require(actor, action, &resource_of(actor, &account))?;
    refuse_role(actor, account.post.role)?;
    Ok(account)
}

fn refuse_role(actor: &Actor, role: Role) -> AppResult<()> {
    if manages(actor, role) {
        return Ok(());
    }
    Err(AppError::forbidden(format!(
        "“{}”的账号由系统管理员和安全管理员办理。",
        role.title()
    )))
}

/// The platform's own administrators hold no business scope: for them accounts have no region.
fn reach(actor: &Actor, region: kernel::RegionCode) -> Resource {
    if actor.role.is_platform_admin() {
        Resource::any()
    } else {
        Resource::in_region(region)
    }
}

/// One person holds one of the three administrators' posts and no other account beside it.
async fn one_platform_post(db: &impl Query, new: &rows::NewAccount) -> AppResult<()> {
    let Some(person) = new.person else { return Ok(()) };
    let others = if new.post.role.is_platform_admin() {
        "SELECT COUNT(*) FROM account WHERE person_key = $1 AND state <> 'closed'"
    } else {
        "SELECT COUNT(*) FROM account WHERE person_key = $1 AND state <> 'closed' \
         AND role IN ('sysadmin', 'secadmin', 'sysaudit')"
    };
    if db.number(others, args![person.0]).await? > 0 {
        return Err(AppError::conflict(
            "同一人不能兼任系统、安全、审计管理员，也不能同时持有业务账号。",
        ));
    }
    Ok(())
}

fn earlier_account(subject: &str) -> AppResult<AccountId> {
    let id = subject.strip_prefix("account:").and_then(|id| id.parse().ok());
    id.map(AccountId)
        .ok_or_else(|| AppError::conflict("这个请求编号已用于别的办理，请刷新页面后重试。"))
}
