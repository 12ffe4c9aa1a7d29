//! The published cases and their figures, as the offices read them.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;
use server::demo::cases::Case;
use testkit::{Client, Shown, run};

use crate::world::{fact, rows, world};

/// What stands in the tiles of a list: findings, overdue, money, confirmed.
fn tile(page: &Shown, n: usize) -> String {
    page.texts(".tile-value")[n]
        .split(' ')
        .next()
        .unwrap_or_default()
        .replace(',', "")
}

/// The first line of a list of findings.
async fn first_of(client: &mut Client, list: &str) -> (Vec<String>, String) {
    let page = client.get(list).await;
    let href = page
        .attributes("[aria-label='预警列表'] tbody tr:first-child td a", "href")
        .remove(0);
    (rows(&page, "预警列表").remove(0), href)
}

/// The line of a rule on the page of results.
async fn result_of(client: &mut Client, rule: &str) -> Vec<String> {
    let page = client.get("/desk/warnings/results").await;
    let found = rows(&page, "各规则属实率")
        .into_iter()
        .find(|cells| cells[0].starts_with(rule));
    found.unwrap_or_else(|| panic!("{rule} is not on the page: {}", page.text()))
}

// accept: 002-23
#[test]
fn of_9555_applications_in_fuyuan_262_are_asked_about_202_51_7_and_2() {
    run(async {
        let world = world(Case::Fuyuan).await;
        world.deliver_most().await;
        let (_, page) = world.compare("B-18").await;
        let data = rows(&page, "所用数据");
        let applications = data.iter().find(|cells| cells[0] == "危房改造申请").unwrap();
        assert_eq!(applications[2], "9555");

        let ways = rows(&page, "疑点由来");
        let of = |reason: &str| -> (u64, &str) {
            let cells = ways
                .iter()
                .find(|cells| cells[2] == reason)
                .unwrap_or_else(|| panic!("{reason}: {ways:?}"));
            (cells[3].parse().unwrap(), cells[4].as_str())
        };
        assert_eq!(of("申请人是村组干部或财政供养人员").0 + of("申请人是干部近亲属").0, 202);
        assert_eq!(
            [
                of("申请人有工商登记").0,
                of("申请人名下有机动车").0,
                of("申请人名下有商品房").0
            ],
            [51, 7, 2]
        );
        assert_eq!(of("合计"), (262, "9555 份危房改造申请的 2.742%"));

        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=B-18").await;
        assert_eq!(tile(&list, 0), "262");
        assert!(list.text().contains("共 262 条"), "{}", list.text());
        assert_eq!(result_of(&mut officer, "B-18").await[1], "262");
        let funnel = officer.get("/desk/warnings/results").await;
        assert_eq!(tile(&funnel, 0), "262", "doubted households, at the head of the funnel");

        // Asked again, the same questions are the same findings.
        world.compare("B-18").await;
        assert_eq!(tile(&officer.get("/desk/warnings?rule=B-18").await, 0), "262");
    });
}

