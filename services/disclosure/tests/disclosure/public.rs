//! The lists and sums anybody reads.

use directory::duties::DutyRow;
use store::Query;
use testkit::both_databases;

use crate::county::{EMPTY_VILLAGE, HOULI, QIANWANG, a_county, an_empty_county};

both_databases! {
    // accept: 000-10, 000-72, 002-24, 003-08a, 003-08b, 003-08c, 003-08d, 003-63
    async fn the_home_page_answers_the_four_questions_with_figures_from_the_tables(db: TestDb) {
        let app = a_county(db).await;
        let page = app.visitor().get("/").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.texts(".ask-title"), ["钱从哪里来", "花到哪里去", "干了什么事", "效果怎么样"]);
        // 20,000 came; 12,000 + 500 + 300 + 166 + 167 + 1,200 were paid; what the bank returned does not count.
        assert_eq!(page.texts(".ask-figure"), ["2.00 万元", "1.43 万元", "4 项补助", "71.6%"]);
        assert!(page.text().contains("中央财政 1.20 万元，县级财政 8,000.00 元"));
        assert!(page.text().contains("发放 125 笔，到 1 个镇街、1 个社区（村）"));
        assert!(page.text().contains("数据截至 2026-03-02 09:00，最近一笔发放于 2026-02-13"));
        assert_eq!(page.texts("h1").len(), 1);
    }

    async fn a_year_narrows_every_figure(db: TestDb) {
        let app = a_county(db).await;
        let page = app.visitor().get("/?year=2025").await;
        assert_eq!(page.texts(".ask-figure"), ["0.00 元", "167.00 元", "1 项补助", "—"]);
        let list = app.visitor().get(&format!("/programmes/HN04/{HOULI}?year=2026")).await;
        assert_eq!(list.texts("tbody th"), ["赵*霞"]);
    }

    // accept: 002-25
    async fn programmes_stand_under_the_department_that_answers_for_them(db: TestDb) {
        let app = a_county(db).await;
        let page = app.visitor().get("/programmes").await;
        assert_eq!(page.texts("section h2"), ["农业农村局", "民政局", "残疾人联合会"]);
        assert_eq!(page.texts("section[aria-labelledby=dept-2] tbody th"), ["临时救助", "孤儿基本生活费"]);
        assert!(page.text().contains("0543-5330001"));
    }

    // accept: 000-89a, 000-89b, 000-89c, 000-89d, 003-08a, 003-08b, 003-08c, 003-08d
    async fn a_fund_tells_source_amount_flow_and_allocation(db: TestDb) {
        let app = a_county(db).await;
        let page = app.visitor().get("/programmes/HN01").await;
        assert_eq!(
            page.texts("main h2"),
            ["钱从哪里来（来源、数量）", "花到哪里去（流向、分配）", "干了什么事", "效果怎么样", "谁负责"]
        );
        assert_eq!(page.texts("section[aria-labelledby=source] tbody tr")[0], "中央财政 财农〔2026〕2号 2026-01-05 12,000.00");
        assert_eq!(page.texts("section[aria-labelledby=source] tbody:last-of-type tr"), ["合计 20,000.00"]);
        assert_eq!(page.texts("section[aria-labelledby=use] tbody tr"), ["石庙镇 18,000.00 121 12,500.00", "合计 18,000.00 121 12,500.00"]);
        assert!(page.text().contains("按确权面积补给种地的人。"));
        assert!(page.text().contains("62.5%"));
    }

    // accept: 002-27, 002-28a, 002-28b, 002-28c
    async fn from_the_fund_down_to_who_got_what_and_when(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        let town = visitor.get("/programmes/HN01/371621102").await;
        assert_eq!(town.texts("tbody tr"), ["大田社区 121 12,500.00"]);
        let community = visitor.get(&town.attributes("tbody a", "href")[0]).await;
        assert_eq!(community.texts("tbody tr"), ["前王村 120 12,000.00", "后李村 1 500.00"]);
        let village = visitor.get(&community.attributes("tbody a", "href")[1]).await;
        assert_eq!(village.texts("thead th"), ["领取人", "金额（元）", "领取时间", "补助所属期"]);
        assert_eq!(village.texts("tbody tr"), ["王建国 500.00 2026-02-10 2026-02"]);
        assert_eq!(village.texts(".crumbs li").join(" "), "首页 资金去向 耕地地力保护补贴 石庙镇 大田社区 后李村");
    }

    async fn long_lists_are_paged_by_plain_links(db: TestDb) {
        let app = a_county(db).await;
        let path = format!("/programmes/HN01/{QIANWANG}");
        let first = app.visitor().get(&path).await;
        assert_eq!(first.texts("tbody tr").len(), 50);
        assert!(first.text().contains("共 120 条，第 1 / 3 页"));
        assert!(first.attributes(".pager a", "href").contains(&format!("{path}?page=3")));
        assert_eq!(app.visitor().get(&format!("{path}?page=3")).await.texts("tbody tr").len(), 20);
        for beyond in ["4", "18446744073709551615", "-1", "x"] {
            assert_eq!(app.visitor().get(&format!("{path}?page={beyond}")).await.status, 200, "{beyond}");
        }
    }

    // accept: 002-27
    async fn a_natural_village_is_found_by_its_name(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        let found = visitor.get("/villages?q=%E5%90%8E%E6%9D%8E").await;
        assert_eq!(found.texts("tbody tr"), ["后李村 石庙镇 大田社区 自然村/组"]);
        let village = visitor.get(&found.attributes("tbody a", "href")[0]).await;
        assert_eq!(village.texts("h1"), ["后李村"]);
        assert_eq!(
            village.texts("tbody th"),
            ["耕地地力保护补贴", "临时救助", "孤儿基本生活费", "困难残疾人生活补贴"]
        );
        assert!(village.text().contains("发放 5 笔，共 2,333.00 元"));
    }

    async fn what_is_not_there_says_so(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        assert!(visitor.get("/villages?q=%E6%B2%A1%E6%9C%89").await.text().contains("没有找到这个村"));
        assert!(visitor.get(&format!("/villages/{EMPTY_VILLAGE}")).await.text().contains("这一时期没有发放"));
        for path in ["/programmes/HN99", "/programmes/HN01/371622", "/villages/110000", "/villages/x", "/programmes/HN01/37162110299"] {
            assert_eq!(visitor.get(path).await.status, 404, "{path}");
        }
    }

    async fn an_installation_without_data_shows_every_page(db: TestDb) {
        let app = an_empty_county(db, false).await;
        for path in ["/", "/programmes", "/villages", "/mine", "/rules", "/about"] {
            let page = app.visitor().get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.texts("h1").len(), 1, "{path}");
        }
        assert!(app.visitor().get("/").await.text().contains("还没有发放数据"));
    }

    async fn the_rules_are_told_in_plain_words(db: TestDb) {
        let app = a_county(db).await;
        let page = app.visitor().get("/rules").await;
        assert_eq!(page.texts("h3"), ["名下有小汽车 A-01"]);
        assert!(page.text().contains("比对只提出问题，不下结论"));
    }

    async fn every_public_page_is_one_step_from_the_menu_and_has_elder_mode(db: TestDb) {
        let app = a_county(db).await;
        let mut visitor = app.visitor();
        let page = visitor.get("/").await;
        assert_eq!(page.texts(".pub-nav a"), ["首页", "资金去向", "三级公示", "按村查", "查我的", "谁负责", "规则说明"]);
        visitor.post("/elder", &[("pt", "18"), ("back", "/mine")]).await;
        assert_eq!(visitor.get("/mine").await.attributes("html", "data-elder-pt"), ["18"]);
    }
}

