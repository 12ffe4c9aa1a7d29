//! Notices on paper, and lots that can be drawn again.

use testkit::both_databases;

use crate::world::*;

both_databases! {
    async fn a_notice_is_numbered_printed_and_checkable_by_anyone(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1), a_draft(2)]).await;
        let mut desk = a_desk(&world).await;
        for n in [1, 2] {
            let id = id_of(&world, n).await;
            let path = format!("/desk/warnings/{id}/notice");
            assert_eq!(desk.clerk.get(&path).await.status.as_u16(), 404, "not issued yet");
            let request = format!("notice-{n}-{n}");
            for _ in 0..2 {
                assert_eq!(desk.clerk.post(&path, &[("request_id", &request)]).await.status.as_u16(), 303);
            }
            let paper = desk.clerk.get(&path).await;
            let text = paper.text();
            for told in [&format!("惠核〔2026〕{n} 号"), "县民政局", "2026-03-04", "疑点是需要核实的问题", "核查人员（签字）", "石庙镇 石庙社区 前王村"] {
                assert!(text.contains(told), "{told}: {text}");
            }
            assert_eq!(text.matches("核查人员（签字）").count(), 2);
            assert_eq!(paper.texts(".sheet-qr svg").len(), 1);
        }
        assert_eq!(number(&world, "SELECT COUNT(*) FROM verification_notice").await, 2);
        let id = id_of(&world, 1).await;
        let paper = desk.clerk.get(&format!("/desk/warnings/{id}/notice")).await;
        let caption = paper.texts(".sheet-qr figcaption").remove(0);
        let code = caption.rsplit('/').next().unwrap();
        let checked = world.visitor().get(&format!("/check/notice/{code}")).await;
        assert!(checked.text().contains("惠核〔2026〕1 号") && checked.text().contains("正在办理"));
        assert!(!checked.text().contains("张三"), "no names in public");
        let wrong = world.visitor().get("/check/notice/000000000000000000000000").await;
        assert!(wrong.text().contains("没有查到"));
    }

    // accept: 000-38, 001-47
    async fn the_sample_is_drawn_once_and_can_be_drawn_again(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), (1..=11).map(a_draft).collect()).await;
        let mut desk = a_desk(&world).await;
        for n in 1..=11 {
            let id = id_of(&world, n).await;
            to_reviewed(&mut desk, id, &[("verdict", "false")]).await;
        }
        let shown = desk.inspector.get("/desk/warnings/samples").await;
        assert!(shown.text().contains("11 条"));
        let low = desk.inspector.post("/desk/warnings/samples", &[("request_id", "draw-00001"), ("share", "9")]).await;
        assert_eq!(low.status.as_u16(), 422, "ten per cent at least");
        let form = [("request_id", "draw-00002"), ("share", "10"), ("seed", "公开抽号 20260302")];
        let first = desk.inspector.post("/desk/warnings/samples", &form).await;
        let again = desk.inspector.post("/desk/warnings/samples", &form).await;
        assert_eq!((first.status.as_u16(), first.location()), (303, again.location()));
        assert_eq!(number(&world, "SELECT COUNT(*) FROM recheck_sample").await, 1);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding WHERE check_due AND stage = 'dept_reviewed'").await, 2);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding WHERE stage = 'closed' AND colour = '-'").await, 9);
        let page = desk.inspector.get(first.location()).await;
        assert!(page.text().contains("重新计算，结果一致"));
        assert_eq!(page.texts("tbody tr").len(), 11);
        assert_eq!(desk.clerk.get(first.location()).await.status.as_u16(), 403);
        let empty = desk.inspector.post("/desk/warnings/samples", &[("request_id", "draw-00003"), ("share", "10")]).await;
        assert_eq!(empty.status.as_u16(), 409);
    }
}
