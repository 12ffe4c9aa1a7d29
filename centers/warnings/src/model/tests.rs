//! Examples of the life of a finding, and everything that must not happen in it.

use access::AccountId;
use comparison::finding::Severity;
use kernel::{Calendar, Money, RegionCode, Timestamp, period::parse_date};

use super::*;

const RECORDER: AccountId = AccountId(1);
const REVIEWER: AccountId = AccountId(2);
const INSPECTOR: AccountId = AccountId(3);

fn monday() -> Timestamp {
    Timestamp::at_start_of(parse_date("2026-03-02").unwrap()).plus_minutes(9 * 60)
}

fn a_case(severity: Severity) -> Case {
    Case {
        id: 77,
        region: "371621103005012".parse().unwrap(),
        severity,
        colour: Colour::Shown(severity),
        stage: Stage::Assigned,
        supervisor: None,
        owner: "civil_affairs".into(),
        subject_name: "张三".into(),
        concerns_cadre: false,
        money: Money::from_yuan(3960),
        due: None,
        extended: false,
        verdict: None,
        exception: None,
        confirmed: None,
        recovered: None,
        verdict_by: None,
        reviewed_by: None,
        checked_by: None,
        rectified_by: None,
        elimination_by: None,
        check_due: false,
        merged_into: None,
        returns: 0,
        outcome: String::new(),
    }
}

/// Someone acting in every capacity: only the stage can refuse.
fn anyone(account: AccountId) -> By {
    use Part::*;
    By {
        account,
        parts: vec![System, Cdi, UpperCdi, Department, Town, Team, Village],
        conflict: None,
    }
}

fn act_on(case: &Case, act: Act, by: AccountId) -> Result<Applied, Refusal> {
    let calendar = Calendar::default();
    let due = Due {
        params: Params::of(RegionCode::NATION, monday().date()),
        calendar: &calendar,
        now: monday(),
    };
    case.apply(&act, &anyone(by), &due)
}

fn team() -> Vec<String> {
    vec!["李四".into(), "王五".into()]
}

fn a_verdict(verdict: Verdict) -> Act {
    Act::RecordVerdict(Verification {
        team: team(),
        verdict,
        exception: (verdict == Verdict::Exception).then(|| "X04".into()),
        evidence: "入户查看，核对报废证明".into(),
        confirmed: (verdict == Verdict::True).then(|| Money::from_yuan(3960)),
    })
}

fn well_formed(kind: ActKind) -> Act {
    let reason = || "理由".to_owned();
    match kind {
        ActKind::Assign => Act::Assign { to: "finance".into() },
        ActKind::Merge => Act::Merge {
            into: 78,
            reason: reason(),
        },
        ActKind::Reassign => Act::Reassign {
            to: "finance".into(),
            reason: reason(),
        },
        ActKind::Acknowledge => Act::Acknowledge,
        ActKind::StartVerification => Act::StartVerification { team: team() },
        ActKind::Extend => Act::Extend { reason: reason() },
        ActKind::Answer => Act::Answer { text: reason() },
        ActKind::RecordVerdict => a_verdict(Verdict::True),
        ActKind::DeptReview => Act::DeptReview { opinion: reason() },
        ActKind::Return => Act::Return { reason: reason() },
        ActKind::SampleIn => Act::SampleIn,
        ActKind::SampleOut => Act::SampleOut,
        ActKind::CdiCheck => Act::CdiCheck { opinion: reason() },
        ActKind::StartRectification => Act::StartRectification,
        ActKind::RecordRectification => Act::RecordRectification(Rectification {
            measures: "停发并追回".into(),
            recovered: Money::from_yuan(100),
            explanation: String::new(),
        }),
        ActKind::ApplyElimination => Act::ApplyElimination { reasons: reason() },
        ActKind::ApproveElimination => Act::ApproveElimination { opinion: reason() },
        ActKind::RefuseElimination => Act::RefuseElimination { reason: reason() },
        ActKind::Close => Act::Close { reason: reason() },
        ActKind::Progress => Act::Progress { text: reason() },
        ActKind::Supervise => Act::Supervise {
            leader: "赵书记".into(),
            reason: reason(),
        },
        ActKind::LiftSupervision => Act::LiftSupervision { reason: reason() },
        ActKind::Escalate => Act::Escalate { reason: reason() },
        ActKind::TransferToClue => Act::TransferToClue { reason: reason() },
        ActKind::Reopen => Act::Reopen { reason: reason() },
        ActKind::SystemClear => Act::SystemClear { reason: reason() },
    }
}

