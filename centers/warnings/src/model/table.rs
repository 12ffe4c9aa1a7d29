//! Every transition there is. What this table does not list does not happen; `docs/finding-states.md` is made
//! from it.

use std::fmt::Write;

use super::{ActKind, Stage};

/// In what capacity someone acts on one finding; a person may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The platform: comparison runs, deadlines.
    System,
    /// The discipline inspection office.
    Cdi,
    /// The discipline inspection office one level up.
    UpperCdi,
    /// The organisation in charge of this finding.
    Department,
    /// The town where the subject lives.
    Town,
    /// Helper or resident team on the spot.
    Team,
    /// The village committee or its supervisors.
    Village,
}

impl Part {
    pub fn title(self) -> &'static str {
        match self {
            Part::System => "系统",
            Part::Cdi => "纪委",
            Part::UpperCdi => "上级纪委",
            Part::Department => "承办单位",
            Part::Town => "镇（街）",
            Part::Team => "帮扶责任人、驻村工作队",
            Part::Village => "村（社区）",
        }
    }
}

/// Where an act leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// The stage stays.
    Same,
    Stage(Stage),
}

/// One row: this act, from any of these stages, by any of these parts, leads there.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    pub act: ActKind,
    pub from: &'static [Stage],
    pub to: To,
    pub by: &'static [Part],
    /// What must hold besides, in words.
    pub guard: &'static str,
}

use Part::{Cdi, Department, System, Team, Town, UpperCdi, Village};
use Stage::{
    Acknowledged, Assigned, CdiChecked, Closed, DeptReviewed, Escalated, Merged, New, Rectified, Rectifying, Reopened,
    TransferredToClue, Verdict, Verifying,
};

const UNDER_WAY: &[Stage] = &[
    Assigned,
    Acknowledged,
    Verifying,
    Verdict,
    DeptReviewed,
    CdiChecked,
    Rectifying,
    Rectified,
    Reopened,
];

const fn row(act: ActKind, from: &'static [Stage], to: To, by: &'static [Part], guard: &'static str) -> Transition {
    Transition {
        act,
        from,
        to,
        by,
        guard,
    }
}

