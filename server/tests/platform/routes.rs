//! Who may open what, for every route of every module.

use std::path::Path;

use testkit::{TestApp, TestDb, golden, run};

async fn the_platform() -> TestApp {
    let db = TestDb::sqlite().await;
    let settings = server::Settings {
        demo: true,
        ..server::Settings::default()
    };
    let parts = server::parts(&settings, db.folder.path()).unwrap();
    TestApp::with_parts(db, server::modules(), parts).await
}

#[test]
fn no_route_is_without_a_policy() {
    run(async {
        let app = the_platform().await;
        assert_eq!(golden::without_policy(&app.app), Vec::<String>::new());
    });
}

/// `UPDATE_SNAPSHOTS=1 cargo test -p yangguang-server` renews the file; a reviewer reads its difference.
#[test]
fn who_may_open_what_is_as_reviewed() {
    run(async {
        let app = the_platform().await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/routes.txt");
        let table = golden::table(&app.app);
        if std::env::var("UPDATE_SNAPSHOTS").is_ok() {
            std::fs::write(&path, &table).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap_or_default(),
            table,
            "docs/routes.txt differs"
        );
    });
}

// accept: 000-65
#[test]
fn every_route_refuses_every_role_it_is_closed_to() {
    run(async {
        let app = the_platform().await;
        assert_eq!(golden::walk(&app).await, Vec::<String>::new());
    });
}
