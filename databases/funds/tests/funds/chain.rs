//! Documents, shares and the books.

use access::Role;
use funds::{
    chain::{self, Asked, NewAccount, books},
    model::{
        flows::{ALLOCATION, AllocationAct, AllocationState, INDICATOR, IndicatorAct, IndicatorState},
        ledger::{Kind, Ledger, Movement, Node, Stage},
    },
};
use kernel::{Clock, ErrorKind, Money};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use records::flow::Code;
use store::{Query, args};
use testkit::both_databases;
use trail::Act;

use crate::support::*;

/// The stored nodes say what the stored entries say, and no money is made or lost.
async fn assert_books_hold(app: &testkit::TestApp) {
    let wrong = app
        .app
        .db
        .number(
            "SELECT COUNT(*) FROM (SELECT n.indicator_id FROM fund_node n LEFT JOIN \
             (SELECT indicator_id, allocation_id, stage, holder, SUM(i) AS i, SUM(o) AS o FROM \
             (SELECT indicator_id, to_allocation AS allocation_id, to_stage AS stage, to_holder AS holder, amount_fen AS i, 0 AS o FROM fund_entry \
             UNION ALL SELECT indicator_id, from_allocation, from_stage, from_holder, 0, amount_fen FROM fund_entry) moves \
             GROUP BY indicator_id, allocation_id, stage, holder) e ON e.indicator_id = n.indicator_id AND e.allocation_id = n.allocation_id \
             AND e.stage = n.stage AND e.holder = n.holder WHERE e.i IS NULL OR e.i <> n.in_fen OR e.o <> n.out_fen) wrong",
            args![],
        )
        .await
        .unwrap();
    assert_eq!(wrong, 0, "nodes and entries differ");
    let books = books(&app.app.db, &access::Scope::area(code(COUNTY))).await.unwrap();
    for sums in books.standing_by_indicator(app.clock.today()).values() {
        assert!(sums.holds(), "{sums:?}");
        assert_eq!(
            sums.appropriated_fen,
            sums.allocated_fen + sums.balance_fen + recovered_above(&books),
            "{sums:?}"
        );
    }
}

fn recovered_above(books: &chain::Books) -> i64 {
    let above = books
        .entries
        .iter()
        .filter(|e| e.kind == Kind::Recover && e.from.allocation == 0);
    above.map(|e| e.amount_fen).sum()
}

