//! The chain holds what was written, names what was altered, and keeps one outcome for one request.

use std::sync::Arc;

use access::Actor;
use kernel::{FixedClock, Timestamp};
use store::{Db, args};
use testkit::both_databases;
use trail::{Act, Once, Trail, Verdict, verify};

async fn a_trail(db: &Db) -> Trail {
    store::migrate(db, trail::MIGRATIONS.to_vec()).await.unwrap();
    Trail::new(db.clone(), Arc::new(FixedClock::at(Timestamp(1_700_000_000_000))))
}

async fn alter(db: &Db, sql: &str) {
    let tx = db.begin_write().await.unwrap();
    tx.execute(sql, args![]).await.unwrap();
    tx.commit().await.unwrap();
}

both_databases! {
    // accept: 000-05d
    async fn an_untouched_trail_is_intact_and_an_edit_is_named(db: TestDb) {
        let trail = a_trail(&db.db).await;
        for n in 0..5 {
            trail.note(&Actor::system(), Act::new("test.note", format!("thing:{n}"))).await.unwrap();
        }
        assert_eq!(verify(&db.db).await.unwrap(), Verdict::Intact(5));
        alter(&db.db, "UPDATE trail_event SET subject = 'thing:9' WHERE seq = 3").await;
        assert_eq!(verify(&db.db).await.unwrap(), Verdict::Broken { seq: 3, what: "内容被改动" });
    }

    async fn a_removed_event_is_named_even_at_the_end(db: TestDb) {
        let trail = a_trail(&db.db).await;
        for n in 0..3 {
            trail.note(&Actor::system(), Act::new("test.note", format!("thing:{n}"))).await.unwrap();
        }
        alter(&db.db, "DELETE FROM trail_event WHERE seq = 3").await;
        assert_eq!(verify(&db.db).await.unwrap(), Verdict::Broken { seq: 3, what: "缺少这一条" });
    }

    async fn rows_without_a_commit_leave_nothing(db: TestDb) {
        let trail = a_trail(&db.db).await;
        db.db.run_schema("CREATE TABLE thing (id BIGINT)").await.unwrap();
        let tx = trail.begin(&Actor::system()).await.unwrap();
        tx.execute("INSERT INTO thing (id) VALUES ($1)", args![1_i64]).await.unwrap();
        drop(tx);
        let tx = trail.begin(&Actor::system()).await.unwrap();
        assert_eq!(store::Query::number(&*tx, "SELECT COUNT(*) FROM thing", args![]).await.unwrap(), 0);
        drop(tx);
        assert_eq!(verify(&db.db).await.unwrap(), Verdict::Intact(0));
    }

    async fn the_same_request_twice_is_one_act(db: TestDb) {
        let trail = a_trail(&db.db).await;
        let Once::New(tx) = trail.begin_once(&Actor::system(), "request-1").await.unwrap() else { panic!("new") };
        let seq = tx.commit(Act::new("test.note", "thing:1")).await.unwrap();
        let Once::Done(earlier) = trail.begin_once(&Actor::system(), "request-1").await.unwrap() else { panic!("done") };
        assert_eq!((earlier.seq, earlier.subject.as_str()), (seq, "thing:1"));
    }
}
