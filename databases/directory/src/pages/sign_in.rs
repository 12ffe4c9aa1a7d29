//! The way in and the way out.

use access::Role;
use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect},
};
use kernel::ErrorKind;
use serde::Deserialize;
use trail::Act;
use web::{Ctx, Layer, Page, Shell, html, parts::Field};

use crate::{
    DEMO_PASSWORD,
    accounts::sign_in::{Outcome, message, sign_in},
    demo::{DemoInstallation, demo_accounts},
};

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    shell: Shell,
    login: Field,
    password: Field,
    back: String,
    problem: &'static str,
    demo: Vec<DemoLine>,
    demo_password: &'static str,
}

/// Those of the same post in the same office.
struct DemoLine {
    role: Role,
    place: String,
    links: Vec<DemoLink>,
}

struct DemoLink {
    login: &'static str,
    /// The same page with the login filled in.
    href: String,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    back: String,
    #[serde(default)]
    login: String,
}

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    if ctx.actor().is_signed_in() {
        return Ok(Redirect::to(&destination(&asked.back)).into_response());
    }
    page(&ctx, &asked.login, &asked.back, "").await
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    login: String,
    password: String,
    #[serde(default)]
    back: String,
}

pub(crate) async fn submit(ctx: Ctx, Form(typed): Form<Typed>) -> Page {
    let outcome = sign_in(ctx.app(), &typed.login, &typed.password).await?;
    match &outcome {
        Outcome::In { account, must_change } => {
            ctx.sign_in(*account).await?;
            let to = if *must_change {
                "/desk/password".to_owned()
            } else {
                destination(&typed.back)
            };
            Ok(Redirect::to(&to).into_response())
        }
        Outcome::Refused | Outcome::Locked => {
            let (kind, problem) = message(&outcome).unwrap_or((ErrorKind::Invalid, ""));
            let login: String = typed.login.chars().take(64).collect();
            Ok(web::refused_as(kind, page(&ctx, &login, &typed.back, problem).await?))
        }
    }
}

pub(crate) async fn leave(ctx: Ctx) -> Page {
    if let Some(account) = ctx.actor().account {
        let act = Act::new("account.sign_out", crate::accounts::subject(account));
        ctx.trail.note(ctx.actor(), act).await?;
        ctx.sign_out().await?;
    }
    Ok(Redirect::to("/").into_response())
}

async fn page(ctx: &Ctx, login: &str, back: &str, problem: &'static str) -> Page {
    let is_demo = ctx.part::<DemoInstallation>().is_ok_and(|demo| demo.0);
    let accounts = if is_demo {
        demo_accounts(ctx.app()).await?
    } else {
        Vec::new()
    };
    let back = safe_path(back).unwrap_or_default();
    let known_demo = accounts.iter().any(|account| account.login == login);
    let mut demo: Vec<DemoLine> = Vec::new();
    for account in accounts {
        let link = DemoLink {
            href: format!("/sign-in?{}", web::query_of([("login", account.login), ("back", back)])),
            login: account.login,
        };
        // Colleagues stand in one line.
        match demo
            .iter_mut()
            .find(|line| line.role == account.role && line.place == account.place)
        {
            Some(line) => line.links.push(link),
            None => demo.push(DemoLine {
                role: account.role,
                place: account.place,
                links: vec![link],
            }),
        }
    }
    html(SignInPage {
        shell: ctx.shell(Layer::Public).here("登录"),
        login: Field::text("login", "登录名")
            .value(login)
            .autocomplete("username")
            .required(),
        password: Field::input("password", "password", "密码")
            .value(if known_demo { DEMO_PASSWORD } else { "" })
            .autocomplete("current-password")
            .required(),
        back: back.to_owned(),
        problem,
        demo,
        demo_password: DEMO_PASSWORD,
    })
}

/// Where a person goes after signing in.
fn destination(back: &str) -> String {
    match safe_path(back) {
        Some("/") | None => "/desk".to_owned(),
        Some(path) => path.to_owned(),
    }
}

/// A path on this platform; never another site, never a header.
fn safe_path(back: &str) -> Option<&str> {
    let plain = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let here = back.starts_with('/') && !back.starts_with("//") && !back.starts_with("/sign-");
    (plain && here && back.len() <= 2000).then_some(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leaves_the_platform() {
        assert_eq!(destination("/findings?page=2"), "/findings?page=2");
        for bad in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nset-cookie: x",
            "/sign-in",
            "evil",
        ] {
            assert_eq!(destination(bad), "/desk", "{bad}");
        }
    }
}