// accept: 002-02, 000-51
#[test]
fn gejiu_missed_229_and_took_back_59_whom_their_incomes_do_not_bear_out() {
    run(async {
        let world = world(Case::Gejiu).await;
        world.deliver().await;
        let mut town = world.at_desk("fupin").await;
        let incomes = std::fs::read(world.file("帮扶户收入")).unwrap();
        let (href, checked) = town
            .import("/desk/households/incomes/import", "帮扶户收入.csv", &incomes)
            .await;
        assert_eq!(checked.texts(".tile-value")[..2], ["100", "100"], "{}", checked.text());
        town.apply_import(&href).await;
        let (_, page) = world.compare("").await;
        let read = rows(&page, "所用数据");
        for guarantee in ["学籍", "医", "危房改造申请"] {
            assert!(
                read.iter().any(|cells| cells[0].contains(guarantee)),
                "{guarantee}: {read:?}"
            );
        }

        let mut officer = world.at_desk("jiwei").await;
        let missed = officer.get("/desk/warnings?rule=A-15").await;
        assert!(missed.text().contains("共 229 条"), "{}", missed.text());
        let wrong = officer.get("/desk/warnings?rule=A-13").await;
        assert!(wrong.text().contains("共 59 条"), "{}", wrong.text());
        assert_eq!(result_of(&mut officer, "A-15").await[1], "229");
        assert_eq!(result_of(&mut officer, "A-13").await[1], "59");
        let (line, href) = first_of(&mut officer, "/desk/warnings?rule=A-15").await;
        let question = officer.get(&href).await;
        assert!(
            question.text().contains(&line[3]) && question.text().contains("残疾人持证信息"),
            "{}",
            question.text()
        );

        // The review of the register takes over what the comparison found, and each line waits until it is handled.
        for (rule, kind) in [("A-15", "missed"), ("A-13", "wrong_return")] {
            let mut lines = Vec::new();
            for page in 1..=5 {
                let page = officer.get(&format!("/desk/warnings?rule={rule}&page={page}")).await;
                let shown = rows(&page, "预警列表");
                lines.extend(
                    shown
                        .iter()
                        .map(|cells| format!("{}，{}，{}", village_of(&cells[4]), cells[3], cells[0])),
                );
            }
            lines.sort();
            lines.dedup();
            // The town reviews its own part; the other town is out of its reach.
            let own: Vec<String> = lines.iter().filter(|l| l.starts_with("532501101")).cloned().collect();
            let all = lines.len();
            assert_eq!(all, if rule == "A-15" { 229 } else { 59 });
            let (mut office, request) = (world.at_desk("fupin").await, format!("review-{rule}"));
            let text = own.join("\n");
            let form = [
                ("what", "enter"),
                ("request_id", request.as_str()),
                ("kind", kind),
                ("source", "比对结果"),
                ("on", "2019-11-20"),
                ("lines", &text),
            ];
            let sent = office.post("/desk/households/audit", &form).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        }
        let review = town.get("/desk/households/audit").await;
        assert_eq!(fact(&review, "应纳入未纳入"), "115 户，待处理 115 户");
        assert_eq!(fact(&review, "返贫核定不准"), "59 户，待处理 59 户");
    });
}

/// The code of the two natural villages of the case by what the list calls them.
fn village_of(place: &str) -> &'static str {
    if place.contains("北山") {
        "532501101001001"
    } else {
        "532501102001001"
    }
}

// accept: 000-76
#[test]
fn lianshui_the_one_exit_that_stands_on_12_000_yuan_of_repaid_bills_is_asked_about() {
    run(async {
        let world = world(Case::Lianshui).await;
        world.deliver().await;
        world.compare("A-14").await;
        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=A-14&severity=R").await;
        assert!(
            list.text().contains("共 1 条，涉及金额合计 12,000.00 元"),
            "{}",
            list.text()
        );
        let (_, href) = first_of(&mut officer, "/desk/warnings?rule=A-14").await;
        let question = officer.get(&href).await.text();
        assert!(
            question.contains("12,000.00") && question.contains("医疗报销"),
            "{question}"
        );
        assert!(question.contains("这是需要核实的疑问，不是结论"), "{question}");

        // The town looks, two offices check, and what followed for the two who signed stands with the finding.
        act(
            &mut officer,
            &href,
            "reassign",
            &[("to", "town"), ("reason", "请镇里入户核实")],
        )
        .await;
        let mut town = world.at_desk("fupin").await;
        act(&mut town, &href, "acknowledge", &[]).await;
        act(&mut town, &href, "start_verification", &[("team", "胡卫东、赵丽华")]).await;
        let verdict = [
            ("team", "胡卫东、赵丽华"),
            ("verdict", "true"),
            ("confirmed", "0"),
            (
                "evidence",
                "退出核算表把医疗报销一万二千元列为转移性收入，会计和村书记签字。",
            ),
        ];
        act(&mut town, &href, "verify", &verdict).await;
        let mut station = world.at_desk("jingguan").await;
        act(&mut station, &href, "dept_review", &[("opinion", "同意核查结论")]).await;
        act(&mut officer, &href, "cdi_check", &[("opinion", "复核无异议")]).await;
        act(&mut town, &href, "start_rectification", &[]).await;
        let measures = "撤销退出、恢复帮扶；会计、村书记二人受党内警告处分";
        act(
            &mut town,
            &href,
            "rectify",
            &[("measures", measures), ("recovered", "0")],
        )
        .await;
        let after = officer.get(&href).await.text();
        assert!(after.contains(measures), "{after}");
    });
}

