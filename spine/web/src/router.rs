//! The modules' routes put together, with the middleware every request passes.

use std::time::Duration;

use axum::{
    Form, Router,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use crate::{App, ELDER_SIZES_PT, WebError, assets, caller, headers, module::Routes, paths, sessions};

/// No page may take longer; long work runs in the background and shows its progress.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

/// The whole web side of the platform.
pub fn router(app: App) -> Router {
    let mut router: Router<App> = Router::new();
    for module in &app.modules {
        router = router.merge((module.routes)(Routes::of(module.name)).router);
    }
    let secure = app.config.secure_cookies;
    let session_layer = SessionManagerLayer::new(sessions::DbSessions(app.db.clone()))
        .with_name(if secure { "__Host-yangguang" } else { "yangguang" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::minutes(sessions::IDLE_MINUTES)));
    router
        .route(paths::ELDER, post(choose_elder_size))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(CatchPanicLayer::custom(|panic: Box<dyn std::any::Any + Send>| {
            let what = panic
                .downcast_ref::<String>()
                .cloned()
                .or(panic.downcast_ref::<&str>().map(|s| s.to_string()));
            WebError(kernel::AppError::internal(format!(
                "panic: {}",
                what.unwrap_or_default()
            )))
            .into_response()
        }))
        .layer(middleware::from_fn_with_state(app.clone(), caller::identify))
        .layer(session_layer)
        .route("/assets/{*path}", get(assets::serve))
        .layer(middleware::from_fn(headers::add))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ))
        .layer(CompressionLayer::new())
        .with_state(app)
}

#[derive(serde::Deserialize)]
struct ElderForm {
    pt: u16,
    back: String,
}

/// Sets the reading size; works without script and without signing in.
async fn choose_elder_size(Form(form): Form<ElderForm>) -> Response {
    let back = if form.back.starts_with('/') && !form.back.starts_with("//") {
        form.back.as_str()
    } else {
        "/"
    };
    let cookie = if ELDER_SIZES_PT.contains(&form.pt) {
        format!("elder={}; Path=/; Max-Age=31536000; SameSite=Lax", form.pt)
    } else {
        "elder=; Path=/; Max-Age=0; SameSite=Lax".to_owned()
    };
    ([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response()
}
