//! One step for many batches by page: what goes and what is held back is shown first, and then all of it happens or
//! nothing.

use access::{Role, Scope};
use axum::http::StatusCode;
use funds::{
    batch::{self, ListRow, Mode, NewBatch, NewCard},
    model::flows::BatchAct,
};
use kernel::{Clock, Month};
use store::{Query, args};
use testkit::{Client, TestApp, both_databases};

use crate::{
    batches::{assert_issued_is_accounted_for, result_file},
    support::*,
};

const PATH: &str = "/desk/batches/bulk";

/// A batch of February or another month of 2026, listed by the department's first clerk.
async fn listed_in(app: &TestApp, month: u8, rows: &[ListRow]) -> i64 {
    let new = NewBatch {
        programme: "HN17",
        month: Month::new(2026, month).unwrap(),
        region: code(COUNTY),
        mode: Mode::AllOrNothing,
        rows,
    };
    let created = batch::create(&app.app, &office(Role::FundUnitAdmin, false), &fresh(app), &new).await;
    created.unwrap().batch.unwrap()
}

/// Drives listed batches until they wait for the bank.
async fn until_sending(app: &TestApp, ids: &[i64]) {
    for id in ids {
        take(app, &office(Role::TownPoverty, false), *id, BatchAct::Check)
            .await
            .unwrap();
        take(app, &office(Role::FundUnitAdmin, false), *id, BatchAct::Publish)
            .await
            .unwrap();
    }
    app.clock.advance_days(10);
    for id in ids {
        take(app, &office(Role::FundUnitAdmin, true), *id, BatchAct::Approve)
            .await
            .unwrap();
        take(app, &office(Role::FundUnitAdmin, true), *id, BatchAct::Compare)
            .await
            .unwrap();
        take(app, &office(Role::Finance, false), *id, BatchAct::Pass)
            .await
            .unwrap();
    }
}

async fn settle(app: &TestApp, id: i64, file: &[u8]) {
    let finance = office(Role::Finance, false);
    batch::settle(&app.app, &finance, id, &fresh(app), app.clock.today(), file)
        .await
        .unwrap();
}

