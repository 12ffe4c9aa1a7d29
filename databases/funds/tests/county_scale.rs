//! A county's payments, 1.07 million, in SQLite: load rate and how long lists take. Run by hand:
//! `cargo test -p funds --test county_scale -- --ignored --nocapture`.

use std::{sync::Arc, time::Instant};

use access::{Actor, Scope};
use funds::{PaymentFilter, PaymentState, load, page_of, payments_at, total, total_of};
use kernel::{Clock, KeyRing, Money, Month, PersonKey, RegionCode, SystemClock};
use store::Query;
use testkit::{TestApp, TestDb};
use trail::Act;

const PAYMENTS: usize = 1_070_000;
const TOWNS: i64 = 14;
const VILLAGES: i64 = 1_282;

/// The n-th natural village: 14 towns, about 8 communities each.
fn village(n: i64) -> RegionCode {
    let (town, rest) = (n % TOWNS, n / TOWNS);
    RegionCode::from_i64(371_621_000_000_000 + (101 + town) * 1_000_000 + (1 + rest % 8) * 1_000 + 1 + rest / 8)
        .unwrap()
}

#[test]
#[ignore = "takes a minute; prints figures"]
fn a_county_of_payments_pages_within_a_tenth_of_a_second() {
    testkit::run(async {
        let county = TestApp::with_parts(
            TestDb::sqlite().await,
            vec![directory::module(), households::module(), funds::module()],
            vec![Arc::new(directory::regions::RegionCache::default())],
        )
        .await;
        let app = &county.app;
        let keys = KeyRing::for_tests(1);
        let clock = SystemClock;
        let ids = kernel::IdSource::new(7);
        let began = Instant::now();
        let tx = app.trail.begin(&Actor::system()).await.unwrap();
        let first = Month::new(2023, 1).unwrap();
        let texts: Vec<[String; 3]> = (0..19 * 36)
            .map(|i| {
                [
                    format!("HN{:02}", 1 + i % 19),
                    format!("HN{:02}-{}", 1 + i % 19, first.plus(i / 19)),
                    String::new(),
                ]
            })
            .collect();
        let names: Vec<String> = (0..4_000).map(|i| format!("王{i}")).collect();
        let rows = (0..PAYMENTS).map(|i| {
            let month = (i * 36 / PAYMENTS) as i32;
            // Land subsidies are a third of all payments, the rest spread over 18 programmes.
            let programme = if i % 3 == 0 { 0 } else { 1 + i % 18 };
            let text = &texts[month as usize * 19 + programme];
            load::NewPayment {
                id: ids.next(&clock),
                batch_no: &text[1],
                programme: &text[0],
                org: "civil_affairs",
                person: PersonKey(i as i64 % 500_000),
                payee_name: &names[i % names.len()],
                household: (i % 20 == 0).then_some(i as i64 % 20_000),
                region: village((i as i64 * 7_919) % VILLAGES),
                month: first.plus(month),
                qty: 100,
                rate: Money(10_000),
                amount: Money(10_000 + (i % 90_000) as i64),
                paid_on: first.plus(month).first_day() + std::time::Duration::from_secs(86_400 * (i as u64 % 28)),
                account: "6217000010001234567",
                account_valid: None,
                account_name: &names[i % names.len()],
                arrears: false,
                state: if i % 997 == 0 {
                    PaymentState::Returned
                } else {
                    PaymentState::Paid
                },
            }
        });
        load::payments(&tx, &keys, || ids.next(&clock), rows).await.unwrap();
        tx.commit(Act::new("payment.load", "batch:county")).await.unwrap();
        let load_seconds = began.elapsed().as_secs_f64();
        println!(
            "loaded {PAYMENTS} payments in {load_seconds:.1} s, {:.0} rows/s",
            PAYMENTS as f64 / load_seconds
        );
        assert!(clock.now().millis() > 0);

        let scope = Scope::area("371621".parse().unwrap());
        let filters = [
            ("county", PaymentFilter::default()),
            (
                "town",
                PaymentFilter {
                    area: Some("371621105".parse().unwrap()),
                    ..PaymentFilter::default()
                },
            ),
            (
                "community",
                PaymentFilter {
                    area: Some("371621105003".parse().unwrap()),
                    ..PaymentFilter::default()
                },
            ),
            (
                "village",
                PaymentFilter {
                    area: Some(village(40)),
                    ..PaymentFilter::default()
                },
            ),
            (
                "programme",
                PaymentFilter {
                    programme: Some("HN03".into()),
                    ..PaymentFilter::default()
                },
            ),
            (
                "town, programme",
                PaymentFilter {
                    area: Some("371621105".parse().unwrap()),
                    programme: Some("HN01".into()),
                    ..PaymentFilter::default()
                },
            ),
            (
                "month",
                PaymentFilter {
                    month: Some(first.plus(5)),
                    ..PaymentFilter::default()
                },
            ),
            (
                "town, month, programme",
                PaymentFilter {
                    area: Some("371621105".parse().unwrap()),
                    month: Some(first.plus(5)),
                    programme: Some("HN03".into()),
                    ..PaymentFilter::default()
                },
            ),
            (
                "payee",
                PaymentFilter {
                    payee: "王77".into(),
                    ..PaymentFilter::default()
                },
            ),
            (
                "returned",
                PaymentFilter {
                    state: Some(PaymentState::Returned),
                    ..PaymentFilter::default()
                },
            ),
        ];
        for (name, filter) in filters {
            let mut worst = 0.0_f64;
            let mut rows = 0;
            for round in 0..20 {
                let began = Instant::now();
                let total = total_of(&app.db, &scope, &filter).await.unwrap();
                rows = total.rows as u64;
                let pages = rows.div_ceil(50).max(1);
                let page = [1, 2, pages / 2, pages][round % 4].max(1);
                page_of(&app.db, &scope, &filter, page, rows).await.unwrap();
                worst = worst.max(began.elapsed().as_secs_f64() * 1000.0);
            }
            println!("{name}: {rows} rows, slowest of 20 (first, second, middle, last page) {worst:.1} ms");
        }
        let mut worst = 0.0_f64;
        for n in 0..200 {
            let began = Instant::now();
            total(&app.db, "371621".parse().unwrap(), None, None).await.unwrap();
            payments_at(&app.db, village(n), Some("HN01"), None, 1, 50)
                .await
                .unwrap();
            worst = worst.max(began.elapsed().as_secs_f64() * 1000.0);
        }
        println!("public list of a village: slowest of 200 {worst:.1} ms");
        let size = app
            .db
            .number(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
                vec![],
            )
            .await
            .unwrap();
        println!("database {} MB", size >> 20);
    });
}
