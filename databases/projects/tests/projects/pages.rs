//! What people see of projects.

use access::{Role, Scope};
use axum::http::StatusCode;
use directory::WaitingWork;
use kernel::Money;
use projects::{
    document_titles,
    model::{EntryKind, ProjectAct as A},
    store::{load, project},
};
use testkit::{TestApp, both_databases};
use trail::Act;

use crate::support::*;

/// The projects of Huai'an: 514, of which 176 carrier-led and 26 supported by the province.
async fn huaian(app: &TestApp) {
    let id = entered(app, &[]).await;
    let model = project::project(&app.app.db, &Scope::area(code("371621")), id)
        .await
        .unwrap()
        .unwrap();
    let loaded: Vec<load::Loaded> = (1..514)
        .map(|i| load::Loaded {
            row: project::Project {
                id: 9_000 + i,
                no: format!("HA-{i:03}"),
                mode: if i < 176 { "carrier" } else { "infrastructure" }.into(),
                province_key: i <= 26,
                state: if i % 2 == 0 { "library" } else { "building" }.into(),
                year: 2019 + i % 2,
                ..model.clone()
            },
            funds: vec![("财政专项扶贫资金".into(), "省".into(), Money(100_000_000))],
            households: Vec::new(),
            steps: vec![("enter", "demand", "2020-11-10".into())],
        })
        .collect();
    let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
    load::projects(&tx, &loaded).await.unwrap();
    tx.commit(Act::new("project.load", "test")).await.unwrap();
}

