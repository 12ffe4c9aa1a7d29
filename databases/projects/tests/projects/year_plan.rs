//! Projects of the library taken into the year plan by one decision: seen before it is written, whole or not at all.

use access::Actor;
use axum::http::StatusCode;
use projects::model::ProjectAct as A;
use testkit::{TestApp, both_databases};

use crate::support::*;

/// A project in the library, put there by `by`.
async fn in_library(app: &TestApp, name: &str, site: &str, by: &Actor) -> i64 {
    let content = format!("{name}的建设内容，共二十座");
    let id = entered(
        app,
        &[
            ("name", name),
            ("site", site),
            ("content", &content),
            ("households", "H1 H2"),
        ],
    )
    .await;
    act(app, &village(), id, A::Argue, &MEETINGS).await.unwrap();
    act(app, &village(), id, A::Declare, &[]).await.unwrap();
    act(app, &town(), id, A::Compile, &[("opinion", "同意")]).await.unwrap();
    act(app, &county(3), id, A::Review, &[("opinion", "同意")])
        .await
        .unwrap();
    let checked = [("checked_on", "2026-03-01"), ("checkers", "扶贫办 甲、财政局 乙")];
    act(app, by, id, A::Enlist, &checked).await.unwrap();
    id
}

both_databases! {
    async fn several_projects_enter_the_year_plan_at_once_after_a_preview(db: TestDb) {
        let app = a_county(db).await;
        let first = in_library(&app, "西街村机井", "村东", &county(2)).await;
        let second = in_library(&app, "大田社区道路硬化", "村西", &county(2)).await;
        let mine = in_library(&app, "石庙镇养殖小区", "村南", &county(1)).await;
        let mut client = app.signed_in(county(1)).await;
        assert!(client.get("/desk/projects").await.attributes("a", "href").contains(&"/desk/project-plan".to_owned()));
        let list = client.get("/desk/project-plan?year=2026").await;
        assert_eq!(list.attributes("input[name=id]", "value").len(), 3, "{}", list.text());
        assert!(list.text().contains("共 3 个，计划资金 3,000,000.00 元"), "{}", list.text());
        assert!(client.get("/desk/project-plan?year=2025").await.text().contains("没有这一年待立项的项目"));

        let ask = format!("/desk/project-plan?year=2026&id={first}&id={second}&id={mine}&on=2026-03-02&basis=惠扶〔2026〕3号");
        let shown = client.get(&ask).await;
        let text = shown.text();
        assert!(text.contains("2 个项目，计划资金 2,000,000.00 元") && text.contains("1 个，留在项目库"), "{text}");
        assert_eq!(state(&app, first).await, "library", "a preview writes nothing");
        let form = "form[method=post]";
        assert_eq!(shown.attributes(&format!("{form} input[name=id]"), "value").len(), 2, "who put it there does not approve it");
        let value = |name: &str| shown.attributes(&format!("{form} input[name={name}]"), "value").pop().unwrap();
        let (request, total, one, two) = (value("request_id"), value("total"), first.to_string(), second.to_string());
        let third = mine.to_string();
        let fields = |request: &'static str, total: &'static str| {
            [("request_id", request), ("year", "2026"), ("on", "2026-03-02"), ("basis", "惠扶〔2026〕3号"), ("total", total)]
        };
        let mut forced = fields("plan-000001", "300000000").to_vec();
        forced.extend([("id", one.as_str()), ("id", &two), ("id", &third)]);
        let refused = client.post("/desk/project-plan", &forced).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("石庙镇养殖小区") && refused.text().contains("没有列入任何项目"), "{}", refused.text());
        let mut other_money = fields("plan-000002", "100").to_vec();
        other_money.extend([("id", one.as_str()), ("id", &two)]);
        assert!(client.post("/desk/project-plan", &other_money).await.text().contains("计划资金有变化"));
        assert_eq!(state(&app, first).await, "library", "whole or not at all");

        let sent = [
            ("request_id", request.as_str()), ("year", "2026"), ("on", "2026-03-02"), ("basis", "惠扶〔2026〕3号"),
            ("total", &total), ("id", &one), ("id", &two),
        ];
        let done = client.post("/desk/project-plan", &sent).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(client.post("/desk/project-plan", &sent).await.status, StatusCode::SEE_OTHER, "twice is once");
        for (id, stands) in [(first, "approved"), (second, "approved"), (mine, "library")] {
            assert_eq!(state(&app, id).await, stands);
        }
        let history = client.get(&format!("/desk/projects/{first}?tab=history")).await.text();
        assert!(history.contains("惠扶〔2026〕3号"), "{history}");
        let mut town = app.signed_in(town()).await;
        assert_eq!(town.get("/desk/project-plan").await.status, StatusCode::FORBIDDEN);
        let nothing = client.post("/desk/project-plan", &fields("plan-000003", "0")).await;
        assert!(nothing.text().contains("请选择要列入的项目"), "{}", nothing.text());
    }
}
