//! Who may open what, for every route of every module.

use testkit::{TestApp, TestDb, docs, golden, run};

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

#[test]
fn who_may_open_what_is_as_reviewed() {
    run(async {
        let app = the_platform().await;
        docs::agree("routes.txt", &golden::table(&app.app));
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