both_databases! {
    // accept: 000-61, 000-62, 002-10
    async fn the_library_counts_514_projects_176_carrier_led_and_26_of_the_province(db: TestDb) {
        let app = a_county(db).await;
        huaian(&app).await;
        let mut client = app.signed_in(county(1)).await;
        let all = client.get("/desk/projects").await;
        assert_eq!(all.status, StatusCode::OK, "{}", all.text());
        assert_eq!(
            all.texts(".list-total"),
            ["共 514 个项目，载体带动 176 个，直接到户 0 个，省级支持 26 个，计划资金 514,000,000.00 元"]
        );
        assert_eq!(all.texts("tbody tr").len(), 50);
        let carrier = client.get("/desk/projects?mode=carrier").await.texts(".list-total").join("");
        assert!(carrier.contains("共 176 个项目"), "{carrier}");
        let key = client.get("/desk/projects?key=1&year=2020").await.texts(".list-total").join("");
        assert!(key.contains("共 13 个项目"), "{key}");
        let sent = client.get("/desk/projects.xlsx").await;
        assert_eq!((sent.status, &sent.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
        let mut elsewhere = app.signed_in(one(Role::TownPoverty, "371621103", 1)).await;
        assert!(elsewhere.get("/desk/projects").await.text().contains("没有符合条件的项目"));
    }

    // accept: 000-75a, 000-75b, 000-75c, 000-75d, 004-35a, 004-35b, 004-35c, 004-35d, 004-35e, 004-35f
    async fn a_project_shows_its_six_fields_and_its_closed_loop(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let asset = to_asset(&app, id).await;
        act(&app, &county(1), id, A::Evaluate, &[("score", "92"), ("verdict", "良好")]).await.unwrap();
        crate::life::paid_yield(&app, asset).await;
        let mut client = app.signed_in(county(1)).await;
        let page = client.get(&format!("/desk/projects/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let text = page.text();
        for shown in [
            "项目名称", "实施地点", "建设内容", "实施期限", "2026-04-01 至 2026-12-31", "实施单位及责任人",
            "石庙镇人民政府，刘镇长", "资金来源及额度", "财政专项扶贫资金（省）1,000,000.00 元",
            "项目确定", "惠扶〔2026〕3号", "资金拨付", "收益分配", "已发放 80,000.00 元", "绩效评估", "92 分，良好",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        for tab in ["flow", "tender", "watch", "accept", "money", "asset", "history&as_of=2026-03-02"] {
            let shown = client.get(&format!("/desk/projects/{id}?tab={tab}")).await;
            assert_eq!(shown.status, StatusCode::OK, "{tab}: {}", shown.text());
        }
        let flow = client.get(&format!("/desk/projects/{id}?tab=flow")).await.text();
        assert!(flow.contains("九个节点") && flow.contains("县农办审核") && flow.contains("村级全面验收"), "{flow}");
        let shares = client.get(&format!("/desk/project-assets/{asset}")).await.text();
        assert!(shares.contains("与到账收益相等") && shares.contains("张大山"), "{shares}");
        let mut board = app.signed_in(one(Role::VillageSupervision, COMMUNITY, 1)).await;
        let masked = board.get(&format!("/desk/project-assets/{asset}")).await.text();
        assert!(masked.contains("张*山") && !masked.contains("张大山"), "{masked}");
    }

    // accept: 004-24a, 004-24b, 004-24c, 004-24d, 004-24e, 004-24f, 004-24g, 004-24h, 004-24i, 004-24j
    async fn sixteen_forms_print_from_the_project_and_download_blank(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_town(&app, id).await;
        let mut client = app.signed_in(town()).await;
        let list = client.get("/desk/project-documents").await;
        let titles = document_titles();
        assert!(titles.len() >= 10);
        for title in ["扶贫到户项目申请书", "项目验收表", "项目公示表", "报账申请单", "收益分配方案表"] {
            assert!(titles.contains(&title), "{title}");
        }
        for title in &titles {
            assert!(list.text().contains(title), "{title}");
        }
        let ids: Vec<String> = list
            .attributes("td a", "href")
            .into_iter()
            .filter_map(|h| h.strip_suffix("/download").map(|h| h.rsplit('/').next().unwrap().to_owned()))
            .collect();
        assert_eq!(ids.len(), titles.len());
        for form in &ids {
            let blank = client.get(&format!("/desk/project-documents/{form}")).await;
            assert_eq!(blank.status, StatusCode::OK, "{form}");
            assert!(!blank.text().contains("西街村蔬菜大棚"), "{form}");
            let filled = client.get(&format!("/desk/projects/{id}/documents/{form}")).await;
            assert!(filled.text().contains("371621-2026-0001"), "{form}: {}", filled.text());
            let sent = client.get(&format!("/desk/project-documents/{form}/download")).await;
            assert!(sent.headers["content-disposition"].to_str().unwrap().ends_with(".doc"), "{form}");
            assert!(sent.body.contains("<table"), "{form}");
        }
        let acceptance = client.get(&format!("/desk/projects/{id}/documents/acceptance")).await.text();
        assert!(acceptance.contains("村委甲、理财乙、代表丙") && acceptance.contains("90%"), "{acceptance}");
    }

    // accept: 002-07, 002-08, 002-09, 002-12
    async fn groups_villages_and_towns_print_their_plans(db: TestDb) {
        let app = a_county(db).await;
        entered(&app, &[]).await;
        let mut client = app.signed_in(county(1)).await;
        for (region, title) in [(WEST, "组项目清单"), (COMMUNITY, "村项目施工图"), (TOWN, "乡镇项目路线图")] {
            let text = client.get(&format!("/desk/project-plans/{region}")).await.text();
            assert!(text.contains(title) && text.contains("西街村蔬菜大棚"), "{text}");
            for asked in ["干什么", "资金在哪里", "谁来实施", "什么时间", "何责任"] {
                assert!(text.contains(asked), "{asked}");
            }
        }
        let mut elsewhere = app.signed_in(one(Role::TownPoverty, "371621103", 1)).await;
        assert_eq!(elsewhere.get(&format!("/desk/project-plans/{TOWN}")).await.status, StatusCode::NOT_FOUND);
    }

    // accept: 000-86, 001-29
    async fn the_board_shows_what_is_overdue_and_the_register_its_risks(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_building(&app, id).await;
        let risk = [("kind", "market"), ("level", "high"), ("note", "菜价下跌"), ("measure", "订单种植"), ("owner", "刘镇长"), ("due_on", "2026-03-20")];
        beside(&app, &town(), id, EntryKind::Risk, &risk).await.unwrap();
        app.clock.advance_days(60);
        let mut client = app.signed_in(county(1)).await;
        let board = client.get("/desk/project-board").await.text();
        for shown in ["上月没有督促检查（1）", "超过规定天数没有实施图片（1）", "石庙镇", "风险台账（未销号 1）"] {
            assert!(board.contains(shown), "{shown}: {board}");
        }
        let risks = client.get("/desk/project-risks").await.text();
        assert!(risks.contains("菜价下跌") && risks.contains("已超期"), "{risks}");
        let target = store::Query::number(&app.app.db, "SELECT MAX(id) FROM project_risk", vec![]).await.unwrap();
        beside_of(&app, &town(), id, EntryKind::CloseRisk, target, &[("note", "已签订单")]).await.unwrap();
        assert!(beside_of(&app, &town(), id, EntryKind::CloseRisk, target, &[("note", "再次")]).await.is_err());
    }

    async fn a_project_is_entered_and_moved_by_the_forms_of_the_pages(db: TestDb) {
        let app = a_county(db).await;
        let mut client = app.signed_in(village()).await;
        let blank = client.get("/desk/projects/new").await;
        let request = blank.attributes("input[name=request_id]", "value")[0].clone();
        let get = form(&[]);
        let names = ["name", "region", "site", "mode", "content", "need", "site_note", "surveyed_on", "source1", "level1",
            "amount1", "owner", "responsible", "start", "end", "duty", "expected_yield", "subsidy", "households"];
        let values: Vec<(&str, String)> = names.iter().map(|n| (*n, get(n))).collect();
        let mut fields: Vec<(&str, &str)> = values.iter().map(|(n, v)| (*n, v.as_str())).collect();
        fields.push(("request_id", &request));
        let mut wrong = fields.clone();
        wrong.retain(|(n, _)| *n != "duty");
        let refused = client.post("/desk/projects/new", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("何责任"));
        assert_eq!(refused.attributes("#name", "value"), ["西街村蔬菜大棚"], "what was typed is kept");
        let sent = client.post("/desk/projects/new", &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let at = sent.location().to_owned();
        let twice = client.post("/desk/projects/new", &fields).await;
        assert_eq!(twice.location(), at, "the same form sent twice enters one project");
        let page = client.get(&at).await;
        assert_eq!(page.texts(".page-actions a"), ["两会论证", "修改"]);
        let step = format!("{at}/steps/argue");
        let asked = client.get(&step).await;
        assert!(asked.text().contains("已摸底 → 已论证"), "{}", asked.text());
        let empty = client.post(&step, &[("request_id", "request-argue-1")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.texts(".note-danger").len() >= 2, "every missing thing is named");
        let mut meetings = MEETINGS.to_vec();
        meetings.push(("request_id", "request-argue-2"));
        assert_eq!(client.post(&step, &meetings).await.status, StatusCode::SEE_OTHER);
        let skipped = client.post(&format!("{at}/steps/approve"), &[("request_id", "request-approve")]).await;
        assert!(matches!(skipped.status, StatusCode::CONFLICT), "{}", skipped.status);
    }

    // accept: 004-26
    async fn papers_are_sent_by_the_page_and_judged_by_their_content(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let mut client = app.signed_in(town()).await;
        let path = format!("/desk/projects/{id}/papers");
        let fields = [("request_id", "request-paper-1"), ("step", "photo")];
        let bad = client.upload(&path, &fields, "a.jpg", b"MZ not a photo").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text());
        let photo = b"\xff\xd8\xff\xdb\x00\x04qt\xff\xda\x00\x02pixels\xff\xd9";
        let kept = client.upload(&path, &[("request_id", "request-paper-2"), ("step", "photo")], "a.jpg", photo).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let page = client.get(&format!("/desk/projects/{id}?tab=watch")).await;
        let link = page.attributes("td a", "href").into_iter().find(|h| h.contains("/papers/")).unwrap();
        assert_eq!(client.get(&link).await.headers["content-type"], "image/jpeg");
        let talk = [("request_id", "request-paper-3"), ("step", "talk")];
        client.upload(&path, &talk, "谈话.pdf", b"%PDF-1.7 talk").await;
        assert!(client.get(&format!("/desk/projects/{id}?tab=watch")).await.text().contains("廉政谈话记录 谈话.pdf"));
        let mut elsewhere = app.signed_in(one(Role::TownPoverty, "371621103", 1)).await;
        assert_eq!(elsewhere.get(&link).await.status, StatusCode::NOT_FOUND);
    }

    // accept: 004-36, 004-47
    async fn the_calendar_tells_each_town_what_is_late(db: TestDb) {
        let app = a_county(db).await;
        let mut client = app.signed_in(town()).await;
        let page = client.get("/desk/project-calendar?year=2025").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(page.text().contains("需求摸底") && page.text().contains("超期 92 天"), "{}", page.text());
        let done = [("request_id", "request-task-1"), ("year", "2025"), ("kind", "survey"), ("region", TOWN),
            ("on", "2025-11-28"), ("note", "全镇入户")];
        assert_eq!(client.post("/desk/project-calendar", &done).await.status, StatusCode::SEE_OTHER);
        assert!(client.get("/desk/project-calendar?year=2025").await.text().contains("按时完成"));
    }

    async fn the_draw_page_shows_seed_list_and_method(db: TestDb) {
        let app = a_county(db).await;
        crate::draws::waiting(&app, 12).await;
        let mut client = app.signed_in(county(1)).await;
        let fields = [("request_id", "request-draw-1"), ("town", TOWN), ("batch", "第一批")];
        let at = client.post("/desk/project-draws", &fields).await.location().to_owned();
        app.clock.advance_days(1);
        client.post(&format!("{at}/draw"), &[("request_id", "request-draw-2")]).await;
        let page = client.get(&at).await;
        assert!(page.text().contains("SHA-256") && page.text().contains("sha256sum"), "{}", page.text());
        assert_eq!(page.texts("tbody .tag").iter().filter(|t| *t == "抽中").count(), 2);
        let limits = client.get("/desk/project-limits").await;
        assert!(limits.text().contains("4,000,000.00 元"), "{}", limits.text());
    }

    async fn two_clerks_who_correct_one_project_see_what_the_other_changed(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let edit = format!("/desk/projects/{id}/edit");
        let mut first = app.signed_in(village()).await;
        let mut second = app.signed_in(town()).await;
        let filled = first.get(&edit).await;
        assert_eq!(filled.attributes("input[name=version]", "value"), ["1"]);
        assert_eq!(filled.attributes("#amount1", "value"), ["1,000,000.00"]);
        let names = ["name", "region", "site", "mode", "content", "need", "site_note", "surveyed_on", "source1", "level1",
            "amount1", "owner", "responsible", "start", "end", "duty", "expected_yield", "subsidy", "households"];
        let fields = |get: &dyn Fn(&str) -> String, version: &str, request: &str| -> Vec<(String, String)> {
            let own = [("version", version), ("request_id", request)].map(|(k, v)| (k.to_owned(), v.to_owned()));
            names.iter().map(|n| ((*n).to_owned(), get(n))).chain(own).collect()
        };
        let sent = |f: &[(String, String)]| f.to_vec();
        let one_change = fields(&form(&[("site", "村西")]), "1", "request-edit-1");
        let pairs: Vec<(&str, &str)> = one_change.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(first.post(&edit, &pairs).await.status, StatusCode::SEE_OTHER);
        let other = sent(&fields(&form(&[("content", "新建连栋大棚")]), "1", "request-edit-2"));
        let pairs: Vec<(&str, &str)> = other.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let told = second.post(&edit, &pairs).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.text().contains("已把“实施地点”由“村东”改为“村西”"), "{}", told.text());
        assert_eq!(told.attributes("input[name=version]", "value"), ["2"]);
        assert_eq!(told.attributes("#site", "value"), ["村西"], "theirs, where the second changed nothing");
        assert_eq!(told.texts("#content"), ["新建连栋大棚"], "mine, where the first changed nothing");
        assert!(!told.text().contains("两边改得不一样"), "{}", told.text());
        let both = sent(&fields(&form(&[("site", "村北"), ("amount1", "900000")]), "1", "request-edit-5"));
        let pairs: Vec<(&str, &str)> = both.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let clash = second.post(&edit, &pairs).await;
        assert!(clash.text().contains("“实施地点”两边改得不一样：对方“村西”，您“村北”"), "{}", clash.text());
        assert_eq!(clash.attributes("#site", "value"), ["村西"]);
        assert_eq!(clash.attributes("#amount1", "value"), ["900000"], "mine, as typed");
        let kept = project::project(&app.app.db, &Scope::area(code("371621")), id).await.unwrap().unwrap();
        assert_eq!((kept.site.as_str(), kept.content.contains("连栋")), ("村西", false), "nothing of the second was written");
        let again = sent(&fields(&form(&[("content", "新建连栋大棚"), ("site", "村西")]), "2", "request-edit-3"));
        let pairs: Vec<(&str, &str)> = again.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(second.post(&edit, &pairs).await.status, StatusCode::SEE_OTHER);
        act(&app, &village(), id, A::Argue, &MEETINGS).await.unwrap();
        assert_eq!(second.post(&edit, &[("request_id", "request-edit-4")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn the_desk_counts_the_projects_whose_next_step_is_the_readers(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        act(&app, &village(), id, A::Argue, &MEETINGS).await.unwrap();
        act(&app, &village(), id, A::Declare, &[]).await.unwrap();
        let waiting = async |actor: &access::Actor| projects::WaitingProjects.waiting(&app.app, actor).await.unwrap();
        assert_eq!(waiting(&town()).await[0].count, 1, "compiling is the town's");
        assert_eq!(waiting(&village()).await[0].count, 0);
        let mut client = app.signed_in(town()).await;
        let list = client.get("/desk/projects?mine=1").await;
        assert!(list.text().contains("西街村蔬菜大棚"), "{}", list.text());
        act(&app, &town(), id, A::Compile, &[("opinion", "同意")]).await.unwrap();
        assert!(!client.get("/desk/projects?mine=1").await.text().contains("西街村蔬菜大棚"));
        assert_eq!(waiting(&county(1)).await[0].count, 1);
        // An office that only keeps records holds the same role, and is the next for no project.
        let office = |id: &str, name: &str, kind: &str| directory::Org {
            id: id.into(),
            name: name.into(),
            kind: kind.into(),
            region: code("371621"),
            uscc: None,
            hotline: None,
        };
        let offices = [office("housing", "住建局", "住建"), office("public_security", "公安局", "公安")];
        directory::load_orgs(&app.app, &access::Actor::system(), &offices).await.unwrap();
        for (department, lines, rows) in [("housing", 2, 1), ("public_security", 0, 0)] {
            let mut clerk = county(1);
            clerk.scope = clerk.scope.of_department(department);
            assert_eq!(waiting(&clerk).await.len(), lines, "{department}");
            let mut client = app.signed_in(clerk).await;
            let listed = client.get("/desk/projects?mine=1").await;
            assert_eq!(usize::from(listed.text().contains("西街村蔬菜大棚")), rows, "{department}");
        }
    }
}
