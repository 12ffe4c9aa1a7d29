//! What people see of a household's file: tasks, card, timeline, forms, reviews, corrections.

use access::Role;
use households::{
    model::flows::{Act, Kind},
    store::{
        Outcome, campaign, change,
        facts::{self, Entry},
        reading,
    },
};
use kernel::Money;
use store::{Query, args};
use testkit::both_databases;

use crate::county::*;

both_databases! {
    // accept: 001-03, 001-04
    async fn each_quarter_every_household_and_village_has_a_task(db: TestDb) {
        let app = a_county(db, &[]).await;
        let new = campaign::NewCampaign { region: code("371621"), kind: "quarter".into(), period: "2026Q1".into(), opens_on: day("2026-03-01"), due_on: day("2026-03-31") };
        let id = campaign::create(&app.app, &an(Role::CountyAdmin, 9), &request(), &new).await.unwrap().unwrap();
        assert!(campaign::create(&app.app, &an(Role::CountyAdmin, 9), &request(), &new).await.is_err(), "once a quarter");
        let scope = access::Scope::area(code("371621"));
        let households = campaign::coverage(&app.app.db, &scope, id, "household").await.unwrap();
        let villages = campaign::coverage(&app.app.db, &scope, id, "village").await.unwrap();
        assert_eq!(households.iter().map(|c| c.tasks).sum::<i64>(), 2);
        assert_eq!(villages.iter().map(|c| c.tasks).sum::<i64>(), 2);
        assert_eq!(campaign::submit_household(&app.app, &an(Role::VillageAdmin, 3), id, ZHANG, &request(), "").await.unwrap(), Outcome::Done);
        assert!(campaign::submit_household(&app.app, &an(Role::VillageAdmin, 3), id, ZHANG, &request(), "").await.is_err());
        let done: i64 = campaign::coverage(&app.app.db, &scope, id, "household").await.unwrap().iter().map(|c| c.done).sum();
        assert_eq!(done, 1);
        app.clock.advance_days(40);
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let page = village.get(&format!("/desk/campaigns/{id}")).await.text();
        assert!(page.contains("逾期"), "{page}");
    }

    // accept: 002-03, 002-04a, 002-04b, 002-04c, 002-04d, 002-05, 002-06
    async fn the_card_of_mi_guanxiang_reads_as_on_the_wall(db: TestDb) {
        let app = a_county(db, &[]).await;
        app.app.db.run_schema("UPDATE household SET head_name = '米关祥', main_cause = '缺劳力' WHERE id = 1").await.unwrap();
        let basics = change::Basics::of(&reading::record(&app.app.db, ZHANG).await.unwrap().unwrap());
        let seen = reading::version(&app.app.db, ZHANG).await.unwrap();
        let with = change::Basics { other_causes: vec!["因残".into(), "缺资金".into()], ..basics };
        change::correct(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), seen, &with, "登记").await.unwrap();
        for policy in ["新农合补助", "签约医生服务", "基本医疗保险"] {
            let entry = Entry::Measure { policy: true, kind: "健康".into(), content: policy.into(), amount: Money::ZERO, on: day("2026-01-05") };
            facts::enter(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), entry).await.unwrap();
        }
        incomes(&app, ZHANG, "tr_pension", 2_400).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let card = town.get(&format!("/desk/households/{ZHANG}/card")).await;
        assert_eq!(card.texts(".card-basics tr:nth-child(1) td"), ["米关祥", "2 人"], "{}", card.text());
        assert_eq!(card.texts(".card-basics tr:nth-child(3) td"), ["缺劳力", "因残、缺资金"]);
        let mut policies = card.texts(".card-policies td:first-child");
        policies.sort_unstable();
        assert_eq!(policies, ["基本医疗保险", "新农合补助", "签约医生服务"]);
        assert_eq!(card.texts(".card-helpers td:first-child"), ["孙帮扶"]);
        assert!(card.text().contains("养老金") && !card.attributes("figure svg", "viewBox").is_empty());
        let caption = card.texts("figcaption").join("");
        let path = caption.split("yangguang.test").nth(1).unwrap().to_owned();
        let checked = app.visitor().get(&path).await.text();
        assert!(checked.contains("由本平台印发") && checked.contains("米*祥") && !checked.contains("因残"), "{checked}");
        let forged = app.visitor().get("/check/card/1-0000000000000000").await.text();
        assert!(forged.contains("没有找到这张明白卡"), "{forged}");
    }

    // accept: 000-97, 000-98
    async fn the_timeline_shows_each_income_and_each_help(db: TestDb) {
        let app = a_county(db, &[]).await;
        ready_to_leave(&app, WANG).await;
        open(&app, WANG, Kind::Exit).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let page = town.get(&format!("/desk/households/{WANG}/timeline")).await.text();
        for seen in ["外出务工 40,000.00 元", "帮扶措施：养猪二十头", "脱贫退出：提出 → 预脱贫", "建档"] {
            assert!(page.contains(seen), "{seen}: {page}");
        }
        let only = town.get(&format!("/desk/households/{WANG}/timeline?kind=income")).await.text();
        assert!(only.contains("外出务工") && !only.contains("养猪"), "{only}");
    }

    async fn a_household_of_four_is_registered_on_one_page(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let empty = village.get("/desk/households/new").await;
        assert_eq!(empty.attributes("tbody input[name$=_id_no]", "name").len(), 4, "{}", empty.text());
        let numbers: Vec<String> = (21..=24).map(|n| number_text(n)).collect();
        let mut form = vec![
            ("request_id", "form-registers-four"), ("do", "submit"), ("kind", "identification"), ("region", WEST), ("origin", "household"),
            ("cause", "因病"), ("cause2", "缺资金"), ("attr", "1"), ("std", "1"), ("applied_on", "2026-03-02"), ("members", "4"), ("incomes", "4"),
            ("i1_kind", "wage_away"), ("i1_who", "1"), ("i1_period", "2026-02"), ("i1_gross", "18000"),
            ("i2_kind", "op_crop"), ("i2_who", "0"), ("i2_period", "2025"), ("i2_gross", "6000"), ("i2_cost", "2000"),
        ];
        let rows = [("m1_name", "m1_id_no", "m1_kin"), ("m2_name", "m2_id_no", "m2_kin"), ("m3_name", "m3_id_no", "m3_kin"), ("m4_name", "m4_id_no", "m4_kin")];
        for (n, (name, id_no, kin)) in rows.into_iter().enumerate() {
            form.push((name, ["钱大有", "周秀兰", "钱小强", "钱小美"][n]));
            form.push((id_no, &numbers[n]));
            form.push((kin, ["02", "12", "20", "30"][n]));
        }
        let mut wrong = form.clone();
        wrong.retain(|(name, _)| *name != "i2_cost" && *name != "request_id");
        wrong.push(("request_id", "form-lacks-a-cost"));
        let refused = village.post("/desk/households/new", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("种植成本"), "{}", refused.text());
        assert!(refused.attributes("input[name=m3_name]", "value") == ["钱小强"], "what was typed is kept");
        let mut kept = form.clone();
        kept.retain(|(name, _)| *name != "do");
        kept.push(("do", "draft"));
        village.post("/desk/households/new", &kept).await;
        let draft = app.app.db.number("SELECT COUNT(*) FROM form_draft WHERE body LIKE '%371621%0001%' AND body LIKE '%197001%'", args![]).await.unwrap();
        assert_eq!(draft, 0, "no ID number is readable in a draft");
        assert_eq!(village.get("/desk/households/new").await.attributes("input[name=m1_id_no]", "value"), [numbers[0].as_str()]);
        let done = village.post("/desk/households/new", &form).await;
        assert_eq!(done.status, 303, "{}", done.text());
        let page = village.get(done.location()).await;
        assert!(page.text().contains("已申请") && page.text().contains("入户核查"), "{}", page.text());
        let incomes = village.get(&done.location().replace("tab=flow", "tab=incomes")).await.text();
        assert!(incomes.contains("5,500.00 元"), "(18000 + 6000 - 2000) / 4: {incomes}");
        let again = village.post("/desk/households/new", &form).await;
        assert_eq!(again.status, 303);
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM applicant", args![]).await.unwrap(), 1, "the same form twice is one household");
    }

    async fn amounts_and_dates_that_cannot_be_are_refused_with_the_field_named(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let path = format!("/desk/households/{ZHANG}/enter");
        for (gross, says) in [("-5", "不能是负数"), ("1.234", "最多两位小数"), ("99999999999999999999", "超出范围")] {
            let shown = village.post(&path, &[("what", "income"), ("request_id", &request()), ("kind", "wage_odd"), ("period", "2026-02"), ("gross", gross)]).await;
            assert_eq!(shown.status, 422);
            assert!(shown.text().contains("零工毛收入") && shown.text().contains(says), "{}", shown.text());
        }
        let old = village.post(&path, &[("what", "measure"), ("request_id", &request()), ("content", "送药"), ("on", "1899-01-01")]).await;
        assert!(old.text().contains("1900 年以后"), "{}", old.text());
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM income_item", args![]).await.unwrap(), 0);
    }

    // accept: 002-02
    async fn a_review_names_229_missed_and_59_wrong_returns_until_each_is_handled(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        for (kind, count) in [("missed", 229), ("wrong_return", 59)] {
            let lines: Vec<String> = (1..=count).map(|n| format!("{WEST}，户主{n}，两项困难")).collect();
            let sent = town.post("/desk/households/audit", &[("what", "enter"), ("request_id", &request()), ("kind", kind), ("source", "专项审查"), ("on", "2026-03-02"), ("lines", &lines.join("\n"))]).await;
            assert_eq!(sent.status, 303, "{}", sent.text());
        }
        let page = town.get("/desk/households/audit").await.text();
        assert!(page.contains("应纳入未纳入 229 户，待处理 229 户") && page.contains("返贫核定不准 59 户，待处理 59 户"), "{page}");
        let line = town.get("/desk/households/audit").await.attributes("input[name=line]", "value").remove(0);
        town.post("/desk/households/audit", &[("what", "handle"), ("request_id", &request()), ("line", &line), ("outcome", "已按程序申请纳入")]).await;
        assert!(town.get("/desk/households/audit").await.text().contains("待处理 228 户"));
        let bad = town.post("/desk/households/audit", &[("what", "enter"), ("request_id", &request()), ("kind", "missed"), ("source", "审查"), ("lines", "西街，张三")]).await;
        assert!(bad.text().contains("名单第 1 行"), "{}", bad.text());
        let mut elsewhere = app.as_role(Role::TownPoverty, "371621103").await;
        assert!(!elsewhere.get("/desk/households/audit").await.text().contains("户主1"), "another town sees none of it");
    }

    async fn the_support_fee_is_reckoned_on_a_page_with_its_parameters(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let page = village.get("/desk/households/support-fee?name1=%E5%BC%A0%E5%BC%BA&income1=30000&agreed2=3600&base=10000&rate=10").await.text();
        assert!(page.contains("全年赡养费合计 5,600.00 元"), "{page}");
        assert_eq!(village.get("/desk/households/support-fee?income1=-3").await.status, 422);
    }

    async fn births_and_deaths_are_entered_without_notice_and_the_next_eldest_heads_the_household(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let path = format!("/desk/households/{ZHANG}/enter");
        let baby = number_text(41);
        let born = village.post(&path, &[("what", "join"), ("request_id", &request()), ("why", "birth"), ("name", "张小宝"), ("id_no", &baby), ("kin", "20"), ("on", "2026-02-20")]).await;
        assert_eq!(born.status, 303, "{}", born.text());
        let head = app.app.keys.person_key(&number(1)).0.to_string();
        village.post(&path, &[("what", "leave"), ("request_id", &request()), ("why", "death"), ("person", &head), ("on", "2026-03-01")]).await;
        let record = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
        assert_eq!((record.head_name.as_str(), record.present().count()), ("李秀英", 2));
        let (_, then) = reading::as_of(&app.app.db, ZHANG, "2026-02-25").await.unwrap().unwrap();
        assert_eq!((then.head_name.as_str(), then.present().count()), ("张大山", 3));
        let page = village.get(&format!("/desk/households/{ZHANG}?tab=basics&on=2026-02-25")).await.text();
        assert!(page.contains("2026-02-25 当天的样子") && page.contains("3 人"), "{page}");
        let history = village.get(&format!("/desk/households/{ZHANG}?tab=history")).await.text();
        assert!(history.contains("户主：张大山 → 李秀英") && history.contains("去世：张大山"), "{history}");
    }

    async fn the_second_clerk_sees_the_first_ones_change_on_the_page(db: TestDb) {
        let app = a_county(db, &[]).await;
        let (mut village, mut town) = (app.signed_in(an(Role::VillageAdmin, 3)).await, app.signed_in(an(Role::TownPoverty, 4)).await);
        let path = format!("/desk/households/{ZHANG}/edit");
        let version = town.get(&path).await.attributes("input[name=version]", "value").remove(0);
        let first = village.post(&path, &[("request_id", &request()), ("version", &version), ("cause", "因病"), ("attr", "1"), ("std", "1"), ("reason", "复核")]).await;
        assert_eq!(first.status, 303, "{}", first.text());
        let second = town.post(&path, &[("request_id", &request()), ("version", &version), ("cause", "缺劳力"), ("attr", "2"), ("std", "1"), ("address", "西街 3 号"), ("reason", "入户")]).await;
        assert_eq!(second.status, 422);
        assert!(second.text().contains("修改了这一户") && second.text().contains("缺劳力 因病"), "{}", second.text());
        let next = second.attributes("input[name=version]", "value").remove(0);
        let saved = town.post(&path, &[("request_id", &request()), ("version", &next), ("cause", "因病"), ("attr", "2"), ("std", "1"), ("address", "西街 3 号"), ("reason", "入户")]).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
    }

    async fn an_objection_holds_the_next_step_until_it_is_answered(db: TestDb) {
        let app = a_county(db, &[]).await;
        set_case(&app, ZHANG, Kind::Identification, "compared").await;
        go(&app, ZHANG, Role::VillageAdmin, 3, Act::PostNotice1).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let path = format!("/desk/households/{ZHANG}/objection");
        village.post(&path, &[("request_id", &request()), ("text", "他家有门面房")]).await;
        app.clock.advance_days(8);
        let held = step(&app, ZHANG, Role::TownPoverty, 4, Act::TownReview).await.unwrap_err();
        assert!(held.message.contains("1 条异议没有答复"), "{}", held.message);
        let id = village.get(&format!("/desk/households/{ZHANG}?tab=flow")).await.attributes("input[name=objection]", "value").remove(0);
        village.post(&path, &[("request_id", &request()), ("objection", &id), ("text", "经核实门面房已于2019年出售")]).await;
        go(&app, ZHANG, Role::TownPoverty, 4, Act::TownReview).await;
    }
}
