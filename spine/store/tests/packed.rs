//! Rows packed into one text say what the same rows say value by value.

use store::{Query, SqlMigration, migrate};
use testkit::both_databases;

const TABLE: SqlMigration = SqlMigration {
    name: "shop_0001_shelf",
    up: "CREATE TABLE shelf (id BIGINT PRIMARY KEY, label TEXT, weight BIGINT, sold BOOLEAN NOT NULL, checked BOOLEAN);
         INSERT INTO shelf VALUES (-7, '米, \"好\" | 1', 9223372036854775807, true, NULL), (3, '', NULL, false, true),
         (4, NULL, 0, false, false);",
};

both_databases! {
    async fn packed_rows_keep_every_value_and_tell_empty_from_null(db: TestDb) {
        migrate(&db.db, vec![TABLE]).await.unwrap();
        let rows = db
            .db
            .packed(&["id", "label", "weight", "sold", "checked"], "FROM shelf ORDER BY id", vec![])
            .await
            .unwrap();
        let read: Vec<_> = rows
            .iter()
            .map(|row| {
                let mut v = row.values();
                (
                    v.whole().unwrap(),
                    v.text_or_null().unwrap(),
                    v.whole_or_null().unwrap(),
                    v.yes().unwrap(),
                    v.yes_or_null().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                (-7, Some("米, \"好\" | 1"), Some(i64::MAX), true, None),
                (3, Some(""), None, false, Some(true)),
                (4, None, Some(0), false, Some(false)),
            ]
        );
        assert!(rows[1].values().whole().is_ok());
        let mut values = rows[2].values();
        values.whole().unwrap();
        assert!(values.whole().is_err(), "NULL is no number");
    }
}
