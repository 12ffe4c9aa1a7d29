//! A small county and people at browsers.

use directory::{DEMO_PASSWORD, Org, Region, load_orgs, load_regions, seed_demo_accounts};
use store::{Query, args};
use testkit::{Client, Shown, TestApp, TestDb};

/// Two towns, three communities, one natural village each.
pub(crate) const PLACES: [(&str, &str); 11] = [
    ("37", "山东省"),
    ("3716", "滨州市"),
    ("371621", "惠民县"),
    ("371621101", "石庙镇"),
    ("371621101201", "石庙社区"),
    ("371621101201001", "前王村"),
    ("371621101202", "归化社区"),
    ("371621101202001", "后李村"),
    ("371621102", "桑落墅镇"),
    ("371621102201", "桑落墅社区"),
    ("371621102201001", "东张村"),
];

/// An installation with divisions, departments and demo accounts.
pub(crate) async fn a_county(db: TestDb) -> TestApp {
    let parts = directory::parts(true, Vec::new());
    let app = TestApp::installed(db, vec![directory::module()], parts, directory::living()).await;
    load_places(&app).await;
    seed_demo_accounts(&app.app, Some("371621101201".parse().unwrap()))
        .await
        .unwrap();
    app
}

pub(crate) async fn load_places(app: &TestApp) {
    let system = access::Actor::system();
    let regions = PLACES.map(|(code, name)| Region {
        code: code.parse().unwrap(),
        name: name.to_owned(),
        kind: String::new(),
        synthetic: false,
    });
    load_regions(&app.app, &system, &regions).await.unwrap();
    let org = |(id, name, region): (&str, &str, &str)| Org {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: "民政".to_owned(),
        region: region.parse().unwrap(),
        uscc: None,
        hotline: None,
    };
    let orgs = [
        ("civil_affairs", "惠民县民政局", "371621"),
        ("discipline", "惠民县纪委监委", "371621"),
    ]
    .map(org);
    load_orgs(&app.app, &system, &orgs).await.unwrap();
}

/// Someone at a browser who has signed in with a demo account.
pub(crate) async fn at_desk(app: &TestApp, login: &str) -> Client {
    at_desk_with(app, login, DEMO_PASSWORD).await
}

pub(crate) async fn at_desk_with(app: &TestApp, login: &str, password: &str) -> Client {
    let mut client = app.visitor();
    let shown = try_password(&mut client, login, password).await;
    assert_eq!(shown.status, 303, "{login}: {}", shown.text());
    take_token(&mut client).await;
    client
}

pub(crate) async fn try_password(client: &mut Client, login: &str, password: &str) -> Shown {
    client
        .post("/sign-in", &[("login", login), ("password", password)])
        .await
}

/// Reads the form token as a browser finds it in the page.
pub(crate) async fn take_token(client: &mut Client) {
    let page = client.get("/desk/password").await;
    client.csrf = page.attributes("meta[name=csrf]", "content").pop().unwrap_or_default();
    assert!(!client.csrf.is_empty(), "{}", page.text());
}

pub(crate) async fn id_of(app: &TestApp, login: &str) -> i64 {
    app.app
        .db
        .number("SELECT id FROM account WHERE login = $1", args![login])
        .await
        .unwrap()
}

/// How many events of an act are on the trail.
pub(crate) async fn events(app: &TestApp, act: &str) -> i64 {
    app.app
        .db
        .number("SELECT COUNT(*) FROM trail_event WHERE act = $1", args![act])
        .await
        .unwrap()
}
