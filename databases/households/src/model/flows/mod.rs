//! The six procedures of a household as tables, and one way to ask any of them.
//!
//! Each has states of its own, so that its page in `docs/flows` names no others; a case stores the state by name.

pub mod back;
pub mod exit;
pub mod identification;
pub mod monitoring;

use access::Role;
use kernel::{AppError, AppResult};
use records::flow::{Code, Flow, Refusal, Who};

records::codes! {
    /// What is done in a procedure.
    pub enum Act {
        Apply = "apply" "提出",
        Survey = "survey" "入户核查",
        GroupReview = "group_review" "民主评议",
        VillageReview = "village_review" "村级评议",
        Veto = "veto" "入户核实否决",
        Compare = "compare" "比对核对",
        PostNotice1 = "post_notice_1" "第一次公示",
        TownReview = "town_review" "镇级审核",
        PostNotice2 = "post_notice_2" "第二次公示",
        CountyApprove = "county_approve" "县级审批",
        Announce = "announce" "公告",
        Register = "register" "建档",
        Sign = "sign" "签字确认",
        PostNotice = "post_notice" "公示",
        Close = "close" "销号",
        Verify = "verify" "核实",
        Remove = "remove" "清退",
        Reinstate = "reinstate" "恢复在册",
        SendBack = "send_back" "退回重新核查",
        Refuse = "refuse" "不予通过",
        Withdraw = "withdraw" "撤回",
    }
}

records::codes! {
    /// A procedure.
    pub enum Kind {
        Identification = "identification" "识别建档",
        Monitoring = "monitoring" "纳入监测",
        Exit = "exit" "脱贫退出",
        Return = "return" "返贫纳入",
        Removal = "removal" "清退",
        Clearing = "clearing" "风险消除",
    }
}

/// A step that may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub to: &'static str,
    /// The household stands outside the procedure again: another may begin.
    pub settled: bool,
}

/// Runs the same code for the table of each kind.
macro_rules! for_kind {
    ($kind:expr, $flow:ident => $body:expr) => {
        match $kind {
            Kind::Identification => {
                let $flow = &identification::FLOW;
                $body
            }
            Kind::Monitoring => {
                let $flow = &monitoring::MONITORING;
                $body
            }
            Kind::Exit => {
                let $flow = &exit::FLOW;
                $body
            }
            Kind::Return => {
                let $flow = &back::RETURN;
                $body
            }
            Kind::Removal => {
                let $flow = &back::REMOVAL;
                $body
            }
            Kind::Clearing => {
                let $flow = &monitoring::CLEARING;
                $body
            }
        }
    };
}

/// The state in which a case of this kind begins: the household as it stands outside the procedure.
pub fn first_state(kind: Kind) -> &'static str {
    fn first<S: Code>(_: &Flow<S, Act>) -> &'static str {
        S::ALL[0].id()
    }
    for_kind!(kind, flow => first(flow))
}

/// May this person take this step from here? `Err` says why not and what to do.
pub fn permit(kind: Kind, state: &str, act: Act, who: &Who<'_>) -> AppResult<Taken> {
    fn ask<S: Code>(flow: &Flow<S, Act>, state: &str, act: Act, who: &Who<'_>) -> AppResult<Taken> {
        let from = S::parse(state).ok_or_else(|| AppError::internal(format!("no state {state} in {}", flow.name)))?;
        let to = flow
            .permit(from, act, who)
            .map_err(|refusal: Refusal| AppError::from(refusal))?
            .to;
        Ok(Taken {
            to: to.id(),
            settled: to == S::ALL[0]
                || matches!(to.id(), "exited" | "removed")
                || !flow.steps.iter().any(|step| step.from.contains(&to)),
        })
    }
    for_kind!(kind, flow => ask(flow, state, act, who))
}

/// The acts open to a role in a state.
pub fn open_to(kind: Kind, state: &str, role: Role) -> Vec<Act> {
    fn ask<S: Code>(flow: &Flow<S, Act>, state: &str, role: Role) -> Vec<Act> {
        S::parse(state).map_or_else(Vec::new, |from| {
            flow.open_to(from, role).iter().map(|step| step.act).collect()
        })
    }
    for_kind!(kind, flow => ask(flow, state, role))
}

/// The guard of an act in words.
pub fn guard(kind: Kind, state: &str, act: Act) -> &'static str {
    fn ask<S: Code>(flow: &Flow<S, Act>, state: &str, act: Act) -> &'static str {
        S::parse(state)
            .and_then(|from| flow.step(from, act).ok())
            .map_or("", |step| step.guard)
    }
    for_kind!(kind, flow => ask(flow, state, act))
}

/// Title of a stored state.
pub fn state_title(kind: Kind, state: &str) -> &'static str {
    fn ask<S: Code>(_: &Flow<S, Act>, state: &str) -> &'static str {
        S::parse(state).map_or("", Code::title)
    }
    for_kind!(kind, flow => ask(flow, state))
}

/// The states of a procedure, id and title, in order.
pub fn states(kind: Kind) -> Vec<(&'static str, &'static str)> {
    fn ask<S: Code>(_: &Flow<S, Act>) -> Vec<(&'static str, &'static str)> {
        S::ALL.iter().map(|s| (s.id(), s.title())).collect()
    }
    for_kind!(kind, flow => ask(flow))
}

/// Every pair of state and act that must be refused.
pub fn illegal(kind: Kind) -> Vec<(&'static str, Act)> {
    fn ask<S: Code>(flow: &Flow<S, Act>) -> Vec<(&'static str, Act)> {
        flow.illegal()
            .into_iter()
            .map(|(state, act)| (state.id(), act))
            .collect()
    }
    for_kind!(kind, flow => ask(flow))
}

/// Name and text of the page in `docs/flows`.
pub fn page(kind: Kind) -> (&'static str, String) {
    for_kind!(kind, flow => (flow.name, flow.to_markdown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_ends_leads_on_and_every_act_has_a_place() {
        for kind in Kind::ALL {
            let reached = states(*kind).len();
            assert!(illegal(*kind).len() < reached * Act::ALL.len());
            assert!(
                !open_to(*kind, first_state(*kind), Role::VillageAdmin).is_empty(),
                "{kind:?} begins in the village"
            );
        }
    }
}
