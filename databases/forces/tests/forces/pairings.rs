//! One household, one person; one village, one group; one project, one group.

use access::{Role, Scope};
use axum::http::StatusCode;
use forces::acts::pairing::{PairingForm, Wanted, act};
use households::pairing::{HelpFilter, coverage, of_household};
use kernel::ErrorKind;
use store::{BulkInsert, Query, args};
use testkit::{an_actor, both_databases};
use trail::Act;

use crate::support::{HELPER, KIN, LAWYER, SPARE, TOWN, WEST, a_county, a_helper, code, day, events, helper, number};

fn wish(request: &str, helper: i64, on: &str) -> PairingForm {
    PairingForm {
        request_id: request.into(),
        helper: helper.to_string(),
        on: on.into(),
        reason: "工作调整".into(),
    }
}

both_databases! {
    // accept: 001-38, 000-84a
    async fn a_household_without_a_helper_is_listed_until_it_is_paired(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let gaps = town.get("/desk/forces/gaps").await;
        assert_eq!(gaps.status, StatusCode::OK, "{}", gaps.text());
        assert!(gaps.text().contains("王建国") && !gaps.text().contains("张大山"), "{}", gaps.text());
        let fields = [("request_id", "pair-0001"), ("helper", "77"), ("on", "2026-03-01")];
        assert_eq!(town.post("/desk/forces/pairings/2/pair", &fields).await.status, StatusCode::SEE_OTHER);
        assert!(town.get("/desk/forces/gaps").await.text().contains("没有缺口"));
        assert!(town.get("/desk/forces/pairings/2").await.text().contains("孙接手"));
        let before = town.get("/desk/forces/gaps?day=2026-02-28").await;
        assert!(before.text().contains("王建国"), "the day before it was a gap still");
    }

    // accept: 001-38
    async fn a_hand_over_leaves_no_day_without_a_helper(db: TestDb) {
        let app = a_county(db).await;
        let town = an_actor(Role::TownPoverty, TOWN);
        let form = wish("hand-0001", SPARE, "2026-02-10");
        act(&app.app, &town, 1, Wanted::HandOver, &form).await.unwrap();
        let rows = of_household(&app.app.db, 1).await.unwrap();
        assert_eq!(rows[0].to_on.as_deref(), Some("2026-02-10"));
        assert_eq!((rows[1].account, rows[1].from_on.as_str()), (SPARE, "2026-02-10"));
        let area = Scope::area(code(TOWN));
        for on in ["2020-01-01", "2026-02-09", "2026-02-10", "2026-03-02"] {
            let sum = coverage(&app.app.db, &area, &HelpFilter::default(), day(on)).await.unwrap();
            assert_eq!(sum.helped, 1, "{on}");
        }
        act(&app.app, &town, 1, Wanted::HandOver, &form).await.unwrap();
        assert_eq!(of_household(&app.app.db, 1).await.unwrap().len(), 2, "the same request twice is one hand-over");
        assert_eq!(events(&app, "pairing.hand_over").await, 1);
        let mut old = app.signed_in(a_helper(HELPER)).await;
        assert!(!old.get("/desk/forces/visits/new").await.text().contains("张大山"), "the old helper no longer reaches it");
    }

    async fn near_kin_are_refused_with_the_reason_and_nothing_changes(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let kin = KIN.to_string();
        let fields = [("request_id", "kin-00001"), ("helper", kin.as_str()), ("on", "2026-03-01")];
        let refused = town.post("/desk/forces/pairings/2/pair", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("近亲属") && refused.text().contains("回避"), "{}", refused.text());
        assert_eq!(of_household(&app.app.db, 2).await.unwrap().len(), 0);
        let lawyer = LAWYER.to_string();
        let fields = [("request_id", "law-00001"), ("helper", lawyer.as_str()), ("on", "2026-03-01")];
        assert!(town.post("/desk/forces/pairings/2/pair", &fields).await.text().contains("不能担任"));
    }

    async fn declared_kin_are_refused_on_both_sides_and_on_the_record(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let father = number(3).expose().to_owned();
        let declare = [("request_id", "declare-01"), ("relative_name", "王建国"), ("relative_number", father.as_str()), ("code", "51")];
        assert_eq!(town.post("/desk/forces/helpers/77/kin", &declare).await.status, StatusCode::SEE_OTHER);
        let page = town.get("/desk/forces/helpers/77").await;
        assert!(page.text().contains("王建国") && page.text().contains("父亲"), "{}", page.text());
        let fields = [("request_id", "kin-00002"), ("helper", "77"), ("on", "2026-03-01")];
        let refused = town.post("/desk/forces/pairings/2/pair", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("近亲属") && refused.text().contains("回避"), "{}", refused.text());
        assert_eq!(of_household(&app.app.db, 2).await.unwrap().len(), 0);
        assert_eq!(events(&app, "pairing.refused").await, 1, "the attempt is on the record");
        let stored = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE payload LIKE $1", args![format!("%{father}%")]).await;
        assert_eq!(stored.unwrap(), 0, "no readable number");
        let wrong = [("request_id", "declare-02"), ("relative_name", "王建国"), ("relative_number", "123"), ("code", "51")];
        assert_eq!(town.post("/desk/forces/helpers/77/kin", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The head of household 1, a helper himself, is named by the helper 78: neither helps the other's home.
        let first = number(1).expose().to_owned();
        let other = [("request_id", "declare-03"), ("relative_name", "张大山"), ("relative_number", first.as_str()), ("code", "61")];
        assert_eq!(town.post("/desk/forces/helpers/78/kin", &other).await.status, StatusCode::SEE_OTHER);
        let wanted = [("request_id", "kin-00003"), ("helper", "78"), ("on", "2026-03-01"), ("reason", "工作调整")];
        assert!(town.post("/desk/forces/pairings/1/hand-over", &wanted).await.text().contains("近亲属"));
    }

    async fn a_household_cannot_be_paired_twice_or_in_another_town(db: TestDb) {
        let app = a_county(db).await;
        let town = an_actor(Role::TownPoverty, TOWN);
        let twice = act(&app.app, &town, 1, Wanted::Pair, &wish("twice-001", SPARE, "2026-03-01")).await.unwrap_err();
        assert_eq!(twice.kind, ErrorKind::Conflict);
        let other = act(&app.app, &town, 3, Wanted::HandOver, &wish("other-001", SPARE, "2026-03-01")).await.unwrap_err();
        assert_eq!(other.kind, ErrorKind::NotFound);
        for on in ["2026-03-03", "1899-12-31", "2019-12-31"] {
            let error = act(&app.app, &town, 1, Wanted::HandOver, &wish("days-0001", SPARE, on)).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid, "{on}");
        }
        let mut village = app.as_role(Role::VillageAdmin, WEST).await;
        assert_eq!(village.post("/desk/forces/pairings/1/end", &[]).await.status, StatusCode::FORBIDDEN);
    }

    async fn many_are_paired_as_previewed_and_only_once(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let path = format!("/desk/forces/pairings/bulk?town={TOWN}&most=5&on=2026-03-01&helper={SPARE}&helper={KIN}");
        let shown = town.get(&path).await;
        assert!(shown.text().contains("将结对 1 户") && shown.text().contains("孙接手 1 户"), "{}", shown.text());
        assert_eq!(of_household(&app.app.db, 2).await.unwrap().len(), 0, "a preview writes nothing");
        let seal = shown.attributes("input[name=seal]", "value").pop().unwrap();
        let (spare, kin) = (SPARE.to_string(), KIN.to_string());
        let mut fields = vec![
            ("request_id", "bulk-0001"), ("town", TOWN), ("most", "5"), ("on", "2026-03-01"),
            ("helper", &spare), ("helper", &kin), ("seal", "0000000000000000"),
        ];
        let changed = town.post("/desk/forces/pairings/bulk", &fields).await;
        assert!(changed.text().contains("请重新预览"), "{}", changed.text());
        fields[6] = ("seal", &seal);
        for _ in 0..2 {
            assert_eq!(town.post("/desk/forces/pairings/bulk", &fields).await.status, StatusCode::SEE_OTHER);
        }
        let rows = of_household(&app.app.db, 2).await.unwrap();
        assert_eq!(rows.iter().map(|r| r.account).collect::<Vec<_>>(), [SPARE]);
    }

    // accept: 000-84b, 000-84c, 001-39, 000-67, 001-56, 004-42
    async fn villages_and_projects_are_paired_with_their_groups(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        assert!(town.get("/desk/forces/gaps?of=village").await.text().contains("大田社区"));
        assert!(town.get("/desk/forces/gaps?of=resident").await.text().contains("没有缺口"));
        assert!(town.get("/desk/forces/gaps?of=project").await.text().contains("大田光伏项目"));
        let kinds = [
            ("county_town", "大田联动帮扶组", WEST), ("project", "光伏帮扶组", "900"), ("unit", "县税务局", WEST),
            ("enterprise", "惠民纺织公司", WEST), ("town_supervision", "石庙监管小组", WEST),
        ];
        for (n, (kind, name, target)) in kinds.iter().enumerate() {
            let id = format!("found-{n:04}");
            let fields = [
                ("request_id", id.as_str()), ("name", name), ("kind", kind), ("region", TOWN), ("founded_on", "2026-01-01"),
            ];
            let made = town.post("/desk/forces/teams/new", &fields).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
            let id = format!("pair-{n:05}");
            let pair = [("request_id", id.as_str()), ("target", target), ("on", "2026-01-02")];
            let paired = town.post(&format!("{}/pair", made.location()), &pair).await;
            assert_eq!(paired.status, StatusCode::SEE_OTHER, "{name}: {}", paired.text());
        }
        for of in ["village", "project"] {
            assert!(town.get(&format!("/desk/forces/gaps?of={of}")).await.text().contains("没有缺口"), "{of}");
        }
        let village = town.get(&format!("/desk/forces/villages/{WEST}")).await.text();
        for said in ["县税务局", "部门包村", "惠民纺织公司", "村企结对", "分片包村监管", "大田联动帮扶组", "高明远"] {
            assert!(village.contains(said), "{said}: {village}");
        }
        let units = town.get("/desk/forces/villages?kind=unit").await;
        assert_eq!(units.texts("tbody tr td:nth-child(3)"), ["县税务局"]);
    }

    // accept: 004-43
    async fn villager_representatives_are_three_to_five(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let fields = [
            ("request_id", "reps-0001"), ("name", "大田村民代表组"), ("kind", "villager_reps"), ("region", WEST),
            ("founded_on", "2026-01-01"),
        ];
        let team = town.post("/desk/forces/teams/new", &fields).await.location().to_owned();
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let people: Vec<_> = (0..6).map(|n| helper(7000 + n, &format!("代表{n}"), "villager_rep", WEST)).collect();
        forces::store::load::helpers(&tx, day("2026-01-01"), &people).await.unwrap();
        tx.commit(Act::new("force.load", "register")).await.unwrap();
        for n in 0..6 {
            let (request, id) = (format!("join-{n:05}"), (7000 + n).to_string());
            let fields = [("request_id", request.as_str()), ("helper", &id), ("part", "member"), ("on", "2026-01-02")];
            let status = town.post(&format!("{team}/join"), &fields).await.status;
            assert_eq!(status == StatusCode::SEE_OTHER, n < 5, "member {n}");
            if n == 1 {
                assert!(town.get(&team).await.text().contains("应为 3 至 5 人，现有 2 人"));
            }
        }
        assert!(!town.get(&team).await.text().contains("应为 3 至 5 人"));
    }

    // accept: 000-68
    async fn forty_six_thousand_cadres_each_help_a_household(db: TestDb) {
        const CADRES: i64 = 46_000;
        let app = a_county(db).await;
        let village = code("371621103001001");
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let cadres: Vec<_> = (0..CADRES).map(|n| helper(100_000 + n, &format!("党员{n}"), "responsible", "371621")).collect();
        forces::store::load::helpers(&tx, day("2026-01-01"), &cadres).await.unwrap();
        let mut homes = BulkInsert::new(
            &tx,
            "household",
            &["id", "household_no", "region", "head_key", "head_name", "population", "status", "attr", "main_cause"],
            "",
        );
        for n in 0..CADRES {
            homes
                .push(args![100_000 + n, format!("N{n:08}"), village.as_i64(), n, "户主", 3, 0, 1, "因病"])
                .await
                .unwrap();
        }
        homes.finish().await.unwrap();
        let pairings = cadres.iter().map(|h| households::load::NewPairing {
            household: h.id,
            account: h.pair_key,
            helper_name: &h.name,
            from_on: day("2026-01-01"),
            to_on: None,
        });
        households::load::pairings(&tx, pairings).await.unwrap();
        tx.commit(Act::new("force.load", "register")).await.unwrap();
        let area = Scope::area(code("371621103"));
        let sum = coverage(&app.app.db, &area, &HelpFilter::default(), day("2026-03-02")).await.unwrap();
        assert_eq!((sum.households, sum.helped), (CADRES + 1, CADRES + 1));
        let different = app
            .app
            .db
            .number("SELECT COUNT(DISTINCT account) FROM pairing WHERE to_on IS NULL AND account >= 100000", args![])
            .await
            .unwrap();
        assert_eq!(different, CADRES);
        let mut county = app.as_role(Role::AgriAdmin, "371621").await;
        assert!(county.get("/desk/forces/pairings").await.text().contains("已结对 46002 户"));
    }

    async fn a_helper_with_households_hands_over_before_leaving(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let leave = |request| [("request_id", request), ("on", "2026-03-01"), ("reason", "工作调动")];
        let path = format!("/desk/forces/helpers/{HELPER}");
        let refused = town.post(&format!("{path}/leave"), &leave("leave-001")).await;
        assert!(refused.text().contains("仍结对 1 户"), "{}", refused.text());
        let spare = SPARE.to_string();
        let fields = [("request_id", "all-00001"), ("helper", spare.as_str()), ("on", "2026-03-01"), ("reason", "工作调动")];
        assert_eq!(town.post(&format!("{path}/hand-over"), &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(town.post(&format!("{path}/leave"), &leave("leave-002")).await.status, StatusCode::SEE_OTHER);
        assert!(town.get(&path).await.text().contains("2026-03-01 离岗"));
    }
}
