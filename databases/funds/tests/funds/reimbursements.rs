//! Reimbursements: papers, five signatures by five people, then the money.

use access::{AccountId, Actor, Role, Scope};
use funds::{
    chain::Asked,
    model::flows::{AllocationAct, REIMBURSEMENT, ReimbursementAct},
    reimbursement::{self, NewReimbursement, SLOTS},
};
use kernel::{AppResult, Clock, ErrorKind, Money};
use records::{flow::Code, papers::Upload};
use store::{Query, args};
use testkit::{TestApp, both_databases};

use crate::{chain::set, support::*};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

async fn drafted(app: &TestApp, share: i64, yuan: i64) -> AppResult<i64> {
    let new = NewReimbursement {
        allocation: share,
        title: "西街村生产路工程款",
        works: true,
        payee: "惠民县路桥工程队",
        amount: Money::from_yuan(yuan),
    };
    reimbursement::enter(&app.app, &filler(), &fresh(app), &new).await
}

fn filler() -> Actor {
    office(Role::VillageAdmin, false)
}

async fn take(app: &TestApp, actor: &Actor, id: i64, act: ReimbursementAct) -> AppResult<()> {
    let request = fresh(app);
    let asked = Asked::on(&request, app.clock.today()).because("按规定办理");
    reimbursement::step(&app.app, actor, id, act, &asked).await
}

fn signers() -> [Actor; 5] {
    [
        filler(),
        office(Role::VillageSupervision, false),
        office(Role::TownPoverty, false),
        office(Role::FundUnitAdmin, false),
        office(Role::Finance, false),
    ]
}

both_databases! {
    // accept: 004-31, 004-32a, 004-32b, 004-32c
    async fn works_are_paid_on_three_papers_and_five_signatures_by_five_people(db: TestDb) {
        let app = a_county(db).await;
        let (_, share) = with_money(&app, "HN25", "文1", TOWN, 50_000).await;
        let id = drafted(&app, share, 30_000).await.unwrap();
        let missing = take(&app, &filler(), id, ReimbursementAct::Submit).await.unwrap_err();
        assert!(missing.message.contains("验收报告") && missing.message.contains("税务发票") && missing.message.contains("实施合同"), "{missing}");
        for paper in ["acceptance", "invoice", "contract"] {
            let file = Upload { file_name: format!("{paper}.pdf"), bytes: PDF.to_vec() };
            reimbursement::attach(&app.app, &filler(), id, &fresh(&app), paper, vec![file]).await.unwrap();
        }
        for ((act, _), actor) in SLOTS.into_iter().zip(signers()) {
            take(&app, &actor, id, act).await.unwrap();
        }
        take(&app, &office(Role::Finance, false), id, ReimbursementAct::Pay).await.unwrap();
        assert_eq!(state_of(&app, "reimbursement", id).await, "paid");
        let used = app.app.db.number("SELECT CAST(SUM(in_fen - out_fen) AS BIGINT) FROM fund_node WHERE stage = 'used' AND holder = $1", args![id]).await.unwrap();
        assert_eq!(used, 3_000_000);
        let signs = reimbursement::signs(&app.app.db, id).await.unwrap();
        assert_eq!(signs.len(), 5);
        let again = take(&app, &office(Role::Finance, false), id, ReimbursementAct::Pay).await.unwrap_err();
        assert_eq!(again.kind, ErrorKind::Conflict, "not twice");
    }

    async fn one_person_does_not_sign_twice_and_a_return_voids_all_signatures(db: TestDb) {
        let app = a_county(db).await;
        let (_, share) = with_money(&app, "HN25", "文1", TOWN, 50_000).await;
        let new = NewReimbursement { allocation: share, title: "培训资料费", works: false, payee: "印刷厂", amount: Money::from_yuan(100) };
        let id = reimbursement::enter(&app.app, &filler(), &fresh(&app), &new).await.unwrap();
        take(&app, &filler(), id, ReimbursementAct::Submit).await.unwrap();
        let own = take(&app, &filler(), id, ReimbursementAct::VillageSign).await.unwrap_err();
        assert_eq!(own.kind, ErrorKind::Forbidden);
        take(&app, &office(Role::VillageSupervision, false), id, ReimbursementAct::VillageSign).await.unwrap();
        // The filler meanwhile works at the town: still the same person.
        let moved = Actor { role: Role::TownPoverty, ..filler() };
        let twice = take(&app, &moved, id, ReimbursementAct::TownSign).await.unwrap_err();
        assert!(twice.message.contains("已在这笔报账上签过字"), "{twice}");
        take(&app, &office(Role::TownPoverty, false), id, ReimbursementAct::SendBack).await.unwrap();
        assert!(reimbursement::signs(&app.app.db, id).await.unwrap().is_empty());
        let other = Actor { account: Some(AccountId(9_001)), ..office(Role::TownPoverty, false) };
        assert!(take(&app, &other, id, ReimbursementAct::TownSign).await.is_err(), "from the draft on again");
    }

    async fn what_is_outside_the_plan_or_above_it_is_not_reimbursed(db: TestDb) {
        let app = a_county(db).await;
        let (_, share) = with_money(&app, "HN25", "文1", TOWN, 1_000).await;
        assert!(drafted(&app, 404, 10).await.unwrap_err().message.contains("不在已决定的分配方案内"));
        assert!(drafted(&app, share, 1_001).await.unwrap_err().message.contains("超过分配数"));
        assert_eq!(drafted(&app, share, 0).await.unwrap_err().kind, ErrorKind::Invalid);
        let new = NewReimbursement { allocation: share, title: "资料费", works: false, payee: "印刷厂", amount: Money::from_yuan(800) };
        let id = reimbursement::enter(&app.app, &filler(), &fresh(&app), &new).await.unwrap();
        allocation(&app, Role::TownPoverty, share, AllocationAct::Request, None).await.unwrap();
        allocation(&app, Role::Finance, share, AllocationAct::Disburse, Some(Money::from_yuan(900))).await.unwrap();
        allocation(&app, Role::FundUnitAdmin, share, AllocationAct::Use, Some(Money::from_yuan(500))).await.unwrap();
        let late = take(&app, &filler(), id, ReimbursementAct::Submit).await.unwrap_err();
        assert!(late.message.contains("超过可用资金 500.00 元"), "{late}");
    }

    async fn every_step_a_reimbursement_does_not_have_is_refused(db: TestDb) {
        let app = a_county(db).await;
        let (_, share) = with_money(&app, "HN25", "文1", TOWN, 1_000).await;
        let id = drafted(&app, share, 100).await.unwrap();
        for (state, act) in REIMBURSEMENT.illegal() {
            set(&app, "reimbursement", id, state.id()).await;
            for actor in signers() {
                assert!(take(&app, &actor, id, act).await.is_err(), "{state:?} {act:?} {:?}", actor.role);
            }
            assert_eq!(state_of(&app, "reimbursement", id).await, state.id());
        }
        let out_of_reach = reimbursement::reimbursement(&app.app.db, &Scope::area(code(OTHER_TOWN)), id).await.unwrap();
        assert!(out_of_reach.is_none());
    }
}
