//! Managing accounts: who asks does not grant, nobody changes himself, what is taken away is gone at once.

use axum::http::StatusCode;
use directory::accounts::account_by_login;
use store::{Query, args};
use testkit::{Client, TestApp, TestDb, both_databases, run};

use crate::support::{a_county, at_desk, at_desk_with, events, id_of, take_token, try_password};

async fn enter(client: &mut Client, login: &str, role: &str, region: &str) -> testkit::Shown {
    let request_id = format!("request-{login}");
    let form = [
        ("request_id", request_id.as_str()),
        ("login", login),
        ("name", "钱多多"),
        ("role", role),
        ("region", region),
    ];
    client.post("/desk/accounts", &form).await
}

fn password_in(page: &testkit::Shown) -> String {
    page.texts("dl.pairs code").pop().unwrap_or_default()
}

async fn role_of(app: &TestApp, login: &str) -> String {
    account_by_login(&app.app.db, login)
        .await
        .unwrap()
        .unwrap()
        .post
        .role
        .id()
        .to_owned()
}

both_databases! {
    async fn a_new_account_works_after_the_security_administrator_granted_it(db: TestDb) {
        let app = a_county(db).await;
        let mut enters = at_desk(&app, "xianji").await;
        let secret = enter(&mut enters, "qianduo", "village_supervision", "371621101201").await;
        assert_eq!(secret.status, StatusCode::OK, "{}", secret.text());
        let password = password_in(&secret);
        let again = enter(&mut enters, "qianduo", "village_supervision", "371621101201").await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "the same request twice is one account");
        assert_eq!(try_password(&mut app.visitor(), "qianduo", &password).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let id = id_of(&app, "qianduo").await;
        assert_eq!(enters.post(&format!("/desk/accounts/{id}/grant"), &[]).await.status, StatusCode::FORBIDDEN);
        let mut grants = at_desk(&app, "anquan").await;
        assert!(grants.get(&format!("/desk/accounts/{id}")).await.text().contains("待安全管理员授权"));
        let granted = grants.post(&format!("/desk/accounts/{id}/grant"), &[]).await;
        assert_eq!(granted.status, StatusCode::SEE_OTHER, "{}", granted.text());
        assert_eq!(grants.post(&format!("/desk/accounts/{id}/grant"), &[]).await.status, StatusCode::CONFLICT);

        let mut person = app.visitor();
        assert_eq!(try_password(&mut person, "qianduo", &password).await.location(), "/desk/password");
        take_token(&mut person).await;
        let form = [("old", password.as_str()), ("new", "我家的枣树2026年"), ("again", "我家的枣树2026年")];
        let short = person.post("/desk/password", &[("old", &password), ("new", "short1"), ("again", "short1")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(person.post("/desk/password", &form).await.location(), "/desk");
        assert!(person.get("/desk").await.text().contains("社区事务监督委员会管理员"));
        at_desk_with(&app, "qianduo", "我家的枣树2026年").await;
        assert_eq!(events(&app, "account.create").await, 1);
        assert_eq!(events(&app, "account.grant").await, 1);
    }

    async fn a_closed_account_loses_all_its_sessions_at_once(db: TestDb) {
        let app = a_county(db).await;
        let mut admin = at_desk(&app, "xitong").await;
        let (mut desk, mut phone) = (at_desk(&app, "minzheng").await, at_desk(&app, "minzheng").await);
        let id = id_of(&app, "minzheng").await;
        assert_eq!(desk.get("/desk").await.status, StatusCode::OK);
        let closed = admin.post(&format!("/desk/accounts/{id}/close"), &[]).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
        for client in [&mut desk, &mut phone] {
            assert_eq!(client.get("/desk").await.status, StatusCode::SEE_OTHER);
        }
        admin.post(&format!("/desk/accounts/{id}/reopen"), &[]).await;
        assert_eq!(desk.get("/desk").await.status, StatusCode::SEE_OTHER, "old sessions stay dead");
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM web_session WHERE account = $1", args![id]).await.unwrap(), 0);
    }

    async fn a_demotion_counts_from_the_next_request(db: TestDb) {
        let app = a_county(db).await;
        let mut person = at_desk(&app, "nongye").await;
        let mut admin = at_desk(&app, "xitong").await;
        let id = id_of(&app, "nongye").await;
        let form = [("region", "371621101"), ("role", "town_agri_station"), ("org", "")];
        let asked = admin.post(&format!("/desk/accounts/{id}/post"), &form).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
        assert!(person.get("/desk").await.text().contains("农业农村局管理员"), "nothing changes before the grant");
        at_desk(&app, "anquan").await.post(&format!("/desk/accounts/{id}/grant"), &[]).await;
        let text = person.get("/desk").await.text();
        assert!(text.contains("镇（街）经管站管理员") && text.contains("石庙镇"), "{text}");
    }
}

fn with_county<F: AsyncFnOnce(TestApp)>(claim: F) {
    run(async { claim(a_county(TestDb::sqlite().await).await).await });
}

#[test]
fn an_expired_account_is_a_stranger() {
    with_county(async |app| {
        let mut person = at_desk(&app, "shenji").await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        tx.execute(
            "UPDATE account SET valid_to = '2026-03-02' WHERE login = 'shenji'",
            args![],
        )
        .await
        .unwrap();
        tx.commit(trail::Act::new("test.change", "account:1")).await.unwrap();
        assert_eq!(person.get("/desk").await.status, StatusCode::OK, "the last day counts");
        app.clock.advance_days(1);
        assert_eq!(person.get("/desk").await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn extra_fields_change_nothing_about_role_or_area() {
    with_county(async |app| {
        let mut person = at_desk(&app, "cunwei").await;
        let form = [
            ("old", "x"),
            ("new", "y"),
            ("again", "z"),
            ("role", "cdi_admin"),
            ("region", "371621"),
            ("area_id", "371621"),
        ];
        person.post("/desk/password", &form).await;
        assert_eq!(role_of(&app, "cunwei").await, "village_admin");
        let mut county = at_desk(&app, "xianji").await;
        let elsewhere = enter(&mut county, "outside", "village_admin", "371622101201").await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{}", elsewhere.text());
        let watcher = enter(&mut county, "watcher", "cdi_admin", "371621").await;
        assert_eq!(watcher.status, StatusCode::FORBIDDEN, "{}", watcher.text());
        assert_eq!(id_of(&app, "watcher").await, 0);
    });
}

#[test]
fn nobody_changes_himself_and_the_county_does_not_touch_its_watchers() {
    with_county(async |app| {
        for login in ["xitong", "xianji"] {
            let id = id_of(&app, login).await;
            let refused = at_desk(&app, login)
                .await
                .post(&format!("/desk/accounts/{id}/close"), &[])
                .await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{login}");
            assert!(refused.text().contains("本人"), "{}", refused.text());
        }
        let mut county = at_desk(&app, "xianji").await;
        for watcher in ["jiwei", "anquan"] {
            let id = id_of(&app, watcher).await;
            assert_eq!(
                county.post(&format!("/desk/accounts/{id}/reset"), &[]).await.status,
                StatusCode::FORBIDDEN
            );
        }
    });
}

#[test]
fn one_of_the_three_posts_never_becomes_another() {
    with_county(async |app| {
        let id = id_of(&app, "anquan").await;
        let form = [("region", "371621"), ("role", "sysaudit"), ("org", "")];
        let refused = at_desk(&app, "xitong")
            .await
            .post(&format!("/desk/accounts/{id}/post"), &form)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("互斥"));
    });
}

#[test]
fn the_list_is_filtered_and_stays_within_the_county() {
    with_county(async |app| {
        let mut county = at_desk(&app, "xianji").await;
        let logins = |page: testkit::Shown| page.texts("table tbody tr td:first-child");
        let found = logins(county.get("/desk/accounts?q=WEI&town=371621101").await);
        assert_eq!(found, ["jianwei", "cunwei", "zhenjiwei"]);
        assert_eq!(
            logins(county.get("/desk/accounts?role=finance").await),
            ["caizheng2", "caizheng"]
        );
        let all = county.get("/desk/accounts").await;
        assert!(
            !all.text().contains("shengji"),
            "a province account lies outside the county"
        );
        assert_eq!(
            logins(
                at_desk(&app, "xitong")
                    .await
                    .get("/desk/accounts?role=province_viewer")
                    .await
            ),
            ["shengji"]
        );
        for bad in ["%27%20OR%201=1--", "%25", "_", "%5C"] {
            let shown = county
                .get(&format!("/desk/accounts?q={bad}&page=999999999999&state={bad}"))
                .await;
            assert_eq!(shown.status, StatusCode::OK, "{bad}");
        }
        assert_eq!(
            logins(county.get("/desk/accounts?q=%27%20OR%201=1--").await),
            Vec::<String>::new()
        );
    });
}

#[test]
fn the_record_is_read_checked_and_its_details_are_for_supervisors_only() {
    with_county(async |app| {
        let mut audit = at_desk(&app, "jilu").await;
        let page = audit.get("/desk/trail?act=account.sign_in").await;
        assert!(
            page.text().contains("审计管理员") && !page.texts("th").contains(&"内容".to_owned()),
            "{}",
            page.text()
        );
        assert_eq!(audit.post("/desk/trail/verify", &[]).await.location(), "/desk/trail");
        assert!(audit.get("/desk/trail").await.text().contains("首尾相接"));
        let mut supervisor = at_desk(&app, "jiwei").await;
        assert!(
            supervisor
                .get("/desk/trail")
                .await
                .texts("th")
                .contains(&"内容".to_owned())
        );
        assert_eq!(
            at_desk(&app, "xianji").await.get("/desk/trail").await.status,
            StatusCode::FORBIDDEN
        );
        app.app
            .db
            .run_schema("UPDATE trail_event SET actor_name = '别人' WHERE seq = 2")
            .await
            .unwrap();
        audit.post("/desk/trail/verify", &[]).await;
        assert!(audit.get("/desk/trail").await.text().contains("第 2 条记录内容被改动"));
    });
}
