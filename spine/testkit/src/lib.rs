//! What tests stand on: fresh databases of both kinds, the app in process, a browser-like client, a still clock.

mod app;
mod client;
pub mod county;
mod db;
pub mod docs;
pub mod golden;
mod import;

pub use app::{TestApp, an_actor};
pub use client::{Client, Shown};
pub use db::TestDb;
pub use tokio;

/// The day on which tests happen, a Monday.
pub fn test_day() -> kernel::Date {
    kernel::period::parse_date("2026-03-02").unwrap_or(kernel::Date::MIN)
}

/// Runs one test on SQLite and on PostgreSQL:
/// `both_databases! { async fn a_claim(db: TestDb) { .. } }`.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn claim($db: $crate::TestDb) $body

            $(#[$meta])*
            #[test]
            fn on_sqlite() {
                $crate::run(async { claim($crate::TestDb::sqlite().await).await });
            }

            $(#[$meta])*
            #[test]
            fn on_postgres() {
                $crate::run(async { claim($crate::TestDb::postgres().await).await });
            }
        }
    )*};
}

/// What work in the background comes to: asked again and again until there is an answer. The limit ends a test that would
/// hang for ever and says nothing about speed: a busy machine may take its time.
pub async fn eventually<T>(awaited: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let limit = std::time::Duration::from_secs(600);
    let began = tokio::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < limit, "still waiting for {awaited}");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}

/// Runs a future to its end on a runtime of two threads.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