/// A case at a stage with everything in order for an act, so that only the stage decides.
fn ready_for(kind: ActKind, stage: Stage) -> Case {
    let mut case = a_case(Severity::O);
    case.stage = stage;
    case.due = Some(monday());
    case.verdict = Some(match kind {
        ActKind::StartRectification => Verdict::True,
        _ => Verdict::False,
    });
    case.verdict_by = Some(AccountId(91));
    case.reviewed_by = Some(AccountId(92));
    case.rectified_by = Some(AccountId(93));
    if matches!(kind, ActKind::ApproveElimination | ActKind::RefuseElimination) {
        case.elimination_by = Some(AccountId(94));
    }
    if matches!(kind, ActKind::Progress | ActKind::LiftSupervision) {
        case.supervisor = Some("赵书记".into());
    }
    case
}

#[test]
fn every_transition_of_the_table_works_and_every_other_is_refused() {
    let (mut legal, mut illegal) = (0, 0);
    for stage in Stage::ALL {
        for kind in ActKind::ALL {
            let case = ready_for(*kind, *stage);
            let outcome = act_on(&case, well_formed(*kind), RECORDER);
            match Transition::find(*kind, *stage) {
                Some(row) => {
                    legal += 1;
                    let after = outcome.unwrap_or_else(|e| panic!("{stage:?} {kind:?}: {e:?}")).case;
                    let to = if let To::Stage(to) = row.to { to } else { *stage };
                    assert_eq!(after.stage, to, "{stage:?} {kind:?}");
                }
                None => {
                    illegal += 1;
                    assert_eq!(
                        outcome,
                        Err(Refusal::NotNow {
                            act: *kind,
                            stage: *stage
                        })
                    );
                }
            }
        }
    }
    assert_eq!(legal + illegal, Stage::ALL.len() * ActKind::ALL.len());
    assert!(illegal > legal, "{legal} legal, {illegal} illegal");
}

#[test]
fn every_capacity_the_table_does_not_name_is_refused() {
    use Part::*;
    let calendar = Calendar::default();
    let due = Due {
        params: Params::of(RegionCode::NATION, monday().date()),
        calendar: &calendar,
        now: monday(),
    };
    for row in TABLE {
        for stage in row.from {
            for part in [System, Cdi, UpperCdi, Department, Town, Team, Village] {
                let by = By {
                    account: RECORDER,
                    parts: vec![part],
                    conflict: None,
                };
                let outcome = ready_for(row.act, *stage).apply(&well_formed(row.act), &by, &due);
                assert_eq!(
                    outcome.is_ok(),
                    row.by.contains(&part),
                    "{:?} at {stage:?} by {part:?}",
                    row.act
                );
            }
        }
    }
}

#[test]
fn no_state_is_a_trap_and_every_state_is_reached() {
    let reached: Vec<Stage> = TABLE
        .iter()
        .filter_map(|row| if let To::Stage(to) = row.to { Some(to) } else { None })
        .collect();
    for stage in Stage::ALL {
        assert!(reached.contains(stage), "nothing leads to {stage:?}");
        let leaves = TABLE
            .iter()
            .any(|row| row.from.contains(stage) && matches!(row.to, To::Stage(to) if to != *stage));
        assert!(leaves, "nothing leads out of {stage:?}");
    }
}

fn walk(mut case: Case, acts: Vec<(Act, AccountId)>) -> Case {
    for (act, by) in acts {
        case = act_on(&case, act.clone(), by)
            .unwrap_or_else(|e| panic!("{act:?}: {e:?}"))
            .case;
    }
    case
}

fn to_verdict(verdict: Verdict) -> Vec<(Act, AccountId)> {
    vec![
        (Act::Acknowledge, RECORDER),
        (Act::StartVerification { team: team() }, RECORDER),
        (a_verdict(verdict), RECORDER),
        (
            Act::DeptReview {
                opinion: "同意".into()
            },
            REVIEWER,
        ),
    ]
}

