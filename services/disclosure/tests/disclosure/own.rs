//! Asking about oneself: what a number alone shows, what a code opens, what is refused and what is recorded.

use std::{net::SocketAddr, time::Duration};

use access::{Actor, Role};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, header},
};
use store::{FromQueryResult, Query, args};
use testkit::{Client, Shown, TestApp, both_databases, eventually};
use trail::Act;

use crate::county::{CHILD, NOBODY, SUN, Someone, WANG, ZHAO, a_county, an_empty_county};

/// Types a number in and follows to the answer.
async fn look(visitor: &mut Client, someone: &Someone) -> Shown {
    let sent = visitor.post("/mine", &[("number", &someone.number())]).await;
    assert_eq!(
        (sent.status.as_u16(), sent.location()),
        (303, "/mine/public"),
        "{}",
        sent.text()
    );
    visitor.get("/mine/public").await
}

#[derive(FromQueryResult)]
struct Message {
    text: String,
}

/// The newest message, once there are `count`.
async fn code_in_outbox(app: &TestApp, count: usize) -> String {
    eventually("the message", async || {
        let sql = "SELECT text FROM outbox_message ORDER BY id DESC";
        let rows: Vec<Message> = app.app.db.rows(sql, args![]).await.unwrap();
        (rows.len() == count).then(|| rows[0].text.split_once("验证码 ").unwrap().1[..6].to_owned())
    })
    .await
}

async fn asked_and_proved(app: &TestApp, someone: &Someone) -> Client {
    let mut visitor = app.visitor();
    look(&mut visitor, someone).await;
    visitor.post("/mine/code", &[]).await;
    let code = code_in_outbox(app, 1).await;
    assert_eq!(
        visitor.post("/mine/open", &[("code", &code)]).await.location(),
        "/mine/detail"
    );
    visitor
}

