//! What pages read from memory is what the database holds, after every act and for every scope.

use access::{Role, Scope};
use funds::{
    batch::Mode,
    chain::{Books, books, kept},
    model::flows::{AllocationAct, BatchAct},
};
use kernel::Money;
use testkit::{TestApp, both_databases};

use crate::support::*;

fn told(books: &Books) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        books.whole, books.indicators, books.allocations, books.entries
    )
}

async fn the_copy_agrees(app: &TestApp, after: &str) {
    for scope in [
        Scope::area(code(COUNTY)),
        Scope::area(code(TOWN)),
        Scope::area(code(OTHER_VILLAGE)),
        Scope::area(code(COUNTY)).of_department("poverty_relief"),
        Scope::area(code(TOWN)).of_department("finance"),
        Scope::nothing(),
    ] {
        let stored = books(&app.app.db, &scope).await.unwrap();
        for _ in 0..2 {
            let kept = kept(&app.app, &scope).await.unwrap();
            assert_eq!(told(&kept), told(&stored), "after {after}, for {scope:?}");
        }
    }
}

both_databases! {
    async fn the_books_in_memory_are_the_books_in_the_database_after_every_act(db: TestDb) {
        let app = a_county(db).await;
        the_copy_agrees(&app, "the start").await;
        with_households(&app, 12).await;
        let (_, share) = with_money(&app, "HN17", "文1", COUNTY, 100_000).await;
        the_copy_agrees(&app, "a decided share").await;
        let (_, hop) = with_money(&app, "HN25", "文2", TOWN, 50_000).await;
        for (role, act, yuan) in [
            (Role::TownPoverty, AllocationAct::Request, None),
            (Role::Finance, AllocationAct::Disburse, Some(30_000)),
            (Role::FundUnitAdmin, AllocationAct::Use, Some(10_000)),
        ] {
            allocation(&app, role, hop, act, yuan.map(Money::from_yuan)).await.unwrap();
            the_copy_agrees(&app, "a step of a share").await;
        }
        let rows: Vec<_> = (0..12).map(row).collect();
        let id = listed(&app, &rows, Mode::KeepGood).await.unwrap().batch.unwrap();
        the_copy_agrees(&app, "a list").await;
        to_the_bank(&app, id).await;
        the_copy_agrees(&app, "money on its way").await;
        let sent = kept(&app.app, &Scope::area(code(COUNTY))).await.unwrap();
        assert!(sent.entries.iter().any(|e| e.to.holder == id && e.to.allocation == share), "the copy has moved on");
        take(&app, &office(Role::Finance, false), id, BatchAct::Reissue).await.unwrap_err();
        the_copy_agrees(&app, "a refused step").await;
    }
}
