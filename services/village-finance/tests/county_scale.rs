//! The county's books, 756,200 entries: load rate, the published sums, and how long pages take for 16 users at once.
//! Run by hand: `cargo test -p village-finance --test county_scale -- --ignored --nocapture`.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use access::{Actor, Role};
use directory::{Region, load_regions};
use kernel::{Money, Month};
use records::flow::Code;
use simulate::{KINDS, Scale, Spec, figures};
use testkit::{TestApp, TestDb, an_actor};
use trail::Act;
use village_finance::{
    model::{AccountKind, Category, Channel},
    store::load,
};

const USERS: usize = 16;
const LASTING: Duration = Duration::from_secs(3);

async fn filled(db: TestDb, statistics: &str) -> TestApp {
    let modules = vec![
        directory::module(),
        records::module(),
        households::module(),
        village_finance::module(),
    ];
    let county = TestApp::with_parts(db, modules, vec![Arc::new(directory::regions::RegionCache::default())]).await;
    let app = &county.app;
    let spec = Spec::huimin_2020(Scale::County, 1);
    let regions: Vec<Region> = simulate::regions(&spec)
        .into_iter()
        .map(|r| Region {
            code: r.code,
            name: r.name.to_string(),
            kind: String::new(),
            synthetic: r.synthetic,
        })
        .collect();
    load_regions(app, &Actor::system(), &regions).await.unwrap();
    let books = simulate::village_books(&spec);
    let mut words: Vec<String> = books.parties.iter().map(|p| p.name.to_string()).collect();
    let mut first = Vec::new();
    for kind in &KINDS {
        first.push(words.len());
        words.extend(kind.wordings.iter().map(|w| (*w).to_owned()));
    }
    let began = Instant::now();
    let tx = app.trail.begin(&Actor::system()).await.unwrap();
    let ids: HashMap<_, _> = books.openings.iter().map(|o| (o.village, app.next_id())).collect();
    let numbers: Vec<String> = (0..books.openings.len()).map(|n| format!("62280{n:012}")).collect();
    let accounts = books
        .openings
        .iter()
        .zip(&numbers)
        .map(|(o, number)| load::LoadedAccount {
            id: ids[&o.village],
            village: o.village,
            kind: AccountKind::Basic,
            bank: "农村商业银行",
            number,
            holder: "股份经济合作社",
            opening: Money(o.amount_fen),
            opened_on: books.entries[0].day,
        });
    load::accounts(&tx, &app.keys, accounts).await.unwrap();
    let entries = books.entries.iter().map(|e| load::LoadedEntry {
        id: app.next_id(),
        village: e.village,
        account: ids[&e.village],
        voucher_no: format!("{}-{:04}", Month::of(e.day), e.voucher),
        day: e.day,
        category: Category::parse(KINDS[usize::from(e.kind)].category).unwrap(),
        amount: Money(e.amount_fen),
        channel: Channel::parse(e.channel).unwrap(),
        party: e.party as usize,
        party_is_person: books.parties[e.party as usize].person,
        summary: first[usize::from(e.kind)] + usize::from(e.wording),
    });
    let rows = load::entries(&tx, || app.next_id(), &words, entries).await.unwrap();
    tx.commit(Act::new("ledger.load", "ledger:all")).await.unwrap();
    let took = began.elapsed().as_secs_f64();
    println!("{rows} entries in {took:.1} s, {:.0} rows/s", rows as f64 / took);
    assert_eq!(rows, u64::from(figures::COUNTY_ENTRIES));
    app.db.run_schema(statistics).await.unwrap();
    county
}

/// Milliseconds of processor this process has used, both modes; of a kernel that counts 100 a second.
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok())
        .sum::<f64>()
        * 10.0
}

fn percentile(sorted: &[f64], percent: f64) -> f64 {
    sorted[((percent / 100.0 * sorted.len() as f64).ceil() as usize).max(1) - 1]
}

async fn measure(county: &Arc<TestApp>, path: String) -> f64 {
    let until = Instant::now() + LASTING;
    let before = processor_ms();
    let tasks: Vec<_> = (0..USERS)
        .map(|_| {
            let (county, path) = (county.clone(), path.clone());
            tokio::spawn(async move {
                let mut client = county.signed_in(an_actor(Role::AgriAdmin, "371621")).await;
                let mut times = Vec::new();
                while Instant::now() < until {
                    let began = Instant::now();
                    let page = client.get(&path).await;
                    assert_eq!(page.status, 200, "{path}");
                    times.push(began.elapsed().as_secs_f64() * 1000.0);
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort_by(f64::total_cmp);
    let p99 = percentile(&times, 99.0);
    println!(
        "  {:5} requests, {:6.1} ms of processor each, p50 {:6.1} ms, p99 {p99:6.1} ms  {path}",
        times.len(),
        (processor_ms() - before) / times.len() as f64,
        percentile(&times, 50.0)
    );
    p99
}

/// `statistics`: what the database is told after a load; PostgreSQL does it by itself within a minute.
async fn a_county_opens_quickly(db: TestDb, statistics: &str) {
    let county = Arc::new(filled(db, statistics).await);
    let text = county.visitor().get("/village-finance").await.text();
    let shown = "收支 756,200 笔，收入 2,588,000,000.00 元，支出 2,605,000,000.00 元";
    assert!(text.contains(shown), "{text}");
    let mut agri = county.signed_in(an_actor(Role::AgriAdmin, "371621")).await;
    assert!(
        agri.get("/desk/village-totals")
            .await
            .text()
            .contains("5,193,000,000.00")
    );
    let broad = agri
        .get("/desk/village-ledger?text=%E8%AE%A2%E6%8A%A5%E5%88%8A")
        .await
        .text();
    assert!(broad.contains("超过 5,000 笔"), "{broad}");
    for path in [
        "/desk/village-ledger",
        "/desk/village-ledger?town=371621103000000",
        "/desk/village-ledger?from=2019-03&to=2019-03&category=labour",
        "/desk/village-ledger?page=300",
        "/desk/village-ledger?page=15124",
        "/desk/village-ledger?text=%E6%B0%B4%E7%BD%91%E7%BB%B4%E4%BF%AE",
        "/desk/village-ledger?text=%E6%9D%8E%E5%BB%BA%E5%9B%BD",
        "/desk/village-ledger?text=2019-03-0007",
        "/desk/village-ledger?text=%E8%AE%A2%E6%8A%A5%E5%88%8A",
        "/desk/village-totals",
        "/desk/village-totals?area=371621103000000",
        "/village-finance",
        "/village-finance/371621103000000",
        "/village-finance/371621103000000/2019-03",
    ] {
        measure(&county, path.to_owned()).await;
    }
}

#[test]
#[ignore = "takes minutes; prints figures"]
fn a_county_of_756_200_entries_opens_quickly_on_sqlite() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async { a_county_opens_quickly(TestDb::sqlite().await, "ANALYZE").await });
}

#[test]
#[ignore = "takes minutes; prints figures"]
fn a_county_of_756_200_entries_opens_quickly_on_postgresql() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async { a_county_opens_quickly(TestDb::postgres().await, "VACUUM ANALYZE").await });
}
