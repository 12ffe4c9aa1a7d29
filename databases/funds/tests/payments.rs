//! Payments of a small county: totals that hold under any change, lists that page and filter, reach that holds.

use std::{io::Cursor, sync::Arc};

use access::{Actor, Role, Scope};
use axum::http::StatusCode;
use directory::{Region, load_regions};
use funds::{Payment, PaymentFilter, PaymentState, Programme, load, page_of, set_state, total_of};
use kernel::{Money, Month, PersonKey};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use store::{Db, FromQueryResult, Query, args};
use testkit::{
    TestApp, TestDb, both_databases,
    county::{DIVISIONS, EAST, WEST, code},
};
use trail::Act;

const VILLAGES: [&str; 3] = [WEST, "371621102001002", EAST];
const PROGRAMMES: [(&str, &str, &str); 3] = [
    ("HN01", "耕地地力保护补贴", "agriculture"),
    ("HN02", "农村最低生活保障金", "civil_affairs"),
    ("HN04", "困难残疾人生活补贴", "disabled_federation"),
];

/// One payment of a plan: which village, programme, month (from 2024-11), amount in fen, paid or not.
#[derive(Clone, Debug)]
struct Planned {
    village: usize,
    programme: usize,
    month: i32,
    fen: i64,
    state: PaymentState,
}

fn planned(village: usize, programme: usize, month: i32, fen: i64) -> Planned {
    Planned {
        village,
        programme,
        month,
        fen,
        state: PaymentState::Paid,
    }
}

async fn a_county(db: TestDb) -> TestApp {
    let app = TestApp::with_parts(
        db,
        vec![directory::module(), households::module(), funds::module()],
        vec![Arc::new(directory::regions::RegionCache::default())],
    )
    .await;
    let villages = DIVISIONS.into_iter().chain([(VILLAGES[1], "东街村")]);
    let regions: Vec<Region> = villages.map(|(c, name)| Region::invented(code(c), name)).collect();
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let programmes = PROGRAMMES.map(|(code, name, org)| Programme {
        code: code.into(),
        name: name.into(),
        org: org.into(),
        fund_class: 1,
        unit: "人".into(),
        rate_fen: 12_500,
        cycle: "季".into(),
        payee_kind: "person".into(),
        targeted: false,
        public_name_mode: "full".into(),
        basis: String::new(),
        what_done: "发放补贴。".into(),
        effect: "群众受益。".into(),
    });
    load::programmes(&tx, programmes).await.unwrap();
    tx.commit(Act::new("programme.load", "programme:all")).await.unwrap();
    app
}

/// Enters a plan as one load; payees are 人0, 人1, … in turn.
async fn enter(app: &TestApp, name: &str, plan: &[Planned]) -> kernel::AppResult<()> {
    let tx = app.app.trail.begin(&Actor::system()).await?;
    let texts: Vec<(String, String)> = plan
        .iter()
        .enumerate()
        .map(|(i, p)| (format!("{name}-{}-{}", p.programme, p.month), format!("人{}", i % 40)))
        .collect();
    let rows = plan.iter().zip(&texts).enumerate().map(|(i, (p, (batch, payee)))| {
        let month = Month::new(2024, 11).unwrap().plus(p.month);
        load::NewPayment {
            id: app.app.next_id(),
            batch_no: batch,
            programme: PROGRAMMES[p.programme].0,
            org: PROGRAMMES[p.programme].2,
            person: PersonKey((i % 40) as i64),
            payee_name: payee,
            household: (i % 7 == 0).then_some(7),
            region: code(VILLAGES[p.village]),
            month,
            qty: 100,
            rate: Money(p.fen),
            amount: Money(p.fen),
            paid_on: month.last_day(),
            account: "6217000010001234567",
            account_valid: None,
            account_name: payee,
            arrears: false,
            state: p.state,
        }
    });
    load::payments(&tx, &app.app.keys, || app.app.next_id(), rows).await?;
    tx.commit(Act::new("payment.load", format!("batch:{name}"))).await?;
    Ok(())
}

#[derive(Debug, PartialEq, Eq, FromQueryResult)]
struct Kept {
    place: i64,
    programme: String,
    period: String,
    rows: i64,
    amount_fen: i64,
}

