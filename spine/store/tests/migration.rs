//! A schema step is taken whole or not at all.

use store::{Query, SqlMigration, migrate};
use testkit::both_databases;

const FIRST: SqlMigration = SqlMigration {
    name: "shop_0001_first",
    up: "CREATE TABLE shelf (id BIGINT PRIMARY KEY); CREATE TABLE shelf_label (id BIGINT PRIMARY KEY);",
};

/// The second statement fails, as a power cut after the first would leave it.
const CUT_SHORT: SqlMigration = SqlMigration {
    name: "shop_0001_first",
    up: "CREATE TABLE shelf (id BIGINT PRIMARY KEY); CREATE TABLE shelf (id BIGINT PRIMARY KEY);",
};

both_databases! {
    async fn a_step_that_was_cut_short_is_taken_again_at_the_next_start(db: TestDb) {
        migrate(&db.db, vec![CUT_SHORT]).await.unwrap_err();
        migrate(&db.db, vec![FIRST]).await.unwrap();
        migrate(&db.db, vec![FIRST]).await.unwrap();
        assert_eq!(db.db.number("SELECT COUNT(*) FROM shelf_label", vec![]).await.unwrap(), 0);
    }
}
