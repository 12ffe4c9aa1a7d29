//! What is entered: the five questions, amounts, dates, subsidies, limits, tasks of the year.

use kernel::ErrorKind;
use projects::{
    model::{Filled, ProjectAct as A, plan},
    store::{
        enter,
        parameters::{SetLimit, set_limit},
        tasks,
    },
};
use testkit::both_databases;

use crate::support::*;

fn problem(field: &'static str, value: &str) -> String {
    let changes = [(field, value)];
    let read = plan::read(form(&changes), day("2026-03-02"));
    read.unwrap_err().into_values().collect::<Vec<_>>().join(" ")
}

// accept: 002-12a, 002-12b, 002-12c, 002-12d, 002-12e, 002-35
#[test]
fn each_of_the_five_questions_and_the_need_must_be_answered() {
    for (field, says) in [
        ("content", "干什么"),
        ("owner", "谁来实施"),
        ("responsible", "责任人"),
        ("start", "什么时间"),
        ("duty", "何责任"),
        ("need", "真实需求"),
        ("site_note", "选址说明"),
    ] {
        assert!(problem(field, " ").contains(says), "{field}: {}", problem(field, ""));
    }
    let broke = plan::read(form(&[("source1", ""), ("amount1", "")]), day("2026-03-02")).unwrap_err();
    assert!(broke["amount1"].contains("资金在哪里"));
}

#[test]
fn amounts_and_dates_are_refused_by_field() {
    for (amount, says) in [
        ("-5", "不能为负"),
        ("1.234", "两位小数"),
        ("0", "须大于零"),
        ("9999999999999999999", "超出范围"),
    ] {
        assert!(problem("amount1", amount).contains(says), "{amount}");
    }
    assert!(problem("start", "1899-12-31").contains("1900 年以后"));
    assert!(problem("end", "2026-03-31").contains("不能早于开工"));
    assert!(problem("surveyed_on", "2026-03-03").contains("还没有到"));
    assert!(problem("expected_yield", "1.001").contains("预期收益"));
}

// accept: 001-31, 001-32a, 001-32b, 001-32c, 001-32d, 001-33
#[test]
fn a_subsidised_village_earns_by_the_models_of_its_class() {
    let wrong = |class, model, amount| {
        plan::read(
            form(&[("subsidy", class), ("income_model", model), ("amount1", amount)]),
            day("2026-03-02"),
        )
        .is_err()
    };
    assert!(!wrong("province_200", "land_share", "2000000"));
    assert!(wrong("province_200", "property", "2000000"));
    assert!(wrong("province_200", "land_share", "2000000.01"));
    for model in ["resource", "service", "property", "mixed"] {
        assert!(!wrong("province_60", model, "600000"), "{model}");
        assert!(!wrong("city", model, "600000"), "{model}");
        assert!(
            !wrong("county", model, "600000"),
            "a village of the county is managed as one of the city: {model}"
        );
    }
    assert!(wrong("county", "land_share", "600000"));
    assert!(wrong("province_60", "resource", "600001"));
}

both_databases! {
    // accept: 004-39
    async fn a_doubled_project_is_asked_about_before_it_is_declared(db: TestDb) {
        let app = a_county(db).await;
        entered(&app, &[]).await;
        let again = entered(&app, &[("name", "西街蔬菜大棚二期"), ("content", "新建蔬菜大棚（日光温室）十座")]).await;
        act(&app, &village(), again, A::Argue, &MEETINGS).await.unwrap();
        let asked = act(&app, &village(), again, A::Declare, &[]).await.unwrap_err().message;
        assert!(asked.contains("请说明是否为后续工程"), "{asked}");
        act(&app, &village(), again, A::Declare, &[("answer", "一期已满租，二期在另一地块")]).await.unwrap();
    }

    async fn a_meeting_without_quorum_or_majority_decides_nothing(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        for (field, value, says) in [
            ("group_present", "19", "不足应到"),
            ("group_agree", "10", "没有超过"),
            ("reps_present", "31", "人数不对"),
            ("reps_due", "", "请填写村民代表大会"),
            ("reps_on", "2026-03-10", "晚于办理日期"),
        ] {
            let form: Vec<_> = MEETINGS.iter().copied().map(|(k, v)| if k == field { (k, value) } else { (k, v) }).collect();
            let refused = act(&app, &village(), id, A::Argue, &form).await.unwrap_err();
            assert!(refused.message.contains(says), "{field}: {}", refused.message);
        }
        assert_eq!(state(&app, id).await, "demand");
    }

    async fn households_must_be_of_the_town_and_a_number_is_used_once(db: TestDb) {
        let app = a_county(db).await;
        let enter = async |changes: &[(&str, &str)]| {
            let new = plan::read(form(changes), app.app.clock.today()).unwrap();
            enter::enter(&app.app, &village(), &rid(&app), new).await
        };
        let unknown = enter(&[("households", "H1 H99")]).await.unwrap_err();
        assert!(unknown.message.contains("H99"), "{}", unknown.message);
        enter(&[("no", "X-1")]).await.unwrap();
        assert!(enter(&[("no", "X-1")]).await.unwrap_err().message.contains("已经使用"));
        let outside = enter(&[("region", "371621103001001")]).await.unwrap_err();
        assert_eq!(outside.kind, ErrorKind::NotFound);
    }

    async fn a_limit_holds_from_its_day_on(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[("mode", "infrastructure")]).await;
        to_notice(&app, id).await;
        let today = app.app.clock.today();
        let limit = SetLimit { name: "tender_works".into(), from_on: today.to_string(), value: 100_000_000, basis: "惠政1号".into() };
        let back = set_limit(&app.app, &county(1), &rid(&app), limit.clone(), day("2026-01-01")).await.unwrap_err();
        assert!(back.message.contains("只能从今天"), "{}", back.message);
        set_limit(&app.app, &county(1), &rid(&app), limit, today).await.unwrap();
        let light = act(&app, &county(1), id, A::Tender, &[("kind", "works"), ("method", "compared")]).await.unwrap_err();
        assert!(light.message.contains("法定限额 1,000,000.00"), "{}", light.message);
        act(&app, &county(1), id, A::Tender, &[("kind", "works"), ("method", "open")]).await.unwrap();
    }

    // accept: 004-36
    async fn a_town_reports_its_survey_once_and_not_for_another(db: TestDb) {
        let app = a_county(db).await;
        let done = Filled::of([("kind", "survey"), ("year", "2025"), ("on", "2025-12-03"), ("note", "全镇入户")]);
        let report = async |who: &access::Actor, region: &str, form: &Filled| {
            tasks::finish_task(&app.app, who, &rid(&app), code(region), form).await
        };
        assert_eq!(report(&town(), "371621103", &done).await.unwrap_err().kind, ErrorKind::NotFound);
        let before = Filled::of([("kind", "survey"), ("year", "2025"), ("on", "2025-10-03"), ("note", "x")]);
        assert!(report(&town(), TOWN, &before).await.unwrap_err().message.contains("早于任务开始"));
        report(&town(), TOWN, &done).await.unwrap();
        assert_eq!(report(&town(), TOWN, &done).await.unwrap_err().kind, ErrorKind::Conflict);
    }
}
