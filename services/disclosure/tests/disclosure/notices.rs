//! Notices at three levels: what is owed where, days counted, objections answered, the end confirmed by another.

use access::{Actor, Role};
use axum::http::StatusCode;
use kernel::{Money, RegionCode};
use projects::store::{load::Loaded, project::Project};
use testkit::{Client, Shown, TestApp, both_databases};
use trail::Act;

use crate::county::{HOULI, a_county};

const COUNTY: &str = "371621";
const TOWN: &str = "371621102";
const COMMUNITY: &str = "371621102001";

/// A road on file in 2026.
async fn a_road(app: &TestApp) {
    let row = Project {
        id: 900,
        no: "371621-2026-0001".into(),
        name: "后李村生产路".into(),
        region: HOULI.parse::<RegionCode>().unwrap().as_i64(),
        mode: "infrastructure".into(),
        state: "filed".into(),
        year: 2026,
        province_key: false,
        site: "村东".into(),
        site_note: "不占耕地".into(),
        content: "硬化生产路两公里".into(),
        start_plan: "2026-05-01".into(),
        end_plan: "2026-08-01".into(),
        owner: "石庙镇人民政府".into(),
        responsible: "刘镇长".into(),
        duty: "按期完工".into(),
        need: "雨天难行".into(),
        surveyed_on: "2025-11-10".into(),
        expected_yield_fen: 0,
        link: String::new(),
        income_model: String::new(),
        subsidy: "none".into(),
        planned_fen: 40_000_000,
        entered_by: 1,
        last_actor: 1,
        last_on: "2026-02-01".into(),
        suspended_from: None,
    };
    let road = Loaded {
        row,
        funds: vec![("财政专项扶贫资金".into(), "省".into(), Money::from_yuan(400_000))],
        households: Vec::new(),
        steps: Vec::new(),
    };
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    projects::store::load::projects(&tx, &[road]).await.unwrap();
    tx.commit(Act::new("project.load", "project:all")).await.unwrap();
}

/// The addresses under which this reader may post what is owed.
async fn offered(client: &mut Client) -> Vec<String> {
    let page = client.get("/desk/notices?year=2026").await;
    page.attributes("section[aria-labelledby=owed] td a", "href")
}

/// Posts what an address offers, as its form would send it.
async fn posted(client: &mut Client, address: &str, request: &str, from: &str) -> Shown {
    let page = client.get(address).await;
    let value = |name: &str| {
        page.attributes(&format!("input[name={name}]"), "value")
            .pop()
            .unwrap_or_default()
    };
    let [level, matter, year, region] = ["level", "matter", "year", "region"].map(value);
    let fields = [
        ("request_id", request),
        ("level", &level),
        ("matter", &matter),
        ("year", &year),
        ("region", &region),
        ("places", "县网站、公示栏"),
        ("from_on", from),
    ];
    client.post("/desk/notices/new", &fields).await
}

fn owed(page: &Shown) -> String {
    page.texts("#owed").join("")
}

