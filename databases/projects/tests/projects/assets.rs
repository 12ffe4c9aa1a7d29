//! Yields: to everyone entitled, to the fen, in time, never to the running of the village.

use access::Role;
use kernel::Money;
use projects::{
    model::AssetAct as X,
    store::assets::{shares, yields},
};
use testkit::{TestApp, both_databases};

use crate::support::*;

async fn with_yield(app: &TestApp, fen: &str) -> i64 {
    let id = entered(app, &[]).await;
    let asset = to_asset(app, id).await;
    asset_act(app, &station(1), asset, X::HandOver, &[("receiver", "村委会")])
        .await
        .unwrap();
    asset_act(app, &village(), asset, X::Operate, &[]).await.unwrap();
    let due = [("period", "2026 年"), ("amount", "1000"), ("due_on", "2026-06-30")];
    asset_act(app, &village(), asset, X::ExpectYield, &due).await.unwrap();
    asset_act(app, &village(), asset, X::ReceiveYield, &[("amount", fen)])
        .await
        .unwrap();
    asset
}

both_databases! {
    // accept: 001-36, 000-75c
    async fn the_shares_of_the_households_are_the_yield_to_the_fen(db: TestDb) {
        let app = a_county(db).await;
        let asset = with_yield(&app, "1000.01").await;
        asset_act(&app, &village(), asset, X::Plan, &[("by", "person")]).await.unwrap();
        let open = &yields(&app.app.db, asset).await.unwrap()[0];
        let lines = shares(&app.app.db, open.id).await.unwrap();
        let fen: Vec<i64> = lines.iter().map(|l| l.amount_fen).collect();
        // One, two and three heads.
        assert_eq!(fen, [16_667, 33_334, 50_000]);
        assert_eq!(fen.iter().sum::<i64>(), 100_001);
        let same = asset_act(&app, &village(), asset, X::Resolve, &[("basis", "决议")]).await.unwrap_err();
        assert!(same.message.contains("上一步是您办理的"), "{}", same.message);
        let board = one(Role::VillageSupervision, COMMUNITY, 1);
        asset_act(&app, &board, asset, X::Resolve, &[("basis", "决议1号")]).await.unwrap();
        asset_act(&app, &village(), asset, X::Notice, &[]).await.unwrap();
        app.clock.advance_days(6);
        let soon = asset_act(&app, &station(1), asset, X::Pay, &[]).await.unwrap_err();
        assert!(soon.message.contains("公示不满 7 天"), "{}", soon.message);
        app.clock.advance_days(60);
        let late = asset_act(&app, &station(1), asset, X::Pay, &[]).await.unwrap_err();
        assert!(late.message.contains("超过 60 天"), "{}", late.message);
        asset_act(&app, &station(1), asset, X::Pay, &[("late_why", "银行系统升级")]).await.unwrap();
        assert!(shares(&app.app.db, open.id).await.unwrap().iter().all(|l| l.paid_on.is_some()));
        asset_act(&app, &station(1), asset, X::Evaluate, &[("verdict", "足额到户")]).await.unwrap();
        asset_act(&app, &village(), asset, X::NextYear, &[]).await.unwrap();
        let again = [("period", "2026 年"), ("amount", "1000"), ("due_on", "2026-06-30")];
        let twice = asset_act(&app, &village(), asset, X::ExpectYield, &again).await.unwrap_err();
        assert!(twice.message.contains("已经登记过"));
    }

    async fn the_running_of_the_village_gets_nothing_of_a_yield(db: TestDb) {
        let app = a_county(db).await;
        let asset = with_yield(&app, "1000").await;
        let plan = async |fields: &[(&str, &str)]| asset_act(&app, &village(), asset, X::Plan, fields).await;
        let office = plan(&[("welfare", "100"), ("welfare_for", "村级运转经费")]).await.unwrap_err();
        assert!(office.message.contains("不得用于村级运转"), "{}", office.message);
        let greedy = plan(&[("welfare", "300"), ("posts", "100.01"), ("welfare_for", "修渠"), ("posts_for", "保洁")]).await;
        assert!(greedy.unwrap_err().message.contains("不少于收益的 60%"));
        plan(&[("by", "household"), ("welfare", "300"), ("welfare_for", "修渠"), ("posts", "100"), ("posts_for", "保洁")]).await.unwrap();
        let open = &yields(&app.app.db, asset).await.unwrap()[0];
        let lines = shares(&app.app.db, open.id).await.unwrap();
        let sum: Money = lines.iter().map(|l| Money(l.amount_fen)).sum();
        assert_eq!((lines.len(), sum), (5, Money(100_000)));
        assert_eq!(lines[0].use_kind, "household", "households first");
    }

    // accept: 001-35
    async fn an_asset_is_owned_registered_and_disposed_of_by_the_book(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let asset = to_asset(&app, id).await;
        asset_act(&app, &station(1), asset, X::HandOver, &[("receiver", "村委会")]).await.unwrap();
        asset_act(&app, &station(1), asset, X::Idle, &[("reason", "承租人退租")]).await.unwrap();
        let all = [("reason", "长期闲置"), ("basis", "处1号"), ("valuation", "评1号"), ("resolution", "决1号"), ("approval", "批1号")];
        for missing in ["reason", "basis", "valuation", "resolution", "approval"] {
            let some: Vec<_> = all.iter().copied().filter(|(k, _)| *k != missing).collect();
            assert!(asset_act(&app, &agri(), asset, X::Dispose, &some).await.is_err(), "{missing}");
        }
        asset_act(&app, &agri(), asset, X::Dispose, &all).await.unwrap();
    }
}
