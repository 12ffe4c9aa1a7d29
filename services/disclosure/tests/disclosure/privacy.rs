//! Whatever a visitor can reach by following links, nothing there identifies more than it may.

use std::collections::{BTreeSet, VecDeque};

use testkit::{Client, both_databases};

use crate::county::{CHILD, HOULI, WANG, ZHAO, a_county};

/// Every page that links lead to without signing in.
async fn crawl(visitor: &mut Client) -> Vec<(String, testkit::Shown)> {
    let mut seen: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut queue: VecDeque<String> = seen.iter().cloned().collect();
    let mut pages = Vec::new();
    while let Some(path) = queue.pop_front() {
        let page = visitor.get(&path).await;
        for href in page.attributes("a[href]", "href") {
            let target = href.split('#').next().unwrap_or_default().to_owned();
            let ours = target.starts_with('/') && !target.starts_with("/sign-in");
            if ours && seen.insert(target.clone()) {
                queue.push_back(target);
            }
        }
        assert!(
            page.status.is_success() || page.status.is_redirection(),
            "{path}: {}",
            page.status
        );
        pages.push((path, page));
    }
    pages
}

/// Runs of digits (and a last X) in a text.
fn runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in text.chars() {
        let last = runs.len() - 1;
        if c.is_ascii_digit() || (matches!(c, 'X' | 'x') && runs[last].len() == 17) {
            runs[last].push(c);
        } else if !runs[last].is_empty() {
            runs.push(String::new());
        }
    }
    runs
}

both_databases! {
    // accept: 000-10
    async fn no_public_page_shows_a_number_a_phone_an_account_or_a_childs_name(db: TestDb) {
        let app = a_county(db).await;
        let pages = crawl(&mut app.visitor()).await;
        assert!(pages.len() >= 30, "only {} pages", pages.len());
        for (path, page) in &pages {
            for run in runs(&page.text()) {
                let phone = run.len() == 11 && run.starts_with('1');
                assert!(!phone && run.len() < 15, "{path}: {run}");
            }
            // Addresses carry divisions of 15 digits, nothing longer.
            assert!(runs(&page.body).iter().filter(|r| !r.starts_with("3716")).all(|r| r.len() < 15), "{path}");
            assert!(runs(&page.body).iter().all(|r| r.len() < 18), "{path}");
            for secret in [CHILD.name, ZHAO.name, WANG.number().as_str(), "8901", "person_key"] {
                assert!(!page.body.contains(secret), "{path} shows {secret}");
            }
            assert!(!page.body.contains(&WANG.key(&app).0.to_string()), "{path} shows a key");
            assert!(page.headers["cache-control"].to_str().unwrap().contains("no-store"), "{path}");
        }
    }

    async fn names_follow_the_programme_and_children_are_always_masked(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        let mut names = async |code: &str| visitor.get(&format!("/programmes/{code}/{HOULI}")).await.texts("tbody th");
        assert_eq!(names("HN01").await, ["王建国"]);
        assert_eq!(names("HN02").await, ["李*宝"]);
        assert_eq!(names("HN04").await, ["赵*霞", "王*国"]);
        assert_eq!(names("HN16").await, ["按规定不公开姓名"]);
    }

    async fn what_the_bank_returned_is_not_published(db: TestDb) {
        let app = a_county(db).await;
        let page = app.visitor().get(&format!("/programmes/HN02/{HOULI}")).await;
        assert!(!page.text().contains("900.00"));
    }
}
