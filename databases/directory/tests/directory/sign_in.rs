//! The way in: sessions, headers, forged requests, guessing.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use directory::DEMO_PASSWORD;
use store::{Query, args};
use testkit::{Client, TestApp, TestDb, both_databases, run};

use crate::support::{a_county, at_desk, events, id_of, take_token, try_password};

fn with_county<F: AsyncFnOnce(TestApp)>(claim: F) {
    run(async { claim(a_county(TestDb::sqlite().await).await).await });
}

async fn desk_status(client: &mut Client) -> StatusCode {
    client.get("/desk").await.status
}

#[test]
fn signing_in_leads_to_the_desk_or_back_where_one_came_from() {
    with_county(async |app| {
        let mut client = app.visitor();
        let shown = try_password(&mut client, " XianJi ", DEMO_PASSWORD).await;
        assert_eq!(shown.location(), "/desk");
        assert!(client.get("/desk").await.text().contains("王建国，您好"));

        let form = [
            ("login", "xianji"),
            ("password", DEMO_PASSWORD),
            ("back", "/desk/accounts?page=2"),
        ];
        assert_eq!(
            app.visitor().post("/sign-in", &form).await.location(),
            "/desk/accounts?page=2"
        );
        let form = [
            ("login", "xianji"),
            ("password", DEMO_PASSWORD),
            ("back", "//evil.example/"),
        ];
        assert_eq!(app.visitor().post("/sign-in", &form).await.location(), "/desk");
    });
}

#[test]
fn the_session_changes_at_sign_in_and_ends_at_sign_out() {
    with_county(async |app| {
        let mut client = app.visitor();
        try_password(&mut client, "xianji", DEMO_PASSWORD).await;
        take_token(&mut client).await;
        let first = client.clone();
        assert_eq!(
            try_password(&mut client, "xianji", DEMO_PASSWORD).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(desk_status(&mut client).await, StatusCode::OK);
        assert_eq!(
            desk_status(&mut first.clone()).await,
            StatusCode::SEE_OTHER,
            "the id of before is dead"
        );

        let mut client = at_desk(&app, "xianji").await;
        let kept = client.clone();
        assert_eq!(client.post("/sign-out", &[]).await.location(), "/");
        assert_eq!(desk_status(&mut kept.clone()).await, StatusCode::SEE_OTHER);
        assert_eq!(events(&app, "account.sign_out").await, 1);
    });
}

#[test]
fn a_request_from_another_site_or_without_the_token_is_refused() {
    with_county(async |app| {
        let client = at_desk(&app, "xianji").await;
        let request = |origin: &str| {
            Request::post("/sign-out")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ORIGIN, origin)
                .body(Body::from("a=1"))
                .unwrap()
        };
        for origin in ["https://evil.example", "http://yangguang.test"] {
            assert_eq!(
                client.clone().send(request(origin)).await.status,
                StatusCode::FORBIDDEN,
                "{origin}"
            );
        }
        assert_eq!(desk_status(&mut client.clone()).await, StatusCode::OK);
    });
}

