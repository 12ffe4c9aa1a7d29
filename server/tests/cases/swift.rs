//! Before the money moves, at the scale of a county: a list of a thousand rows and one application against all sources.
//! `YANGGUANG_COUNTY=FOLDER cargo test -p yangguang-server --test cases swift -- --ignored --nocapture` prints the times;
//! the folder is one of `yangguang demo --scale county` that may be written to.

use std::{fs, path::PathBuf, time::Instant};

use access::Actor;
use comparison::before_payment::BeforePayment;
use funds::batch::BatchCheck;
use server::Installation;
use store::{Query, args};
use trail::Act;
use web::App;

const ROWS: i64 = 1_000;

/// Processor seconds of all threads so far, in hundredths as Linux counts them.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

fn since(started: Instant, cpu: f64) -> String {
    let wall = started.elapsed().as_secs_f64() * 1000.0;
    format!("{wall:.0} ms wall, {:.2} s of processors", cpu_seconds() - cpu)
}

async fn ask(app: &App, batch: i64, rounds: &[&str]) {
    let check = app.part::<BeforePayment>().unwrap();
    for round in rounds {
        let (started, cpu) = (Instant::now(), cpu_seconds());
        let answer = check.check(app, batch).await.unwrap();
        println!(
            "{ROWS} rows, {round}: {}; {} concerns, {} hold; {}",
            since(started, cpu),
            answer.concerns.len(),
            answer.concerns.iter().filter(|c| c.holds).count(),
            answer.told
        );
    }
}

#[test]
#[ignore = "needs the folder of a county; prints times"]
fn a_list_of_a_thousand_rows_against_all_sources_of_a_county_prints_its_times() {
    let Some(folder) = std::env::var_os("YANGGUANG_COUNTY").map(PathBuf::from) else {
        panic!("YANGGUANG_COUNTY names no folder");
    };
    testkit::run(async {
        let app = Installation::open(&folder, |_| ()).await.unwrap().app;
        let batch = app.next_id();
        let tx = app.trail.begin(&Actor::system()).await.unwrap();
        // The allowance of a thousand people, planned once more for the month after the last.
        tx.execute(
            "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen, region, entered_by, last_by, \
             version) SELECT $1, 'speed-' || $1, programme, org, '2021-09', 'dept_approved', $2, 0, 371621000000000, 77, 77, 1 \
             FROM payment_batch WHERE programme = 'HN02' LIMIT 1",
            args![batch, ROWS],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, \
             amount_fen, paid_on, account_digest, account_tail, account_name, arrears, state, row_no) \
             SELECT id + $1, $1, programme, person_key, payee_name, household_id, region, '2021-09', qty, rate_fen, amount_fen, \
             '', account_digest, account_tail, account_name, FALSE, 'listed', 2 FROM payment WHERE programme = 'HN02' \
             AND month = (SELECT MAX(month) FROM payment WHERE programme = 'HN02' AND state = 'paid') LIMIT $2",
            args![batch, ROWS],
        )
        .await
        .unwrap();
        tx.commit(Act::new("test.speed", format!("batch:{batch}")))
            .await
            .unwrap();
        let rows = app
            .db
            .number("SELECT COUNT(*) FROM payment WHERE batch_id = $1", args![batch])
            .await
            .unwrap();
        assert_eq!(rows, ROWS);
        ask(&app, batch, &["first, nothing made ready", "second", "third", "fourth"]).await;
        // A server makes everything ready beside its first requests.
        let app = Installation::open(&folder, |_| ()).await.unwrap().app;
        let check = app.part::<BeforePayment>().unwrap();
        let (started, cpu) = (Instant::now(), cpu_seconds());
        assert!(check.make_ready(&app).await.unwrap());
        println!("made ready: {}", since(started, cpu));
        assert!(!check.make_ready(&app).await.unwrap(), "once");
        ask(&app, batch, &["first after the start", "second", "third"]).await;
        let household = app
            .db
            .number(
                "SELECT MIN(id) FROM household WHERE attr = 2 AND removed_on IS NULL",
                args![],
            )
            .await
            .unwrap();
        let region = app.config.area;
        for round in 1..=4 {
            let (started, cpu) = (Instant::now(), cpu_seconds());
            let request = format!("speed-{batch}-{round}");
            check
                .check_household(&app, &Actor::system(), household, region, "测一测快慢", &request)
                .await
                .unwrap();
            println!("one household, round {round}: {}", since(started, cpu));
        }
        let tx = app.trail.begin(&Actor::system()).await.unwrap();
        tx.execute("DELETE FROM payment WHERE batch_id = $1", args![batch])
            .await
            .unwrap();
        tx.execute("DELETE FROM payment_batch WHERE id = $1", args![batch])
            .await
            .unwrap();
        tx.commit(Act::new("test.speed", format!("batch:{batch}")))
            .await
            .unwrap();
    });
}
