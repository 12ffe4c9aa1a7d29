//! A hundred thousand rows with every check, on the same profile everything runs on.
//! `YANGGUANG_SCALE_ROWS=100000 cargo test -p funds --test funds scale -- --nocapture` prints the seconds.

use std::time::Instant;

use access::Role;
use funds::batch::{self, Mode};
use kernel::Clock;
use testkit::both_databases;

use crate::support::*;

fn rows() -> usize {
    std::env::var("YANGGUANG_SCALE_ROWS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(2_000)
}

both_databases! {
    async fn one_bad_row_among_very_many_is_named_and_the_rest_is_listed_and_settled(db: TestDb) {
        let app = a_county(db).await;
        let count = rows();
        with_households(&app, count).await;
        with_money(&app, "HN17", "文1", COUNTY, 1_400 * count as i64).await;
        let mut text = String::from("身份证号码,姓名,数量,金额,银行账号,户名\n");
        for n in 0..count {
            let amount = if n == count / 2 { "1400.005" } else { "1400" };
            text.push_str(&format!("{},{},1,{amount},{},{}\n", number(n), name(n), card(n), name(n)));
        }
        let started = Instant::now();
        let read = batch::read_list(&app.app, text.as_bytes()).await.unwrap();
        let created = listed(&app, &read, Mode::KeepGood).await.unwrap();
        println!("{count} rows read, checked and listed in {:.2} s", started.elapsed().as_secs_f64());
        assert_eq!((created.rows, created.faults.len()), (count as i64 - 1, 1));
        assert_eq!(created.faults[0].row_no, count as i64 / 2 + 2);
        let id = created.batch.unwrap();
        to_the_bank(&app, id).await;
        let mut answer = String::from("序号,账号尾号,户名,金额,结果,原因\n");
        for n in (0..count).filter(|n| *n != count / 2) {
            let card = card(n);
            answer.push_str(&format!("{},{},{},1400,成功,\n", n + 2, &card[card.len() - 4..], name(n)));
        }
        let started = Instant::now();
        let counts = batch::settle(&app.app, &office(Role::Finance, false), id, &fresh(&app), app.clock.today(), answer.as_bytes()).await.unwrap();
        println!("{count} answers of the bank settled in {:.2} s", started.elapsed().as_secs_f64());
        assert_eq!(counts.credited, count as i64 - 1);
    }
}
