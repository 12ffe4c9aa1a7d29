//! The own password.

use askama::Template;
use axum::Form;
use serde::Deserialize;
use web::{Ctx, Layer, Page, Shell, html, parts::Field};

use crate::accounts::rows::{account, change_own_password};

#[derive(Template)]
#[template(path = "pages/password.html")]
struct PasswordPage {
    shell: Shell,
    /// The present password was given out by someone else.
    must_change: bool,
    problem: String,
    fields: Vec<Field>,
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    old: String,
    new: String,
    again: String,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    page(&ctx, String::new()).await
}

pub(crate) async fn submit(ctx: Ctx, Form(typed): Form<Typed>) -> Page {
    if typed.new != typed.again {
        return refused(&ctx, "两次输入的新密码不一致。".to_owned()).await;
    }
    match change_own_password(ctx.app(), ctx.actor(), &typed.old, &typed.new).await {
        Ok(()) => {
            if let Some(account) = ctx.actor().account {
                ctx.sign_in(account).await?;
            }
            ctx.done("密码已修改，其他设备上的登录已退出。", "/desk").await
        }
        Err(error) if error.kind == kernel::ErrorKind::Invalid => refused(&ctx, error.message).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(ctx: &Ctx, problem: String) -> Page {
    Ok(web::refused(page(ctx, problem).await?))
}

async fn page(ctx: &Ctx, problem: String) -> Page {
    let must_change = match ctx.actor().account {
        Some(id) => account(&ctx.db, id).await?.is_some_and(|account| account.must_change),
        None => false,
    };
    let field = |name, label, token| Field::input("password", name, label).autocomplete(token).required();
    html(PasswordPage {
        shell: ctx.shell(Layer::Management).here("修改密码"),
        must_change,
        problem,
        fields: vec![
            field("old", "原密码", "current-password"),
            field("new", "新密码", "new-password").hint("至少 10 位，含字母、数字、符号中的至少两种，不含登录名。"),
            field("again", "再输一次新密码", "new-password"),
        ],
    })
}