#[test]
fn a_true_red_finding_stays_red_until_rectified_then_yellow_then_clear() {
    let case = walk(a_case(Severity::R), to_verdict(Verdict::True));
    assert!(case.check_due, "all red ones are checked again");
    assert!(matches!(
        act_on(&case, Act::StartRectification, RECORDER),
        Err(Refusal::Blocked(_))
    ));
    let case = walk(
        case,
        vec![
            (
                Act::CdiCheck {
                    opinion: "同意".into()
                },
                INSPECTOR,
            ),
            (Act::StartRectification, RECORDER),
        ],
    );
    assert_eq!(case.colour, Colour::Shown(Severity::R));
    let case = walk(case, vec![(well_formed(ActKind::RecordRectification), RECORDER)]);
    assert_eq!(case.colour, Colour::Shown(Severity::Y));
    assert!(matches!(
        act_on(&case, well_formed(ActKind::ApproveElimination), INSPECTOR),
        Err(Refusal::Blocked(_))
    ));
    let case = walk(case, vec![(well_formed(ActKind::ApplyElimination), RECORDER)]);
    assert_eq!(
        act_on(&case, well_formed(ActKind::ApproveElimination), RECORDER),
        Err(Refusal::SamePerson)
    );
    let case = walk(case, vec![(well_formed(ActKind::ApproveElimination), INSPECTOR)]);
    assert_eq!((case.stage, case.colour), (Stage::Closed, Colour::Cleared));
}

#[test]
fn who_recorded_the_verdict_neither_reviews_nor_checks_it() {
    let case = walk(a_case(Severity::O), to_verdict(Verdict::False)[..3].to_vec());
    assert_eq!(
        act_on(&case, well_formed(ActKind::DeptReview), RECORDER),
        Err(Refusal::SamePerson)
    );
    let case = walk(case, vec![(well_formed(ActKind::DeptReview), REVIEWER)]);
    assert_eq!(
        act_on(&case, well_formed(ActKind::CdiCheck), RECORDER),
        Err(Refusal::SamePerson)
    );
    assert_eq!(
        act_on(&case, well_formed(ActKind::CdiCheck), REVIEWER),
        Err(Refusal::SamePerson)
    );
}

#[test]
fn one_person_on_the_spot_is_not_enough() {
    let mut case = a_case(Severity::O);
    case.stage = Stage::Acknowledged;
    for team in [
        vec![],
        vec!["李四".to_owned()],
        vec!["李四".to_owned(), " 李 四 ".to_owned()],
    ] {
        assert!(matches!(
            act_on(&case, Act::StartVerification { team }, RECORDER),
            Err(Refusal::Team(_))
        ));
    }
    let with_subject = vec!["张 三".to_owned(), "李四".to_owned()];
    assert!(matches!(
        act_on(&case, Act::StartVerification { team: with_subject }, RECORDER),
        Err(Refusal::Team(_))
    ));
}

#[test]
fn nobody_acts_on_himself_his_kin_or_his_village_leader() {
    let calendar = Calendar::default();
    let due = Due {
        params: Params::of(RegionCode::NATION, monday().date()),
        calendar: &calendar,
        now: monday(),
    };
    for conflict in [Conflict::Himself, Conflict::NearKin, Conflict::OwnVillageLeader] {
        for kind in ActKind::ALL {
            let by = By {
                conflict: Some(conflict),
                ..anyone(RECORDER)
            };
            let outcome = a_case(Severity::O).apply(&well_formed(*kind), &by, &due);
            assert_eq!(outcome, Err(Refusal::Conflict(conflict)));
        }
    }
}

#[test]
fn an_exception_needs_its_code_and_a_true_verdict_its_amount() {
    let mut case = a_case(Severity::O);
    case.stage = Stage::Verifying;
    let verdict = |verdict, exception: Option<&str>, confirmed| {
        Act::RecordVerdict(Verification {
            team: team(),
            verdict,
            exception: exception.map(str::to_owned),
            evidence: "入户查看".into(),
            confirmed,
        })
    };
    for wrong in [
        verdict(Verdict::Exception, None, None),
        verdict(Verdict::Exception, Some("X99"), None),
        verdict(Verdict::False, Some("X04"), None),
        verdict(Verdict::True, None, None),
        verdict(Verdict::True, None, Some(Money(-1))),
        verdict(Verdict::False, None, Some(Money(100))),
    ] {
        assert!(
            matches!(act_on(&case, wrong.clone(), RECORDER), Err(Refusal::Field(_))),
            "{wrong:?}"
        );
    }
    assert!(act_on(&case, verdict(Verdict::Exception, Some("X04"), None), RECORDER).is_ok());
}

