//! Helpers by kind, measures with their money, and the posts of the centres.

use access::Role;
use axum::http::StatusCode;
use forces::{
    model::helper::{Branch, HelperKind},
    store::load::{self, Helper},
};
use records::flow::Code;
use testkit::both_databases;
use trail::Act;

use crate::support::{HELPER, TOWN, WEST, a_county, a_helper, day, helper};

both_databases! {
    // accept: 000-21, 001-52, 001-54, 001-57, 004-21
    async fn every_kind_of_helper_has_its_register(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let wanted = [
            ("志愿者一", "volunteer", "kind_hearted"), ("志愿者二", "volunteer", "registered_volunteer"),
            ("全国代表", "deputy", "deputy_nation"), ("省级代表", "deputy", "deputy_province"),
            ("市级代表", "deputy", "deputy_city"), ("县级代表", "deputy", "deputy_county"), ("乡镇代表", "deputy", "deputy_town"),
            ("服务对象", "observer", "served_person"), ("党员代表", "observer", "party_delegate"), ("政协监督", "observer", "cppcc"),
            ("在外老板", "away_from_home", ""), ("本地企业", "entrepreneur", ""),
        ];
        for (n, (name, kind, branch)) in wanted.iter().enumerate() {
            let request = format!("enter-{n:04}");
            let fields = [
                ("request_id", request.as_str()), ("name", name), ("kind", kind), ("branch", branch), ("region", TOWN),
                ("trade", "纺织"), ("place", "上海市"),
            ];
            let entered = town.post("/desk/forces/helpers/new", &fields).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{name}: {}", entered.text());
            let again = town.post("/desk/forces/helpers/new", &fields).await;
            assert_eq!(again.location(), entered.location(), "the same request twice is one helper");
        }
        let names = async |town: &mut testkit::Client, query: &str| {
            town.get(&format!("/desk/forces/helpers?{query}")).await.texts("tbody tr td:first-child").len()
        };
        assert_eq!(names(&mut town, "kind=deputy").await, 5);
        assert_eq!(names(&mut town, "kind=observer").await, 3);
        assert_eq!(names(&mut town, "kind=volunteer&branch=kind_hearted").await, 1);
        let away = town.get("/desk/forces/helpers?kind=away_from_home").await.text();
        assert!(away.contains("在外创业人士名录") && away.contains("纺织") && away.contains("上海市"), "{away}");
        let export = town.get("/desk/forces/helpers.xlsx?kind=deputy").await;
        assert_eq!((export.status, &export.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
        let lacking = [("request_id", "lack-00001"), ("name", "没有细类"), ("kind", "observer"), ("region", TOWN)];
        let refused = town.post("/desk/forces/helpers/new", &lacking).await;
        assert!(refused.text().contains("须选择细类") && refused.status == StatusCode::UNPROCESSABLE_ENTITY);
        let outside = [("request_id", "out-000001"), ("name", "外镇人员"), ("kind", "responsible"), ("region", "371621103")];
        assert_eq!(town.post("/desk/forces/helpers/new", &outside).await.status, StatusCode::NOT_FOUND);
        let mut helper = app.signed_in(a_helper(HELPER)).await;
        assert_eq!(helper.get("/desk/forces/helpers").await.status, StatusCode::FORBIDDEN);
    }

    // accept: 001-50
    async fn observers_come_from_congress_parties_commerce_and_press(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        for (n, branch) in ["peoples_congress", "cppcc", "democratic_party", "industry_commerce", "press"].iter().enumerate() {
            let (request, name) = (format!("watch-{n:04}"), format!("监督员{n}"));
            let fields = [
                ("request_id", request.as_str()), ("name", &name), ("kind", "observer"), ("branch", branch), ("region", TOWN),
            ];
            assert_eq!(town.post("/desk/forces/helpers/new", &fields).await.status, StatusCode::SEE_OTHER, "{branch}");
        }
        let press = town.get("/desk/forces/helpers?kind=observer&branch=press").await;
        let who = press.attributes("tbody tr td:first-child a", "href").pop().unwrap();
        let who = format!("helper:{}", who.rsplit('/').next().unwrap());
        let village = format!("village:{WEST}");
        let clip = [
            ("request_id", "clip-00001"), ("who", who.as_str()), ("kind", "clipping"), ("target", &village),
            ("day", "2026-02-01"), ("content", "日报：大田社区大棚见闻"),
        ];
        let entered = town.post("/desk/forces/measures/new", &clip).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
        assert!(town.get("/desk/forces/measures?kind=clipping").await.text().contains("大棚见闻"));
    }

    // accept: 001-55a, 001-55b, 001-55c, 001-55d, 001-55e
    async fn political_advisers_help_in_five_forms(db: TestDb) {
        let app = a_county(db).await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        load::helpers(&tx, day("2026-01-01"), &[helper(7100, "政协委员甲", "cppcc_member", TOWN)]).await.unwrap();
        tx.commit(Act::new("force.load", "register")).await.unwrap();
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        for (n, kind) in ["pairing", "project", "industry", "charity", "knowledge"].iter().enumerate() {
            let request = format!("form-{n:05}");
            let target = if *kind == "project" { "project:900" } else { "household:1" };
            let fields = [
                ("request_id", request.as_str()), ("who", "helper:7100"), ("kind", kind), ("target", target),
                ("day", "2026-02-01"), ("content", "帮扶内容一项"),
            ];
            let entered = town.post("/desk/forces/measures/new", &fields).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{kind}: {}", entered.text());
        }
        let shown = town.get("/desk/forces/measures?by=cppcc_member").await;
        assert_eq!(shown.texts(".tile-title"), ["结对帮扶", "项目帮扶", "产业帮扶", "慈善帮扶", "智力帮扶"]);
        assert_eq!(shown.texts(".tile-value"), ["1", "1", "1", "1", "1"]);
    }

    // accept: 000-103
    async fn money_of_helping_units_is_their_own_or_coordinated(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let village = format!("village:{WEST}");
        let measure = |request: &'static str, amount: &'static str, origin: &'static str| {
            [
                ("request_id", request.to_owned()), ("who", "team:500".to_owned()), ("kind", "industry".to_owned()),
                ("target", village.clone()), ("day", "2026-02-01".to_owned()), ("content", "建设蔬菜大棚".to_owned()),
                ("amount", amount.to_owned()), ("fund_origin", origin.to_owned()),
            ]
        };
        for (request, amount, origin, fine) in [
            ("money-0001", "12000.50", "own", true), ("money-0002", "30000", "coordinated", true),
            ("money-0003", "-1", "own", false), ("money-0004", "1.234", "own", false), ("money-0005", "100", "", false),
        ] {
            let fields = measure(request, amount, origin);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let status = town.post("/desk/forces/measures/new", &fields).await.status;
            assert_eq!(status == StatusCode::SEE_OTHER, fine, "{amount} {origin}");
        }
        let shown = town.get("/desk/forces/measures").await;
        assert_eq!(shown.texts(".tile-title"), ["协调资金", "自有资金"]);
        assert_eq!(shown.texts(".tile-value"), ["30,000.00", "12,000.50"]);
        assert!(shown.text().contains("投入合计 42,000.50 元"), "{}", shown.text());
    }

    // accept: 000-82, 000-83
    async fn posts_of_the_centres_and_the_two_categories_are_counted(db: TestDb) {
        let app = a_county(db).await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let of = |base: i64, count: i64, kind: HelperKind, branch: Branch| {
            (0..count).map(move |n| Helper {
                branch: branch.id().into(),
                ..helper(base + n, "干部某某", kind.id(), "371621")
            })
        };
        let people: Vec<Helper> = of(20_000, 107, HelperKind::PovertyOfficer, Branch::ReserveCadre)
            .chain(of(30_000, 170, HelperKind::VillageSecretary, Branch::WeakVillageSecretary))
            .collect();
        load::helpers(&tx, day("2026-01-01"), &people).await.unwrap();
        tx.commit(Act::new("force.load", "register")).await.unwrap();
        let mut county = app.as_role(Role::CountyAdmin, "371621").await;
        let report = |request: &'static str, key: &'static str, posts: &'static str| {
            [
                ("request_id", request), ("region", "371621"), ("day", "2026-03-01"), ("key_county", key), ("posts", posts),
                ("in_post", "5"), ("added", "40"),
            ]
        };
        county.post("/desk/forces/staffing", &report("posts-0001", "1", "7")).await;
        assert!(county.get("/desk/forces/staffing").await.text().contains("编制不足"), "a key county needs more than seven");
        county.post("/desk/forces/staffing", &report("posts-0002", "1", "8")).await;
        let shown = county.get("/desk/forces/staffing").await;
        assert_eq!(shown.texts(".tile-value"), ["40", "107", "170"]);
        assert!(shown.text().contains("符合要求"), "{}", shown.text());
        let many = county.post("/desk/forces/staffing", &report("posts-0003", "", "4")).await;
        assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY, "more people than posts");
    }

    async fn of_two_clerks_the_second_sees_what_the_first_changed_and_both_changes_stay(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let path = format!("/desk/forces/helpers/{HELPER}/change");
        let version = town.get(&path).await.attributes("input[name=version]", "value").pop().unwrap();
        let fields = |request: &'static str, unit: &'static str, title: &'static str| {
            [
                ("request_id", request.to_owned()), ("version", version.clone()), ("name", "何春燕".to_owned()),
                ("kind", "responsible".to_owned()), ("region", TOWN.to_owned()), ("unit", unit.to_owned()),
                ("title", title.to_owned()), ("reason", "单位更名".to_owned()),
            ]
        };
        let sent = async |town: &mut testkit::Client, fields: [(&str, String); 8]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            town.post(&path, &fields).await
        };
        assert_eq!(sent(&mut town, fields("clerk-0001", "县税务局", "")).await.status, StatusCode::SEE_OTHER);
        let clash = sent(&mut town, fields("clerk-0002", "县财政局", "")).await;
        let text = clash.text();
        assert!(text.contains("修改了这名帮扶人员，您的修改还没有保存") && text.contains("两边改得不一样"), "{text}");
        assert!(text.contains("县直单位 县税务局") && text.contains("县税务局 县财政局"), "{text}");
        assert_eq!(clash.attributes("#unit", "value"), ["县税务局"]);
        let second = sent(&mut town, fields("clerk-0003", "县直单位", "副局长")).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!second.text().contains("两边改得不一样"), "{}", second.text());
        let both = ["unit", "title", "kind"].map(|name| second.attributes(&format!("#{name}"), "value").join(""));
        assert_eq!(&both[..2], ["县税务局", "副局长"], "put together in the form");
        let now = second.attributes("input[name=version]", "value").pop().unwrap();
        assert_ne!(now, version);
        let mut agreed = fields("clerk-0004", "县税务局", "副局长");
        agreed[1].1 = now;
        assert_eq!(sent(&mut town, agreed).await.status, StatusCode::SEE_OTHER);
        let shown = town.get(&format!("/desk/forces/helpers/{HELPER}")).await.text();
        assert!(shown.contains("单位：县直单位 → 县税务局") && shown.contains("单位更名"), "{shown}");
    }
}