fn from_address(path: &str, address: &str, body: String) -> Request<Body> {
    let mut request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://yangguang.test")
        .body(Body::from(body))
        .unwrap();
    let peer: SocketAddr = address.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

both_databases! {
    // accept: 003-58
    async fn a_number_alone_shows_only_what_is_public_under_the_name(db: TestDb) {
        let app = a_county(db).await;
        let page = look(&mut app.visitor(), &WANG).await;
        // Not the masked one for disability, not the returned one.
        assert_eq!(page.texts("tbody tr"), ["耕地地力保护补贴 石庙镇 大田社区 后李村 500.00 2026-02-10 2026-02"]);
        let child = look(&mut app.visitor(), &CHILD).await;
        assert_eq!(child.texts("tbody tr"), Vec::<String>::new());
    }

    async fn who_is_registered_cannot_be_told_from_who_is_not(db: TestDb) {
        let app = a_county(db).await;
        let mut bodies = Vec::new();
        for someone in [&SUN, &ZHAO, &NOBODY] {
            let mut visitor = app.visitor();
            let first = look(&mut visitor, someone).await;
            let sent = visitor.post("/mine/code", &[]).await;
            let second = visitor.get("/mine/public").await;
            let wrong = visitor.post("/mine/open", &[("code", "abcdef")]).await;
            bodies.push((first.body, sent.status, sent.location().to_owned(), second.body, wrong.status, wrong.body));
        }
        assert_eq!(bodies[0], bodies[2]);
        assert_eq!(bodies[1], bodies[2]);
    }

    // accept: 002-26
    async fn the_code_on_the_phone_opens_ones_own_payments_in_every_state(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = asked_and_proved(&app, &WANG).await;
        let page = visitor.get("/mine/detail").await;
        assert_eq!(
            page.texts("tbody tr"),
            [
                "临时救助 2026-02 900.00 2026-02-14 银行退回",
                "耕地地力保护补贴 2026-02 500.00 2026-02-10 已发放",
                "困难残疾人生活补贴 2025-12 167.00 2025-12-12 已发放",
            ]
        );
        assert!(page.text().contains("共 3 笔，已发放 667.00 元"));
    }

    async fn one_sees_who_looked_at_ones_data(db: TestDb) {
        let app = a_county(db).await;
        let subject = format!("person:{}", WANG.key(&app).0);
        let official = Actor { name: "李秀兰".to_owned(), ..testkit::an_actor(Role::CountyAdmin, "371621") };
        let act = Act::new("person.reveal", subject).for_purpose("核实疑点");
        app.app.trail.note(&official, act).await.unwrap();
        let mut visitor = asked_and_proved(&app, &WANG).await;
        let looks = visitor.get("/mine/detail").await.texts(".timeline-list li");
        assert_eq!(looks.len(), 2);
        assert!(looks[0].starts_with("本人查看全部明细 凭登记手机的验证码"), "{looks:?}");
        assert!(looks[1].contains("李秀兰") && looks[1].contains("理由：核实疑点"), "{looks:?}");
    }

    async fn a_wrong_code_opens_nothing_and_five_are_enough(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        look(&mut visitor, &WANG).await;
        visitor.post("/mine/code", &[]).await;
        let code = code_in_outbox(&app, 1).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let page = visitor.post("/mine/open", &[("code", wrong)]).await;
            assert_eq!(page.status, 422);
            assert!(page.text().contains("验证码不对或已失效"));
        }
        assert_eq!(visitor.post("/mine/open", &[("code", &code)]).await.status, 422);
        assert_eq!(visitor.get("/mine/detail").await.location(), "/mine/public");
    }

    async fn a_code_is_worth_nothing_after_ten_minutes_or_with_another_question(db: TestDb) {
        let app = a_county(db).await;
        let (mut visitor, mut other) = (app.visitor(), app.visitor());
        look(&mut visitor, &WANG).await;
        look(&mut other, &WANG).await;
        visitor.post("/mine/code", &[]).await;
        let code = code_in_outbox(&app, 1).await;
        assert_eq!(other.post("/mine/open", &[("code", &code)]).await.status, 422);
        app.clock.advance_minutes(10);
        assert_eq!(visitor.post("/mine/open", &[("code", &code)]).await.status, 422);
    }

    async fn the_detail_closes_by_itself_and_when_asked(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = asked_and_proved(&app, &WANG).await;
        let mut again = visitor.clone();
        visitor.post("/mine/close", &[]).await;
        assert_eq!(visitor.get("/mine/detail").await.location(), "/mine?over=1");
        assert_eq!(again.get("/mine/detail").await.location(), "/mine?over=1");
        let mut later = app.visitor();
        look(&mut later, &ZHAO).await;
        app.clock.advance_minutes(31);
        assert_eq!(later.get("/mine/public").await.location(), "/mine?over=1");
    }

    async fn a_phone_gets_five_codes_an_hour_at_most(db: TestDb) {
        let app = a_county(db).await;
        for _ in 0..6 {
            let mut visitor = app.visitor();
            look(&mut visitor, &WANG).await;
            assert_eq!(visitor.post("/mine/code", &[]).await.location(), "/mine/public");
        }
        code_in_outbox(&app, 5).await;
        testkit::tokio::time::sleep(Duration::from_millis(200)).await;
        code_in_outbox(&app, 5).await;
    }

    async fn twenty_look_ups_an_hour_from_one_address(db: TestDb) {
        let app = a_county(db).await;
        let body = || format!("number={}", NOBODY.number());
        for _ in 0..20 {
            assert_eq!(app.visitor().send(from_address("/mine", "203.0.113.5:4000", body())).await.status, 303);
        }
        let refused = app.visitor().send(from_address("/mine", "203.0.113.5:4001", body())).await;
        assert_eq!(refused.status, 429);
        assert!(refused.text().contains("一小时最多查询 20 次"));
        assert_eq!(app.visitor().send(from_address("/mine", "203.0.113.6:4000", body())).await.status, 303);
        app.clock.advance_minutes(60);
        assert_eq!(app.visitor().send(from_address("/mine", "203.0.113.5:4000", body())).await.status, 303);
    }

    async fn twenty_look_ups_an_hour_from_one_device(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        visitor.get("/mine").await;
        for n in 0..21 {
            let request = from_address("/mine", &format!("203.0.113.{n}:4000"), format!("number={}", NOBODY.number()));
            let expected = if n < 20 { 303 } else { 429 };
            assert_eq!(visitor.send(request).await.status, expected, "{n}");
        }
    }

    async fn a_number_that_is_none_is_told_at_once_and_not_sent_back(db: TestDb) {
        let app = a_county(db).await;
        for (typed, problem) in [("", "身份证号为空"), ("12345", "身份证号应为18位"), ("372321196001010010", "校验位不符")] {
            let page = app.visitor().post("/mine", &[("number", typed)]).await;
            assert_eq!(page.status, 422);
            assert!(page.texts(".field-error").concat().contains(problem), "{typed}");
            assert!(typed.is_empty() || !page.body.contains(typed), "{typed}");
        }
    }

    async fn the_record_of_look_ups_names_nobody(db: TestDb) {
        let app = a_county(db).await;
        look(&mut app.visitor(), &ZHAO).await;
        look(&mut app.visitor(), &NOBODY).await;
        let noted = "SELECT COUNT(*) FROM trail_event WHERE act = 'own.look' AND subject = 'visitor:public' AND payload = '{}'";
        assert_eq!(app.app.db.number(noted, args![]).await.unwrap(), 2);
        let of_person = "SELECT COUNT(*) FROM trail_event WHERE subject = $1";
        let key = format!("person:{}", ZHAO.key(&app).0);
        assert_eq!(app.app.db.number(of_person, args![key]).await.unwrap(), 0);
    }

    async fn without_a_gateway_there_is_no_second_proof_and_the_page_says_where_to_go(db: TestDb) {
        let app = an_empty_county(db, false).await;
        let mut visitor = app.visitor();
        let page = look(&mut visitor, &WANG).await;
        assert!(page.text().contains("还没有接通短信"));
        assert_eq!(visitor.post("/mine/code", &[]).await.location(), "/mine/public");
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM own_code", args![]).await.unwrap(), 0);
    }

    async fn only_the_system_administrator_reads_the_messages_of_a_trial(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        look(&mut visitor, &WANG).await;
        visitor.post("/mine/code", &[]).await;
        let code = code_in_outbox(&app, 1).await;
        let page = app.as_role(Role::SystemAdmin, "371621").await.get("/desk/outbox").await;
        assert!(page.text().contains("演示短信") && page.text().contains(&code) && page.text().contains("138****0001"));
        assert_eq!(app.as_role(Role::CountyAdmin, "371621").await.get("/desk/outbox").await.status, 403);
        assert!(visitor.get("/desk/outbox").await.location().starts_with("/sign-in"));
    }
}
