//! What the layers show once a village has been filled: menus, sources of every department, categories compared,
//! findings summed and narrowed.

use access::Role;
use comparison::rules::Rules;
use intake::contract::Contracts;
use server::demo;
use simulate::{Scale, Spec};
use testkit::{Client, TestApp, TestDb, run};

const COUNTY: &str = "371621";

async fn a_village() -> TestApp {
    let db = TestDb::sqlite().await;
    let settings = server::Settings {
        demo: true,
        ..server::Settings::default()
    };
    let parts = server::parts(&settings, db.folder.path()).unwrap();
    let files = db.folder.path().join("files");
    let app = TestApp::with_parts(db, server::modules(), parts).await;
    let spec = Spec::huimin_2020(Scale::Village, 3);
    demo::fill(&app.app, spec, &files, &|_| ()).await.unwrap();
    app
}

/// How many findings a list says it holds.
async fn total(client: &mut Client, path: &str) -> usize {
    let page = client.get(path).await;
    page.texts(".list-total b").first().map_or(0, |n| n.parse().unwrap())
}

async fn menu(client: &mut Client) -> Vec<String> {
    client.get("/desk").await.texts(".side a")
}

// accept: 000-44a, 000-44b, 000-44c, 000-44d, 000-44e, 000-44f, 000-44g, 000-44h, 000-44i, 000-44j, 000-44k
// accept: 000-11, 000-12, 000-31, 000-32, 000-35, 003-41a, 003-41b, 003-41c
// accept: 001-43a, 001-43b, 001-43c, 002-29a, 002-29b, 002-29c, 003-43
#[test]
fn a_filled_village_is_seen_whole_from_the_management_and_the_supervision_layer() {
    run(async {
        let app = a_village().await;
        let mut county = app.as_role(Role::CountyAdmin, COUNTY).await;
        let mut discipline = app.as_role(Role::CdiAdmin, COUNTY).await;
        every_department_delivered(&mut county).await;
        the_layers_hold_their_modules(&mut county, &mut discipline).await;
        findings_are_summed_and_narrowed(&app, &mut discipline).await;
    });
}

async fn every_department_delivered(county: &mut Client) {
    let departments = [
        "公安局",
        "民政局",
        "住房和城乡建设局",
        "市场监督管理局",
        "财政局",
        "人力资源和社会保障局",
        "住房公积金管理中心",
        "税务局",
        "教育和体育局",
        "农业农村局",
        "医疗保障局",
    ];
    let rows = county.get("/desk/sources").await.texts("tbody tr");
    for department in departments {
        let of = rows.iter().find(|r| r.contains(department));
        let row = of.unwrap_or_else(|| panic!("{department} is not registered: {rows:?}"));
        assert!(
            row.contains("2026-") && !row.contains("还没有"),
            "without its last delivery: {row}"
        );
    }
}

async fn the_layers_hold_their_modules(county: &mut Client, discipline: &mut Client) {
    let desk = county.get("/desk").await;
    assert_eq!(desk.texts(".bar-layers a[aria-current]"), ["管理层"]);
    let groups = desk.texts(".side-title");
    for group in ["扶贫对象", "资金管理", "扶贫项目", "扶贫力量", "比对中心", "预警中心"] {
        assert!(groups.iter().any(|g| g == group), "{group}: {groups:?}");
    }
    let console = discipline.get("/desk").await;
    assert_eq!(console.texts(".bar-layers a[aria-current]"), ["监督层"]);
    let watched = menu(discipline).await;
    // Money, things and people are each watched.
    for place in [
        "资金总览",
        "资金追踪",
        "扶贫资产",
        "干部亲属图谱",
        "走访督促",
        "预警列表",
    ] {
        assert!(watched.iter().any(|w| w == place), "{place}: {watched:?}");
    }
    for (entry, may) in [("账号管理", false), ("操作记录", true)] {
        assert_eq!(watched.iter().any(|w| w == entry), may, "{entry}: {watched:?}");
    }
}

async fn findings_are_summed_and_narrowed(app: &TestApp, discipline: &mut Client) {
    let rules = app.app.part::<Rules>().unwrap();
    let all = total(discipline, "/desk/warnings").await;
    let mut by_rule = 0;
    for rule in rules.iter() {
        by_rule += total(discipline, &format!("/desk/warnings?rule={}", rule.id)).await;
    }
    assert!(
        all > 20 && by_rule == all,
        "each stands under one rule: {by_rule} of {all}"
    );
    let summed: usize = discipline
        .get("/desk/warnings/results?from=2000-01-01")
        .await
        .texts("tbody td.num:nth-child(2)")
        .iter()
        .map(|n| n.parse::<usize>().unwrap())
        .sum();
    assert_eq!(summed, all, "the results add up to the list");
    for (kind, title) in [
        ("held", "资金滞留"),
        ("misused", "使用不合规"),
        ("undistributed", "收益分配不到位"),
    ] {
        let named = rules.iter().filter(|r| r.problems().contains(&kind)).count();
        let page = discipline.get(&format!("/desk/warnings?problem={kind}")).await;
        assert!(named > 0 && page.texts("select[name=problem] option[selected]")[0].contains(title));
    }
    // Kin of cadres are found through the graph, and how grave it is shows by colour and word.
    let graph = discipline.get("/desk/warnings?rule=C-02").await;
    let levels = graph.texts("tbody .tag");
    assert!(
        levels.iter().any(|l| l.contains("红") || l.contains("橙")),
        "{levels:?}"
    );
}

// accept: 000-45a, 000-45b, 000-45c, 000-45d, 000-45e, 000-45f, 000-45g, 000-45h, 000-45i, 000-45j, 000-45k, 000-45l
// accept: 000-45m
#[test]
fn each_of_the_thirteen_kinds_of_record_is_a_contract_that_rules_compare() {
    let contracts = Contracts::embedded().unwrap();
    let rules = Rules::embedded().unwrap();
    let names = [
        "机动车",
        "农业机械",
        "不动产",
        "社会保险",
        "住房公积金",
        "纳税",
        "市场主体",
        "财政供养",
        "存款",
        "证券",
        "死亡",
        "学籍",
        "医保",
    ];
    for (category, name) in (1..=13).zip(names) {
        let of: Vec<_> = contracts.iter().filter(|c| c.category == category).collect();
        assert!(of.iter().any(|c| c.title.contains(name)), "{category} {name}");
        let compared = |set: &str| rules.iter().any(|r| r.sources.iter().any(|s| s == set));
        assert!(of.iter().any(|c| compared(&c.name)), "no rule reads {name}");
    }
    for (set, title) in [("disability", "残联"), ("civil_aid", "低保特困"), ("land", "土地确权")] {
        assert!(
            rules.iter().any(|r| r.sources.iter().any(|s| s == set)),
            "no rule reads {title}"
        );
    }
}
