//! Who stands before the same questions: county, town and community each with its part, departments with their own, the
//! discipline office over all of them.

use axum::http::StatusCode;
use server::demo::cases::Case;
use testkit::{Client, run};

use crate::{
    lawful::deposits,
    world::{rows, upload, world},
};

/// How many questions of a rule somebody reaches.
async fn reached(client: &mut Client, rule: &str) -> String {
    let page = client.get(&format!("/desk/warnings?rule={rule}")).await;
    page.texts(".list-total b").remove(0)
}

// accept: 003-40
#[test]
fn county_town_and_community_work_on_the_same_questions_each_within_its_area() {
    run(async {
        let world = world(Case::Gejiu).await;
        world.deliver().await;
        world.compare("A-15").await;
        let mut county = world.at_desk("jiwei").await;
        let mut town = world.at_desk("fupin").await;
        let mut community = world.at_desk("cunwei").await;
        assert_eq!(reached(&mut county, "A-15").await, "229");
        assert_eq!(reached(&mut town, "A-15").await, "115");
        assert_eq!(reached(&mut community, "A-15").await, "115");

        // What the community says, the town reads, and what the town begins, the county sees.
        let list = community.get("/desk/warnings?rule=A-15").await;
        let href = list.attributes("tbody td a", "href").remove(0);
        let said = [("text", "该户长期卧床，亲戚照看"), ("request_id", "answer-0001")];
        let sent = community.post(&format!("{href}/answer"), &said).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        assert!(town.get(&href).await.text().contains("该户长期卧床，亲戚照看"));
        let sent = town
            .post(&format!("{href}/acknowledge"), &[("request_id", "take-00001")])
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let seen = county.get(&href).await.text();
        assert!(seen.contains("胡卫东") && seen.contains("签收"), "{seen}");
    });
}

// accept: 000-41, 001-46, 003-67
#[test]
fn each_question_waits_for_one_office_and_the_discipline_office_watches_them_all() {
    run(async {
        let world = world(Case::Jiawang).await;
        world.deliver().await;
        deposits(&world).await;
        world.compare_with_deposits("").await;

        let mut officer = world.at_desk("jiwei").await;
        let all = rows(&officer.get("/desk/warnings").await, "预警列表");
        let owner = |rule: &str| {
            let of: Vec<&String> = all
                .iter()
                .filter(|cells| cells[2].starts_with(rule))
                .map(|cells| &cells[8])
                .collect();
            assert!(!of.is_empty(), "{rule} among {all:?}");
            of[0].clone()
        };
        assert!(owner("A-10").contains("民政") && owner("C-03").contains("纪委"));
        assert!(
            all.iter().all(|cells| !cells[8].is_empty() && !cells[8].contains('、')),
            "one office each: {all:?}"
        );

        // Civil affairs, finance and the office for the poor each enter the management layer with what is theirs.
        let mut civil = world.at_desk("minzheng").await;
        let own = rows(&civil.get("/desk/warnings").await, "预警列表");
        assert!(own.iter().all(|cells| cells[8].contains("民政")), "{own:?}");
        let waiting = rows(&civil.get("/desk/warnings?mine=1").await, "预警列表");
        assert!(waiting.iter().any(|cells| cells[2].starts_with("A-10")), "{waiting:?}");
        for login in ["minzheng", "caizheng", "fupin"] {
            let mut client = world.at_desk(login).await;
            let desk = client.get("/desk").await;
            assert!(
                desk.texts(".bar-layers, .bar-layer").concat().contains("管理层"),
                "{login}: {}",
                desk.text()
            );
            assert!(desk.texts("#menu a").iter().any(|entry| entry == "预警列表"), "{login}");
        }

        // The console of the discipline office: every department's question, its own waiting, and the means to press.
        let console = officer.get("/desk").await;
        assert_eq!(console.texts(".bar-layers a[aria-current]"), ["监督层"]);
        let waiting = rows(&officer.get("/desk/warnings?mine=1").await, "预警列表");
        assert!(waiting.iter().any(|cells| cells[2].starts_with("C-03")), "{waiting:?}");
        assert!(!waiting.iter().any(|cells| cells[2].starts_with("A-10")), "{waiting:?}");
        let list = officer.get("/desk/warnings?rule=A-10").await;
        let page = officer.get(&list.attributes("tbody td a", "href")[0]).await;
        let acts = page.attributes("form[data-act]", "data-act");
        assert!(acts.iter().any(|act| act == "supervise"), "{acts:?}");
    });
}

#[test]
fn a_number_under_anothers_name_is_answered_by_the_office_that_keeps_the_record_which_sees_nothing_else() {
    run(async {
        let world = world(Case::Jiawang).await;
        deposits(&world).await;
        let number = Case::Jiawang.number_of("张国强").unwrap();
        let cars = format!(
            "身份证明号码,机动车所有人,号牌号码,车辆类型,使用性质,初次登记日期,机动车状态\r\n\
             {number},欧阳海,苏C12345,K33,A,2016-05-01,A\r\n"
        );
        let file = world.installation.app.config.data_dir.join("vehicles.csv");
        std::fs::write(&file, cars).unwrap();
        assert_eq!(upload(&mut world.at_desk("xianji").await, "vehicles", &file).await, 1);
        world.compare_with_deposits("").await;

        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings").await;
        let all = rows(&list, "预警列表");
        let ways = list.attributes("[aria-label='预警列表'] tbody td:first-child a", "href");
        assert!(all.iter().any(|cells| cells[2].starts_with("A-10")), "{all:?}");
        let mut police = world.at_desk("gongan").await;
        let own = rows(&police.get("/desk/warnings").await, "预警列表");
        assert_eq!(own.len(), 1, "{own:?}");
        assert!(own[0][2].starts_with("K-11") && own[0][8].contains("公安"), "{own:?}");
        let waiting = rows(&police.get("/desk/warnings?mine=1").await, "预警列表");
        assert_eq!(waiting, own);
        let mut civil = world.at_desk("minzheng").await;
        let mut asked = String::new();
        for (cells, href) in all.iter().zip(&ways) {
            let page = police.get(href).await;
            if cells[2].starts_with("K-11") {
                asked.clone_from(href);
                assert!(page.text().contains("登记的姓名却是“欧阳*”"), "{}", page.text());
                assert_eq!(civil.get(href).await.status, StatusCode::NOT_FOUND, "nobody else's");
            } else {
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{cells:?}");
            }
        }
        let team = ("team", "罗永明、档案员");
        let said = "查对原始档案：号码录入有误，车主另有其人";
        for (act, fields) in [
            ("acknowledge", vec![]),
            ("start_verification", vec![team]),
            ("verify", vec![team, ("verdict", "false"), ("evidence", said)]),
        ] {
            let request = format!("police-{act}");
            let mut form = fields;
            form.push(("request_id", &request));
            let sent = police.post(&format!("{asked}/{act}"), &form).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{act}: {}", sent.text());
        }
        let page = officer.get(&asked).await.text();
        assert!(page.contains("不属实") && page.contains(said), "{page}");
    });
}
