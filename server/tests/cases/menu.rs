//! The modules as the menu offers them: a group for each, its parts below, and every entry opens.

use axum::http::StatusCode;
use server::demo::cases::Case;
use testkit::{Shown, run};

use crate::world::world;

/// Titles of the groups, in order; entries of no group stand before them.
fn groups(page: &Shown) -> Vec<String> {
    page.texts("#menu h2.side-title")
}

// accept: 000-40
#[test]
fn each_module_is_a_group_of_the_menu_with_parts_that_open() {
    run(async {
        let world = world(Case::Lianshui).await;
        world.deliver().await;
        world.compare("").await;
        let mut seen = std::collections::BTreeSet::new();
        for login in ["xianji", "minzheng", "jiwei", "caizheng", "fupin", "cunwei", "shenji"] {
            let mut client = world.at_desk(login).await;
            let page = client.get("/desk").await;
            let titles = groups(&page);
            for href in page.attributes("#menu ul a", "href") {
                let shown = client.get(&href).await;
                assert_eq!(shown.status, StatusCode::OK, "{login} {href}: {}", shown.text());
                assert!(!shown.texts("h1").concat().is_empty(), "{login} {href}");
                let layer = |page: &Shown| page.texts(".bar-layers a[aria-current]");
                assert_eq!(
                    layer(&shown),
                    layer(&page),
                    "{login} {href}: the menu stays while one works"
                );
            }
            for (n, title) in titles.iter().enumerate() {
                let parts = page
                    .texts(&format!(
                        "#menu > div:nth-of-type({}) li",
                        n + 1 + usize::from(has_untitled(&page))
                    ))
                    .len();
                assert!(parts > 0, "{login}: {title} is empty");
                seen.insert((title.clone(), parts > 1));
            }
        }
        for module in ["扶贫对象", "扶贫项目", "资金管理", "扶贫力量", "比对中心", "预警中心"] {
            assert!(seen.iter().any(|(title, _)| title == module), "{module}: {seen:?}");
        }
        for module in ["扶贫对象", "扶贫项目", "资金管理", "比对中心"] {
            assert!(
                seen.contains(&(module.to_owned(), true)),
                "{module} has parts: {seen:?}"
            );
        }
    });
}

/// Whether the menu begins with entries of no group.
fn has_untitled(page: &Shown) -> bool {
    page.texts("#menu > div").len() > groups(page).len()
}
