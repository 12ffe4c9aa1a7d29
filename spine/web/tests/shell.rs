//! What every page is wrapped in: permission before the handler, forged requests refused, errors that help.

use access::{AccountId, Role};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
    response::IntoResponse,
};
use kernel::AppError;
use testkit::{TestApp, TestDb, an_actor, run};
use web::{Ctx, Module, Page, Routes};

const THINGS: Module = Module {
    name: "things",
    migrations: &[],
    policy: r#"
        permit(principal, action == Action::"thing.see", resource);
        permit(principal in Role::"cdi_admin", action == Action::"thing.change", resource);
    "#,
    menu: &[],
    routes,
};

fn routes(routes: Routes) -> Routes {
    routes
        .get("/things", "thing.see", async |_: Ctx| -> Page {
            Ok("list".into_response())
        })
        .get("/things/broken", "thing.see", async |_: Ctx| -> Page {
            Err(AppError::internal("SELECT secret FROM /var/db: no such table").into())
        })
        .get("/things/panic", "thing.see", panics)
        .get("/things/gone", "thing.see", async |_: Ctx| -> Page {
            Err(AppError::not_found("没有这件东西。").into())
        })
        .get(
            "/things/forgotten",
            "thing.nobody_wrote_a_policy",
            async |_: Ctx| -> Page { Ok("open!".into_response()) },
        )
        .post("/things", "thing.change", async |_: Ctx| -> Page {
            Ok("changed".into_response())
        })
}

async fn panics(_: Ctx) -> Page {
    panic!("a defect with /var/secret in it")
}

fn with_app<F: AsyncFnOnce(TestApp)>(claim: F) {
    run(async { claim(TestApp::new(TestDb::sqlite().await, vec![THINGS]).await).await });
}

fn form(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

#[test]
fn a_route_without_a_policy_is_closed_to_everyone() {
    with_app(async |app| {
        for role in Role::ALL {
            let shown = app.as_role(*role, "371621").await.get("/things/forgotten").await;
            assert_eq!(shown.status, StatusCode::FORBIDDEN, "{role:?}");
        }
    });
}

#[test]
fn visitors_are_led_to_the_sign_in_page_and_back() {
    with_app(async |app| {
        let shown = app.visitor().get("/things/forgotten?page=2").await;
        assert_eq!(shown.location(), "/sign-in?back=%2Fthings%2Fforgotten%3Fpage%3D2");
    });
}

#[test]
fn a_post_without_the_token_or_from_another_site_changes_nothing() {
    with_app(async |app| {
        let mut inspector = app.as_role(Role::CdiAdmin, "371621").await;
        assert_eq!(inspector.post("/things", &[]).await.status, StatusCode::OK);

        let without = form("/things").body(Body::from("a=1")).unwrap();
        assert_eq!(inspector.send(without).await.status, StatusCode::FORBIDDEN);

        let foreign = form("/things")
            .header(header::ORIGIN, "http://evil.example")
            .body(Body::from(format!("csrf={}", inspector.csrf)))
            .unwrap();
        assert_eq!(inspector.send(foreign).await.status, StatusCode::FORBIDDEN);

        let cross_site = form("/things")
            .header("sec-fetch-site", "cross-site")
            .body(Body::from(format!("csrf={}", inspector.csrf)))
            .unwrap();
        assert_eq!(inspector.send(cross_site).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn reading_addresses_take_no_posts() {
    with_app(async |app| {
        let mut inspector = app.as_role(Role::CdiAdmin, "371621").await;
        assert_eq!(
            inspector.post("/things/gone", &[]).await.status,
            StatusCode::METHOD_NOT_ALLOWED
        );
    });
}

#[test]
fn a_demotion_and_a_closed_account_take_effect_at_the_next_request() {
    with_app(async |app| {
        let mut inspector = app.as_role(Role::CdiAdmin, "371621").await;
        let mut actor = an_actor(Role::CdiAdmin, "371621");
        actor.role = Role::Observer;
        app.set_actor(actor.clone());
        assert_eq!(inspector.post("/things", &[]).await.status, StatusCode::FORBIDDEN);

        app.close_account(actor.account.unwrap_or(AccountId(0)));
        let shown = inspector.get("/things/forgotten").await;
        assert!(shown.location().starts_with("/sign-in"));
    });
}

#[test]
fn errors_help_and_give_nothing_away() {
    with_app(async |app| {
        let mut visitor = app.visitor();
        for path in ["/things/broken", "/things/panic"] {
            let shown = visitor.get(path).await;
            assert_eq!(shown.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(shown.text().contains("编号"), "{}", shown.text());
            assert!(
                !shown.body.contains("SELECT") && !shown.body.contains("/var"),
                "{}",
                shown.body
            );
        }
        let gone = visitor.get("/things/gone").await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        assert!(gone.text().contains("没有这件东西。"));
        assert_eq!(visitor.get("/no/such/page").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn every_answer_carries_the_protective_headers() {
    with_app(async |app| {
        let shown = app.visitor().get("/things").await;
        let header = |name: &str| {
            shown
                .headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        assert!(header("content-security-policy").contains("default-src 'self'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
    });
}

#[test]
fn the_reading_size_is_chosen_without_script_and_leads_only_home() {
    with_app(async |app| {
        let mut visitor = app.visitor();
        let shown = visitor.post("/elder", &[("pt", "24"), ("back", "/things")]).await;
        assert_eq!(shown.location(), "/things");
        let shown = visitor
            .post("/elder", &[("pt", "24"), ("back", "//evil.example")])
            .await;
        assert_eq!(shown.location(), "/");
    });
}
