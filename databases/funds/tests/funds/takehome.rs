//! Every list of funds is filtered, kept as a filter, and taken home whole.

use access::Role;
use axum::http::StatusCode;
use funds::oversight::{self, NewActivity};
use kernel::{Clock, Money};
use testkit::both_databases;

use crate::support::*;

const LISTS: [&str; 11] = [
    "/desk/batches",
    "/desk/reimbursements",
    "/desk/funds/accounts",
    "/desk/funds/activities",
    "/desk/funds/coverage",
    "/desk/funds/evaluations",
    "/desk/funds/filing",
    "/desk/funds/indicators",
    "/desk/funds/integrated",
    "/desk/funds/programmes",
    "/desk/funds/special",
];

/// The rows of an exported workbook, its head first.
fn sheet(bytes: Vec<u8>) -> Vec<Vec<calamine::Data>> {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[calamine::Data]>::to_vec).collect()
}

both_databases! {
    async fn each_list_leads_to_its_file_and_only_for_those_who_may_take_it(db: TestDb) {
        let app = a_county(db).await;
        with_money(&app, "HN17", "文1", TOWN, 5_000).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let mut town = app.signed_in(office(Role::TownPoverty, false)).await;
        for path in LISTS {
            let page = finance.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
            let file = page.attributes("a[download]", "href").into_iter().find(|h| h.starts_with(&format!("{path}.xlsx")));
            let file = file.unwrap_or_else(|| panic!("{path} leads to no file"));
            let sent = finance.get(&file).await;
            assert!(!sheet(sent.bytes)[0].is_empty(), "{file}");
            assert!(page.body.contains("class=\"saved-filters\""), "{path} keeps no filters");
            assert_eq!(town.get(&format!("{path}.xlsx")).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for list in ["catalogue", "upper"] {
            let sent = finance.get(&format!("/desk/funds/sources.xlsx?list={list}")).await;
            assert!(sent.bytes.starts_with(b"PK"), "{list}");
        }
    }

    async fn a_long_list_is_paged_and_its_file_holds_all_of_it_with_numbers_as_numbers(db: TestDb) {
        let app = a_county(db).await;
        let actor = office(Role::Finance, false);
        for n in 0..60 {
            let title = format!("第{n}次检查");
            let new = NewActivity {
                kind: oversight::ACTIVITY_KINDS[n % 2].0,
                programme: "HN17",
                title: &title,
                by_whom: "第三方机构",
                on: app.clock.today(),
                finding: "",
                amount: Money::from_yuan(n as i64),
                due_on: None,
            };
            oversight::record(&app.app, &actor, &fresh(&app), &new).await.unwrap();
        }
        let mut finance = app.signed_in(actor).await;
        let path = "/desk/funds/activities";
        let first = finance.get(path).await;
        assert_eq!(first.texts("tbody tr").len(), 50);
        assert!(first.texts(".pager-total")[0].contains("共 60 条，第 1 / 2 页"), "{:?}", first.texts(".pager-total"));
        assert_eq!(finance.get(&format!("{path}?page=2")).await.texts("tbody tr").len(), 10);
        let half = format!("kind={}", oversight::ACTIVITY_KINDS[0].0);
        let kept = [("page", path), ("name", "只看一类"), ("query", half.as_str())];
        assert!(finance.post("/desk/filters", &kept).await.status.is_redirection());
        let narrowed = finance.get(&format!("{path}?{half}")).await;
        assert!(narrowed.text().contains("只看一类") && narrowed.texts("tbody tr").len() == 30, "{}", narrowed.text());
        let rows = sheet(finance.get(&format!("{path}.xlsx?{half}")).await.bytes);
        assert_eq!(rows.len(), 31);
        let amount = rows[0].iter().position(|h| h.to_string() == "涉及（元）").unwrap();
        assert!(matches!(rows[1][amount], calamine::Data::Float(_)), "{:?}", rows[1]);
        let ids: Vec<String> = first.attributes("[id]", "id");
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "filter and form keep apart");
    }
}
