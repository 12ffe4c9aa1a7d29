//! The one-button acts on an account.

use access::AccountId;
use askama::Template;
use axum::extract::Path;
use web::{Ctx, Layer, Page, Shell, html};

use crate::accounts::change::{self, FreshPassword};

/// The only place where a given-out password is ever seen. It is not kept.
#[derive(Template)]
#[template(path = "pages/accounts/secret.html")]
struct SecretPage {
    shell: Shell,
    login: String,
    password: String,
    account_href: String,
    waits_for_grant: bool,
}

pub(super) fn tell(ctx: &Ctx, fresh: FreshPassword, waits_for_grant: bool) -> Page {
    html(SecretPage {
        shell: ctx
            .shell(Layer::Management)
            .crumb("账号管理", "/desk/accounts")
            .here("初始密码"),
        account_href: format!("/desk/accounts/{}", fresh.account),
        login: fresh.login,
        password: fresh.password,
        waits_for_grant,
    })
}

pub(super) async fn reset(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let fresh = change::reset(ctx.app(), ctx.actor(), AccountId(id)).await?;
    tell(&ctx, fresh, false)
}

pub(super) async fn unlock(ctx: Ctx, Path(id): Path<i64>) -> Page {
    change::unlock(ctx.app(), ctx.actor(), AccountId(id)).await?;
    ctx.done("已解除锁定。", &format!("/desk/accounts/{id}")).await
}

pub(super) async fn close(ctx: Ctx, Path(id): Path<i64>) -> Page {
    change::close(ctx.app(), ctx.actor(), AccountId(id), true).await?;
    ctx.done("账号已停用，所有登录立即失效。", &format!("/desk/accounts/{id}"))
        .await
}

pub(super) async fn reopen(ctx: Ctx, Path(id): Path<i64>) -> Page {
    change::close(ctx.app(), ctx.actor(), AccountId(id), false).await?;
    ctx.done("账号已启用。", &format!("/desk/accounts/{id}")).await
}

pub(super) async fn grant(ctx: Ctx, Path(id): Path<i64>) -> Page {
    change::grant(ctx.app(), ctx.actor(), AccountId(id), true).await?;
    ctx.done("岗位已授权，立即生效。", &format!("/desk/accounts/{id}"))
        .await
}

pub(super) async fn refuse(ctx: Ctx, Path(id): Path<i64>) -> Page {
    change::grant(ctx.app(), ctx.actor(), AccountId(id), false).await?;
    ctx.done("申请未获授权，原岗位不变。", &format!("/desk/accounts/{id}"))
        .await
}