both_databases! {
    // Disclosure may lag, but never for long.
    async fn the_home_page_shows_a_payment_within_half_a_minute(db: TestDb) {
        let app = a_county(db).await;
        assert!(app.visitor().get("/").await.text().contains("发放 125 笔"));
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let first: i64 = tx.number("SELECT MIN(id) FROM payment WHERE state = 'paid'", vec![]).await.unwrap();
        funds::set_state(&tx, first, funds::PaymentState::Returned).await.unwrap();
        tx.commit(trail::Act::new("payment.state", format!("payment:{first}"))).await.unwrap();
        app.clock.advance_minutes(1);
        assert!(app.visitor().get("/").await.text().contains("发放 124 笔"));
    }

    async fn who_answers_for_a_fund_stands_under_it_by_name_and_office(db: TestDb) {
        let app = a_county(db).await;
        let row = |id: i64, duty: &str, matter: &str, region: &str, unit: &str, holder: &str, to_on: Option<&str>| DutyRow {
            id,
            duty: duty.into(),
            matter: matter.into(),
            region: region.parse::<kernel::RegionCode>().unwrap().as_i64(),
            unit: unit.into(),
            post: "局长".into(),
            holder: holder.into(),
            basis: "惠办发〔2020〕3号".into(),
            from_on: "2020-01-01".into(),
            to_on: to_on.map(str::to_owned),
        };
        let rows = vec![
            row(1, "payment", "all", "371621", "县财政局", "周国栋", None),
            row(2, "fund_use", "fund_1", "371621", "农业农村局", "贾明亮", None),
            row(3, "fund_use", "fund_2", "371621", "红十字会", "某善人", None),
            row(4, "inspection", "all", "371621", "县审计局", "前任人", Some("2026-01-01")),
            row(5, "first_holder", "all", "371621102", "石庙镇党委", "许春生", None),
        ];
        directory::duties::load(&app.app, &access::Actor::system(), rows).await.unwrap();
        let fund = app.visitor().get("/programmes/HN01").await;
        let told = fund.texts("section[aria-labelledby=answers] tbody tr").join(" ");
        assert!(told.contains("周国栋") && told.contains("农业农村局") && !told.contains("某善人"), "{told}");
        assert!(!told.contains("前任人"), "who left no longer answers");
        let town = app.visitor().get("/duties?town=371621102").await;
        assert_eq!(town.texts("section h2").len(), 6);
        assert!(town.text().contains("许春生") && town.text().contains("惠办发〔2020〕3号"), "{}", town.text());
        assert!(!app.visitor().get("/duties?town=371621103").await.text().contains("许春生"));
    }
}