#[test]
fn more_recovered_than_confirmed_must_be_explained() {
    let mut case = a_case(Severity::O);
    case.stage = Stage::Rectifying;
    case.confirmed = Some(Money::from_yuan(100));
    let recover = |yuan, why: &str| {
        Act::RecordRectification(Rectification {
            measures: "追回".into(),
            recovered: Money::from_yuan(yuan),
            explanation: why.into(),
        })
    };
    assert!(matches!(
        act_on(&case, recover(101, ""), RECORDER),
        Err(Refusal::Field(_))
    ));
    assert!(act_on(&case, recover(101, "另追回上年度多发的 1 元"), RECORDER).is_ok());
    assert!(act_on(&case, recover(100, ""), RECORDER).is_ok());
}

#[test]
fn the_term_is_extended_once() {
    let case = walk(a_case(Severity::O), vec![(Act::Acknowledge, RECORDER)]);
    let extended = walk(case.clone(), vec![(well_formed(ActKind::Extend), RECORDER)]);
    assert!(extended.due > case.due);
    assert!(matches!(
        act_on(&extended, well_formed(ActKind::Extend), RECORDER),
        Err(Refusal::Blocked(_))
    ));
}

// accept: 003-66
#[test]
fn a_false_verdict_on_a_cadre_clears_the_name_when_it_stands() {
    let mut case = a_case(Severity::R);
    case.concerns_cadre = true;
    let case = walk(case, to_verdict(Verdict::False)[..2].to_vec());
    let applied = act_on(&case, a_verdict(Verdict::False), RECORDER).unwrap();
    assert_eq!(applied.effects, [Effect::DraftClearance]);
    let case = walk(
        applied.case,
        vec![
            (well_formed(ActKind::DeptReview), REVIEWER),
            (well_formed(ActKind::CdiCheck), INSPECTOR),
        ],
    );
    assert_eq!(
        act_on(&case, well_formed(ActKind::Close), INSPECTOR).unwrap().effects,
        [Effect::ConfirmClearance]
    );
    assert_eq!(
        act_on(&case, well_formed(ActKind::Return), INSPECTOR).unwrap().effects,
        [Effect::VoidClearance]
    );
}

#[test]
fn what_cannot_be_decided_is_not_simply_closed() {
    let case = walk(a_case(Severity::Y), to_verdict(Verdict::CannotDecide));
    assert!(case.check_due);
    let case = walk(case, vec![(well_formed(ActKind::CdiCheck), INSPECTOR)]);
    assert!(matches!(
        act_on(&case, well_formed(ActKind::Close), INSPECTOR),
        Err(Refusal::Blocked(_))
    ));
    for way_out in [ActKind::Return, ActKind::Escalate, ActKind::TransferToClue] {
        assert!(act_on(&case, well_formed(way_out), INSPECTOR).is_ok());
    }
}

#[test]
fn going_back_needs_a_reason_and_is_counted() {
    let case = walk(a_case(Severity::O), to_verdict(Verdict::False));
    assert!(matches!(
        act_on(&case, Act::Return { reason: "  ".into() }, INSPECTOR),
        Err(Refusal::Field(_))
    ));
    let back = walk(
        case,
        vec![(
            Act::Return {
                reason: "缺少报废证明".into(),
            },
            INSPECTOR,
        )],
    );
    assert_eq!((back.stage, back.returns, back.verdict), (Stage::Verifying, 1, None));
}

#[test]
fn supervision_is_a_mark_and_the_work_goes_on() {
    let case = walk(
        a_case(Severity::R),
        vec![
            (well_formed(ActKind::Supervise), INSPECTOR),
            (Act::Acknowledge, RECORDER),
        ],
    );
    assert_eq!(
        (case.stage, case.supervisor.as_deref()),
        (Stage::Acknowledged, Some("赵书记"))
    );
    assert!(act_on(&case, well_formed(ActKind::Progress), RECORDER).is_ok());
    assert!(matches!(
        act_on(&case, well_formed(ActKind::SystemClear), RECORDER),
        Err(Refusal::Blocked(_))
    ));
    let case = walk(case, vec![(well_formed(ActKind::LiftSupervision), INSPECTOR)]);
    assert_eq!(case.supervisor, None);
}

#[test]
fn the_state_table_in_the_documentation_is_this_one() {
    testkit::docs::agree("finding-states.md", &render_state_table());
}
