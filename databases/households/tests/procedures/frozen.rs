//! What comparisons read is what was entered on the pages.

use access::Role;
use households::{
    frozen,
    store::facts::{self, Entry},
};
use kernel::period::epoch_days;
use store::{FromQueryResult, Query};
use testkit::both_databases;

use crate::county::{WANG, ZHANG, a_county, an, request};

#[derive(Debug, PartialEq, FromQueryResult)]
struct Condition {
    household_id: i64,
    entered_on: i64,
    house_grade: String,
    water_safe: String,
}

both_databases! {
    async fn house_and_water_are_read_as_they_were_entered(db: TestDb) {
        let app = a_county(db, &[]).await;
        let town = an(Role::TownPoverty, 4);
        for (household, grade, water) in [(ZHANG, "D", "否"), (WANG, "", "是")] {
            let entered = [("house_grade", grade), ("water_safe", water), ("structure", "D型砖混")];
            let facts = entered.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let entry = Entry::Conditions { year: 2025, facts: facts.into() };
            facts::enter(&app.app, &town, household, &request(), entry).await.unwrap();
        }
        let today = i64::from(epoch_days(app.app.clock.today()));
        let row = |household_id, grade: &str, water: &str| Condition {
            household_id,
            entered_on: today,
            house_grade: grade.into(),
            water_safe: water.into(),
        };
        let read: Vec<Condition> = app.app.db.rows(frozen::CONDITIONS, vec![]).await.unwrap();
        assert_eq!(read, [row(ZHANG, "D", "no"), row(WANG, "", "yes")]);
    }

    async fn every_register_can_be_read(db: TestDb) {
        let app = a_county(db, &[]).await;
        for sql in [frozen::CHECKS, frozen::MEASURES, frozen::WATCHED, frozen::ABILITIES, frozen::HELPED] {
            let count = format!("SELECT COUNT(*) FROM ({sql}) x");
            assert!(app.app.db.number(&count, vec![]).await.unwrap() >= 0, "{sql}");
        }
    }
}
