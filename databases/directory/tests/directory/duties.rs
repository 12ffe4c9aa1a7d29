//! Who answers for public money: all six duties by name, what lacks one, and the hand-over without a day in between.

use access::Role;
use axum::http::StatusCode;
use directory::{
    Region,
    duties::{Matter, who_answers},
    load_regions,
};
use kernel::period::parse_date;
use std::sync::Arc;
use testkit::{Client, TestApp, TestDb, both_databases};

use crate::support::PLACES;

const TOWN: &str = "371621101";

async fn a_county(db: TestDb) -> TestApp {
    let parts: Vec<Arc<dyn std::any::Any + Send + Sync>> = vec![Arc::new(directory::regions::RegionCache::default())];
    let app = TestApp::with_parts(db, vec![directory::module(), records::module()], parts).await;
    let regions = PLACES.map(|(code, name)| Region {
        code: code.parse().unwrap(),
        name: name.to_owned(),
        kind: String::new(),
        synthetic: false,
    });
    load_regions(&app.app, &access::Actor::system(), &regions)
        .await
        .unwrap();
    app
}

/// Duty, kind of money, place, unit, post, holder.
type Entry = [&'static str; 6];

const SIX: [Entry; 11] = [
    ["town_body", "all", TOWN, "石庙镇党委、政府", "副镇长", "宋建华"],
    ["first_holder", "all", TOWN, "石庙镇党委", "书记", "许春生"],
    ["first_holder", "all", TOWN, "石庙镇政府", "镇长", "曹志远"],
    ["daily", "all", "371621", "县财政局", "局长", "周国栋"],
    ["daily", "all", "371621", "县发展和改革局", "局长", "韩文杰"],
    ["daily", "all", "371621", "县扶贫办", "主任", "孟凡军"],
    [
        "fund_use",
        "project_infrastructure",
        "371621",
        "县交通运输局",
        "局长",
        "邵立新",
    ],
    ["fund_use", "all", "371621", "县扶贫办", "副主任", "田永胜"],
    ["payment", "all", "371621", "县财政局", "国库科科长", "丁晓华"],
    ["inspection", "all", "371621", "县审计局", "局长", "梁志刚"],
    ["inspection", "all", "371621", "县纪委监委", "主任", "施正义"],
];

async fn named(client: &mut Client, n: usize, entry: &Entry) -> testkit::Shown {
    let request = format!("duty-{n:06}");
    let names = ["duty", "matter", "region", "unit", "post", "holder"];
    let mut fields: Vec<(&str, &str)> = names.into_iter().zip(entry.iter().copied()).collect();
    fields.extend([
        ("request_id", request.as_str()),
        ("basis", "惠办发〔2020〕3号"),
        ("from_on", "2020-01-01"),
    ]);
    client.post("/desk/duties/new", &fields).await
}

both_databases! {
    // accept: 004-28a, 004-28b, 004-28c, 004-28d, 004-28e, 004-28f
    async fn every_duty_has_its_holder_by_name_and_what_lacks_one_is_told(db: TestDb) {
        let app = a_county(db).await;
        let mut county = app.as_role(Role::FundUnitAdmin, "371621").await;
        let empty = county.get("/desk/duties").await.text();
        assert!(empty.contains("石庙镇：第一责任人（乡镇（街道）党政主要负责人）还差 2 人"), "{empty}");
        assert!(empty.contains("惠民县：日常监管（财政、发改、扶贫部门）还差 3 人"), "{empty}");
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        for (n, entry) in SIX.iter().enumerate() {
            let who = if entry[2] == TOWN { &mut town } else { &mut county };
            let entered = named(who, n, entry).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{entry:?}: {}", entered.text());
            assert_eq!(named(who, n, entry).await.status, StatusCode::SEE_OTHER, "the same request twice");
        }
        // Every role reads the same matrix.
        for role in [Role::VillageAdmin, Role::Audit, Role::CdiAdmin, Role::Finance, Role::Helper] {
            let mut reader = app.as_role(role, TOWN).await;
            let shown = reader.get(&format!("/desk/duties?town={TOWN}")).await;
            assert_eq!(shown.texts("tbody th").len(), 6, "{}", shown.text());
            let text = shown.text();
            for entry in SIX {
                assert!(text.contains(entry[3]) && text.contains(entry[5]), "{role:?} {entry:?}: {text}");
            }
            assert!(!text.contains("还差"), "{text}");
            assert!(shown.texts(".list-acts button").contains(&"打印".to_owned()));
            let file = shown.attributes(".list-acts a", "href").remove(0);
            assert!(reader.get(&file).await.bytes.starts_with(b"PK"), "{file}");
            assert_eq!(named(&mut reader, 90, &SIX[3]).await.status, StatusCode::FORBIDDEN);
        }
        assert!(county.get("/desk/duties").await.text().contains("桑落墅镇：第一责任人"), "the other town has nobody yet");
        let today = parse_date("2026-03-02").unwrap();
        let village = "371621101201001".parse().unwrap();
        let of = async |matter| {
            let rows = who_answers(&app.app.db, village, matter, today).await.unwrap();
            rows.into_iter().map(|r| r.holder).collect::<Vec<_>>()
        };
        assert_eq!(of(Matter::Infrastructure).await.len(), 11, "the town's, the county's, and the road office");
        assert!(!of(Matter::Direct).await.contains(&"邵立新".to_owned()), "roads only");
    }

    async fn a_successor_takes_over_without_a_day_in_between(db: TestDb) {
        let app = a_county(db).await;
        let mut county = app.as_role(Role::CountyAdmin, "371621").await;
        named(&mut county, 1, &SIX[4]).await;
        let second = named(&mut county, 2, &["daily", "all", "371621", "县发展和改革局", "局长", "另一人"]).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(second.text().contains("已登记为韩文杰"), "{}", second.text());
        let entry = county.get("/desk/duties").await.attributes("tbody td a", "href").pop().unwrap();
        let version = county.get(&entry).await.attributes("input[name=version]", "value").pop().unwrap();
        let hand_over = |request: &'static str, on: &'static str| {
            [("request_id", request), ("version", version.as_str()), ("holder", "石建平"), ("from_on", on),
             ("basis", "惠政任〔2026〕5号"), ("reason", "职务变动")]
        };
        let early = county.post(&format!("{entry}/replace"), &hand_over("hand-00001", "2019-05-01")).await;
        assert!(early.text().contains("须晚于现任起始日期"), "{}", early.text());
        let done = county.post(&format!("{entry}/replace"), &hand_over("hand-00002", "2026-02-01")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let again = county.post(&format!("{entry}/replace"), &hand_over("hand-00003", "2026-02-20")).await;
        assert!(again.text().contains("已经交接"), "{}", again.text());
        for (day, holder) in [("2026-01-31", "韩文杰"), ("2026-02-01", "石建平")] {
            let shown = county.get(&format!("/desk/duties?day={day}")).await.texts("tbody td a");
            assert_eq!(shown, [holder], "{day}");
        }
        let history = county.get(&entry).await.text();
        assert!(history.contains("截止日期：空 → 2026-02-01") && history.contains("职务变动"), "{history}");
        let new = done.location().to_owned();
        let stale = [
            ("request_id", "right-00001"), ("version", "7"), ("matter", "all"), ("unit", "县发展和改革局"), ("post", "局长"),
            ("holder", "石建军"), ("basis", "惠政任〔2026〕5号"), ("from_on", "2026-02-01"), ("reason", "姓名写错"),
        ];
        let refused = county.post(&format!("{new}/change"), &stale).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else's version");
        let mut right = stale;
        (right[0].1, right[1].1) = ("right-00002", "1");
        assert_eq!(county.post(&format!("{new}/change"), &right).await.status, StatusCode::SEE_OTHER);
        assert!(county.get(&new).await.text().contains("责任人：石建平 → 石建军"));
    }

    async fn a_town_names_its_own_and_nobody_elses(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let elsewhere = ["first_holder", "all", "371621102", "桑落墅镇党委", "书记", "某某某"];
        assert_eq!(named(&mut town, 1, &elsewhere).await.status, StatusCode::NOT_FOUND);
        assert_eq!(named(&mut town, 2, &SIX[3]).await.status, StatusCode::NOT_FOUND, "the county's");
        let mut county = app.as_role(Role::CountyAdmin, "371621").await;
        let wrong = ["first_holder", "all", "371621", "县政府", "县长", "某某某"];
        assert!(named(&mut county, 3, &wrong).await.text().contains("请选乡镇"));
        for (n, bad) in [
            ["", "all", TOWN, "石庙镇党委", "书记", "许春生"], ["first_holder", "", TOWN, "石庙镇党委", "书记", "许春生"],
            ["first_holder", "all", "371", "石庙镇党委", "书记", "许春生"], ["first_holder", "all", TOWN, "", "书记", "许春生"],
            ["first_holder", "all", TOWN, "石庙镇党委", "书记", "一"],
        ].iter().enumerate() {
            assert_eq!(named(&mut county, 10 + n, bad).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        }
    }
}
