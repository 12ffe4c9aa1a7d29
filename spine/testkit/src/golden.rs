//! Every route with every role.
//!
//! [`table`] prints who may open what, to be compared with a committed file, so that a change of a policy is
//! seen by a reviewer. [`walk`] really asks: every refused route is refused by the running router, and no page
//! breaks for anyone who may open it.

use std::fmt::Write;

use access::{Actor, Resource, Role};
use axum::http::{Method, StatusCode};
use web::{App, RouteInfo};

use crate::{Client, Shown, TestApp, an_actor};

/// The module that only tests have.
const OURS: &str = "testkit";

/// One block for each action: its routes, and the codes of the roles it is open to; `公众` is the anonymous
/// visitor. An action that no policy names ends in `无策略`, so that it never passes unseen.
pub fn table(app: &App) -> String {
    let mut routes: Vec<RouteInfo> = app.routes().into_iter().filter(|route| route.module != OURS).collect();
    routes.sort_by_key(|route| (route.module, route.action, route.path, route.method.to_string()));
    let mut out = String::new();
    let mut last = None;
    for route in &routes {
        if last != Some((route.module, route.action)) {
            last = Some((route.module, route.action));
            let _ = writeln!(
                out,
                "\n[{}] {}\n  {}",
                route.module,
                route.action,
                open_to(app, route.action)
            );
        }
        let _ = writeln!(out, "  {:<4} {}", route.method.as_str(), route.path);
    }
    out
}

fn open_to(app: &App, action: &str) -> String {
    if !app.policies.mentions(action) {
        return "无策略".to_owned();
    }
    let may = |actor: &Actor| app.policies.permits(actor, action, &Resource::any());
    let mut open: Vec<&str> = Vec::new();
    if may(&Actor::public()) {
        open.push("公众");
    }
    open.extend(
        Role::ALL
            .iter()
            .filter(|role| may(&an_actor(**role, "371621")))
            .map(|role| role.code()),
    );
    match open.len() {
        0 => "无人".to_owned(),
        n if n == Role::ALL.len() + 1 => "所有人".to_owned(),
        _ => open.join(" "),
    }
}

/// The routes whose action no policy names.
pub fn without_policy(app: &App) -> Vec<String> {
    let bare = |route: &RouteInfo| route.module != OURS && !app.policies.mentions(route.action);
    app.routes()
        .iter()
        .filter(|route| bare(route))
        .map(|r| format!("{} {} ({})", r.method, r.path, r.action))
        .collect()
}

/// Asks for every route as every role and as a visitor. Returns what was wrong: a refused route that answered,
/// or a page that broke. Acts (POST) are sent only by those who may not do them.
pub async fn walk(app: &TestApp) -> Vec<String> {
    let mut wrong = Vec::new();
    let routes: Vec<RouteInfo> = app
        .app
        .routes()
        .into_iter()
        .filter(|route| route.module != OURS)
        .collect();
    for role in std::iter::once(None).chain(Role::ALL.iter().map(|role| Some(*role))) {
        let actor = role.map_or_else(Actor::public, |role| an_actor(role, "371621"));
        let client = match role {
            Some(_) => app.signed_in(actor.clone()).await,
            None => app.visitor(),
        };
        for route in &routes {
            let open = app.app.policies.permits(&actor, route.action, &Resource::any());
            let is_page = route.method == Method::GET;
            if !is_page && open {
                continue;
            }
            // A session of its own for each request: one of the routes ends sessions.
            let mut one: Client = client.clone();
            let path = filled(route.path);
            let shown = if is_page {
                one.get(&path).await
            } else {
                one.post(&path, &[]).await
            };
            if let Some(what) = complaint(open, role.is_some(), &shown) {
                let who = role.map_or("公众", |role| role.code());
                wrong.push(format!("{who} {} {path}: {what}", route.method));
            }
        }
    }
    wrong
}

fn complaint(open: bool, signed_in: bool, shown: &Shown) -> Option<String> {
    let led_to_sign_in = shown.status == StatusCode::SEE_OTHER && shown.location().starts_with("/sign-in");
    let refused = if signed_in {
        shown.status == StatusCode::FORBIDDEN
    } else {
        led_to_sign_in
    };
    if shown.status.is_server_error() {
        let text: String = shown.text().chars().take(200).collect();
        return Some(format!("{} {text}", shown.status));
    }
    (!open && !refused).then(|| format!("refused by policy, answered {}", shown.status))
}

/// A path with values for its parameters; what they name need not exist.
fn filled(path: &str) -> String {
    let part = |part: &str| match part {
        "{region}" | "{town}" | "{area}" => "371621101".to_owned(),
        "{month}" => "2026-01".to_owned(),
        _ if part.starts_with('{') => "1".to_owned(),
        _ => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
