//! A delivery like the one before it costs what it changed, and comes to what a search of everything comes to.

use ::store::Query;
use intake::contract::ColumnType;
use testkit::both_databases;

use super::{
    Effort, LinkedSet,
    carry::decides_alike,
    changes::changes,
    link_all, of_deliveries,
    review::tests::{Desk, desk},
    tests::{HERS, number},
};
use crate::{
    engine::freeze_persons,
    snapshot::Snapshot,
    sources::{Sources, current_sources},
};

const SETTLED: usize = 150;

fn name(n: usize) -> String {
    let surname = ["孙", "周", "吴", "郑", "冯"][n % 5];
    let given = ["建国", "秀英", "志强", "桂兰", "海涛", "玉梅", "德福"][n % 7];
    format!("{surname}{given}")
}

/// A desk with people whose numbers are known.
async fn settled(db: testkit::TestDb) -> Desk {
    let desk = desk(db).await;
    let people: Vec<(i64, String, String)> = (0..SETTLED)
        .map(|n| (desk.key_of(&number(n)), name(n), "1950-01-01".into()))
        .collect();
    desk.settle(&people).await;
    desk
}

/// A car of each of them.
fn cars() -> Vec<(String, String, String, String)> {
    (0..SETTLED)
        .map(|n| (number(n), name(n), "胡集镇前王村".to_owned(), format!("鲁M{n:05}")))
        .collect()
}

async fn deliver(desk: &Desk, rows: &[(String, String, String, String)]) {
    deliver_worth(desk, 86_000, rows).await;
}

async fn deliver_worth(desk: &Desk, yuan: u32, rows: &[(String, String, String, String)]) {
    let rows: Vec<(&str, &str, &str, &str)> = rows
        .iter()
        .map(|(number, name, address, plate)| (number.as_str(), name.as_str(), address.as_str(), plate.as_str()))
        .collect();
    desk.cars_worth(yuan, &rows).await;
}

async fn snapshot(desk: &Desk) -> Snapshot {
    let app = &desk.app.app;
    let current = current_sources(&app.db).await.unwrap().remove(0);
    let path = app.part::<Sources>().unwrap().store.path("vehicles", &current.snapshot);
    Snapshot::open(&path).unwrap()
}

/// The delivery linked by its changes, and what that cost.
async fn by_changes(desk: &Desk) -> (LinkedSet, Effort) {
    let one = [snapshot(desk).await];
    let (mut sets, effort, _) = of_deliveries(&desk.app.app, &one, &|_, _| true).await.unwrap();
    (sets.remove(0), effort)
}

/// The delivery linked by its changes, and what that cost; and the same searched as a whole.
async fn both_ways(desk: &Desk) -> (LinkedSet, Effort, LinkedSet) {
    let app = &desk.app.app;
    let one = [snapshot(desk).await];
    let (set, effort) = by_changes(desk).await;
    let everybody = freeze_persons(&app.db).await.unwrap();
    let mut whole = link_all(&app.db, &everybody, &one, &|_, _| true).await.unwrap();
    (plain(set), effort, plain(whole.remove(0)))
}

/// What was found out, without what was learned and how likely it was.
fn plain(mut set: LinkedSet) -> LinkedSet {
    set.learned = None;
    set.linked.iter_mut().for_each(|row| row.probability = 1.0);
    for doubt in &mut set.doubts {
        doubt.probability = 1.0;
        doubt.reasons.iter_mut().for_each(|reason| reason.2 = 0.0);
        doubt.second_reasons.iter_mut().for_each(|reason| reason.2 = 0.0);
    }
    set.doubts.sort_by_key(|doubt| doubt.row_no);
    set.misused.sort_by_key(|row| row.row_no);
    set
}

