//! Who sees what, and who may do what.

use access::{Policies, Resource, Role, Scope};
use store::args;
use testkit::{an_actor, both_databases};
use warnings::model::{ActKind, Part, TABLE, parts_of};

use crate::world::*;

/// The part a role plays where its own unit is in charge.
fn parts_in_charge(role: Role) -> Vec<Part> {
    let mut actor = an_actor(role, COUNTY);
    actor.department = Some("civil_affairs".into());
    ["civil_affairs", "town", "discipline"]
        .iter()
        .flat_map(|owner| parts_of(&actor, owner))
        .collect()
}

#[test]
fn the_policies_permit_exactly_what_the_table_lets_each_role_do() {
    let module = warnings::module();
    let policies = Policies::parse([(module.name, module.policy)]).unwrap();
    for role in Role::ALL {
        let parts = parts_in_charge(*role);
        for kind in ActKind::ALL {
            if matches!(kind, ActKind::SampleIn | ActKind::SampleOut | ActKind::SystemClear) {
                continue;
            }
            let in_table = TABLE
                .iter()
                .any(|row| row.act == *kind && row.by.iter().any(|part| parts.contains(part)));
            let permitted = policies.permits(&an_actor(*role, COUNTY), kind.action(), &Resource::any());
            assert_eq!(permitted, in_table, "{} {}", role.id(), kind.action());
        }
    }
}

