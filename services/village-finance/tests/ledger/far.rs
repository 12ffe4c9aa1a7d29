//! Far pages of a long book: the same entries in the same order as reading it through.

use access::{Actor, Scope};
use kernel::{Money, period::parse_date};
use store::{Query, args};
use testkit::both_databases;
use trail::Act;
use village_finance::{
    model::{Category, Channel, EntryState},
    store::{
        list::{LedgerFilter, PAGE_ROWS, page_of, rows_after},
        load,
    },
};

use crate::support::*;

const LOADED: usize = 2_600;

async fn a_long_book(app: &testkit::TestApp) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut accounts = Vec::new();
    for village in [WEST, NORTH, EAST] {
        let held = "SELECT MIN(id) FROM village_account WHERE region = $1";
        accounts.push(tx.number(held, args![code(village).as_i64()]).await.unwrap());
    }
    let words = ["石庙供电所".to_owned(), "付路灯电费".to_owned()];
    let entries = (0..LOADED).map(|n| load::LoadedEntry {
        id: app.app.next_id(),
        village: code([WEST, NORTH, EAST][n % 3]),
        account: accounts[n % 3],
        voucher_no: format!("long-{n:05}"),
        day: parse_date(&format!("2025-{:02}-{:02}", 1 + n % 12, 1 + n % 28)).unwrap(),
        category: [Category::Utilities, Category::Land][n % 2],
        amount: Money::from_yuan(1 + n as i64),
        channel: Channel::Swipe,
        party: 0,
        party_is_person: false,
        summary: 1,
    });
    load::entries(&tx, || app.app.next_id(), &words, entries).await.unwrap();
    tx.commit(Act::new("ledger.load", "ledger:all")).await.unwrap();
}

both_databases! {
    async fn every_page_holds_the_entries_that_reading_through_gives(db: TestDb) {
        let app = a_county(db).await;
        a_long_book(&app).await;
        for day in ["2025-01-05", "2025-07-20", "2025-12-30"] {
            entered(&app, spending(WEST, day, 7)).await;
        }
        let scope = Scope::area(code(COUNTY));
        let filters = [
            LedgerFilter::default(),
            LedgerFilter { area: Some(code(TOWN)), ..LedgerFilter::default() },
            LedgerFilter { category: Some(Category::Land), ..LedgerFilter::default() },
            LedgerFilter { state: Some(EntryState::Checked), ..LedgerFilter::default() },
        ];
        for filter in filters {
            let whole = rows_after(&app.app.db, &scope, &filter, None, 10_000).await.unwrap();
            assert!(whole.len() > 1_000, "{filter:?}");
            for (page, expected) in whole.chunks(PAGE_ROWS as usize).enumerate() {
                let shown = page_of(&app.app.db, &scope, &filter, page as u64 + 1).await.unwrap();
                let ids = |rows: &[village_finance::store::entry::Entry]| rows.iter().map(|e| e.id).collect::<Vec<_>>();
                assert_eq!(ids(&shown), ids(expected), "page {} of {filter:?}", page + 1);
            }
        }
    }
}
