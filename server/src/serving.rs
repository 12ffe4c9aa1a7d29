//! Listening until told to stop.

use std::net::SocketAddr;

use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use comparison::before_payment::BeforePayment;
use kernel::{AppError, AppResult, ErrorKind};
use tokio::net::TcpListener;
use web::App;

/// Takes the port; a taken one is an answer in plain words.
pub(crate) async fn bind(address: SocketAddr) -> AppResult<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| {
        AppError::new(
            ErrorKind::Unavailable,
            format!("端口 {address} 无法使用（{e}）。换一个端口：--port 8090"),
        )
        .caused_by(e)
    })
}

/// How often the schedule is looked at.
const TICK: std::time::Duration = std::time::Duration::from_secs(60);

/// Runs that a crash cut off go on, then scheduled work begins as it comes due; beside the requests, until the end.
fn keep_schedule(app: App) {
    tokio::spawn(async move {
        if let Err(error) = comparison::runs::resume_runs(&app).await {
            tracing::warn!(%error, "runs could not be resumed");
        }
        let mut minutes = tokio::time::interval(TICK);
        loop {
            minutes.tick().await;
            if let Err(error) = comparison::schedule::tick(&app).await {
                tracing::warn!(%error, "the schedule could not be looked at");
            }
        }
    });
}

/// What the first list or application of the day would wait for is made ready beforehand, again after each delivery.
fn keep_ready(app: App) {
    tokio::spawn(async move {
        let Ok(check) = app.part::<BeforePayment>() else { return };
        let mut minutes = tokio::time::interval(TICK);
        loop {
            minutes.tick().await;
            if let Err(error) = check.make_ready(&app).await {
                tracing::warn!(%error, "checks before payment could not be made ready");
            }
        }
    });
}

/// Serves until Ctrl-C or SIGTERM; requests under way are finished.
pub(crate) async fn serve(app: App, listener: TcpListener) -> AppResult<()> {
    keep_schedule(app.clone());
    keep_ready(app.clone());
    funds::usage::start(app.clone());
    let service: IntoMakeServiceWithConnectInfo<axum::Router, SocketAddr> =
        web::router(app).into_make_service_with_connect_info();
    axum::serve(listener, service)
        .with_graceful_shutdown(told_to_stop())
        .await
        .map_err(AppError::internal)
}

async fn told_to_stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
