//! The way of a change: tried before it is decided, decided by another person than the one who proposed it.

use access::Role as R;
use records::flow::{Flow, Needs, Step};

records::codes! {
    /// Where a change stands.
    pub enum ChangeState {
        Proposed = "proposed" "待试算",
        Tried = "tried" "待批准",
        Approved = "approved" "已批准",
        Refused = "refused" "未批准",
        Withdrawn = "withdrawn" "已撤回",
        Revoked = "revoked" "已撤销",
    }
}

records::codes! {
    /// What may be done with it.
    pub enum ChangeAct {
        Try = "try" "试算",
        Approve = "approve" "批准",
        Refuse = "refuse" "不批准",
        Withdraw = "withdraw" "撤回",
        Revoke = "revoke" "撤销",
    }
}

/// Who keeps the rules proposes, the discipline office approves (roles 5.2).
const PROPOSE: &[R] = &[R::FundUnitAdmin, R::AgriAdmin, R::CdiAdmin, R::CdiOfficeAdmin];
const DECIDE: &[R] = &[R::CdiAdmin];

/// An approved change is not edited: it is revoked, or a later one takes its place.
pub const FLOW: Flow<ChangeState, ChangeAct> = Flow {
    name: "rule-change",
    title: "规则调整",
    steps: &[
        Step {
            act: ChangeAct::Try,
            from: &[ChangeState::Proposed, ChangeState::Tried],
            to: ChangeState::Tried,
            by: PROPOSE,
            needs: Needs::NOTHING,
            guard: "用冻结的数据按现行和调整后的规则各算一遍，不产生预警；只改名称或说明的不必计算",
        },
        Step {
            act: ChangeAct::Approve,
            from: &[ChangeState::Tried],
            to: ChangeState::Approved,
            by: DECIDE,
            needs: Needs::NOTHING.second_person().reason(),
            guard: "提出人不批准；提出之后规则没有别的改动；批准后规则的版本加一，从生效日期起的比对使用",
        },
        Step {
            act: ChangeAct::Refuse,
            from: &[ChangeState::Tried],
            to: ChangeState::Refused,
            by: DECIDE,
            needs: Needs::NOTHING.second_person().reason(),
            guard: "",
        },
        Step {
            act: ChangeAct::Withdraw,
            from: &[ChangeState::Proposed, ChangeState::Tried],
            to: ChangeState::Withdrawn,
            by: PROPOSE,
            needs: Needs::NOTHING.reason(),
            guard: "",
        },
        Step {
            act: ChangeAct::Revoke,
            from: &[ChangeState::Approved],
            to: ChangeState::Revoked,
            by: DECIDE,
            needs: Needs::NOTHING.reason(),
            guard: "以后的比对恢复使用原来的参数和条件，版本再加一；已有的预警由下一次比对更新",
        },
    ],
};

impl ChangeState {
    /// Colour of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            ChangeState::Proposed | ChangeState::Tried => "wait",
            ChangeState::Approved => "done",
            ChangeState::Refused | ChangeState::Withdrawn | ChangeState::Revoked => "closed",
        }
    }
}
