//! The kin graph as a discipline officer sees it: declared in files, inferred from households, behind a purpose.

use access::{Actor, Role};
use axum::http::StatusCode;
use forces::KinPart;
use households::load as homes;
use kernel::{IdNumber, period::parse_date};
use store::{Query, args};
use testkit::{
    Client, TestApp, TestDb, both_databases,
    county::{COUNTY, DIVISIONS, EAST as OTHER, WEST as VILLAGE, code, number},
    eventually,
};
use trail::Act;

use crate::support::an_app;

/// Household 1: 马老 (1), wife 2, daughter 3. Household 2: 周平 (4), wife 周妻 (5), who once was daughter (30) in
/// household 1's place, i.e. a member that moved. The cadre 马六 (9) declares 马老 as his wife's father (55).
async fn a_county(db: TestDb) -> TestApp {
    let app = an_app(db, DIVISIONS.map(|(c, name)| (code(c), name.to_owned()))).await;
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut nonces = homes::Nonces::from_random(app.app.nonce().unwrap());
    let numbers: Vec<IdNumber> = (0..10).map(number).collect();
    let key = |i: usize| app.app.keys.person_key(&numbers[i]);
    // Odd sequence numbers are men.
    let people = [
        (1, "马老", 1, 2, VILLAGE),
        (3, "周平", 2, 2, OTHER),
        (2, "马嫂", 1, 12, VILLAGE),
        (4, "马丽", 2, 12, OTHER),
    ];
    let people = people.map(|(i, name, home, kin, place)| homes::NewPerson {
        number: &numbers[i],
        name,
        region: code(place),
        kin,
        household: Some(home),
        phone: None,
        death: None,
    });
    homes::people(&tx, &app.app.keys, &mut nonces, people).await.unwrap();
    let rows = [(1, 1, "马老", VILLAGE), (2, 3, "周平", OTHER)].map(|(id, head, name, place)| homes::NewHousehold {
        id,
        household_no: if id == 1 {
            "3716211020010010001"
        } else {
            "3716211030010010002"
        },
        region: code(place),
        head: key(head),
        head_name: name,
        population: 2,
        status: 0,
        attr: 2,
        monitor_class: None,
        main_cause: "缺劳力",
        registered_on: parse_date("2016-01-01"),
        exited_on: None,
        removed_on: None,
    });
    homes::households(&tx, rows).await.unwrap();
    let member = |household: i64, person: usize, kin: u8, left: Option<&str>| homes::NewMember {
        household,
        person: key(person),
        kin,
        joined_on: parse_date(if left.is_some() { "2012-01-01" } else { "2016-01-01" }).unwrap(),
        left_on: left.and_then(parse_date),
    };
    let members = [
        member(1, 1, 2, None),
        member(1, 2, 12, None),
        member(1, 4, 30, Some("2015-01-01")),
        member(2, 3, 2, None),
        member(2, 4, 12, None),
    ];
    homes::members(&tx, members).await.unwrap();
    tx.commit(Act::new("test.fill", "test")).await.unwrap();
    let mut officer = app.as_role(Role::CdiAdmin, COUNTY).await;
    let (old, cadre) = (numbers[1].expose(), numbers[9].expose());
    let stranger = numbers[7].expose();
    send(
        &mut officer,
        "cadres",
        &format!("身份证号码,姓名,人员类别,职务,任职地区划代码,任职日期,免职日期\r\n{cadre},马六,村（社区）两委,党支部书记,371621102001,2018-03-15,\r\n"),
    )
    .await;
    send(
        &mut officer,
        "cadre_kin",
        &format!("干部身份证号,干部姓名,亲属身份证号,亲属姓名,与干部关系,是否已备案\r\n{cadre},马六,{old},马老,岳父,否\r\n{cadre},马六,{stranger},何外,弟弟,是\r\n"),
    )
    .await;
    app
}

async fn send(clerk: &mut Client, data_set: &str, text: &str) {
    let path = format!("/desk/sources/{data_set}/import");
    let sent = clerk
        .upload(&path, &[("mode", "import")], "名册.csv", text.as_bytes())
        .await;
    let page = sent.location().to_owned();
    let shown = eventually("the end of the import", async || {
        let shown = clerk.get(&page).await.text();
        (!shown.contains("导入中")).then_some(shown)
    })
    .await;
    assert!(shown.contains("已导入"), "{shown}");
}

fn key_of(app: &TestApp, n: u32) -> i64 {
    app.app.keys.person_key(&number(n)).0
}

const WHY: [(&str, &str); 2] = [("purpose", "verify"), ("words", "核实大田社区疑点")];