both_databases! {
    // accept: 000-56, 000-57
    async fn money_goes_from_the_document_through_the_hops_to_its_use(db: TestDb) {
        let app = a_county(db).await;
        let (indicator, share) = with_money(&app, "HN25", "鲁财农指〔2026〕1号", TOWN, 100_000).await;
        allocation(&app, Role::TownPoverty, share, AllocationAct::Request, None).await.unwrap();
        allocation(&app, Role::Finance, share, AllocationAct::Disburse, Some(Money::from_yuan(60_000))).await.unwrap();
        allocation(&app, Role::TownPoverty, share, AllocationAct::PassOn, Some(Money::from_yuan(50_000))).await.unwrap();
        allocation(&app, Role::FundUnitAdmin, share, AllocationAct::Use, Some(Money::from_yuan(55_000))).await.unwrap();
        assert_books_hold(&app).await;
        let books = books(&app.app.db, &access::Scope::area(code(COUNTY))).await.unwrap();
        let sums = books.standing_by_indicator(app.clock.today())[&indicator];
        assert_eq!((sums.used_fen, sums.at_hop_fen, sums.waiting_fen), (5_500_000, 500_000, 4_000_000));
        let too_early = allocation(&app, Role::FundUnitAdmin, share, AllocationAct::Confirm, None).await.unwrap_err();
        assert_eq!(too_early.kind, ErrorKind::Forbidden, "who used it does not confirm it: {too_early}");
        let too_early = allocation(&app, Role::Finance, share, AllocationAct::Confirm, None).await.unwrap_err();
        assert!(too_early.message.contains("不能确认"), "{too_early}");
    }

    async fn a_share_never_exceeds_what_the_document_has(db: TestDb) {
        let app = a_county(db).await;
        let (indicator, _) = with_money(&app, "HN25", "文1", TOWN, 1000).await;
        let over = chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &a_plan(indicator, TOWN, 1)).await;
        assert!(over.unwrap_err().message.contains("超过可分配数 0.00 元"));
        let other = chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &a_document("HN25", "文2", 1000)).await.unwrap();
        let planned = |yuan| a_plan(other, TOWN, yuan);
        chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &planned(700)).await.unwrap();
        let over = chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &planned(301)).await;
        assert!(over.unwrap_err().message.contains("超过可分配数 300.00 元"), "plans count before they are decided");
        assert_books_hold(&app).await;
    }

    async fn who_plans_does_not_decide_and_the_same_request_counts_once(db: TestDb) {
        let app = a_county(db).await;
        let finance = office(Role::Finance, false);
        let document = chain::enter(&app.app, &finance, &fresh(&app), &a_document("HN25", "文1", 1000)).await.unwrap();
        let request = fresh(&app);
        let share = chain::plan(&app.app, &finance, &request, &a_plan(document, TOWN, 400)).await.unwrap();
        let again = chain::plan(&app.app, &finance, &request, &a_plan(document, TOWN, 400)).await.unwrap();
        assert_eq!(share, again);
        let own = allocation(&app, Role::Finance, share, AllocationAct::Decide, None).await.unwrap_err();
        assert_eq!(own.kind, ErrorKind::Forbidden);
        let asked_id = fresh(&app);
        let asked = Asked::on(&asked_id, app.clock.today()).by("会议纪要");
        chain::allocation_step(&app.app, &office(Role::Finance, true), share, AllocationAct::Decide, &asked).await.unwrap();
        let stale_id = fresh(&app);
        let mut stale = Asked::on(&stale_id, app.clock.today());
        stale.expected = Some(1);
        let refused = chain::allocation_step(&app.app, &office(Role::TownPoverty, false), share, AllocationAct::Request, &stale).await;
        assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict, "the form was filled from an older version");
    }

    // accept: 001-22
    async fn money_that_bypassed_the_city_is_filed_and_a_late_filing_shows(db: TestDb) {
        let app = a_county(db).await;
        let mut new = a_document("HN25", "财农〔2026〕7号", 5000);
        new.bypass_city = true;
        let id = chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &new).await.unwrap();
        let scope = access::Scope::area(code(COUNTY));
        let row = chain::indicator(&app.app.db, &scope, id).await.unwrap().unwrap();
        assert_eq!(chain::filing_due(&row, &app.app.calendar), Some(d("2026-02-16")));
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let shown = finance.get("/desk/funds/filing").await;
        assert!(shown.text().contains("逾期未报备 1 份") && shown.text().contains("2026-02-16 已逾期"), "{}", shown.text());
        let request = fresh(&app);
        let bare = Asked::on(&request, app.clock.today());
        let refused = chain::indicator_step(&app.app, &office(Role::Finance, false), id, IndicatorAct::File, &bare).await;
        assert_eq!(refused.unwrap_err().kind, ErrorKind::Invalid, "without a document nothing is filed");
        chain::indicator_step(&app.app, &office(Role::Finance, false), id, IndicatorAct::File, &bare.by("市财备〔2026〕1号")).await.unwrap();
        assert!(finance.get("/desk/funds/filing").await.text().contains("逾期未报备 0 份"));
    }

    async fn what_is_left_is_carried_over_and_in_the_end_recovered(db: TestDb) {
        let app = a_county(db).await;
        let id = chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &a_document("HN25", "文1", 900)).await.unwrap();
        for act in [IndicatorAct::CarryOver, IndicatorAct::Recover] {
            let request = fresh(&app);
            let asked = Asked::on(&request, app.clock.today()).because("未启动").by("惠财〔2026〕9号");
            chain::indicator_step(&app.app, &office(Role::Finance, false), id, act, &asked).await.unwrap();
            assert_books_hold(&app).await;
        }
        assert_eq!(state_of(&app, "indicator", id).await, "recovered");
    }

    async fn what_no_document_can_be_is_refused(db: TestDb) {
        let app = a_county(db).await;
        let finance = office(Role::Finance, false);
        let mut wrong = Vec::new();
        for fen in [0, -100] {
            wrong.push(funds::chain::NewIndicator { amount: Money(fen), ..a_document("HN25", "文号", 1) });
        }
        wrong.push(funds::chain::NewIndicator { arrived_on: Some(d("1899-12-31")), ..a_document("HN25", "文号", 1) });
        wrong.push(funds::chain::NewIndicator { arrived_on: Some(d("2026-03-03")), ..a_document("HN25", "文号", 1) });
        wrong.push(funds::chain::NewIndicator { level: "乡".into(), ..a_document("HN25", "文号", 1) });
        wrong.push(funds::chain::NewIndicator { origin: "own".into(), ..a_document("HN25", "文号", 1) });
        wrong.push(a_document("HN99", "文号", 1));
        for new in &wrong {
            let refused = chain::enter(&app.app, &finance, &fresh(&app), new).await.unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Invalid, "{new:?}");
        }
        let none = app.app.db.number("SELECT COUNT(*) FROM indicator", args![]).await.unwrap();
        assert_eq!(none, 0);
        chain::enter(&app.app, &finance, &fresh(&app), &a_document("HN25", "文号", 1)).await.unwrap();
        let twice = chain::enter(&app.app, &finance, &fresh(&app), &a_document("HN25", "文号", 1)).await.unwrap_err();
        assert_eq!(twice.kind, ErrorKind::Conflict);
    }

    async fn every_step_the_tables_do_not_list_is_refused_and_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        let (indicator, share) = with_money(&app, "HN25", "文1", TOWN, 1000).await;
        let ledger_before = app.app.db.number("SELECT COUNT(*) FROM fund_entry", args![]).await.unwrap();
        for (state, act) in ALLOCATION.illegal() {
            set(&app, "fund_allocation", share, state.id()).await;
            for role in [Role::Finance, Role::FundUnitAdmin, Role::TownPoverty] {
                let refused = allocation(&app, role, share, act, Some(Money(100))).await;
                assert!(refused.is_err(), "{state:?} {act:?} {role:?}");
            }
            assert_eq!(state_of(&app, "fund_allocation", share).await, state.id());
        }
        for (state, act) in INDICATOR.illegal() {
            set(&app, "indicator", indicator, state.id()).await;
            let request = fresh(&app);
            let asked = Asked::on(&request, app.clock.today()).because("理由").by("依据");
            let refused = chain::indicator_step(&app.app, &office(Role::Finance, false), indicator, act, &asked).await;
            assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict, "{state:?} {act:?}");
            assert_eq!(state_of(&app, "indicator", indicator).await, state.id());
        }
        let after = app.app.db.number("SELECT COUNT(*) FROM fund_entry", args![]).await.unwrap();
        assert_eq!(ledger_before, after);
        assert_eq!(AllocationState::ALL.len() * AllocationAct::ALL.len() - ALLOCATION.illegal().len(), 24);
        assert_eq!(IndicatorState::ALL.len(), 5);
    }

    // accept: 004-30a, 004-30b, 004-30c
    async fn money_is_disbursed_only_to_accounts_dedicated_three_times_over(db: TestDb) {
        let app = a_county(db).await;
        let (_, share) = with_money(&app, "HN25", "文1", TOWN, 1000).await;
        allocation(&app, Role::TownPoverty, share, AllocationAct::Request, None).await.unwrap();
        let town = office(Role::Finance, false);
        let account = |number: &'static str, dedicated| NewAccount {
            name: "石庙镇财政所", org: "石庙镇", region: code(TOWN), kind: "专户", bank: "农商银行", number,
            dedicated_store: true, dedicated_book: true, dedicated_person: dedicated,
        };
        let plain = chain::enter_account(&app.app, &town, &fresh(&app), &account("90412345678", false)).await.unwrap();
        let fit = chain::enter_account(&app.app, &town, &fresh(&app), &account("90412345679", true)).await.unwrap();
        let twice = chain::enter_account(&app.app, &town, &fresh(&app), &account("90412345679", true)).await.unwrap_err();
        assert_eq!(twice.kind, ErrorKind::Conflict);
        for (to, fits) in [(plain, false), (fit, true)] {
            let request = fresh(&app);
            let mut asked = Asked::on(&request, app.clock.today()).of(Money::from_yuan(100));
            asked.to_account = Some(to);
            let done = chain::allocation_step(&app.app, &office(Role::Finance, true), share, AllocationAct::Disburse, &asked).await;
            assert_eq!(done.is_ok(), fits, "{done:?}");
        }
        let shown = app.signed_in(town).await.get("/desk/funds/accounts").await;
        assert!(shown.text().contains("尾号 5679") && !shown.body.contains("90412345679"), "{}", shown.text());
    }

    async fn random_histories_agree_with_the_ledger_in_memory(db: TestDb) {
        let app = a_county(db).await;
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let strategy = prop::collection::vec((0..9_usize, 1..120_000_i64, 0..2_usize), 30..40);
        let tried = strategy.new_tree(&mut runner).unwrap().current();
        let mut ledger = Ledger::default();
        let mut shares: Vec<(i64, i64)> = Vec::new();
        for n in 0..2 {
            let doc = format!("文{n}");
            let (indicator, share) = with_money(&app, "HN25", &doc, TOWN, 1000).await;
            for (kind, from, to) in [
                (Kind::Arrive, Node::of(indicator, Stage::Source), Node::of(indicator, Stage::Indicator)),
                (Kind::Allocate, Node::of(indicator, Stage::Indicator), Node::at(indicator, share, Stage::Allocation, 0)),
            ] {
                ledger.post(&Movement { kind, from, to, amount: Money::from_yuan(1000) }).unwrap();
            }
            shares.push((indicator, share));
        }
        for (what, fen, pick) in tried {
            let (indicator, share) = shares[pick];
            let (waiting, hop) = (Node::at(indicator, share, Stage::Allocation, 0), Node::at(indicator, share, Stage::Hop, 1));
            let amount = Money(fen);
            match what {
                0..=3 => {
                    let before = state_of(&app, "fund_allocation", share).await;
                    if before != "requested" && allocation(&app, Role::TownPoverty, share, AllocationAct::Request, None).await.is_err() {
                        continue;
                    }
                    let stored = allocation(&app, Role::Finance, share, AllocationAct::Disburse, Some(amount)).await;
                    let pure = ledger.post(&Movement { kind: Kind::Disburse, from: waiting, to: hop, amount });
                    assert_eq!(stored.is_ok(), pure.is_ok(), "disburse {amount}");
                }
                4..=6 => {
                    let stored = allocation(&app, Role::FundUnitAdmin, share, AllocationAct::Use, Some(amount)).await;
                    let at_hop = ledger.sums(&hop).balance();
                    let (a, b) = (at_hop.min(amount), Money((amount.fen() - at_hop.fen()).max(0)));
                    if stored.is_ok() {
                        for (from, part) in [(hop, a), (waiting, b)] {
                            if part > Money::ZERO {
                                let to = Node::at(indicator, share, Stage::Used, 0);
                                ledger.post(&Movement { kind: Kind::Use, from, to, amount: part }).unwrap();
                            }
                        }
                    }
                }
                7 => {
                    let stored = allocation(&app, Role::Finance, share, AllocationAct::SendBack, None).await;
                    let held = ledger.sums(&hop).balance();
                    if stored.is_ok() && held > Money::ZERO {
                        ledger.post(&Movement { kind: Kind::SendBack, from: hop, to: waiting, amount: held }).unwrap();
                    }
                }
                _ => {
                    let over = allocation(&app, Role::Finance, share, AllocationAct::Decide, Some(amount)).await;
                    assert!(over.is_err());
                }
            }
        }
        for (indicator, share) in shares {
            for stage in [Stage::Allocation, Stage::Hop, Stage::Used] {
                let stored = app.app.db.number(
                    "SELECT CAST(COALESCE(SUM(in_fen - out_fen), 0) AS BIGINT) FROM fund_node WHERE allocation_id = $1 AND stage = $2",
                    args![share, stage.id()],
                ).await.unwrap();
                let holder = i64::from(stage == Stage::Hop);
                assert_eq!(Money(stored), ledger.sums(&Node::at(indicator, share, stage, holder)).balance(), "{stage:?}");
            }
        }
        assert_books_hold(&app).await;
    }
}

/// Puts a record into a state as an older version of the platform might have left it.
pub(crate) async fn set(app: &testkit::TestApp, table: &str, id: i64, state: &str) {
    let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
    tx.execute(
        &format!("UPDATE {table} SET state = $2 WHERE id = $1"),
        args![id, state],
    )
    .await
    .unwrap();
    tx.commit(Act::new("test.set", "test")).await.unwrap();
}
