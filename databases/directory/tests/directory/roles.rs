//! The nine levels and those beside them: each signs in and reaches its own area, nothing more.

use access::{Actor, Role};
use directory::accounts::account_by_login;
use testkit::{TestDb, both_databases, golden, run};

use crate::support::{a_county, at_desk};

/// Signs in with the demo account, looks at the desk, and hands back who the platform takes it for.
async fn signed_in_as(app: &testkit::TestApp, login: &str, role: Role) -> Actor {
    let mut client = at_desk(app, login).await;
    let desk = client.get("/desk").await;
    assert!(desk.text().contains(role.title()), "{login}: {}", desk.text());
    let id = account_by_login(&app.app.db, login).await.unwrap().unwrap().id;
    let living = directory::living();
    let actor = living.signed_in(&app.app, id).await.unwrap().unwrap().actor;
    assert_eq!(actor.role, role);
    actor
}

fn covers(actor: &Actor, area: &str) -> bool {
    actor.scope.covers(area.parse().unwrap())
}

both_databases! {
    // accept: 003-24, 003-26, 003-27, 003-28
    async fn county_roles_reach_their_county_and_no_other(db: TestDb) {
        let app = a_county(db).await;
        for (login, role) in [
            ("xianji", Role::CountyAdmin),
            ("nongye", Role::AgriAdmin),
            ("jiwei", Role::CdiAdmin),
            ("jijianshi", Role::CdiOfficeAdmin),
        ] {
            let actor = signed_in_as(&app, login, role).await;
            assert!(covers(&actor, "371621101201001") && covers(&actor, "371621102"), "{login}");
            assert!(!covers(&actor, "371622") && !covers(&actor, "3716"), "{login}");
        }
    }

    // accept: 003-25
    async fn a_fund_unit_reaches_the_rows_of_its_own_department(db: TestDb) {
        let app = a_county(db).await;
        let actor = signed_in_as(&app, "minzheng", Role::FundUnitAdmin).await;
        assert!(covers(&actor, "371621101") && !covers(&actor, "371622"));
        assert!(actor.scope.covers_department("civil_affairs") && !actor.scope.covers_department("housing"));
    }

    // accept: 003-29, 003-30
    async fn town_roles_reach_their_town_and_not_the_next(db: TestDb) {
        let app = a_county(db).await;
        for (login, role) in [("jingguan", Role::TownAgriStation), ("zhenjiwei", Role::TownCdi)] {
            let actor = signed_in_as(&app, login, role).await;
            assert!(covers(&actor, "371621101202001"), "{login}");
            assert!(!covers(&actor, "371621102") && !covers(&actor, "371621"), "{login}");
        }
    }

    // accept: 003-31, 003-32
    async fn village_roles_reach_their_community_and_not_the_next(db: TestDb) {
        let app = a_county(db).await;
        for (login, role) in [("cunwei", Role::VillageAdmin), ("jianwei", Role::VillageSupervision)] {
            let actor = signed_in_as(&app, login, role).await;
            assert!(covers(&actor, "371621101201001"), "{login}");
            assert!(!covers(&actor, "371621101202") && !covers(&actor, "371621101"), "{login}");
        }
    }

    async fn the_three_administrators_reach_no_row(db: TestDb) {
        let app = a_county(db).await;
        for (login, role) in
            [("xitong", Role::SystemAdmin), ("anquan", Role::SecurityAdmin), ("jilu", Role::AuditAdmin)]
        {
            let actor = signed_in_as(&app, login, role).await;
            assert_eq!(actor.scope, access::Scope::nothing(), "{login}");
        }
    }
}

#[test]
fn a_helper_reaches_paired_households_only() {
    run(async {
        let app = a_county(TestDb::sqlite().await).await;
        let actor = signed_in_as(&app, "bangfu", Role::Helper).await;
        assert_eq!(actor.scope.helper(), actor.account);
        assert!(actor.scope.helper().is_some());
    });
}

#[test]
fn the_table_of_permissions_names_every_route() {
    run(async {
        let app = a_county(TestDb::sqlite().await).await;
        assert_eq!(golden::without_policy(&app.app), Vec::<String>::new());
        let table = golden::table(&app.app);
        assert!(table.contains("[directory] account.grant\n  R23b\n"), "{table}");
        assert!(table.contains("[directory] trail.read\n  R4 R23c\n"), "{table}");
        assert!(
            table.contains("[directory] session.open\n  所有人\n  GET  /sign-in\n  POST /sign-in\n"),
            "{table}"
        );
    });
}

#[test]
fn every_role_is_refused_where_the_table_says_so_and_no_page_breaks() {
    run(async {
        let modules = vec![directory::module()];
        let app = testkit::TestApp::with_parts(TestDb::sqlite().await, modules, directory::parts(true, vec![])).await;
        crate::support::load_places(&app).await;
        assert_eq!(golden::walk(&app).await, Vec::<String>::new());
    });
}
