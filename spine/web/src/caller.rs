//! Who sent this request. Worked out once for each request, before any handler runs.

use access::{Actor, Resource};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{AppError, AppResult, ErrorKind};
use tower_sessions::Session;

use crate::{App, WebError, csrf, errors, sessions};

/// The actor of a request and the frame their pages need.
#[derive(Clone)]
pub struct Caller {
    pub app: App,
    pub actor: Actor,
    pub area_title: String,
    /// The token their forms must carry; empty without a session.
    pub csrf: String,
    pub(crate) session: Session,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) elder_cookie: Option<String>,
    /// htmx asked for a fragment.
    pub(crate) wants_fragment: bool,
}

/// Finds the caller, refuses forged requests, and turns errors into pages.
pub(crate) async fn identify(State(app): State<App>, session: Session, request: Request, next: Next) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map(|p| p.to_string())
        .unwrap_or_default();
    let elder_cookie = cookie(request.headers(), "elder");
    let wants_fragment = request.headers().contains_key("hx-request");
    let visitor = Caller {
        app,
        actor: Actor::public(),
        area_title: String::new(),
        csrf: String::new(),
        session,
        path,
        elder_cookie,
        wants_fragment,
    };
    let caller = match sign_in_from_session(visitor).await {
        Ok(caller) => caller,
        Err(error) => return errors::render_bare(&error),
    };
    let shown_by = caller.clone();
    let response = match csrf::check(&caller, request).await {
        Ok(mut request) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => WebError(error).into_response(),
    };
    errors::render(&shown_by, response).await
}

/// Lets a request through to a handler only when a policy permits the route's action to the caller.
pub(crate) async fn guard(action: &'static str, request: Request, next: Next) -> Response {
    let Some(caller) = request.extensions().get::<Caller>() else {
        return WebError(AppError::internal("route outside the caller middleware")).into_response();
    };
    if caller.app.policies.permits(&caller.actor, action, &Resource::any()) {
        return next.run(request).await;
    }
    let error = if caller.actor.is_signed_in() {
        AppError::forbidden(format!("“{}”没有查看或办理此项的权限。", caller.actor.role.title()))
    } else {
        AppError::new(ErrorKind::Unauthenticated, "请先登录。")
    };
    WebError(error).into_response()
}

async fn sign_in_from_session(mut caller: Caller) -> AppResult<Caller> {
    let failed = |e: tower_sessions::session::Error| AppError::internal(e.to_string());
    let account: Option<i64> = caller.session.get(sessions::ACCOUNT).await.map_err(failed)?;
    let Some(account) = account else { return Ok(caller) };
    match caller
        .app
        .accounts
        .signed_in(&caller.app, access::AccountId(account))
        .await?
    {
        Some(signed_in) => {
            caller.actor = signed_in.actor;
            caller.area_title = signed_in.area_title;
            caller.csrf = caller
                .session
                .get(sessions::CSRF)
                .await
                .map_err(failed)?
                .unwrap_or_default();
            let now = caller.app.clock.now().millis();
            let seen: i64 = caller.session.get(sessions::SEEN).await.map_err(failed)?.unwrap_or(0);
            if now - seen > sessions::PROLONG_MINUTES * 60_000 {
                caller.session.insert(sessions::SEEN, now).await.map_err(failed)?;
            }
        }
        None => caller.session.flush().await.map_err(failed)?,
    }
    Ok(caller)
}

pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v.to_owned())
}
