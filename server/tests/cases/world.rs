//! An installation of a case's county, and people at its pages.

use std::{path::PathBuf, sync::Arc};

use axum::http::StatusCode;
use kernel::FixedClock;
use server::{
    Installation,
    demo::cases::{Case, Delivery},
};
use testkit::{Client, Shown, TestDb, eventually};

/// The law under which deposits are read of those who did not sign.
pub(crate) const DEPOSITS_LAW: &str = "《社会救助暂行办法》第五十八条第二款";

pub(crate) struct World {
    pub(crate) installation: Installation,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) deliveries: Vec<Delivery>,
    _db: TestDb,
}

/// The registers of a case, and the departments' files beside them, not yet delivered.
pub(crate) async fn world(case: Case) -> World {
    let db = TestDb::sqlite().await;
    let clock = Arc::new(FixedClock::on(case.day()));
    let folder = db.folder.path().join("installation");
    let (area, title) = case.area();
    let installation = Installation::open_at(&folder, clock.clone(), |settings| {
        settings.demo = true;
        settings.area = area.to_owned();
        settings.area_title = title.to_owned();
    })
    .await
    .unwrap();
    let deliveries = case.load(&installation.app, &folder.join("files")).await.unwrap();
    World {
        installation,
        clock,
        deliveries,
        _db: db,
    }
}

impl World {
    /// Somebody who signed in with his password.
    pub(crate) async fn at_desk(&self, login: &str) -> Client {
        let mut client = Client::visiting(self.installation.app.clone());
        let form = [("login", login), ("password", directory::DEMO_PASSWORD)];
        let shown = client.post("/sign-in", &form).await;
        assert_eq!(shown.status, StatusCode::SEE_OTHER, "{login}: {}", shown.text());
        let page = client.get("/desk/password").await;
        client.csrf = page.attributes("meta[name=csrf]", "content").pop().unwrap_or_default();
        client
    }

    /// Every department's file through its import page.
    pub(crate) async fn deliver(&self) {
        let mut office = self.at_desk("xianji").await;
        for delivery in self.deliveries.iter().filter(|d| !d.data_set.is_empty()) {
            let accepted = upload(&mut office, &delivery.data_set, &delivery.path).await;
            assert_eq!(accepted, delivery.rows, "{}", delivery.data_set);
        }
    }

    /// The same where departments are as careless as they are: rows may be returned, but not applications.
    pub(crate) async fn deliver_most(&self) {
        let mut office = self.at_desk("xianji").await;
        for delivery in &self.deliveries {
            let accepted = upload(&mut office, &delivery.data_set, &delivery.path).await;
            assert!(
                accepted * 10 >= delivery.rows * 9,
                "{}: {accepted} of {}",
                delivery.data_set,
                delivery.rows
            );
        }
    }

    /// A file of the case by a part of its name.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let found = self.deliveries.iter().find(|d| d.path.to_string_lossy().contains(name));
        found.expect("a file of the case").path.clone()
    }

    /// A comparison by the page of runs, waited for; the page of its outcome. No rule is every rule.
    pub(crate) async fn compare(&self, rule: &str) -> (String, Shown) {
        self.compared(rule, "").await
    }

    /// The same with everybody's deposits, which the law that is named permits without a signature.
    pub(crate) async fn compare_with_deposits(&self, rule: &str) -> (String, Shown) {
        self.compared(rule, DEPOSITS_LAW).await
    }

    async fn compared(&self, rule: &str, public_interest: &str) -> (String, Shown) {
        let mut office = self.at_desk("xianji").await;
        let form = [
            ("purpose", "按公开案例核对一遍"),
            ("legal_basis", "《社会救助暂行办法》第五十八条"),
            ("public_interest", public_interest),
            ("area", self.installation.settings.area.as_str()),
            ("rule", rule),
        ];
        let sent = office.post("/desk/runs/new", &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let href = sent.location().to_owned();
        let page = ended(&mut office, &href).await;
        assert!(page.text().contains("已推送"), "{}", page.text());
        (href, page)
    }
}

/// The page once its bar is gone.
pub(crate) async fn ended(client: &mut Client, href: &str) -> Shown {
    eventually(href, async || {
        let page = client.get(href).await;
        page.texts("#progress").is_empty().then_some(page)
    })
    .await
}

/// One table of a department; how many rows were accepted.
pub(crate) async fn upload(client: &mut Client, data_set: &str, path: &std::path::Path) -> u64 {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = std::fs::read(path).unwrap();
    let to = format!("/desk/sources/{data_set}/import");
    let sent = client.upload(&to, &[("mode", "import")], &name, &bytes).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{data_set}: {}", sent.text());
    let href = sent.location().to_owned();
    let page = ended(client, &href).await;
    fact(&page, "有效行")
        .parse()
        .unwrap_or_else(|_| panic!("{data_set}: {}", page.text()))
}

/// The value that stands beside a label.
pub(crate) fn fact(page: &Shown, label: &str) -> String {
    let pairs = page.texts(".pairs > div");
    let found = pairs.iter().find_map(|pair| pair.strip_prefix(&format!("{label} ")));
    found.map_or_else(|| panic!("no {label} in {pairs:?}"), str::to_owned)
}

/// The cells of a table by the name it is read out with.
pub(crate) fn rows(page: &Shown, label: &str) -> Vec<Vec<String>> {
    let css = format!("[aria-label='{label}'] tbody tr");
    let lines = page.texts(&css).len();
    (1..=lines)
        .map(|n| page.texts(&format!("[aria-label='{label}'] tbody tr:nth-child({n}) > td")))
        .collect()
}