both_databases! {
    // accept: 004-09, 004-34
    async fn county_town_and_village_each_show_their_part_and_what_is_owed_is_told(db: TestDb) {
        let app = a_county(db).await;
        a_road(&app).await;
        let mut county = app.as_role(Role::FundUnitAdmin, COUNTY).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let mut village = app.as_role(Role::VillageAdmin, COMMUNITY).await;
        let all = county.get("/desk/notices").await;
        assert!(owed(&all).contains("（5 项）"), "{}", all.text());
        assert_eq!(
            all.texts("section[aria-labelledby=owed] td:nth-child(2)"),
            ["总体安排", "总体安排", "本镇份额", "本镇份额", "到村项目（六项）"]
        );
        assert!(owed(&village.get("/desk/notices").await).contains("（1 项）"), "a village owes its own only");
        let parts = [offered(&mut county).await, offered(&mut town).await, offered(&mut village).await];
        assert_eq!(parts.each_ref().map(Vec::len), [2, 2, 1]);
        // The village shows the six fields, and the public reads them with the days left.
        let six = village.get(&parts[2][0]).await.text();
        for told in ["后李村生产路", "村东", "硬化生产路两公里", "2026-05-01 至 2026-08-01", "刘镇长", "400,000.00 元"] {
            assert!(six.contains(told), "{told}: {six}");
        }
        let road = posted(&mut village, &parts[2][0], "post-000001", "2026-02-27").await;
        assert_eq!(road.status, StatusCode::SEE_OTHER, "{}", road.text());
        let again = posted(&mut village, &parts[2][0], "post-000002", "2026-02-28").await;
        assert!(again.text().contains("正在公示"), "{}", again.text());
        for (n, address) in parts[0].iter().enumerate() {
            let done = posted(&mut county, address, &format!("post-1{n:05}"), "2026-03-01").await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        }
        let whole = town.get(&parts[1][0]).await.text();
        assert!(whole.contains("18,000.00") || whole.contains("后李村生产路"), "{whole}");
        for (n, address) in parts[1].iter().enumerate() {
            assert_eq!(posted(&mut town, address, &format!("post-2{n:05}"), "2026-03-02").await.status, StatusCode::SEE_OTHER);
        }
        assert!(owed(&county.get("/desk/notices").await).contains("（0 项）"));
        assert!(county.get("/desk/notices.xlsx?level=village").await.bytes.starts_with(b"PK"));
        let mut anyone = app.visitor();
        let list = anyone.get("/notices").await;
        assert_eq!(list.texts("tbody tr").len(), 5, "{}", list.text());
        assert_eq!(anyone.get("/notices?level=village").await.texts("tbody th"), ["“后李村生产路”项目公示"]);
        let page = anyone.get("/notices?level=village").await.attributes("tbody a", "href").pop().unwrap();
        let open = anyone.get(&page).await.text();
        assert!(open.contains("须公示 10 天，已 3 天，2026-03-09 期满"), "{open}");
        assert!(open.contains("县级公示（总体安排）：惠民县 2026 年扶贫项目总体安排"), "{open}");
        // One level does not post for another.
        let of_the_county = [
            ("request_id", "post-900001"), ("level", "county"), ("matter", "projects"), ("year", "2026"), ("region", TOWN),
            ("places", "镇公示栏"), ("from_on", "2026-03-01"),
        ];
        assert_eq!(town.post("/desk/notices/new", &of_the_county).await.status, StatusCode::FORBIDDEN);
        let mut elsewhere = app.as_role(Role::TownAgriStation, "371621103").await;
        let id = road.location().rsplit('/').next().unwrap().to_owned();
        assert_eq!(elsewhere.get(&format!("/desk/notices/{id}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_notice_ends_when_its_days_are_full_and_every_objection_has_its_answer(db: TestDb) {
        let app = a_county(db).await;
        a_road(&app).await;
        let mut village = app.as_role(Role::VillageAdmin, COMMUNITY).await;
        let address = offered(&mut village).await.pop().unwrap();
        let here = posted(&mut village, &address, "post-000001", "2026-03-02").await.location().to_owned();
        let mut board = app.as_role(Role::VillageSupervision, COMMUNITY).await;
        let end = format!("{here}/end");
        let mut tries = 0;
        let mut request = || {
            tries += 1;
            format!("end-{tries:06}")
        };
        app.clock.advance_days(3);
        let early = board.post(&end, &[("request_id", &request())]).await;
        assert!(early.text().contains("公示须满 10 天，已公示 3 天，2026-03-12 期满"), "{}", early.text());
        let said = [
            ("request_id", "object-0001"), ("on", "2026-03-04"), ("who", "赵某某"), ("content", "路线绕开了西头两户"),
        ];
        assert_eq!(board.post(&format!("{here}/object"), &said).await.status, StatusCode::SEE_OTHER);
        app.clock.advance_days(7);
        let unanswered = board.post(&end, &[("request_id", &request())]).await;
        assert!(unanswered.text().contains("还有 1 条异议没有答复"), "{}", unanswered.text());
        let own = village.post(&end, &[("request_id", &request())]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "who posts does not confirm");
        let objection = village.get(&here).await.attributes("input[name=objection]", "value").pop().unwrap();
        let answered = |request: &'static str, upheld: &'static str| {
            [("request_id", request), ("objection", objection.as_str()), ("upheld", upheld), ("answer", "西头另有规划，已当面说明")]
        };
        let done = village.post(&format!("{here}/answer"), &answered("answer-0001", "0")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let twice = village.post(&format!("{here}/answer"), &answered("answer-0002", "1")).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        let full = board.post(&end, &[("request_id", &request())]).await;
        assert_eq!(full.status, StatusCode::SEE_OTHER, "{}", full.text());
        let open = app.visitor().get(&here.replace("/desk", "")).await.text();
        assert!(open.contains("公示结束") && open.contains("1 条，已答复 1 条"), "{open}");
        assert!(!open.contains("赵某某") && !open.contains("绕开"), "who objected stays inside");
        let late = village.post(&format!("{here}/withdraw"), &[("request_id", "back-00001"), ("reason", "更正")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "it has ended");
    }

    async fn an_objection_that_was_right_brings_the_notice_down(db: TestDb) {
        let app = a_county(db).await;
        a_road(&app).await;
        let mut village = app.as_role(Role::VillageAdmin, COMMUNITY).await;
        let address = offered(&mut village).await.pop().unwrap();
        let here = posted(&mut village, &address, "post-000001", "2026-03-02").await.location().to_owned();
        let said = [("request_id", "object-0001"), ("on", "2026-03-02"), ("who", "钱某某"), ("content", "里程写多了")];
        village.post(&format!("{here}/object"), &said).await;
        let objection = village.get(&here).await.attributes("input[name=objection]", "value").pop().unwrap();
        let right = [("request_id", "answer-0001"), ("objection", &objection), ("upheld", "1"), ("answer", "里程更正为一点八公里")];
        village.post(&format!("{here}/answer"), &right).await;
        app.clock.advance_days(10);
        let mut board = app.as_role(Role::VillageSupervision, COMMUNITY).await;
        let refused = board.post(&format!("{here}/end"), &[("request_id", "end-000001")]).await;
        assert!(refused.text().contains("有异议成立"), "{}", refused.text());
        let back = [("request_id", "back-00001"), ("reason", "里程更正后重新公示")];
        assert_eq!(village.post(&format!("{here}/withdraw"), &back).await.status, StatusCode::SEE_OTHER);
        assert_eq!(offered(&mut village).await.len(), 1, "owed again");
        let anew = posted(&mut village, &address, "post-000002", "2026-03-12").await;
        assert_eq!(anew.status, StatusCode::SEE_OTHER, "{}", anew.text());
        let kept = app.visitor().get(&here.replace("/desk", "")).await.text();
        assert!(kept.contains("已撤回") && kept.contains("里程更正后重新公示"), "never deleted: {kept}");
    }
}
