//! A fresh, empty database for one test. Folders go with the test; what a process left on PostgreSQL goes with the next one.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use store::{Db, FromQueryResult, Query};
use tempfile::TempDir;

/// Where `cargo xtask services` runs PostgreSQL; another server by `YANGGUANG_TEST_POSTGRES`.
const DEFAULT_SERVER: &str = "postgres://postgres@127.0.0.1:54329";

/// A database and the folder for everything else a test writes.
pub struct TestDb {
    pub db: Db,
    pub url: String,
    pub folder: TempDir,
}

impl TestDb {
    pub async fn sqlite() -> TestDb {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("facts.db").display());
        let db = Db::connect(&url).await.expect("sqlite opens");
        TestDb { db, url, folder }
    }

    pub async fn postgres() -> TestDb {
        let server = std::env::var("YANGGUANG_TEST_POSTGRES").unwrap_or_else(|_| DEFAULT_SERVER.to_owned());
        let name = format!("t{}_{}", std::process::id(), next());
        let admin = Db::connect(&format!("{server}/postgres"))
            .await
            .unwrap_or_else(|e| panic!("no PostgreSQL at {server}: start it with `cargo xtask services` ({e})"));
        left_behind(&admin).await;
        admin
            .run_schema(&format!("DROP DATABASE IF EXISTS {name}"))
            .await
            .expect("drop");
        admin
            .run_schema(&format!("CREATE DATABASE {name}"))
            .await
            .expect("create");
        admin.close().await.expect("close");
        let url = format!("{server}/{name}");
        let db = Db::connect(&url).await.expect("postgres opens");
        TestDb {
            db,
            url,
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }
}

/// Removes, once a process, the databases of test processes that are no more: nobody else would.
async fn left_behind(admin: &Db) {
    static ONCE: AtomicBool = AtomicBool::new(false);
    let alive = Path::new("/proc");
    if !alive.join("self").exists() || ONCE.swap(true, Ordering::SeqCst) {
        return;
    }
    let found: Vec<Named> = admin
        .rows(
            "SELECT datname AS name FROM pg_database WHERE datname ~ '^t[0-9]+_[0-9]+$'",
            vec![],
        )
        .await
        .expect("the list of databases");
    for Named { name } in found {
        let process = name.trim_start_matches('t').split('_').next().unwrap_or_default();
        if !alive.join(process).exists() {
            // Two processes may be at it at once: the second finds nothing left.
            let _ = admin.run_schema(&format!("DROP DATABASE IF EXISTS {name}")).await;
        }
    }
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

fn next() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.fetch_add(1, Ordering::SeqCst)
}