both_databases! {
    async fn each_sees_the_findings_of_his_area_and_department(db: TestDb) {
        let world = a_county(db).await;
        let mut elsewhere = a_draft(2);
        elsewhere.region = "371621104201001".parse::<kernel::RegionCode>().unwrap().as_i64();
        let mut housing = a_draft(3);
        housing.owner_department = "HOU".into();
        absorb(&world, &a_run(1), vec![a_draft(1), elsewhere, housing]).await;
        for (actor, rows) in [
            (inspector(), 3),
            (of_area(1, "县级", Role::CountyAdmin, COUNTY), 3),
            (of_department(11, "李民政", "civil_affairs"), 2),
            (of_department(12, "周住建", "housing"), 1),
            (of_area(6, "经管站", Role::TownAgriStation, TOWN), 2),
            (of_area(7, "镇纪委", Role::TownCdi, OTHER_TOWN), 1),
            (of_area(8, "村委", Role::VillageAdmin, COMMUNITY), 2),
            (of_area(5, "监察室", Role::CdiOfficeAdmin, OTHER_TOWN), 1),
        ] {
            let role = actor.role;
            let mut client = world.signed_in(actor).await;
            let shown = client.get("/desk/warnings").await;
            assert_eq!(shown.texts("tbody tr").len(), rows, "{}", role.id());
            assert!(shown.texts(".list-total b")[0] == rows.to_string(), "the count is of the same rows");
        }
        let mut town = world.signed_in(of_area(7, "镇纪委", Role::TownCdi, OTHER_TOWN)).await;
        let id = id_of(&world, 1).await;
        assert_eq!(town.get(&format!("/desk/warnings/{id}")).await.status.as_u16(), 404);
        assert_eq!(town.get(&format!("/desk/warnings/{id}/notice")).await.status.as_u16(), 404);
        assert_eq!(act(&mut town, id, "start_verification", &[("team", "李四、王五")]).await.status.as_u16(), 404);
        let mut housing = world.signed_in(of_department(12, "周住建", "housing")).await;
        assert_eq!(act(&mut housing, id, "acknowledge", &[]).await.status.as_u16(), 404);
        let rules = town.get("/desk/warnings").await.attributes("#f-department option", "value");
        assert!(rules.is_empty(), "one owner within reach: nothing to choose, {rules:?}");
        assert_eq!(stage(&world, id).await, "assigned");
    }

    async fn platform_administrators_and_visitors_see_nothing(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin, Role::Observer, Role::ThirdParty] {
            let mut client = world.as_role(role, COUNTY).await;
            for path in ["/desk/warnings".to_owned(), format!("/desk/warnings/{id}"), "/desk/warnings/export".to_owned()] {
                assert_eq!(client.get(&path).await.status.as_u16(), 403, "{} {path}", role.id());
            }
        }
        let shown = world.visitor().get(&format!("/desk/warnings/{id}")).await;
        assert!(shown.location().starts_with("/sign-in"));
    }

    async fn the_wrong_role_is_refused(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        for (role, area, name) in [
            (Role::CountyAdmin, COUNTY, "acknowledge"),
            (Role::VillageAdmin, COMMUNITY, "verify"),
            (Role::VillageSupervision, COMMUNITY, "dept_review"),
            (Role::TownCdi, TOWN, "cdi_check"),
            (Role::Audit, COUNTY, "close"),
            (Role::ResidentTeam, COMMUNITY, "acknowledge"),
            (Role::TownCdi, TOWN, "acknowledge"),
        ] {
            let mut client = world.as_role(role, area).await;
            let shown = act(&mut client, id, name, &[("reason", "无"), ("opinion", "同意")]).await;
            assert_eq!(shown.status.as_u16(), 403, "{} {name}: {}", role.id(), shown.text());
        }
        assert_eq!(number(&world, "SELECT steps FROM finding").await, 2);
    }

    async fn the_village_answers_and_no_more(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut village = world.as_role(Role::VillageSupervision, COMMUNITY).await;
        let page = village.get(&format!("/desk/warnings/{id}")).await;
        assert_eq!(page.attributes("form[data-act]", "data-act"), ["answer"]);
        assert!(!page.text().contains("鲁M00001"), "the other department's record stays closed");
        assert!(!page.text().contains("张三1") && page.text().contains("张*1"), "{}", page.text());
        done(&mut village, id, "answer", &[("text", "车辆已于去年报废")]).await;
        let mut desk = a_desk(&world).await;
        assert!(desk.clerk.get(&format!("/desk/warnings/{id}")).await.text().contains("车辆已于去年报废"));
        assert_eq!(village.get("/desk/warnings?mine=1").await.texts("tbody tr").len(), 0, "answered");
    }

    async fn a_helper_sees_the_verdict_of_his_households_and_no_figures(db: TestDb) {
        let world = a_county(db).await;
        let mut deposit = a_draft(1);
        deposit.evidence[1].title = "存款".into();
        deposit.evidence[1].fields[1].value = "余额 98,765.43".into();
        absorb(&world, &a_run(1), vec![deposit, a_draft(2)]).await;
        let (paired, other) = (id_of(&world, 1).await, id_of(&world, 2).await);
        let tx = world.app.trail.begin(&access::Actor::system()).await.unwrap();
        let pairing = "INSERT INTO pairing (household_id, account, helper_name, from_on) VALUES (9001, 77, '帮扶人', '2026-01-01')";
        tx.execute(pairing, args![]).await.unwrap();
        tx.commit(trail::Act::new("test.pairing", "pairing:1")).await.unwrap();
        let mut helper = of_area(77, "帮扶人", Role::Helper, COUNTY);
        helper.scope = Scope::area(COUNTY.parse().unwrap()).paired_with(access::AccountId(77));
        let mut helper = world.signed_in(helper).await;
        assert_eq!(helper.get("/desk/warnings").await.texts("tbody tr").len(), 1);
        assert_eq!(helper.get(&format!("/desk/warnings/{other}")).await.status.as_u16(), 404);
        let mut desk = a_desk(&world).await;
        to_reviewed(&mut desk, paired, &[("verdict", "true"), ("confirmed", "300")]).await;
        let page = helper.get(&format!("/desk/warnings/{paired}")).await;
        assert!(page.text().contains("属实"), "{}", page.text());
        for figure in ["98,765", "300.00", "300.01"] {
            assert!(!page.text().contains(figure), "{figure}: {}", page.text());
        }
        assert!(!helper.get("/desk/warnings").await.text().contains("300.01"));
    }

    async fn figures_of_deposits_need_a_purpose_and_leave_a_trace(db: TestDb) {
        let world = a_county(db).await;
        let mut deposit = a_draft(1);
        deposit.evidence[1].title = "存款".into();
        deposit.evidence[1].fields[1].value = "余额 98,765.43".into();
        absorb(&world, &a_run(1), vec![deposit]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        assert!(!desk.clerk.get(&format!("/desk/warnings/{id}")).await.text().contains("98,765"));
        let path = format!("/desk/warnings/{id}/reveal");
        assert_eq!(desk.clerk.post(&path, &[("purpose", " ")]).await.status.as_u16(), 422);
        assert!(desk.clerk.post(&path, &[("purpose", "核查低保疑点")]).await.text().contains("98,765.43"));
        assert_eq!(number(&world, "SELECT COUNT(*) FROM trail_event WHERE purpose = '核查低保疑点'").await, 1);
    }

    // accept: 000-64a, 000-64b, 000-64c, 000-64d
    async fn a_finding_names_the_kind_of_supervision_it_comes_from(db: TestDb) {
        let world = a_county(db).await;
        let mut drafts: Vec<_> = (1..=4).map(a_draft).collect();
        for (draft, verifier) in drafts.iter_mut().zip(["CIV", "FIN", "CDI", "VSC"]) {
            draft.owner_department = verifier.into();
        }
        absorb(&world, &a_run(1), drafts).await;
        let mut client = world.signed_in(inspector()).await;
        for (n, word) in [(1, "部门内部监督"), (2, "财政审计监督"), (3, "纪委监督"), (4, "社会监督")] {
            let id = id_of(&world, n).await;
            assert!(client.get(&format!("/desk/warnings/{id}")).await.texts(".pairs").join(" ").contains(word));
        }
        for origin in ["department", "finance_audit", "discipline", "social"] {
            assert_eq!(client.get(&format!("/desk/warnings?origin={origin}")).await.texts("tbody tr").len(), 1);
        }
    }
}