/// The kept totals beside the sums of the payments, by month and by year of every division.
async fn kept_and_summed(db: &Db) -> [(Vec<Kept>, Vec<Kept>); 3] {
    let months = db
        .rows("SELECT village AS place, programme, month AS period, rows, amount_fen FROM payment_total WHERE rows <> 0 OR amount_fen <> 0 ORDER BY village, programme, month", args![])
        .await
        .unwrap();
    let month_sums = db
        .rows("SELECT region AS place, programme, month AS period, COUNT(*) AS rows, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen FROM payment WHERE state = 'paid' GROUP BY region, programme, month ORDER BY region, programme, month", args![])
        .await
        .unwrap();
    let years = db
        .rows("SELECT region AS place, programme, CAST(year AS TEXT) AS period, rows, amount_fen FROM payment_rollup WHERE rows <> 0 OR amount_fen <> 0 ORDER BY region, programme, year", args![])
        .await
        .unwrap();
    let year_sums = db
        .rows(
            "SELECT a.place, p.programme, SUBSTR(p.paid_on, 1, 4) AS period, COUNT(*) AS rows, CAST(SUM(p.amount_fen) AS BIGINT) AS amount_fen \
             FROM payment p JOIN (SELECT DISTINCT r.region AS inside, r.region - r.region % d.span AS place FROM payment r, \
             (SELECT 1 AS span UNION ALL SELECT 1000 UNION ALL SELECT 1000000 UNION ALL SELECT 1000000000 \
             UNION ALL SELECT 100000000000 UNION ALL SELECT 10000000000000 UNION ALL SELECT 1000000000000000) d) a \
             ON a.inside = p.region WHERE p.state = 'paid' GROUP BY a.place, p.programme, SUBSTR(p.paid_on, 1, 4) \
             ORDER BY a.place, p.programme, SUBSTR(p.paid_on, 1, 4)",
            args![],
        )
        .await
        .unwrap();
    let paid = db
        .rows("SELECT region AS place, programme, month AS period, rows, rows AS amount_fen FROM payment_paid_month WHERE rows <> 0 AND region % 1000000 = 0 AND region % 1000000000 <> 0 ORDER BY region, programme, month", args![])
        .await
        .unwrap();
    let paid_sums = db
        .rows("SELECT region / 1000000 * 1000000 AS place, programme, SUBSTR(paid_on, 1, 7) AS period, COUNT(*) AS rows, COUNT(*) AS amount_fen FROM payment WHERE state = 'paid' GROUP BY region / 1000000 * 1000000, programme, SUBSTR(paid_on, 1, 7) ORDER BY 1, 2, 3", args![])
        .await
        .unwrap();
    [(months, month_sums), (years, year_sums), (paid, paid_sums)]
}

async fn ids(db: &Db) -> Vec<i64> {
    #[derive(FromQueryResult)]
    struct Id {
        id: i64,
    }
    let ids: Vec<Id> = db.rows("SELECT id FROM payment ORDER BY id", args![]).await.unwrap();
    ids.into_iter().map(|i| i.id).collect()
}

fn plans() -> impl Strategy<Value = (Vec<Vec<Planned>>, Vec<(usize, usize)>)> {
    let one = (
        0..3_usize,
        0..3_usize,
        0..4_i32,
        1..1_000_000_i64,
        0..PaymentState::ALL.len(),
    )
        .prop_map(|(village, programme, month, fen, state)| Planned {
            state: PaymentState::ALL[state],
            ..planned(village, programme, month, fen)
        });
    let loads = prop::collection::vec(prop::collection::vec(one, 1..30), 1..4);
    (
        loads,
        prop::collection::vec((any::<usize>(), 0..PaymentState::ALL.len()), 0..20),
    )
}