// accept: 002-21
#[test]
fn tengchong_the_roster_of_180_000_yuan_whose_lines_end_in_one_account_is_red() {
    run(async {
        let world = world(Case::Tengchong).await;
        world.deliver().await;
        world.compare("").await;
        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=D-12").await;
        assert!(
            list.text().contains("共 1 条，涉及金额合计 180,000.00 元"),
            "{}",
            list.text()
        );
        let (line, href) = first_of(&mut officer, "/desk/warnings?rule=D-12").await;
        assert!(line[1].contains('红'), "{line:?}");
        let question = officer.get(&href).await.text();
        for words in ["共60行、180,000.00元", "共用账户7行", "花名册是否真实，请核实？"] {
            assert!(question.contains(words), "{words} not in {question}");
        }
    });
}

// accept: 003-43
#[test]
fn jiawang_one_cadre_nine_relatives_33_payments_are_one_red_finding_with_every_relation_told() {
    run(async {
        let world = world(Case::Jiawang).await;
        world.deliver().await;
        world.compare("").await;
        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=C-03").await;
        assert!(
            list.text().contains("共 1 条，涉及金额合计 72,300.00 元"),
            "{}",
            list.text()
        );
        let (line, href) = first_of(&mut officer, "/desk/warnings?rule=C-03").await;
        assert!(line[1].contains('红') && line[3] == "陈守田", "{line:?}");
        let page = officer.get(&href).await;
        let question = page.text();
        for words in ["申报的亲属中有9人", "33笔，共72,300.00元", "是否经过公开评议，请核实？"]
        {
            assert!(question.contains(words), "{words} not in {question}");
        }
        let relatives = rows(&page, "与干部的亲属关系");
        assert_eq!(relatives.len(), 9, "{relatives:?}");
        let drawn: u64 = relatives.iter().map(|cells| payments_in(&cells[0])).sum();
        assert_eq!(drawn, 33);
        let father_in_law = relatives.iter().find(|cells| cells[0].starts_with("吴广才")).unwrap();
        assert!(
            father_in_law[0].contains("是党支部书记陈守田的岳父，领取专项补贴 5 笔、19,280.00 元"),
            "{father_in_law:?}"
        );
        assert!(father_in_law[1].contains("干部近亲属申报"), "{father_in_law:?}");
        assert!(
            !relatives.iter().any(|cells| cells[0].starts_with("刘玉梅")),
            "what everybody draws is no question"
        );

        // The village's own people read that there is a question, and none of the relations.
        let mut village = world.at_desk("jianwei").await;
        let shown = village.get(&href).await;
        assert!(rows(&shown, "与干部的亲属关系").is_empty(), "{}", shown.text());
    });
}

/// `领取专项补贴 5 笔`.
fn payments_in(sentence: &str) -> u64 {
    let after = sentence.split("领取专项补贴 ").nth(1).unwrap_or_default();
    after.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default()
}

/// One step of a finding, taken by its page.
async fn act(client: &mut Client, href: &str, act: &str, fields: &[(&str, &str)]) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let request = format!("request-{:04}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut fields = fields.to_vec();
    fields.push(("request_id", &request));
    let sent = client.post(&format!("{href}/{act}"), &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{act}: {}", sent.text());
}

// accept: 000-52, 000-53, 000-54
#[test]
fn huaian_292_pupils_129_uninsured_and_2532_houses_are_asked_about_so_that_somebody_helps() {
    run(async {
        let world = world(Case::Huaian).await;
        world.deliver().await;
        world.compare("").await;
        let mut officer = world.at_desk("jiwei").await;
        for (rule, gaps, asks) in [
            ("I-01", "292", "是否应当资助、怎样补上，请核实？"),
            ("I-02", "129", "是否需要帮助参保，请核实？"),
            (
                "I-03",
                "2532",
                "住得是否安全、需要改造还是另有安全住房，请尽快入户查看？",
            ),
        ] {
            let list = officer.get(&format!("/desk/warnings?rule={rule}")).await;
            assert_eq!(tile(&list, 0), gaps, "{rule}");
            assert_eq!(result_of(&mut officer, rule).await[1].replace(',', ""), gaps, "{rule}");
            let (_, href) = first_of(&mut officer, &format!("/desk/warnings?rule={rule}")).await;
            let question = officer.get(&href).await.text();
            assert!(question.contains(asks), "{question}");
        }
    });
}
