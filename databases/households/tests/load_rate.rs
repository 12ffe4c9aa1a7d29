//! How fast a register is entered. Run by hand:
//! `cargo test -p households --test load_rate -- --ignored --nocapture`.

use std::time::Instant;

use access::Actor;
use households::load::{NewPerson, Nonces, people};
use kernel::IdNumber;
use testkit::{
    TestApp, TestDb,
    county::{WEST, checked, code, id_number},
};
use trail::Act;

const PEOPLE: u32 = 200_000;

#[test]
#[ignore = "takes some seconds; prints a figure"]
fn fifty_thousand_people_a_second_are_sealed_and_entered() {
    testkit::run(async {
        let app = TestApp::new(TestDb::sqlite().await, vec![directory::module(), households::module()])
            .await
            .app;
        let numbers: Vec<IdNumber> = (0..PEOPLE)
            .map(|n| {
                id_number(&checked(&format!(
                    "371621{:04}{:02}{:02}{:03}",
                    1940 + n / 84_000,
                    1 + n / 7_000 % 12,
                    1 + n / 250 % 28,
                    n % 250
                )))
            })
            .collect();
        let village = code(WEST);
        let began = Instant::now();
        let tx = app.trail.begin(&Actor::system()).await.unwrap();
        let mut nonces = Nonces::from_random(app.nonce().unwrap());
        let rows = numbers.iter().map(|number| NewPerson {
            number,
            name: "张三",
            region: village,
            kin: 2,
            household: None,
            phone: Some("15400000001"),
            death: None,
        });
        let taken = people(&tx, &app.keys, &mut nonces, rows).await.unwrap();
        tx.commit(Act::new("household.load", "household:all")).await.unwrap();
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{taken} people in {seconds:.2} s, {:.0} rows/s",
            f64::from(PEOPLE) / seconds
        );
        assert_eq!(taken, u64::from(PEOPLE));
    });
}