#[test]
fn a_link_cannot_sign_out_or_change_an_account() {
    with_county(async |app| {
        let mut client = at_desk(&app, "xianji").await;
        let id = id_of(&app, "minzheng").await;
        for path in ["/sign-out".to_owned(), format!("/desk/accounts/{id}/close")] {
            assert_eq!(client.get(&path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
        assert_eq!(desk_status(&mut client).await, StatusCode::OK);
    });
}

#[test]
fn cookies_and_pages_carry_their_protection() {
    with_county(async |app| {
        let mut client = app.visitor();
        let shown = try_password(&mut client, "xianji", DEMO_PASSWORD).await;
        let cookie = shown
            .headers
            .get(header::SET_COOKIE)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert!(cookie.starts_with("__Host-yangguang="), "{cookie}");
        for word in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(word), "{cookie} lacks {word}");
        }
        let page = client.get("/desk").await;
        let header = |name: &str| {
            page.headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        assert!(header("content-security-policy").contains("default-src 'self'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-frame-options"), "DENY");
    });
}

both_databases! {
    async fn after_five_wrong_passwords_even_the_right_one_waits(db: TestDb) {
        let app = a_county(db).await;
        for login in ["xianji", "nobody-here"] {
            let mut seen = Vec::new();
            for _ in 0..10 {
                let shown = try_password(&mut app.visitor(), login, "wrong-password").await;
                seen.push((shown.status.as_u16(), shown.texts("[role=alert]")));
            }
            let codes: Vec<u16> = seen.iter().map(|(code, _)| *code).collect();
            assert_eq!(codes, [422, 422, 422, 422, 429, 429, 429, 429, 429, 429], "{login}");
            assert!(seen[0].1[0].contains("登录名或密码不对"), "{:?}", seen[0]);
        }
        assert_eq!(try_password(&mut app.visitor(), "xianji", DEMO_PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(events(&app, "account.sign_in_failed").await, 8);
        assert_eq!(events(&app, "account.lock").await, 2);
        app.clock.advance_minutes(16);
        assert_eq!(try_password(&mut app.visitor(), "xianji", DEMO_PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn guesses_side_by_side_are_all_counted(db: TestDb) {
        let app = a_county(db).await;
        let mut tries = Vec::new();
        for n in 0..20 {
            let mut client = app.visitor();
            tries.push(testkit::tokio::spawn(async move {
                try_password(&mut client, "xianji", &format!("wrong-password-{n}")).await.status.as_u16()
            }));
        }
        let mut refused = 0;
        for one in tries {
            refused += i32::from(one.await.unwrap() == 422);
        }
        assert!(refused <= 4, "{refused} guesses were answered");
        assert_eq!(try_password(&mut app.visitor(), "xianji", DEMO_PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn the_record_holds_no_password_and_no_unknown_login(db: TestDb) {
        let app = a_county(db).await;
        try_password(&mut app.visitor(), "my-secret-password-7", "oops").await;
        try_password(&mut app.visitor(), "xianji", "my-secret-password-7").await;
        try_password(&mut app.visitor(), "xianji", DEMO_PASSWORD).await;
        let leaks = app.app.db.number(
            "SELECT COUNT(*) FROM trail_event WHERE subject LIKE $1 OR payload LIKE $1 OR payload LIKE $2",
            args!["%my-secret%", format!("%{DEMO_PASSWORD}%")],
        );
        assert_eq!(leaks.await.unwrap(), 0);
        assert_eq!(events(&app, "account.sign_in").await, 1);
        assert_eq!(trail::verify(&app.app.db).await.unwrap(), trail::Verdict::Intact(app.app.db.number("SELECT COUNT(*) FROM trail_event", args![]).await.unwrap()));
    }
}

#[test]
fn a_demo_account_is_filled_in_by_a_plain_link() {
    with_county(async |app| {
        let mut client = app.visitor();
        let page = client.get("/sign-in").await;
        assert_eq!(page.texts("table tbody a").len(), 37);
        let rows = page.texts("table tbody tr");
        let civil: Vec<&String> = rows.iter().filter(|row| row.contains("民政局")).collect();
        assert!(
            civil.len() == 1 && civil[0].replace(' ', "").contains("minzheng、minzheng2"),
            "colleagues stand in one line: {rows:?}"
        );
        let filled = client.get("/sign-in?login=jianwei").await;
        assert_eq!(filled.attributes("#login", "value"), ["jianwei"]);
        assert_eq!(filled.attributes("#password", "value"), [DEMO_PASSWORD]);
    });
}

#[test]
fn an_ordinary_installation_shows_no_accounts_at_its_door() {
    run(async {
        let parts = directory::parts(false, Vec::new());
        let db = TestDb::sqlite().await;
        let app = TestApp::installed(db, vec![directory::module()], parts, directory::living()).await;
        let page = app.visitor().get("/sign-in?login=xianji").await;
        assert!(!page.body.contains(DEMO_PASSWORD) && !page.text().contains("演示"));
    });
}