both_databases! {
    async fn a_relation_to_an_official_is_told_in_words_over_declaration_household_and_move(db: TestDb) {
        let app = a_county(db).await;
        let mut officer = app.as_role(Role::CdiAdmin, COUNTY).await;
        // 周平 married 马丽, who moved out of the home of 马老, whose other daughter 马六 married.
        let path = format!("/desk/kin/people/{}", key_of(&app, 3));
        let form = [WHY[0], WHY[1], ("steps", "3")];
        let shown = officer.post(&path, &form).await;
        let text = shown.text();
        assert_eq!(shown.status, StatusCode::OK, "{text}");
        assert!(text.contains("周平是党支部书记马六的连襟"), "{text}");
        for words in ["周平的妻子：马丽（同户登记，较高）", "马丽的父亲：马老（曾同户（户籍变动），一般）", "干部近亲属申报"] {
            assert!(text.contains(words), "{words} not in {text}");
        }
        assert!(shown.texts(".kin-drawing .kin-name").iter().any(|n| n.contains("马六")), "drawn");
        assert!(shown.texts("#kin-table td").iter().any(|n| n.contains("岳父")), "and in the table");
        assert!(!shown.body.contains(number(9).expose()) && !shown.body.contains(number(3).expose()));
        // From the cadre's side, the wife's mother is inferred through the household.
        let cadre = format!("/desk/kin/people/{}", key_of(&app, 9));
        let text = officer.post(&cadre, &form).await.text();
        assert!(text.contains("岳母") && text.contains("弟弟") && text.contains("何外"), "{text}");
        assert!(text.contains("本人任职，三步以内没有其他干部是其亲属"), "{text}");
    }

    async fn nothing_is_shown_without_a_purpose_and_each_look_is_on_the_record(db: TestDb) {
        let app = a_county(db).await;
        let mut officer = app.as_role(Role::CdiAdmin, COUNTY).await;
        let path = format!("/desk/kin/people/{}", key_of(&app, 9));
        let asked = officer.get(&path).await;
        assert!(asked.text().contains("记录用途并查看") && !asked.text().contains("马老"), "{}", asked.text());
        let refused = officer.post(&path, &[("purpose", ""), ("words", "看看")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("请选择用途") && !refused.text().contains("马老"));
        let looks = "SELECT COUNT(*) FROM trail_event WHERE act = 'kin.view'";
        assert_eq!(app.app.db.number(looks, vec![]).await.unwrap(), 0);
        assert!(officer.post(&path, &WHY).await.text().contains("马老"));
        let with_purpose = "SELECT COUNT(*) FROM trail_event WHERE act = 'kin.view' AND purpose LIKE $1";
        assert_eq!(app.app.db.number(with_purpose, args!["%核实大田社区疑点%"]).await.unwrap(), 1);
    }

    // accept: 003-15
    async fn counts_are_for_the_town_and_edges_for_nobody_else(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownCdi, "371621102").await;
        let list = town.get("/desk/kin").await;
        assert!(list.text().contains("马六") && list.text().contains("党支部书记"), "{}", list.text());
        assert!(!list.text().contains("马老") && !list.body.contains("/desk/kin/people/"), "counts only");
        let path = format!("/desk/kin/people/{}", key_of(&app, 9));
        assert_eq!(town.post(&path, &WHY).await.status, StatusCode::FORBIDDEN);
        let mut elsewhere = app.as_role(Role::TownCdi, "371621103").await;
        assert!(!elsewhere.get("/desk/kin").await.text().contains("马六"));
        let mut outside = app.as_role(Role::CdiOfficeAdmin, "371621103").await;
        assert_eq!(outside.get(&path).await.status, StatusCode::NOT_FOUND);
        for role in [Role::VillageAdmin, Role::Helper, Role::CountyAdmin, Role::FundUnitAdmin, Role::TownPoverty] {
            let mut other = app.as_role(role, COUNTY).await;
            assert_eq!(other.get("/desk/kin").await.status, StatusCode::FORBIDDEN, "{role:?}");
            assert_eq!(other.post(&path, &WHY).await.status, StatusCode::FORBIDDEN, "{role:?}");
        }
    }

    async fn a_person_is_found_by_name_and_an_unknown_one_is_said_to_be(db: TestDb) {
        let app = a_county(db).await;
        let mut officer = app.as_role(Role::CdiAdmin, COUNTY).await;
        let found = officer.get("/desk/kin/search?name=周").await.text();
        assert!(found.contains("周平") && found.contains("登记人员"), "{found}");
        let declared = officer.get("/desk/kin/search?name=何外").await.text();
        assert!(declared.contains("干部申报的亲属"), "{declared}");
        assert!(officer.get("/desk/kin/search?name=无此人").await.text().contains("没有找到这个人"));
        assert!(officer.get("/desk/kin/search?name=%25_").await.text().contains("没有找到这个人"));
        assert_eq!(officer.get("/desk/kin/people/12345").await.status, StatusCode::NOT_FOUND);
    }

    async fn the_graph_tells_who_must_step_aside(db: TestDb) {
        let app = a_county(db).await;
        let graph = app.app.part::<KinPart>().unwrap();
        let cadre = app.app.keys.person_key(&number(9));
        let near = graph.0.near_kin(&app.app, cadre).await.unwrap();
        let has = |n: u32| near.iter().any(|p| p.0 == key_of(&app, n));
        // Father-in-law declared, mother-in-law through the household, brother declared; the wife's sister's husband is not near.
        assert!(has(1) && has(2) && has(7) && !has(3), "{near:?}");
    }
}
