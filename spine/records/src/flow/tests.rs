//! A small workflow, driven right and wrong.

use access::Role;
use kernel::{AppError, ErrorKind};

use super::{Code, Flow, Needs, Refusal, Step, Who};

crate::codes! {
    /// Where a letter is.
    enum Stage { Draft = "draft" "草稿", Sent = "sent" "已送出", Back = "back" "已退回" }
}

crate::codes! {
    /// What happens to it.
    enum Act { Send = "send" "送出", Return = "return" "退回" }
}

const LETTER: Flow<Stage, Act> = Flow {
    name: "letter",
    title: "信件",
    steps: &[
        Step {
            act: Act::Send,
            from: &[Stage::Draft, Stage::Back],
            to: Stage::Sent,
            by: &[Role::VillageAdmin],
            needs: Needs::NOTHING,
            guard: "",
        },
        Step {
            act: Act::Return,
            from: &[Stage::Sent],
            to: Stage::Back,
            by: &[Role::TownPoverty],
            needs: Needs::NOTHING.reason().basis().second_person().not_concerned(),
            guard: "收到之日起五日内",
        },
    ],
};

fn town<'a>() -> Who<'a> {
    Who {
        role: Role::TownPoverty,
        account: 2,
        last_actor: Some(1),
        concerned: false,
        reason: "地址有误",
        basis: "收件簿第 3 页",
    }
}

#[test]
fn a_step_of_the_table_is_taken_by_the_right_person() {
    let step = LETTER.permit(Stage::Sent, Act::Return, &town()).unwrap();
    assert_eq!(step.to, Stage::Back);
    assert_eq!(LETTER.open_to(Stage::Sent, Role::TownPoverty).len(), 1);
    assert!(LETTER.open_to(Stage::Sent, Role::VillageAdmin).is_empty());
}

#[test]
fn every_other_step_is_refused_with_the_states_it_is_possible_from() {
    assert_eq!(
        LETTER.illegal(),
        vec![
            (Stage::Draft, Act::Return),
            (Stage::Sent, Act::Send),
            (Stage::Back, Act::Return)
        ]
    );
    let refusal = LETTER.permit(Stage::Draft, Act::Return, &town()).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "目前是“草稿”，不能“退回”；这一步只在“已送出”时办理。请刷新页面，看是否已由他人办理。"
    );
    assert_eq!(AppError::from(refusal).kind, ErrorKind::Conflict);
}

#[test]
fn each_need_that_is_not_met_refuses() {
    let refused = |who: Who<'_>| LETTER.permit(Stage::Sent, Act::Return, &who).unwrap_err();
    let village = Who {
        role: Role::VillageAdmin,
        ..town()
    };
    assert!(matches!(refused(village), Refusal::NotYourPart { roles, .. } if roles == ["镇政府（扶贫专干）"]));
    assert_eq!(
        refused(Who {
            concerned: true,
            ..town()
        }),
        Refusal::Concerned
    );
    assert_eq!(
        refused(Who {
            last_actor: Some(2),
            ..town()
        }),
        Refusal::SamePerson { act: "退回" }
    );
    assert_eq!(
        refused(Who { reason: " ", ..town() }),
        Refusal::ReasonMissing { act: "退回" }
    );
    assert_eq!(
        refused(Who { basis: "", ..town() }),
        Refusal::BasisMissing { act: "退回" }
    );
}

#[test]
fn the_page_lists_states_and_steps() {
    let page = LETTER.to_markdown();
    assert!(page.starts_with("# 信件\n"));
    assert!(page.contains("- `sent` 已送出"));
    assert!(page.contains("| 退回 `return` | 已送出 | 已退回 | 镇政府（扶贫专干） | 理由、依据、另一人办理、本人及近亲属回避 | 收到之日起五日内 |"));
    assert_eq!(Stage::parse("back"), Some(Stage::Back));
    assert_eq!(Stage::parse("gone"), None);
}
