//! The way of an entry, and everything that is refused on it.

use access::{Role, Scope};
use kernel::{ErrorKind, Money};
use records::flow::Code;
use store::{Query, args};
use testkit::{TestApp, both_databases};
use trail::Act;
use village_finance::{
    model::{Channel, ENTRY_FLOW, EntryAct as A, EntryState as S, NewEntry},
    store::{enter, entry, totals},
};

use crate::support::*;

async fn state(app: &TestApp, id: i64) -> S {
    let row = entry::entry(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap();
    row.unwrap().state()
}

async fn put(app: &TestApp, state: S, id: i64) {
    let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
    tx.execute(
        "UPDATE village_entry SET state = $1 WHERE id = $2",
        args![state.id(), id],
    )
    .await
    .unwrap();
    tx.commit(Act::new("ledger.load", "test")).await.unwrap();
}

both_databases! {
    async fn every_step_the_flow_does_not_list_is_refused_and_on_the_record(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, spending(WEST, "2026-02-01", 10)).await;
        let illegal = ENTRY_FLOW.illegal();
        for (from, a) in &illegal {
            put(&app, *from, id).await;
            let role = ENTRY_FLOW.steps.iter().find(|s| s.act == *a).unwrap().by[0];
            let refused = act(&app, &one(role, COUNTY, 9), id, *a, "试").await.unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Conflict, "{from:?} {a:?}: {}", refused.message);
            assert_eq!(state(&app, id).await, *from);
        }
        let noted = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'ledger.refused'", args![]).await.unwrap();
        assert_eq!(noted, illegal.len() as i64);
    }

    async fn who_enters_does_not_check_and_a_voucher_or_decision_is_needed(db: TestDb) {
        let app = a_county(db).await;
        let new = NewEntry { decision_no: String::new(), ..spending(WEST, "2026-02-01", 10) };
        let id = enter::enter(&app.app, &station(1), &fresh(&app), new, Vec::new()).await.unwrap();
        act(&app, &committee(), id, A::Sign, "").await.unwrap();
        let own = act(&app, &station(1), id, A::Check, "").await.unwrap_err();
        assert!(own.message.contains("记账人不能核自己记的账"), "{}", own.message);
        let bare = act(&app, &station(2), id, A::Check, "").await.unwrap_err();
        assert!(bare.message.contains("没有附票据"), "{}", bare.message);
        act(&app, &station(2), id, A::Return, "请补票据").await.unwrap();
        let amended = NewEntry { voucher_no: "2026-02-0001".into(), ..spending(WEST, "2026-02-01", 12) };
        enter::amend(&app.app, &clerk(), &fresh(&app), id, amended).await.unwrap();
        act(&app, &committee(), id, A::Sign, "").await.unwrap();
        act(&app, &station(2), id, A::Check, "").await.unwrap();
        let sums = totals::total(&app.app.db, code(WEST), totals::Span::default()).await.unwrap();
        assert_eq!((sums.expense_rows, sums.expense()), (1, Money::from_yuan(12)));
    }

    async fn a_checked_entry_is_only_taken_back_by_one_of_the_opposite_sign_and_once(db: TestDb) {
        let app = a_county(db).await;
        let id = checked(&app, spending(WEST, "2026-02-01", 80)).await;
        let by = enter::reverse(&app.app, &clerk(), &fresh(&app), id, "金额写错").await.unwrap();
        let twice = enter::reverse(&app.app, &clerk(), &fresh(&app), id, "再来").await.unwrap_err();
        assert_eq!(twice.kind, ErrorKind::Conflict);
        let total = || async { totals::total(&app.app.db, code(COUNTY), totals::Span::default()).await.unwrap() };
        assert_eq!(total().await.expense(), Money::from_yuan(80));
        check(&app, by).await;
        assert_eq!((total().await.expense(), total().await.expense_rows), (Money::ZERO, 2));
        let of_it = enter::reverse(&app.app, &clerk(), &fresh(&app), by, "再来").await.unwrap_err();
        assert_eq!(of_it.kind, ErrorKind::Conflict);
        let left = app.app.db.number("SELECT COUNT(*) FROM village_entry", args![]).await.unwrap();
        assert_eq!(left, 2, "nothing is ever deleted");
    }

    async fn the_same_request_twice_is_one_entry_and_a_used_voucher_number_is_refused(db: TestDb) {
        let app = a_county(db).await;
        let request = fresh(&app);
        let first = enter::enter(&app.app, &clerk(), &request, spending(WEST, "2026-02-01", 10), Vec::new()).await.unwrap();
        let again = enter::enter(&app.app, &clerk(), &request, spending(WEST, "2026-02-01", 10), Vec::new()).await.unwrap();
        assert_eq!(first, again);
        let used = NewEntry { voucher_no: "2026-02-0001".into(), ..spending(WEST, "2026-02-01", 10) };
        let refused = enter::enter(&app.app, &clerk(), &fresh(&app), used, Vec::new()).await.unwrap_err();
        assert!(refused.message.contains("已经用过"), "{}", refused.message);
        let outside = enter::enter(&app.app, &clerk(), &fresh(&app), spending(EAST, "2026-02-01", 10), Vec::new()).await;
        assert_eq!(outside.unwrap_err().kind, ErrorKind::NotFound);
    }

    // accept: 003-53, 003-56a, 003-56b
    async fn a_village_has_one_basic_account_and_one_card_which_pays_by_wechat_and_alipay(db: TestDb) {
        let app = a_county(db).await;
        let agri = one(Role::AgriAdmin, COUNTY, 1);
        let second = village_finance::store::accounts::NewAccount {
            village: code(WEST),
            kind: village_finance::model::AccountKind::Card,
            bank: "农村商业银行".into(),
            number: "6228480099990001".into(),
            holder: "村报账员".into(),
            opening: Money::ZERO,
            opened_on: app.clock_day(),
        };
        let refused = village_finance::store::accounts::open(&app.app, &agri, &fresh(&app), &second).await.unwrap_err();
        assert!(refused.message.contains("一村一个"), "{}", refused.message);
        for channel in [Channel::Wechat, Channel::Alipay] {
            let id = checked(&app, NewEntry { channel, ..spending(WEST, "2026-02-03", 5) }).await;
            let row = entry::entry(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap().unwrap();
            let kind = app.app.db.number("SELECT COUNT(*) FROM village_account WHERE id = $1 AND kind = 'card'", args![row.account]).await.unwrap();
            assert_eq!(kind, 1, "{channel:?} goes through the card");
        }
        let page = app.visitor().get(&format!("/village-finance/{WEST}/2026-02")).await.text();
        assert!(page.contains("微信") && page.contains("支付宝"), "{page}");
    }
}

trait Today {
    fn clock_day(&self) -> kernel::Date;
}

impl Today for TestApp {
    fn clock_day(&self) -> kernel::Date {
        self.app.clock.today()
    }
}

#[test]
fn the_page_of_the_flow_is_what_the_code_does() {
    testkit::docs::agree("flows/village-entry.md", &ENTRY_FLOW.to_markdown());
}
