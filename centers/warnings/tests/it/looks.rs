//! The look of a reader at compared records: on the record once a day, however many windows he opens.

use testkit::{both_databases, tokio};

use crate::world::*;

/// How many windows are opened at the same moment.
const WINDOWS: usize = 16;

both_databases! {
    async fn a_finding_opened_in_many_windows_at_once_is_shown_in_each_and_noted_once_a_day(db: TestDb) {
        let world = a_county(db).await;
        let people = 1..=4;
        absorb(&world, &a_run(1), people.clone().map(a_draft).collect()).await;
        // Several findings, since the race is lost only when both looks begin before either is written.
        for day in 1..=2 {
            let officer = world.signed_in(inspector()).await;
            for n in people.clone() {
                let id = id_of(&world, n).await;
                let windows: Vec<_> = (0..WINDOWS)
                    .map(|_| {
                        let mut window = officer.clone();
                        tokio::spawn(async move { window.get(&format!("/desk/warnings/{id}")).await })
                    })
                    .collect();
                for window in windows {
                    let page = window.await.unwrap();
                    assert_eq!(page.status.as_u16(), 200, "{}", page.text());
                    assert!(page.text().contains("是否仍符合条件？"), "{}", page.text());
                }
                let looks = format!("SELECT COUNT(*) FROM trail_event WHERE act = 'finding.look' AND subject = 'finding:{id}'");
                assert_eq!(number(&world, &looks).await, day, "one reader, once a day");
            }
            world.clock.advance_days(1);
        }
        trail_is_whole(&world).await;
    }
}
