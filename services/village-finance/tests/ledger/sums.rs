//! The same money on every page: kept sums, counted entries, places and months agree.

use access::Scope;
use store::{Query, args};
use testkit::{TestApp, both_databases};
use village_finance::{
    model::{Category, Channel, Direction, EntryAct, EntryState},
    store::{
        list::{LedgerFilter, PAGE_ROWS, page_of, rows_after, sums},
        statement,
        totals::{self, Span, Sums},
    },
};

use crate::support::*;

async fn a_year(app: &TestApp) {
    for (n, village) in [WEST, NORTH, EAST].into_iter().cycle().take(18).enumerate() {
        let day = format!("2025-{:02}-1{}", 1 + n % 12, n % 9);
        let id = if n % 3 == 0 {
            entered(app, receipt(village, &day, 100 + n as i64)).await
        } else {
            entered(app, spending(village, &day, 10 + n as i64)).await
        };
        match n % 6 {
            5 => {}
            4 => act(
                app,
                &one(access::Role::VillageSupervision, COUNTY, 1),
                id,
                EntryAct::Return,
                "补票据",
            )
            .await
            .unwrap(),
            _ => check(app, id).await,
        }
    }
}

async fn counted(app: &TestApp, area: &str) -> (i64, i64, i64) {
    let range = code(area).range();
    let mut found = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM village_entry WHERE state = 'checked' AND region >= $1 AND region < $2",
        "SELECT CAST(SUM(amount_fen) AS BIGINT) FROM village_entry WHERE state = 'checked' AND direction = 'income' AND region >= $1 AND region < $2",
        "SELECT CAST(SUM(amount_fen) AS BIGINT) FROM village_entry WHERE state = 'checked' AND direction = 'expense' AND region >= $1 AND region < $2",
    ] {
        found.push(app.app.db.number(sql, args![range.start, range.end]).await.unwrap());
    }
    (found[0], found[1], found[2])
}

fn told(s: Sums) -> (i64, i64, i64) {
    (s.rows(), s.income_fen, s.expense_fen)
}

both_databases! {
    async fn sums_of_village_community_town_and_county_equal_the_entries_and_each_other(db: TestDb) {
        let app = a_county(db).await;
        a_year(&app).await;
        let db = &app.app.db;
        for area in [WEST, COMMUNITY, TOWN, COUNTY] {
            let total = totals::total(db, code(area), Span::default()).await.unwrap();
            assert_eq!(told(total), counted(&app, area).await, "{area}");
            let places = totals::by_place(db, code(area), Span::default()).await.unwrap();
            let months = totals::by_month(db, code(area), Span::default()).await.unwrap();
            let add = |a: Sums, b: Sums| Sums {
                income_rows: a.income_rows + b.income_rows,
                income_fen: a.income_fen + b.income_fen,
                expense_rows: a.expense_rows + b.expense_rows,
                expense_fen: a.expense_fen + b.expense_fen,
            };
            if area == WEST {
                assert!(places.is_empty(), "a village has nothing inside");
            } else {
                assert_eq!(places.iter().map(|p| p.sums()).fold(Sums::default(), add), total, "{area} by place");
            }
            assert_eq!(months.iter().map(|m| m.sums()).fold(Sums::default(), add), total, "{area} by month");
        }
    }

    async fn the_list_counts_the_same_from_kept_sums_and_from_entries(db: TestDb) {
        let app = a_county(db).await;
        a_year(&app).await;
        let scope = Scope::area(code(COUNTY));
        let filters = [
            LedgerFilter::default(),
            LedgerFilter { state: Some(EntryState::Checked), ..LedgerFilter::default() },
            LedgerFilter { direction: Some(Direction::Income), ..LedgerFilter::default() },
            LedgerFilter { category: Some(Category::Utilities), channel: Some(Channel::Swipe), ..LedgerFilter::default() },
            LedgerFilter { span: Span::year(2025), area: Some(code(TOWN)), ..LedgerFilter::default() },
            LedgerFilter { state: Some(EntryState::Returned), ..LedgerFilter::default() },
        ];
        for filter in filters {
            // Every entry names one of two other parties; a search for each counts entries, not kept sums.
            let mut searched = (0, 0, 0);
            for word in ["供电所", "大山"] {
                let s = told(sums(&app.app.db, &scope, &LedgerFilter { text: word.into(), ..filter.clone() }).await.unwrap().unwrap());
                searched = (searched.0 + s.0, searched.1 + s.1, searched.2 + s.2);
            }
            let kept = told(sums(&app.app.db, &scope, &filter).await.unwrap().unwrap());
            assert_eq!(kept, searched, "{filter:?}");
            assert!(kept.0 > 0, "{filter:?}");
        }
    }

    async fn a_search_lists_the_latest_first_in_the_order_of_the_whole_list(db: TestDb) {
        let app = a_county(db).await;
        for _ in 0..6 {
            a_year(&app).await;
        }
        let scope = Scope::area(code(COUNTY));
        for area in [None, Some(code(TOWN))] {
            let filter = |text: &str| LedgerFilter { area, text: text.into(), ..LedgerFilter::default() };
            let whole = rows_after(&app.app.db, &scope, &filter(""), None, 10_000).await.unwrap();
            assert!(whole.len() as u64 > PAGE_ROWS);
            // The word stands in the name of the other party and in the summary of the same entries.
            for text in ["供电所", "付路灯电费", "大", &whole[0].voucher_no] {
                let expected: Vec<i64> = whole
                    .iter()
                    .filter(|e| e.party.contains(text) || e.summary.contains(text) || e.voucher_no == text)
                    .map(|e| e.id)
                    .collect();
                let mut shown = Vec::new();
                for page in 1..=expected.len() as u64 / PAGE_ROWS + 1 {
                    shown.extend(page_of(&app.app.db, &scope, &filter(text), page).await.unwrap().iter().map(|e| e.id));
                }
                assert!(!expected.is_empty(), "{text}");
                assert_eq!(shown, expected, "{text} in {area:?}");
            }
        }
    }

    async fn a_month_begins_with_what_the_one_before_left(db: TestDb) {
        let app = a_county(db).await;
        a_year(&app).await;
        for area in [WEST, COMMUNITY, TOWN, COUNTY] {
            let mut month: kernel::Month = "2025-01".parse().unwrap();
            let mut before = statement::statement(&app.app.db, code(area), month).await.unwrap();
            for _ in 0..12 {
                month = month.plus(1);
                let now = statement::statement(&app.app.db, code(area), month).await.unwrap();
                assert_eq!(now.opening, before.closing(), "{area} {month}");
                before = now;
            }
            let total = totals::total(&app.app.db, code(area), Span::default()).await.unwrap();
            let villages = if area == WEST { 1 } else if area == COUNTY { 3 } else { 2 };
            assert_eq!(before.closing().fen(), villages * 100_000 + total.left().fen(), "{area}");
        }
    }
}
