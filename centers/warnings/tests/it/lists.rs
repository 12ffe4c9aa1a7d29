//! The list: what the URL says is shown, counted, summed and exported, within reach.

use std::io::Cursor;

use access::Role;
use calamine::{Data, DataType, Reader, Xlsx};
use comparison::finding::Severity;
use testkit::{Shown, both_databases};

use crate::world::*;

async fn sixty_findings(world: &testkit::TestApp) {
    let mut drafts: Vec<_> = (1..=60).map(a_draft).collect();
    for draft in &mut drafts[..5] {
        draft.severity = Severity::R;
    }
    for draft in &mut drafts[50..] {
        draft.region = "371621104201001".parse::<kernel::RegionCode>().unwrap().as_i64();
        draft.owner_department = "HOU".into();
        draft.rule_id = "B-18".into();
        draft.key = draft.key.replace("A-01", "B-18");
    }
    absorb(world, &a_run(1), drafts).await;
}

pub(crate) fn table(shown: &Shown) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(shown.bytes.clone())).expect("a spreadsheet");
    let sheet = book.worksheet_range("预警列表").expect("the sheet");
    sheet.rows().map(<[Data]>::to_vec).collect()
}

both_databases! {
    // accept: 000-34, 003-36c
    async fn the_list_shows_counts_and_sums_the_filtered_set(db: TestDb) {
        let world = a_county(db).await;
        sixty_findings(&world).await;
        let mut client = world.signed_in(inspector()).await;
        let all = client.get("/desk/warnings").await;
        assert_eq!(all.texts("tbody tr").len(), 50);
        let sum: i64 = (1..=60).map(|n| 30_000 + n).sum();
        assert!(all.text().contains(&kernel::Money(sum).to_string()), "{}", all.text());
        assert_eq!(client.get("/desk/warnings?page=2").await.texts("tbody tr").len(), 10);
        assert_eq!(client.get("/desk/warnings?page=999").await.texts("tbody tr").len(), 10);
        let red = client.get("/desk/warnings?severity=R").await;
        assert_eq!(red.texts("tbody tr").len(), 5);
        assert!(red.texts("tbody .tag-red").iter().all(|word| word == "红色"));
        for (filter, rows) in [
            (format!("town={OTHER_TOWN}"), 10),
            ("rule=B-18".into(), 10),
            ("department=housing".into(), 10),
            ("state=assigned&rule=B-18".into(), 10),
            ("state=closed".into(), 0),
            ("origin=department&severity=R".into(), 5),
            ("q=%E5%BC%A0%E4%B8%8960".into(), 1),
            ("q=YJ20260302-0007".into(), 1),
            ("q=%25".into(), 50),
            ("supervised=1".into(), 0),
            ("overdue=1".into(), 0),
        ] {
            let shown = client.get(&format!("/desk/warnings?{filter}")).await;
            assert_eq!(shown.texts("tbody tr").len(), rows, "{filter}");
        }
        world.clock.advance_days(10);
        assert_eq!(client.get("/desk/warnings?overdue=1").await.texts("tbody tr").len(), 50);
        assert!(client.get("/desk/warnings?overdue=1").await.text().contains("超期"));
        let hostile = client.get("/desk/warnings?q=%27%20OR%201%3D1%20--&state=%27%3B&sort=%27&page=-1&town=99").await;
        assert_eq!(hostile.status.as_u16(), 200);
        assert!(hostile.texts("tbody tr").is_empty());
    }

    async fn what_waits_for_me_is_what_i_may_do_next(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1), a_draft(2)]).await;
        let mut desk = a_desk(&world).await;
        let waiting = |shown: Shown| shown.texts("tbody tr").len();
        assert_eq!(waiting(desk.clerk.get("/desk/warnings?mine=1").await), 2);
        assert_eq!(waiting(desk.inspector.get("/desk/warnings?mine=1").await), 0);
        let id = id_of(&world, 1).await;
        done(&mut desk.clerk, id, "acknowledge", &[]).await;
        done(&mut desk.clerk, id, "start_verification", &[("team", "李四、王五")]).await;
        done(&mut desk.clerk, id, "verify", &[("team", "李四、王五"), ("verdict", "cannot_decide"), ("evidence", "外出务工")]).await;
        assert_eq!(waiting(desk.clerk.get("/desk/warnings?mine=1").await), 1, "not my own verdict");
        assert_eq!(waiting(desk.chief.get("/desk/warnings?mine=1").await), 2);
        done(&mut desk.chief, id, "dept_review", &[("opinion", "同意")]).await;
        let page = desk.inspector.get("/desk/warnings?mine=1").await;
        assert!(page.texts(".bar-count").join(" ").contains("待我办理 1"));
        assert_eq!(waiting(page), 1);
    }

    async fn an_export_holds_all_filtered_rows_and_is_on_the_record(db: TestDb) {
        let world = a_county(db).await;
        sixty_findings(&world).await;
        let mut client = world.signed_in(of_department(11, "李民政", "civil_affairs")).await;
        let shown = client.get("/desk/warnings/export?severity=O").await;
        assert_eq!(shown.status.as_u16(), 200);
        let rows = table(&shown);
        assert_eq!(rows.len(), 1 + 45, "the head and 45 orange ones of the own department");
        assert_eq!(rows[1][8].get_float(), Some(300.5), "amounts are numbers: {:?}", rows[1]);
        assert!(rows[1][3].get_string().unwrap().starts_with("张三"));
        let kept = "SELECT COUNT(*) FROM trail_event WHERE act = 'finding.export' AND payload LIKE '%\"rows\":45%'";
        assert_eq!(number(&world, kept).await, 1);
        let mut supervisor = world.as_role(Role::VillageSupervision, COMMUNITY).await;
        assert_eq!(supervisor.get("/desk/warnings/export").await.status.as_u16(), 403);
    }
}