both_databases! {
    async fn totals_equal_the_sums_after_any_loads_and_changes_of_state(db: TestDb) {
        let app = a_county(db).await;
        let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
        let strategy = plans();
        for case in 0..8 {
            let (loads, changes) = strategy.new_tree(&mut runner).unwrap().current();
            for (n, plan) in loads.iter().enumerate() {
                enter(&app, &format!("c{case}l{n}"), plan).await.unwrap();
            }
            let ids = ids(&app.app.db).await;
            for (pick, state) in changes {
                let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
                let payment = ids[pick % ids.len()];
                set_state(&tx, payment, PaymentState::ALL[state]).await.unwrap();
                tx.commit(Act::new("payment.state", format!("payment:{payment}"))).await.unwrap();
            }
            for (kept, summed) in kept_and_summed(&app.app.db).await {
                assert_eq!(kept, summed);
            }
        }
    }

    async fn a_batch_that_is_there_already_refuses_the_whole_load(db: TestDb) {
        let app = a_county(db).await;
        let plan = [planned(0, 0, 0, 100), planned(1, 1, 0, 200)];
        enter(&app, "once", &plan).await.unwrap();
        let refused = enter(&app, "once", &plan).await.unwrap_err();
        assert_eq!(refused.kind, kernel::ErrorKind::Conflict);
        assert_eq!(ids(&app.app.db).await.len(), 2);
        let total = total_of(&app.app.db, &Scope::area(code("371621")), &PaymentFilter::default()).await.unwrap();
        assert_eq!((total.rows, total.amount_fen), (2, 300));
    }

    async fn every_filter_pages_through_exactly_its_rows_and_totals_agree(db: TestDb) {
        let app = a_county(db).await;
        let plan: Vec<Planned> = (0..2_600_i64)
            .map(|i| Planned {
                state: if i % 50 == 49 { PaymentState::Returned } else { PaymentState::Paid },
                ..planned((i % 3) as usize, (i % 2) as usize, (i % 4) as i32, 1000 + i)
            })
            .collect();
        enter(&app, "a", &plan).await.unwrap();
        let county = Scope::area(code("371621"));
        let filters = [
            PaymentFilter::default(),
            PaymentFilter { area: Some(code("371621102")), ..PaymentFilter::default() },
            PaymentFilter { area: Some(code(VILLAGES[1])), ..PaymentFilter::default() },
            PaymentFilter { programme: Some("HN01".into()), ..PaymentFilter::default() },
            PaymentFilter { month: Month::new(2024, 12), ..PaymentFilter::default() },
            PaymentFilter { month: Month::new(2024, 12), programme: Some("HN02".into()), area: Some(code("371621102001")), ..PaymentFilter::default() },
            PaymentFilter { payee: "人5".into(), ..PaymentFilter::default() },
            PaymentFilter { household: Some(7), ..PaymentFilter::default() },
            PaymentFilter { state: Some(PaymentState::Returned), ..PaymentFilter::default() },
        ];
        for scope in [county.clone(), Scope::area(code("371621103")), county.clone().of_department("civil_affairs")] {
            for filter in &filters {
                let total = total_of(&app.app.db, &scope, filter).await.unwrap();
                let mut seen: Vec<Payment> = Vec::new();
                for page in 1.. {
                    let rows = page_of(&app.app.db, &scope, filter, page, total.rows as u64).await.unwrap();
                    if rows.is_empty() {
                        break;
                    }
                    seen.extend(rows);
                }
                assert_eq!(seen.len() as i64, total.rows, "{scope:?} {filter:?}");
                assert_eq!(seen.iter().map(|p| p.amount_fen).sum::<i64>(), total.amount_fen, "{scope:?} {filter:?}");
                assert!(seen.windows(2).all(|w| (&w[0].paid_on, w[0].id) > (&w[1].paid_on, w[1].id)), "{filter:?}");
                assert!(seen.iter().all(|p| scope.covers(p.place())), "{filter:?}");
            }
        }
    }

    // accept: 000-19
    async fn the_page_names_payee_programme_place_and_the_total_of_the_filtered_set(db: TestDb) {
        let app = a_county(db).await;
        enter(&app, "a", &[planned(0, 0, 0, 12_345), planned(1, 1, 0, 20_000), planned(2, 1, 1, 500)]).await.unwrap();
        let mut finance = app.as_role(Role::Finance, "371621").await;
        let shown = finance.get("/desk/payments").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        assert_eq!(shown.texts(".list-total"), ["共 3 笔，合计 328.45 元"]);
        assert!(shown.text().contains("石庙镇 大田社区 西街村") && shown.text().contains("尾号 4567"), "{}", shown.text());
        let town = finance.get("/desk/payments?town=371621102&programme=HN02&month=2024-11&payee=").await;
        assert_eq!(town.texts(".list-total"), ["共 1 笔，合计 200.00 元"]);
        assert_eq!(town.texts("tbody tr td:first-child"), ["人1"]);
        assert!(!shown.body.contains("6217000010001234567"));
    }

    async fn a_department_sees_its_own_programmes_and_a_town_its_own_area(db: TestDb) {
        let app = a_county(db).await;
        enter(&app, "a", &[planned(0, 0, 0, 100), planned(2, 1, 0, 200)]).await.unwrap();
        let mut actor = testkit::an_actor(Role::FundUnitAdmin, "371621");
        actor.scope = actor.scope.of_department("civil_affairs");
        let mut bureau = app.signed_in(actor).await;
        let shown = bureau.get("/desk/payments").await;
        assert_eq!(shown.texts(".list-total"), ["共 1 笔，合计 2.00 元"]);
        assert!(!shown.text().contains("耕地地力"), "{}", shown.text());
        let mut town = app.as_role(Role::TownCdi, "371621102").await;
        assert_eq!(town.get("/desk/payments?town=371621103").await.texts(".list-total"), ["共 1 笔，合计 1.00 元"]);
        assert_eq!(app.as_role(Role::Helper, "371621").await.get("/desk/payments").await.status, StatusCode::FORBIDDEN);
    }

    async fn the_export_holds_every_row_of_the_filter(db: TestDb) {
        let app = a_county(db).await;
        let plan: Vec<Planned> = (0..120).map(|i| planned(i % 3, i % 2, 0, 100)).collect();
        enter(&app, "a", &plan).await.unwrap();
        let mut audit = app.as_role(Role::Audit, "371621").await;
        let sent = audit.get("/desk/payments.xlsx?programme=HN01").await;
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(sent.bytes)).unwrap();
        let sheet = book.worksheet_range("发放明细").unwrap();
        assert_eq!(sheet.height(), 61, "a head and sixty rows");
        assert_eq!(sheet.get_value((0, 0)).unwrap().to_string(), "领取人");
        assert_eq!(sheet.get_value((1, 8)), Some(&calamine::Data::Float(1.0)), "the amount is a number in yuan");
        assert!(sheet.rows().flatten().all(|cell| !cell.to_string().contains("621700")), "no account numbers leave");
        let noted = app
            .app
            .db
            .number("SELECT COUNT(*) FROM trail_event WHERE act = 'payment.export' AND payload = '{\"rows\":60}'", args![])
            .await
            .unwrap();
        assert_eq!(noted, 1);
    }
}