/// The life cycle.
pub const TABLE: &[Transition] = &[
    row(
        ActKind::Assign,
        &[New],
        To::Stage(Assigned),
        &[System, Cdi],
        "按规则的核查单位和地区",
    ),
    row(
        ActKind::Merge,
        &[New, Assigned, Acknowledged, Reopened],
        To::Stage(Merged),
        &[Cdi],
        "写明并入的预警和理由",
    ),
    row(
        ActKind::Reassign,
        &[Assigned, Acknowledged, Verifying, Reopened],
        To::Stage(Assigned),
        &[Cdi, Department],
        "写明理由",
    ),
    row(
        ActKind::Return,
        &[Assigned, Acknowledged, Reopened],
        To::Stage(New),
        &[Department],
        "写明理由（不属本单位职责）",
    ),
    row(
        ActKind::Return,
        &[Verdict],
        To::Stage(Verifying),
        &[Department, Cdi],
        "写明理由；登记结论的人不能自行退回",
    ),
    row(
        ActKind::Return,
        &[DeptReviewed, CdiChecked],
        To::Stage(Verifying),
        &[Cdi],
        "写明理由",
    ),
    row(ActKind::Return, &[Rectified], To::Stage(Rectifying), &[Cdi], "写明理由"),
    row(
        ActKind::Return,
        &[Escalated],
        To::Stage(Assigned),
        &[UpperCdi, Cdi],
        "写明上级意见",
    ),
    row(
        ActKind::Acknowledge,
        &[Assigned, Reopened],
        To::Stage(Acknowledged),
        &[Department],
        "",
    ),
    row(
        ActKind::StartVerification,
        &[Acknowledged],
        To::Stage(Verifying),
        &[Department, Town, Team],
        "现场核查至少两人，不与对象同名",
    ),
    row(
        ActKind::Extend,
        &[Acknowledged, Verifying],
        To::Same,
        &[Department],
        "只延长一次，时间为原期限的一半",
    ),
    row(
        ActKind::Answer,
        &[Assigned, Acknowledged, Verifying, Reopened],
        To::Same,
        &[Village],
        "",
    ),
    row(
        ActKind::RecordVerdict,
        &[Verifying],
        To::Stage(Verdict),
        &[Department, Town, Team],
        "至少两人、有核查情况；例外须有例外编码；属实须有查实金额",
    ),
    row(
        ActKind::DeptReview,
        &[Verdict],
        To::Stage(DeptReviewed),
        &[Department],
        "不得由登记结论的人审核",
    ),
    row(
        ActKind::SampleIn,
        &[DeptReviewed],
        To::Same,
        &[System, Cdi],
        "不属实、例外结论按种子抽样",
    ),
    row(
        ActKind::SampleOut,
        &[DeptReviewed],
        To::Stage(Closed),
        &[System, Cdi],
        "不属实、例外结论未被抽中，且非红色",
    ),
    row(
        ActKind::CdiCheck,
        &[DeptReviewed],
        To::Stage(CdiChecked),
        &[Cdi],
        "不得由登记或审核的人复核",
    ),
    row(
        ActKind::StartRectification,
        &[DeptReviewed, CdiChecked],
        To::Stage(Rectifying),
        &[Department, Cdi],
        "结论属实；红色须先经纪委复核",
    ),
    row(
        ActKind::RecordRectification,
        &[Rectifying],
        To::Stage(Rectified),
        &[Department],
        "追回金额不超过查实金额，超过须说明；颜色降为黄色",
    ),
    row(
        ActKind::ApplyElimination,
        &[Rectified],
        To::Same,
        &[Department],
        "写明理由；同时只有一件申请",
    ),
    row(
        ActKind::ApproveElimination,
        &[Rectified],
        To::Stage(Closed),
        &[Cdi],
        "有待批申请；不得由申请或整改的人批准；颜色消除",
    ),
    row(
        ActKind::RefuseElimination,
        &[Rectified],
        To::Same,
        &[Cdi],
        "有待批申请；写明理由",
    ),
    row(
        ActKind::Close,
        &[CdiChecked],
        To::Stage(Closed),
        &[Cdi],
        "结论为不属实或例外；不得由登记结论的人办结",
    ),
    row(
        ActKind::Close,
        &[Escalated],
        To::Stage(Closed),
        &[UpperCdi],
        "写明上级结论",
    ),
    row(
        ActKind::Progress,
        UNDER_WAY,
        To::Same,
        &[Department, Town, Cdi],
        "已挂牌督办",
    ),
    row(
        ActKind::Supervise,
        UNDER_WAY,
        To::Same,
        &[Cdi],
        "尚未挂牌；写明督办领导和理由",
    ),
    row(
        ActKind::LiftSupervision,
        UNDER_WAY,
        To::Same,
        &[Cdi],
        "已挂牌督办；写明理由",
    ),
    row(ActKind::Escalate, UNDER_WAY, To::Stage(Escalated), &[Cdi], "写明理由"),
    row(
        ActKind::TransferToClue,
        &[
            Verifying,
            Verdict,
            DeptReviewed,
            CdiChecked,
            Rectifying,
            Rectified,
            Escalated,
        ],
        To::Stage(TransferredToClue),
        &[Cdi, UpperCdi],
        "写明理由",
    ),
    row(
        ActKind::Reopen,
        &[Closed, Merged, TransferredToClue],
        To::Stage(Reopened),
        &[Cdi, System],
        "写明理由",
    ),
    row(
        ActKind::SystemClear,
        &[New, Assigned, Acknowledged, Verifying, Reopened],
        To::Stage(Closed),
        &[System],
        "同一规则、同一地区再次比对不再出现，且未挂牌督办",
    ),
];

impl Transition {
    /// The row for an act at a stage.
    pub fn find(act: ActKind, stage: Stage) -> Option<&'static Transition> {
        TABLE.iter().find(|row| row.act == act && row.from.contains(&stage))
    }
}

/// The table as a page of the documentation.
pub fn render() -> String {
    let mut out = String::from(
        "# States of a finding\n\nGenerated from `centers/warnings/src/model/table.rs`; \
         the tests of that crate fail when this page is out of date.\n\n\
         Listed supervision (`SUPERVISED`, 挂牌督办) is a mark over any open state: the work goes on under a named leader.\n\n\
         ## States\n\n| state | on screen | after it |\n|---|---|---|\n",
    );
    for stage in Stage::ALL {
        let mut acts: Vec<&str> = ActKind::ALL
            .iter()
            .filter(|act| Transition::find(**act, *stage).is_some())
            .map(|act| act.id())
            .collect();
        acts.sort_unstable();
        let _ = writeln!(out, "| `{}` | {} | {} |", stage.id(), stage.title(), acts.join(", "));
    }
    out.push_str("\n## Transitions\n\n| act | on screen | from | to | by | condition |\n|---|---|---|---|---|---|\n");
    for row in TABLE {
        let from: Vec<&str> = row.from.iter().map(|s| s.id()).collect();
        let by: Vec<&str> = row.by.iter().map(|p| p.title()).collect();
        let to = match row.to {
            To::Same => "(same)",
            To::Stage(stage) => stage.id(),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {to} | {} | {} |",
            row.act.id(),
            row.act.title(),
            from.join(", "),
            by.join("；"),
            row.guard
        );
    }
    out.push_str(
        "\nNobody acts on a finding about himself, near kin, or the leader of his own village, whatever the table says. \
         The colour is that of the severity until rectified, then yellow at most, then none.\n",
    );
    out
}
