//! A project taken the whole way, and what stops it on the way.

use access::Role;
use kernel::ErrorKind;
use projects::{
    model::{AssetAct, EntryKind, ProjectAct as A},
    store::{KIND, enter, facts},
};
use records::history;
use store::{Query, args};
use testkit::both_databases;

use crate::support::*;

both_databases! {
    // accept: 000-20, 000-60, 001-28, 001-34a, 001-34b, 001-34c, 001-34d, 001-34e, 001-35, 004-37, 004-38, 004-44, 004-45, 004-46
    async fn a_carrier_project_goes_from_survey_to_yield(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let asset = to_asset(&app, id).await;
        act(&app, &county(1), id, A::Evaluate, &[("score", "92"), ("verdict", "良好")]).await.unwrap();
        let early = act(&app, &county(1), id, A::Distribute, &[]).await.unwrap_err();
        assert!(early.message.contains("还没有收益到账"), "{}", early.message);
        paid_yield(&app, asset).await;
        act(&app, &county(1), id, A::Distribute, &[]).await.unwrap();
        act(&app, &county(1), id, A::Operate, &[]).await.unwrap();
        act(&app, &county(1), id, A::Close, &[("reason", "合同期满")]).await.unwrap();
        assert_eq!(state(&app, id).await, "closed");
        let steps = facts::steps(&app.app.db, id).await.unwrap();
        let reached: Vec<&str> = steps.iter().map(|s| s.to_state.as_str()).collect();
        assert_eq!(
            reached,
            [
                "demand", "argued", "declared", "town_compiled", "reviewed", "library", "approved", "filed", "notice_pre",
                "tender", "contracted", "building", "completed", "acc_village", "acc_town", "acc_county", "settled",
                "notice_post", "asset_registered", "performance", "distributing", "operating", "closed"
            ]
        );
        assert_eq!(steps[1].said("reps_present"), "24", "what the meeting said is kept");
    }

    // accept: 001-27
    async fn a_project_for_households_is_built_without_tender_and_ends_without_asset(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[("mode", "direct"), ("name", "西街村养羊到户"), ("content", "每户种羊五只"), ("amount1", "90000")]).await;
        to_notice(&app, id).await;
        let tender = act(&app, &county(1), id, A::Tender, &[("kind", "goods"), ("method", "open")]).await.unwrap_err();
        assert!(tender.message.contains("直接到户项目不招标"), "{}", tender.message);
        act(&app, &town(), id, A::StartDirect, &[]).await.unwrap();
        finish(&app, id).await;
        assert_eq!(state(&app, id).await, "completed");
        let works = entered(&app, &[("mode", "infrastructure"), ("name", "修路"), ("content", "硬化道路三公里")]).await;
        to_notice(&app, works).await;
        let direct = act(&app, &town(), works, A::StartDirect, &[]).await.unwrap_err();
        assert!(direct.message.contains("只有直接到户项目"), "{}", direct.message);
    }

    // accept: 004-27, 004-26, 004-43
    async fn nothing_starts_without_both_pledges_and_the_villagers_who_watch(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[("mode", "direct"), ("amount1", "90000")]).await;
        act(&app, &village(), id, A::Argue, &MEETINGS).await.unwrap();
        act(&app, &village(), id, A::Declare, &[]).await.unwrap();
        act(&app, &town(), id, A::Compile, &[("opinion", "同意")]).await.unwrap();
        act(&app, &county(1), id, A::Review, &[("opinion", "同意")]).await.unwrap();
        act(&app, &county(2), id, A::Enlist, &[("checked_on", "2026-03-01"), ("checkers", "扶贫、财政")]).await.unwrap();
        act(&app, &county(1), id, A::Approve, &[("basis", "3号")]).await.unwrap();
        act(&app, &county(2), id, A::File, &[("basis", "9号")]).await.unwrap();
        act(&app, &county(2), id, A::NoticeBefore, &[("places", "村")]).await.unwrap();
        app.clock.advance_days(9);
        let bare = act(&app, &town(), id, A::StartDirect, &[]).await.unwrap_err().message;
        for part in ["公示不满 10 天", "绩效责任书", "廉政承诺书", "3 至 5 名，现有 0 名"] {
            assert!(bare.contains(part), "{part}: {bare}");
        }
        app.clock.advance_days(1);
        pledge(&app, &town(), id).await;
        for n in 1..=5 {
            let name = format!("代表{n}");
            beside(&app, &village(), id, EntryKind::Rep, &[("name", &name), ("on", "2026-03-02")]).await.unwrap();
        }
        let sixth = beside(&app, &village(), id, EntryKind::Rep, &[("name", "代表六"), ("on", "2026-03-02")]).await;
        assert!(sixth.unwrap_err().message.contains("最多聘请 5 名"));
        act(&app, &town(), id, A::StartDirect, &[]).await.unwrap();
    }

    async fn who_entered_does_not_approve_and_kin_stay_away(db: TestDb) {
        let app = a_county(db).await;
        let new = projects::model::plan::read(form(&[]), app.app.clock.today()).unwrap();
        let id = enter::enter(&app.app, &county(1), &rid(&app), new.clone()).await.unwrap();
        act(&app, &village(), id, A::Argue, &MEETINGS).await.unwrap();
        act(&app, &village(), id, A::Declare, &[]).await.unwrap();
        act(&app, &town(), id, A::Compile, &[("opinion", "同意")]).await.unwrap();
        let own = act(&app, &county(1), id, A::Review, &[("opinion", "同意")]).await.unwrap_err();
        assert!(own.message.contains("由您录入，须由另一人"), "{}", own.message);
        act(&app, &county(2), id, A::Review, &[("opinion", "同意")]).await.unwrap();
        let checked = [("checked_on", "2026-03-01"), ("checkers", "扶贫、财政")];
        let same = act(&app, &county(2), id, A::Enlist, &checked).await.unwrap_err();
        assert_eq!((same.kind, same.message.contains("上一步是您办理的")), (ErrorKind::Forbidden, true));
        // 钱二姐 lives in the household of 张大山, who benefits.
        let kin = access::Actor { person: Some(person(&app, 6)), ..county(3) };
        let refused = act(&app, &kin, id, A::Enlist, &checked).await.unwrap_err();
        assert!(refused.message.contains("近亲属"), "{}", refused.message);
        let stranger = access::Actor { person: Some(person(&app, 5)), ..county(3) };
        act(&app, &stranger, id, A::Enlist, &checked).await.unwrap();
        let entering = enter::enter(&app.app, &access::Actor { person: Some(person(&app, 1)), ..town() }, &rid(&app), new).await;
        assert!(entering.unwrap_err().message.contains("近亲属"));
        let noted = "SELECT COUNT(*) FROM trail_event WHERE act = 'project.refused' AND subject = $1";
        assert_eq!(app.app.db.number(noted, args![format!("project:{id}")]).await.unwrap(), 3);
    }

    // accept: 004-40, 004-41, 002-33
    async fn a_month_without_inspection_or_photo_stops_completion(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_building(&app, id).await;
        app.clock.advance_days(60);
        let stopped = act(&app, &county(1), id, A::Complete, &[]).await.unwrap_err().message;
        assert!(stopped.contains("还没有实施图片") && stopped.contains("缺 2026-03、2026-04 的督促检查"), "{stopped}");
        for on in ["2026-03-20", "2026-04-20"] {
            let seen = [("on", on), ("inspectors", "镇"), ("result", "ok"), ("note", "正常")];
            beside(&app, &town(), id, EntryKind::Inspection, &seen).await.unwrap();
        }
        let future = [("on", "2027-01-01"), ("inspectors", "镇"), ("result", "ok"), ("note", "正常")];
        assert!(beside(&app, &town(), id, EntryKind::Inspection, &future).await.is_err());
        beside(&app, &town(), id, EntryKind::Milestone, &[("stage", "done"), ("on", "2026-05-10"), ("note", "完工")]).await.unwrap();
        photographed(&app, id).await;
        act(&app, &county(1), id, A::Complete, &[]).await.unwrap();
    }

    async fn payments_stop_at_the_ceiling_and_changes_over_a_tenth_need_approval(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_building(&app, id).await;
        let today = app.app.clock.today().to_string();
        let pay = async |amount: &str| beside(&app, &finance(), id, EntryKind::Payment, &[("amount", amount), ("on", &today)]).await;
        pay("384000").await.unwrap();
        assert!(pay("0.01").await.unwrap_err().message.contains("384,000.00 元"));
        for (wrong, says) in [("-1", "不能为负"), ("1.234", "两位小数"), ("99999999999999999999", "超出范围"), ("0", "须大于零")] {
            assert!(pay(wrong).await.unwrap_err().message.contains(says), "{wrong}");
        }
        let change = [("sign", "plus"), ("amount", "200000"), ("note", "增加棚数")];
        beside(&app, &county(1), id, EntryKind::Change, &change).await.unwrap();
        let target = app.app.db.number("SELECT MAX(id) FROM project_change", args![]).await.unwrap();
        let own = beside_of(&app, &county(1), id, EntryKind::ApproveChange, target, &[("basis", "4号")]).await;
        assert_eq!(own.unwrap_err().kind, ErrorKind::Forbidden);
        beside_of(&app, &county(2), id, EntryKind::ApproveChange, target, &[("basis", "4号")]).await.unwrap();
        // 40 % of 1,160,000.
        pay("80000").await.unwrap();
        assert!(pay("0.01").await.is_err());
    }

    async fn a_contract_follows_its_award(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_notice(&app, id).await;
        act(&app, &county(1), id, A::Tender, &[("kind", "works"), ("method", "direct")]).await.unwrap_err();
        act(&app, &county(1), id, A::Tender, &[("kind", "works"), ("method", "compared")]).await.unwrap();
        let today = app.app.clock.today().to_string();
        let bid = |n: usize| [("bidder", "公司"), ("price", "960000")].map(|p| (p.0.to_owned(), p.1.to_owned())).into_iter()
            .chain([("uscc".to_owned(), uscc(n))]).collect::<Vec<_>>();
        for n in 1..=2 {
            let b = bid(n);
            let b: Vec<(&str, &str)> = b.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            beside(&app, &county(1), id, EntryKind::Bid, &b).await.unwrap();
            assert!(beside(&app, &county(1), id, EntryKind::Bid, &b).await.is_err(), "twice");
        }
        let award = [("uscc", uscc(1)), ("on", today.clone())];
        let award: Vec<(&str, &str)> = award.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let two = beside(&app, &county(1), id, EntryKind::Award, &award).await.unwrap_err();
        assert!(two.message.contains("不足 3 家"), "{}", two.message);
        let b = bid(3);
        let b: Vec<(&str, &str)> = b.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        beside(&app, &county(1), id, EntryKind::Bid, &b).await.unwrap();
        beside(&app, &county(1), id, EntryKind::Award, &award).await.unwrap();
        app.clock.advance_days(40);
        let now = app.app.clock.today().to_string();
        let sign = |amount: &'static str, on: &str, why: &'static str| {
            vec![("no".to_owned(), "合1".to_owned()), ("amount".to_owned(), amount.to_owned()), ("signed_on".to_owned(), on.to_owned()),
                ("late_why".to_owned(), why.to_owned()), ("retention".to_owned(), "96000.01".to_owned())]
        };
        let try_sign = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            act(&app, &county(1), id, A::Contract, &fields).await
        };
        let wrong = try_sign(sign("950000", "2026-03-01", "")).await.unwrap_err().message;
        assert!(wrong.contains("签订日期早于定标") && wrong.contains("与中标价 960,000.00 元不一致"), "{wrong}");
        let late = try_sign(sign("960000", &now, "")).await.unwrap_err().message;
        assert!(late.contains("超过 30 天") && late.contains("质保金不超过合同金额的 10%（96,000.00 元）"), "{late}");
        let mut good = sign("960000", &now, "等待规划许可");
        good[4].1 = "96000".into();
        try_sign(good).await.unwrap();
        assert_eq!(facts::steps(&app.app.db, id).await.unwrap().last().unwrap().late_days, 10);
    }

    // accept: 001-30
    async fn an_exemption_needs_cause_evidence_and_the_deciding_body(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_building(&app, id).await;
        act(&app, &town(), id, A::Suspend, &[("reason", "洪水冲毁")]).await.unwrap();
        let cdi = one(Role::CdiAdmin, "371621", 1);
        let all = [("reason", "自然灾害，非主观原因"), ("basis", "免〔2026〕1号"), ("cause", "disaster"),
            ("evidence", "应急局灾情证明"), ("decided_by", "县纪委监委")];
        for missing in ["reason", "basis", "cause", "evidence", "decided_by"] {
            let some: Vec<_> = all.iter().copied().filter(|(k, _)| *k != missing).collect();
            assert_eq!(act(&app, &cdi, id, A::Exempt, &some).await.unwrap_err().kind, ErrorKind::Invalid, "{missing}");
        }
        assert_eq!(act(&app, &county(1), id, A::Exempt, &all).await.unwrap_err().kind, ErrorKind::Forbidden);
        act(&app, &cdi, id, A::Exempt, &all).await.unwrap();
        assert_eq!(state(&app, id).await, "exempted");
    }

    async fn a_stop_ends_where_it_began(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_building(&app, id).await;
        act(&app, &town(), id, A::Suspend, &[("reason", "资金未到")]).await.unwrap();
        let wrong = act(&app, &county(1), id, A::Resume, &[("reason", "恢复")]).await.unwrap_err();
        assert!(wrong.message.contains("复工"), "{}", wrong.message);
        act(&app, &county(1), id, A::ResumeWork, &[("reason", "恢复")]).await.unwrap();
        assert_eq!(state(&app, id).await, "building");
    }

    async fn the_same_request_changes_nothing_twice_and_any_past_day_can_be_seen(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let form = projects::model::Filled::of(MEETINGS);
        for _ in 0..2 {
            projects::store::step::step(&app.app, &village(), id, "the-same-request", A::Argue, &form).await.unwrap();
        }
        assert_eq!(facts::steps(&app.app.db, id).await.unwrap().len(), 2);
        app.clock.advance_days(5);
        act(&app, &village(), id, A::Declare, &[]).await.unwrap();
        let on = async |day: &str| history::as_of(&app.app.db, KIND, id, day).await.unwrap().map(|e| e.state["state"].as_str().unwrap().to_owned());
        assert_eq!(on("2026-03-02").await.as_deref(), Some("已论证"));
        assert_eq!(on("2026-03-07").await.as_deref(), Some("村已申报"));
        assert_eq!(on("2026-03-01").await, None);
    }

    async fn a_step_lies_between_the_one_before_and_today(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let dated = |on: &'static str| MEETINGS.iter().copied().chain([("on", on)]).collect::<Vec<_>>();
        for (on, says) in [("2026-02-01", "不能早于上一步"), ("2026-03-03", "不能晚于今天"), ("1899-01-01", "1900 年以后"), ("三月", "请填写办理日期")] {
            let refused = act(&app, &village(), id, A::Argue, &dated(on)).await.unwrap_err();
            assert!(refused.message.contains(says), "{on}: {}", refused.message);
        }
        act(&app, &village(), id, A::Argue, &dated("2026-02-25")).await.unwrap();
    }
}

/// A yield received, planned, resolved, noticed and paid.
pub(crate) async fn paid_yield(app: &testkit::TestApp, asset: i64) {
    use AssetAct as X;
    asset_act(app, &station(1), asset, X::HandOver, &[("receiver", "西街村委会")])
        .await
        .unwrap();
    asset_act(app, &village(), asset, X::Operate, &[]).await.unwrap();
    let due = [("period", "2026 年"), ("amount", "80000"), ("due_on", "2026-06-30")];
    asset_act(app, &village(), asset, X::ExpectYield, &due).await.unwrap();
    asset_act(app, &village(), asset, X::ReceiveYield, &[("amount", "80000")])
        .await
        .unwrap();
    asset_act(app, &village(), asset, X::Plan, &[("by", "person")])
        .await
        .unwrap();
    let other = one(Role::VillageSupervision, COMMUNITY, 1);
    asset_act(app, &other, asset, X::Resolve, &[("basis", "决议1号")])
        .await
        .unwrap();
    asset_act(app, &village(), asset, X::Notice, &[]).await.unwrap();
    app.clock.advance_days(7);
    asset_act(app, &station(1), asset, X::Pay, &[]).await.unwrap();
}
