//! What people do to a finding.

use kernel::Money;

use super::Verdict;

macro_rules! acts {
    ($($variant:ident $id:literal $title:literal;)*) => {
        /// The kind of an act, without what was filled in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ActKind { $(#[doc = $title] $variant,)* }

        impl ActKind {
            pub const ALL: &'static [ActKind] = &[$(ActKind::$variant),*];

            /// The action in policies and on the trail.
            pub fn action(self) -> &'static str {
                match self { $(ActKind::$variant => concat!("finding.", $id)),* }
            }

            /// The name in tables and URLs.
            pub fn id(self) -> &'static str {
                match self { $(ActKind::$variant => $id),* }
            }

            /// The words on buttons and in the timeline.
            pub fn title(self) -> &'static str {
                match self { $(ActKind::$variant => $title),* }
            }

            pub fn from_id(id: &str) -> Option<ActKind> {
                match id { $($id => Some(ActKind::$variant),)* _ => None }
            }
        }
    };
}

acts! {
    Assign "assign" "分派";
    Merge "merge" "并案";
    Reassign "reassign" "改派";
    Acknowledge "acknowledge" "签收";
    StartVerification "start_verification" "开始核查";
    Extend "extend" "延长核查期限";
    Answer "answer" "村（社区）说明情况";
    RecordVerdict "verify" "登记核查结论";
    DeptReview "dept_review" "部门审核";
    Return "return" "退回";
    SampleIn "sample_in" "抽中复核";
    SampleOut "sample_out" "抽样未抽中办结";
    CdiCheck "cdi_check" "纪委复核";
    StartRectification "start_rectification" "转入整改";
    RecordRectification "rectify" "登记整改";
    ApplyElimination "apply_elimination" "申请消除预警";
    ApproveElimination "approve_elimination" "批准消除预警";
    RefuseElimination "refuse_elimination" "不同意消除预警";
    Close "close" "办结";
    Progress "progress" "报送督办进展";
    Supervise "supervise" "挂牌督办";
    LiftSupervision "lift_supervision" "解除督办";
    Escalate "escalate" "提级办理";
    TransferToClue "transfer_to_clue" "转问题线索";
    Reopen "reopen" "重启";
    SystemClear "system_clear" "再次比对已无此疑点";
}

/// The answer brought back from the spot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Names of those who were there: two at least.
    pub team: Vec<String>,
    pub verdict: Verdict,
    /// `X01`..`X20`, with [`Verdict::Exception`] only.
    pub exception: Option<String>,
    /// What was seen, asked and looked up.
    pub evidence: String,
    /// Money that should not have been paid; with [`Verdict::True`].
    pub confirmed: Option<Money>,
}

/// What was put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rectification {
    pub measures: String,
    pub recovered: Money,
    /// Why more was recovered than was confirmed.
    pub explanation: String,
}

/// An act with what was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Assign { to: String },
    Merge { into: i64, reason: String },
    Reassign { to: String, reason: String },
    Acknowledge,
    StartVerification { team: Vec<String> },
    Extend { reason: String },
    Answer { text: String },
    RecordVerdict(Verification),
    DeptReview { opinion: String },
    Return { reason: String },
    SampleIn,
    SampleOut,
    CdiCheck { opinion: String },
    StartRectification,
    RecordRectification(Rectification),
    ApplyElimination { reasons: String },
    ApproveElimination { opinion: String },
    RefuseElimination { reason: String },
    Close { reason: String },
    Progress { text: String },
    Supervise { leader: String, reason: String },
    LiftSupervision { reason: String },
    Escalate { reason: String },
    TransferToClue { reason: String },
    Reopen { reason: String },
    SystemClear { reason: String },
}

impl Act {
    pub fn kind(&self) -> ActKind {
        match self {
            Act::Assign { .. } => ActKind::Assign,
            Act::Merge { .. } => ActKind::Merge,
            Act::Reassign { .. } => ActKind::Reassign,
            Act::Acknowledge => ActKind::Acknowledge,
            Act::StartVerification { .. } => ActKind::StartVerification,
            Act::Extend { .. } => ActKind::Extend,
            Act::Answer { .. } => ActKind::Answer,
            Act::RecordVerdict(_) => ActKind::RecordVerdict,
            Act::DeptReview { .. } => ActKind::DeptReview,
            Act::Return { .. } => ActKind::Return,
            Act::SampleIn => ActKind::SampleIn,
            Act::SampleOut => ActKind::SampleOut,
            Act::CdiCheck { .. } => ActKind::CdiCheck,
            Act::StartRectification => ActKind::StartRectification,
            Act::RecordRectification(_) => ActKind::RecordRectification,
            Act::ApplyElimination { .. } => ActKind::ApplyElimination,
            Act::ApproveElimination { .. } => ActKind::ApproveElimination,
            Act::RefuseElimination { .. } => ActKind::RefuseElimination,
            Act::Close { .. } => ActKind::Close,
            Act::Progress { .. } => ActKind::Progress,
            Act::Supervise { .. } => ActKind::Supervise,
            Act::LiftSupervision { .. } => ActKind::LiftSupervision,
            Act::Escalate { .. } => ActKind::Escalate,
            Act::TransferToClue { .. } => ActKind::TransferToClue,
            Act::Reopen { .. } => ActKind::Reopen,
            Act::SystemClear { .. } => ActKind::SystemClear,
        }
    }

    /// What the timeline says about it.
    pub fn note(&self) -> String {
        match self {
            Act::Merge { reason, .. }
            | Act::Reassign { reason, .. }
            | Act::Extend { reason }
            | Act::Return { reason }
            | Act::RefuseElimination { reason }
            | Act::Close { reason }
            | Act::LiftSupervision { reason }
            | Act::Escalate { reason }
            | Act::TransferToClue { reason }
            | Act::Reopen { reason }
            | Act::SystemClear { reason } => reason.clone(),
            Act::Supervise { leader, reason } => format!("督办领导：{leader}。{reason}"),
            Act::StartVerification { team } => format!("核查人员：{}", team.join("、")),
            Act::Answer { text } | Act::Progress { text } => text.clone(),
            Act::DeptReview { opinion } | Act::CdiCheck { opinion } | Act::ApproveElimination { opinion } => {
                opinion.clone()
            }
            Act::ApplyElimination { reasons } => reasons.clone(),
            Act::RecordVerdict(v) => {
                let exception = v
                    .exception
                    .as_deref()
                    .map(|code| format!("（{code} {}）", super::exception_title(code).unwrap_or_default()));
                let money = v.confirmed.map(|m| format!("查实金额 {m} 元。")).unwrap_or_default();
                format!(
                    "{}{}。{money}核查人员：{}。{}",
                    v.verdict.title(),
                    exception.unwrap_or_default(),
                    v.team.join("、"),
                    v.evidence
                )
            }
            Act::RecordRectification(r) => {
                let explained = if r.explanation.is_empty() {
                    String::new()
                } else {
                    format!("说明：{}", r.explanation)
                };
                format!("{}。追回 {} 元。{explained}", r.measures, r.recovered)
            }
            Act::Assign { .. } | Act::Acknowledge | Act::SampleIn | Act::SampleOut | Act::StartRectification => {
                String::new()
            }
        }
    }
}