/// The boxes of the preview: value and whether it is ticked.
async fn boxes(client: &mut Client, act: &str) -> Vec<String> {
    let page = client.get(&format!("{PATH}?act={act}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.attributes("input[name=pick]", "value")
}

async fn send(client: &mut Client, app: &TestApp, act: &str, request: &str, picks: &[String]) -> testkit::Shown {
    let today = app.clock.today().to_string();
    let mut form = vec![("request_id", request), ("act", act), ("on", today.as_str())];
    form.extend(picks.iter().map(|p| ("pick", p.as_str())));
    client.post(PATH, &form).await
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    app.app.db.number(sql, args![]).await.unwrap()
}

both_databases! {
    async fn many_checked_batches_go_to_the_bank_together_and_money_is_promised_once(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 4).await;
        with_money(&app, "HN17", "文1", TOWN, 3_000).await;
        let first = listed_in(&app, 1, &[row(0)]).await;
        let large = listed_in(&app, 2, &[row(0), row(2)]).await;
        let last = listed_in(&app, 3, &[row(0)]).await;
        until_sending(&app, &[first, large, last]).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        assert!(finance.get("/desk/batches").await.texts("a").contains(&"批量办理".to_owned()));
        let page = finance.get(&format!("{PATH}?act=send")).await;
        assert!(page.text().contains("可办理 2 批，2 笔，合计 2,800.00 元"), "{}", page.text());
        assert!(page.text().contains("本批需要 2,800.00 元，已分配可用 1,600.00 元"), "{}", page.text());
        let picks = page.attributes("input[name=pick]", "value");
        assert_eq!(picks.len(), 2);
        assert_eq!(state_of(&app, "payment_batch", first).await, "finance_checked", "a preview changes nothing");
        let with_large = [picks.clone(), vec![format!("{large}:{}", picks[0].split(':').nth(1).unwrap())]].concat();
        let refused = send(&mut finance, &app, "send", "bulk-test-1", &with_large).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("可用资金不足") && refused.text().contains("本次全部没有办理"), "{}", refused.text());
        assert_eq!(state_of(&app, "payment_batch", first).await, "finance_checked", "all or nothing");
        assert_eq!(send(&mut finance, &app, "send", "bulk-test-2", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = send(&mut finance, &app, "send", "bulk-test-3", &picks).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let told = finance.get(done.location()).await.text();
        assert!(told.contains("已办理 2 批，2 笔，合计 2,800.00 元"), "{told}");
        for id in [first, last] {
            assert_eq!(state_of(&app, "payment_batch", id).await, "bank_sent");
            assert_issued_is_accounted_for(&app, id).await;
        }
        assert_eq!(state_of(&app, "payment_batch", large).await, "finance_checked");
        let entries = count(&app, "SELECT COUNT(*) FROM fund_entry").await;
        let again = send(&mut finance, &app, "send", "bulk-test-3", &picks).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert!(finance.get(again.location()).await.text().contains("没有重复办理"));
        let stale = send(&mut finance, &app, "send", "bulk-test-4", &picks).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.text().contains("请重新预览"), "{}", stale.text());
        assert_eq!(count(&app, "SELECT COUNT(*) FROM fund_entry").await, entries, "nothing twice");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM trail_event WHERE act = 'batch.bulk'").await, 1);
    }

    async fn what_is_held_back_says_why_and_each_office_sees_its_own_steps(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 4).await;
        let early = listed_in(&app, 1, &[row(0)]).await;
        let late = listed_in(&app, 2, &[row(2)]).await;
        for id in [early, late] {
            take(&app, &office(Role::TownPoverty, false), id, BatchAct::Check).await.unwrap();
        }
        let mut first = app.signed_in(office(Role::FundUnitAdmin, false)).await;
        let picks = boxes(&mut first, "publish").await;
        assert_eq!(picks.len(), 2);
        let done = send(&mut first, &app, "publish", "bulk-test-1", &picks[..1]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(state_of(&app, "payment_batch", early).await, "public");
        assert_eq!(state_of(&app, "payment_batch", late).await, "village_checked", "only what was ticked");
        let mut second = app.signed_in(office(Role::FundUnitAdmin, true)).await;
        let held = second.get(&format!("{PATH}?act=approve")).await.text();
        assert!(held.contains("公示须满 7 个工作日") && held.contains("暂不办理 1 批"), "{held}");
        app.clock.advance_days(10);
        let own = first.get(&format!("{PATH}?act=approve")).await.text();
        assert!(own.contains("可办理 0 批") && own.contains("暂不办理 1 批"), "who listed does not approve: {own}");
        assert_eq!(boxes(&mut second, "approve").await.len(), 1);
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let acts = finance.get(PATH).await.texts("select[name=act] option");
        assert_eq!(acts, ["财政审核", "送银行", "重新发放"]);
        let forced = send(&mut finance, &app, "approve", "bulk-test-2", &boxes(&mut second, "approve").await).await;
        assert_eq!(forced.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(state_of(&app, "payment_batch", early).await, "public");
        let mut audit = app.signed_in(office(Role::Audit, false)).await;
        assert_eq!(audit.get(PATH).await.status, StatusCode::FORBIDDEN);
        let empty = second.get(&format!("{PATH}?act=disclose&month=1999-01")).await.text();
        assert!(empty.contains("没有可以办理的批次"), "{empty}");
    }

    async fn returned_items_are_issued_again_by_reason_and_every_yuan_stays_accounted_for(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 6).await;
        with_money(&app, "HN17", "文1", TOWN, 6_000).await;
        with_money(&app, "HN17", "文2", COUNTY, 6_000).await;
        let one = listed_in(&app, 1, &[row(0), row(1), row(2), row(3)]).await;
        let two = listed_in(&app, 2, &[row(4)]).await;
        until_sending(&app, &[one, two]).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let picks = boxes(&mut finance, "send").await;
        assert_eq!(send(&mut finance, &app, "send", "bulk-test-1", &picks).await.status, StatusCode::SEE_OTHER);
        settle(&app, one, &result_file(&[
            (2, 0, "成功", ""), (3, 1, "失败", "账号错误"), (4, 2, "失败", "网络超时"), (5, 3, "失败", "网络超时"),
        ])).await;
        settle(&app, two, &result_file(&[(6, 4, "失败", "网络超时")])).await;
        let page = finance.get(&format!("{PATH}?act=reissue")).await;
        for sum in ["账号错误 1 1,400.00", "网络超时 3 4,200.00"] {
            assert!(page.text().contains(sum), "{sum}: {}", page.text());
        }
        let all = page.attributes("input[name=pick]", "value");
        let ticked = page.attributes("input[name=pick][checked]", "value");
        assert_eq!((all.len(), ticked.len()), (3, 2), "an account that is still wrong is not sent again by itself");
        let done = send(&mut finance, &app, "reissue", "bulk-test-2", &ticked).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert!(finance.get(done.location()).await.text().contains("已办理 2 批，3 笔，合计 4,200.00 元"));
        assert_eq!(send(&mut finance, &app, "reissue", "bulk-test-2", &ticked).await.status, StatusCode::SEE_OTHER);
        for id in [one, two] {
            assert_eq!(state_of(&app, "payment_batch", id).await, "reissued");
            assert_issued_is_accounted_for(&app, id).await;
        }
        settle(&app, one, &result_file(&[(4, 2, "成功", ""), (5, 3, "成功", "")])).await;
        settle(&app, two, &result_file(&[(6, 4, "成功", "")])).await;
        assert_eq!(state_of(&app, "payment_batch", one).await, "returned", "one item is still to be issued");
        assert_eq!(state_of(&app, "payment_batch", two).await, "paid");
        let left = count(&app, "SELECT id FROM payment WHERE state = 'returned'").await;
        let number = card(9);
        let new = NewCard { payment: left, number: &number, holder: &name(1) };
        batch::replace_account(&app.app, &office(Role::Finance, false), one, &fresh(&app), &new).await.unwrap();
        let page = finance.get(&format!("{PATH}?act=reissue")).await;
        assert!(page.text().contains("已更换账户；原退回原因：账号错误"), "{}", page.text());
        let ticked = page.attributes("input[name=pick][checked]", "value");
        assert_eq!(send(&mut finance, &app, "reissue", "bulk-test-3", &ticked).await.status, StatusCode::SEE_OTHER);
        let scope = Scope::area(code(COUNTY));
        let row = batch::batch(&app.app.db, &scope, one).await.unwrap().unwrap();
        let file = batch::answered(&batch::bank_file(&app.app.db, &row).await.unwrap(), |_| ("成功", ""));
        settle(&app, one, &file).await;
        assert_eq!(state_of(&app, "payment_batch", one).await, "paid");
        assert_issued_is_accounted_for(&app, one).await;
    }

    async fn what_is_given_up_comes_out_of_the_share_that_paid_that_place(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 4).await;
        let (_, near) = with_money(&app, "HN17", "文1", TOWN, 1_400).await;
        with_money(&app, "HN17", "文2", OTHER_TOWN, 1_400).await;
        let id = listed_in(&app, 2, &[row(0), row(1)]).await;
        until_sending(&app, &[id]).await;
        take(&app, &office(Role::Finance, false), id, BatchAct::Send).await.unwrap();
        settle(&app, id, &result_file(&[(2, 0, "失败", "销户"), (3, 1, "失败", "网络超时")])).await;
        let gone = count(&app, "SELECT id FROM payment WHERE row_no = 2").await;
        batch::give_up(&app.app, &office(Role::Finance, false), id, &fresh(&app), gone, "已外迁").await.unwrap();
        let sql = format!("SELECT in_fen - out_fen FROM fund_node WHERE allocation_id = {near} AND stage = 'allocation'");
        assert_eq!(count(&app, &sql).await, 140_000, "the town's own money came back to the town");
        take(&app, &office(Role::Finance, false), id, BatchAct::Reissue).await.unwrap();
        settle(&app, id, &result_file(&[(3, 1, "成功", "")])).await;
        assert_eq!(state_of(&app, "payment_batch", id).await, "paid");
        assert_issued_is_accounted_for(&app, id).await;
    }
}