both_databases! {
    async fn a_delivery_without_hard_rows_reads_the_people_it_changed_and_nobody_else(db: TestDb) {
        let desk = settled(db).await;
        let mut rows = cars();
        rows.push((HERS.into(), "王建国".into(), String::new(), "鲁M99999".into()));
        deliver(&desk, &rows).await;
        desk.compare_by(&["K-11"]).await;
        // One car sold, one bought, one under another's number; the order of the file is another as well.
        rows.remove(3);
        rows.push((number(5), name(5), "胡集镇前王村".into(), "鲁M77777".into()));
        rows.push((number(9), "李卫东".into(), String::new(), "鲁M88888".into()));
        rows.reverse();
        deliver(&desk, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!(effort, Effort { people_read: 3, rows_linked: 4, rows_kept: SETTLED as u64 - 2 });
        assert_eq!(changed, whole);
        assert_eq!(changed.misused.len(), 2, "one kept, one new");
    }

    async fn hard_rows_that_did_not_change_keep_what_was_found_out_about_them(db: TestDb) {
        let desk = settled(db).await;
        let mut rows = cars();
        // A digit wrong, no number, near ties, and one number under thirty names.
        rows.push(("11010519491231012X".into(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90001".into()));
        rows.push((String::new(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90002".into()));
        for n in 0..30_usize {
            rows.push(("440524188001010014".into(), format!("{}{}", name(n), n), String::new(), format!("鲁M8{n:04}")));
        }
        deliver(&desk, &rows).await;
        desk.compare_by(&["K-11"]).await;
        rows[0].3 = "鲁M66666".into();
        deliver(&desk, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!((effort.people_read, effort.rows_linked), (1, 1), "one changed its plate");
        assert_eq!(changed, whole);
        assert!(!changed.linked.is_empty() && changed.set_aside.len() >= 30, "{changed:?}");

        desk.compare_by(&["K-11"]).await;
        rows.push((String::new(), "孙秀英".into(), "胡集镇前王村".into(), "鲁M90003".into()));
        deliver(&desk, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!(effort.rows_linked, 1, "only the new row is searched for");
        assert!(effort.people_read < 80, "{} read: whoever is called so, or lives there and was born that day", effort.people_read);
        assert_eq!(changed.classes, whole.classes);
        assert_eq!((changed.linked, changed.set_aside), (whole.linked, whole.set_aside));
    }

    async fn a_row_without_a_number_keeps_its_person_while_it_says_the_same_of_them(db: TestDb) {
        let desk = settled(db).await;
        let mut rows = vec![
            ("11010519491231012X".to_owned(), "欧阳明月".to_owned(), "胡集镇前王村".to_owned(), "鲁M90001".to_owned()),
            (String::new(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90002".into()),
            (String::new(), "欧阳明月".into(), String::new(), "鲁M90003".into()),
            (String::new(), "孙秀英".into(), "胡集镇前王村".into(), "鲁M90004".into()),
            (String::new(), "丁无此".into(), "胡集镇前王村".into(), "鲁M90005".into()),
        ];
        deliver(&desk, &rows).await;
        desk.compare_by(&["K-11"]).await;
        // Every car has another value, and the order of the file is another.
        rows.reverse();
        deliver_worth(&desk, 52_000, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!(effort, Effort { people_read: 0, rows_linked: 0, rows_kept: 5 });
        assert_eq!(changed, whole);
        assert!(!changed.linked.is_empty() && !changed.doubts.is_empty(), "{changed:?}");

        // The next delivery finds them again by what they say now; one says something else of its person.
        desk.compare_by(&["K-11"]).await;
        rows[0].1 = "孙志强".into();
        deliver_worth(&desk, 41_000, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!((effort.rows_linked, effort.rows_kept), (1, 4));
        assert!(effort.people_read < 80, "{} read: only those who may be meant by what it says now", effort.people_read);
        assert_eq!(changed.classes, whole.classes);
        assert_eq!((changed.linked, changed.set_aside), (whole.linked, whole.set_aside));
    }

    async fn a_number_that_becomes_a_placeholder_is_judged_with_all_its_rows(db: TestDb) {
        let desk = settled(db).await;
        let mut rows = cars();
        let add = |rows: &mut Vec<(String, String, String, String)>, range: std::ops::Range<usize>| {
            rows.extend(range.map(|n| ("440524188001010014".to_owned(), format!("{}{}", name(n), n), String::new(), format!("鲁M8{n:04}"))));
        };
        add(&mut rows, 0..15);
        deliver(&desk, &rows).await;
        desk.compare_by(&["K-11"]).await;
        add(&mut rows, 15..25);
        deliver(&desk, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!(effort.rows_linked, 25);
        assert_eq!(changed.classes, whole.classes);
        assert_eq!(changed.classes.placeholder_rows, 25);
        assert_eq!(changed.set_aside, whole.set_aside);
    }

    async fn a_delivery_before_that_is_gone_leaves_the_search_of_everything(db: TestDb) {
        let desk = settled(db).await;
        deliver(&desk, &cars()).await;
        desk.compare_by(&["K-11"]).await;
        std::fs::remove_file(snapshot(&desk).await.path()).unwrap();
        let mut rows = cars();
        rows.remove(3);
        deliver(&desk, &rows).await;
        let (found, effort, whole) = both_ways(&desk).await;
        assert_eq!(found, whole);
        assert_eq!(effort.rows_linked, SETTLED as u64 - 1);
    }

    async fn new_rows_without_a_number_are_linked_as_among_everybody_and_few_are_read(db: TestDb) {
        let desk = settled(db).await;
        deliver(&desk, &cars()).await;
        desk.compare_by(&["K-11"]).await;
        let mut rows = cars();
        rows.push(("11010519491231012X".into(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90001".into()));
        rows.push((String::new(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90002".into()));
        rows.push((String::new(), "欧阳明月".into(), String::new(), "鲁M90003".into()));
        rows.push((String::new(), "欧阳名月".into(), "胡集镇前王社区".into(), "鲁M90004".into()));
        rows.push((String::new(), "丁无此".into(), "胡集镇前王村".into(), "鲁M90005".into()));
        deliver(&desk, &rows).await;
        let (changed, effort, whole) = both_ways(&desk).await;
        assert_eq!((effort.rows_linked, effort.rows_kept), (5, SETTLED as u64));
        assert!(effort.people_read < 20, "{} people were read of {SETTLED} and more", effort.people_read);
        assert_eq!(changed, whole);
        assert!(changed.linked.len() == 1 && !changed.doubts.is_empty(), "{changed:?}");
    }

    async fn who_came_to_the_register_since_is_found_and_who_came_unseen_makes_everybody_be_read(db: TestDb) {
        let desk = settled(db).await;
        deliver(&desk, &cars()).await;
        desk.compare_by(&["K-11"]).await;
        let him = (desk.key_of(&number(900)), "司马相".to_owned(), "1950-01-01".to_owned());
        desk.settle(std::slice::from_ref(&him)).await;
        let app = &desk.app.app;
        let number_of = |sql: &'static str| async move { app.db.number(sql, vec![]).await.unwrap() };
        assert_eq!(number_of("SELECT COUNT(*) FROM people_shelf").await, 1);
        let mut rows = cars();
        rows.push((String::new(), "司马相".into(), "胡集镇前王村".into(), "鲁M90001".into()));
        deliver(&desk, &rows).await;
        // Entered past the count: it does not come out.
        let (among_all, effort) = by_changes(&desk).await;
        assert!(effort.people_read > SETTLED as u64, "{effort:?}");
        let doubts: Vec<i64> = among_all.doubts.iter().map(|doubt| doubt.person_key).collect();
        assert_eq!(doubts, [him.0]);

        let tx = app.trail.begin(&access::Actor::system()).await.unwrap();
        tx.execute("UPDATE person SET entered = 1 WHERE person_key = $1", ::store::args![him.0]).await.unwrap();
        tx.commit(trail::Act::new("test.seed", "people")).await.unwrap();
        let (near, effort) = by_changes(&desk).await;
        assert!(effort.people_read < 20, "{effort:?}");
        assert_eq!(near, among_all, "as likely as among everybody");

        // A shelf that was altered is not believed.
        let folder = app.config.data_dir.join("shelf");
        let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        let mut bytes = std::fs::read(&file).unwrap();
        let last = bytes.len() - 20;
        bytes[last] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let (found, effort) = by_changes(&desk).await;
        assert!(effort.people_read > SETTLED as u64, "{effort:?}");
        assert_eq!(found, among_all);
    }

    async fn rows_by_other_columns_are_held_against_each_other_by_what_both_say(db: TestDb) {
        let desk = settled(db).await;
        let mut rows = cars();
        rows.push(("11010519491231012X".into(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90001".into()));
        rows.push((String::new(), "欧阳明月".into(), "胡集镇前王村".into(), "鲁M90002".into()));
        deliver(&desk, &rows).await;
        let mut before = snapshot(&desk).await;
        rows[3].1 = "李卫东".into();
        rows.reverse();
        deliver_worth(&desk, 52_000, &rows).await;
        let after = snapshot(&desk).await;
        let walked = changes(&before, &after, &|_| true).unwrap();
        assert_eq!(walked.fresh.len(), SETTLED + 2, "every row has another hash");
        // The office did not use to tell what a car cost.
        before.contract.columns.retain(|column| column.kind != ColumnType::Money);
        assert!(decides_alike(&before.contract, &after.contract));
        let mut walked = changes(&before, &after, &|_| true).unwrap();
        walked.carry(&before, &after, &|_| true).unwrap();
        assert_eq!((walked.fresh.len(), walked.gone.len(), walked.unchanged), (1, 1, SETTLED as u64 + 1));
        assert_eq!(walked.kept.values().map(Vec::len).sum::<usize>(), SETTLED + 1, "by what they said before");
        let was = changes(&before, &before, &|_| true).unwrap();
        assert!(walked.kept.keys().all(|content| was.kept.contains_key(content)));
        // Without the address it cannot be said who was meant.
        before.contract.columns.retain(|column| column.id != "address");
        assert!(!decides_alike(&before.contract, &after.contract));
    }
}
