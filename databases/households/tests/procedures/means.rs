//! 家庭经济状况核对: what is asked of the city's system, for whom, and what comes back beside the household.

use access::Role;
use axum::http::StatusCode;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, both_databases};

use crate::county::*;

const MEANS: &str = "/desk/means";
const HEAD: &str = "核对批次号,身份证号,姓名,核对项目,有无记录,情况,金额（元）,数据来源,数据日期";

async fn settled(client: &mut Client, page: &str) -> Shown {
    testkit::eventually("the end of the check", async || {
        let shown = client.get(page).await;
        shown.texts("#progress").is_empty().then_some(shown)
    })
    .await
}

/// A request for Zhang's household, made by one officer: the path of its page.
async fn asked(app: &TestApp, maker: &mut Client) -> String {
    sign_authorisations(app, ZHANG).await;
    let query = "show=1&purpose=2026%E5%B9%B4%E5%BA%A6%E5%A4%8D%E6%A0%B8&basis=%E6%A0%B8%E5%AF%B9%E5%8A%9E%E6%B3%95";
    let preview = maker.get(&format!("{MEANS}/new?{query}")).await;
    assert!(preview.text().contains("1 户，2 人"), "{}", preview.text());
    let names = preview.attributes("#make input[name]", "name");
    let values = preview.attributes("#make input[name]", "value");
    let form: Vec<(&str, &str)> = names
        .iter()
        .zip(&values)
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .filter(|(n, _)| *n != "csrf")
        .collect();
    let made = maker.post(&format!("{MEANS}/new"), &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let again = maker.post(&format!("{MEANS}/new"), &form).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(
        app.app
            .db
            .number("SELECT COUNT(*) FROM means_request", args![])
            .await
            .unwrap(),
        1
    );
    made.location().to_owned()
}

/// Everything the tables hold as text, to be searched for a number.
async fn anywhere(app: &TestApp, needle: &str) -> i64 {
    let mut found = 0;
    for (table, column) in [
        ("means_request", "purpose"),
        ("means_request", "basis"),
        ("means_person", "name"),
        ("means_answer", "detail"),
        ("trail_event", "payload"),
        ("trail_event", "subject"),
        ("record_version", "state"),
    ] {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE $1");
        found += app.app.db.number(&sql, args![format!("%{needle}%")]).await.unwrap();
    }
    found
}

both_databases! {
    // accept: 001-08
    async fn a_request_goes_to_the_city_and_its_answers_stand_beside_the_household(db: TestDb) {
        let app = a_county(db, &[]).await;
        let (mut maker, mut second) = (app.signed_in(an(Role::FundUnitAdmin, 5)).await, app.signed_in(an(Role::CountyAdmin, 9)).await);
        let page = asked(&app, &mut maker).await;
        let early = maker.post(&format!("{page}/file"), &[]).await;
        assert!(early.text().contains("还没有复核"), "{}", early.text());
        let own = maker.post(&format!("{page}/approve"), &[("request_id", &request())]).await;
        assert!(own.text().contains("不能是同一人"), "{}", own.text());
        let released = second.post(&format!("{page}/approve"), &[("request_id", &request())]).await;
        assert_eq!(released.status, StatusCode::SEE_OTHER, "{}", released.text());
        let file = maker.post(&format!("{page}/file"), &[]).await;
        assert_eq!(file.status, StatusCode::OK);
        let lines: Vec<&str> = file.body.lines().collect();
        assert_eq!(lines.len(), 3, "{}", file.body);
        assert!(lines[1].contains(&number_text(1)) && lines[1].contains("\"2027-03-01\"") && lines[1].contains("年度复核"), "{}", lines[1]);
        assert!(lines[1].contains("车辆、农机、社保、公积金缴存、纳税、住房、存款、证券"), "{}", lines[1]);
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'means.fetch' AND purpose LIKE '%年度复核'", args![]).await.unwrap(), 1);
        let batch = lines[1].split(',').next().unwrap().trim_matches('"').to_owned();

        let answers = format!(
            "{HEAD}\n{batch},{},张大山,车辆,有,小型轿车一辆,60000,市公安局交警支队,2026-02-20\n{batch},{},李秀英,存款,无,,,市人民银行,2026-02-20\n\
             {batch},{},王海林,存款,无,,,市人民银行,2026-02-20\n{batch},{},张大山,纳税,有,,,市税务局,2026-02-20\n\
             {batch},{},张大山,社保,无,,,市人社局,2027-01-01\nHD000,{},张大山,社保,无,,,市人社局,2026-02-20\n",
            number_text(1), number_text(2), number_text(3), number_text(1), number_text(1), number_text(1),
        );
        let sent = maker.upload(&format!("{MEANS}/import"), &[], "结果.csv", answers.as_bytes()).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let check = sent.location().to_owned();
        let shown = settled(&mut maker, &check).await;
        let faults = shown.texts("tbody tr").join("\n");
        for fault in ["4 B 身份证号 这个人不在本批次的请求中", "5 F 情况 有记录的，请写明情况或金额", "6 I 数据日期 数据日期不能晚于今天", "7 A 核对批次号 没有这个核对批次"] {
            assert!(faults.contains(fault), "{fault}\n{faults}");
        }
        maker.post(&check, &[("do", "apply")]).await;
        settled(&mut maker, &check).await;

        let officer = maker.get(&format!("/desk/households/{ZHANG}?tab=incomes")).await.text();
        for seen in ["2 个项目已回结果，1 个项目有记录", "小型轿车一辆", "60,000.00", "市公安局交警支队", "2026-02-20"] {
            assert!(officer.contains(seen), "{seen}: {officer}");
        }
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let verdict = town.get(&format!("/desk/households/{ZHANG}?tab=incomes")).await.text();
        assert!(verdict.contains("1 个项目有记录") && !verdict.contains("小型轿车"), "the town sees that there is something, not what: {verdict}");
        assert_eq!(town.get(MEANS).await.status, StatusCode::FORBIDDEN);
        let list = maker.get(MEANS).await.text();
        assert!(list.contains("已报送") && list.contains("2 / 2"), "{list}");
        assert_eq!(anywhere(&app, &number_text(1)).await, 0, "no readable number is kept anywhere");
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'means.view'", args![]).await.unwrap(), 1, "who looked is on the record");
    }

    async fn households_where_a_signature_is_lacking_are_named_and_not_sent(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut maker = app.signed_in(an(Role::FundUnitAdmin, 5)).await;
        let nobody = maker.get(&format!("{MEANS}/new?show=1")).await.text();
        assert!(nobody.contains("没有签齐授权书的户"), "{nobody}");
        sign_authorisations(&app, ZHANG).await;
        sign_authorisations(&app, WANG).await;
        app.app.db.run_schema("UPDATE check_authorisation SET valid_to = '2026-01-01' WHERE household_id = 2 AND person_key = (SELECT head_key FROM household WHERE id = 2)").await.unwrap();
        let page = maker.get(&format!("{MEANS}/new?show=1")).await.text();
        assert!(page.contains("1 户，2 人") && page.contains("王海林"), "{page}");
        let bare = maker.post(&format!("{MEANS}/new"), &[("request_id", &request()), ("purpose", "查"), ("basis", ""), ("seal", "x")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.text().contains("核对目的：请写明"), "{}", bare.text());
    }

    async fn a_file_is_not_sent_once_a_signature_has_run_out(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut maker = app.signed_in(an(Role::FundUnitAdmin, 5)).await;
        let mut second = app.signed_in(an(Role::CountyAdmin, 9)).await;
        let page = asked(&app, &mut maker).await;
        second.post(&format!("{page}/approve"), &[("request_id", &request())]).await;
        app.clock.advance_days(400);
        let mut maker = app.signed_in(an(Role::FundUnitAdmin, 5)).await;
        let held = maker.post(&format!("{page}/file"), &[]).await;
        assert!(held.text().contains("授权书在制作之后过期"), "{}", held.text());
    }
}
