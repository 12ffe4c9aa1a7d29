//! One act on one finding: either it is refused and nothing changes, or here is the finding after it.

use access::AccountId;
use kernel::{Money, name};

use super::{
    Act, ActKind, Case, Colour, Due, Part, Rectification, Refusal, Stage, To, Transition, Verdict, Verification,
    deadline::Step, exception_title,
};
use comparison::finding::Severity;

/// Why the actor must keep away from a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    Himself,
    NearKin,
    OwnVillageLeader,
}

impl Conflict {
    pub fn message(self) -> &'static str {
        match self {
            Conflict::Himself => "这条预警涉及您本人，按规定应当回避，请由其他人办理。",
            Conflict::NearKin => "这条预警涉及您的近亲属，按规定应当回避，请由其他人办理。",
            Conflict::OwnVillageLeader => "这条预警涉及本村（社区）负责人，请由镇（街）或部门办理。",
        }
    }
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct By {
    pub account: AccountId,
    pub parts: Vec<Part>,
    pub conflict: Option<Conflict>,
}

/// What must be written besides the finding itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A note that clears a cadre is drafted.
    DraftClearance,
    /// The draft takes effect.
    ConfirmClearance,
    /// The draft is void: the verdict was sent back or the finding reopened.
    VoidClearance,
    ApplyElimination,
    ApproveElimination,
    RefuseElimination,
}

/// The finding after an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub case: Case,
    pub effects: Vec<Effect>,
}

impl Case {
    /// Whether the act may be offered to this actor now; fields are judged when it is sent.
    pub fn offers(&self, act: ActKind, by: &By) -> bool {
        self.permit(act, by).is_ok() && self.check_guards(act, by.account).is_ok()
    }

    /// Carries the act out on paper.
    ///
    /// # Errors
    /// [`Refusal`]: the stage does not allow it, someone else must do it, or a field is missing.
    pub fn apply(&self, act: &Act, by: &By, due: &Due<'_>) -> Result<Applied, Refusal> {
        let row = self.permit(act.kind(), by)?;
        self.check_guards(act.kind(), by.account)?;
        check_fields(self, act)?;
        let mut next = self.clone();
        if let To::Stage(stage) = row.to {
            next.stage = stage;
        }
        let mut effects = Vec::new();
        let term = |step| Some(due.after(step, self.severity));
        match act {
            Act::Assign { to } | Act::Reassign { to, .. } => {
                next.owner = to.clone();
                next.due = term(Step::Acknowledge);
                next.extended = false;
            }
            Act::Merge { into, reason } => {
                next.merged_into = Some(*into);
                next.outcome = reason.clone();
                next.due = None;
            }
            Act::Return { .. } => self.send_back(&mut next, &mut effects, due),
            Act::Acknowledge => next.due = term(Step::Verify),
            Act::Extend { .. } => {
                next.extended = true;
                next.due = self.due.map(|old| due.extended(old, Step::Verify, self.severity));
            }
            Act::RecordVerdict(found) => {
                next.verdict = Some(found.verdict);
                next.exception = found.exception.clone();
                next.confirmed = found.confirmed;
                next.verdict_by = Some(by.account);
                next.due = term(Step::DepartmentReview);
                if found.verdict == Verdict::False && self.concerns_cadre {
                    effects.push(Effect::DraftClearance);
                }
            }
            Act::DeptReview { .. } => {
                next.reviewed_by = Some(by.account);
                next.check_due = self.severity == Severity::R || self.verdict == Some(Verdict::CannotDecide);
                next.due = next.check_due.then(|| due.after(Step::CdiCheck, self.severity));
            }
            Act::SampleIn => {
                next.check_due = true;
                next.due = term(Step::CdiCheck);
            }
            Act::CdiCheck { .. } => {
                next.checked_by = Some(by.account);
                next.check_due = false;
                next.due = None;
            }
            Act::StartRectification => next.due = term(Step::Rectify),
            Act::RecordRectification(done) => {
                next.recovered = Some(done.recovered);
                next.rectified_by = Some(by.account);
                next.colour = Colour::after_rectification(self.severity);
                next.due = None;
            }
            Act::ApplyElimination { .. } => {
                next.elimination_by = Some(by.account);
                effects.push(Effect::ApplyElimination);
            }
            Act::RefuseElimination { .. } => {
                next.elimination_by = None;
                effects.push(Effect::RefuseElimination);
            }
            Act::ApproveElimination { .. } => {
                effects.push(Effect::ApproveElimination);
                next.close("整改到位，预警已批准消除");
            }
            Act::SampleOut => {
                next.close("复核抽样未抽中，按部门审核意见办结");
                self.confirm_clearance(&mut effects);
            }
            Act::Close { reason } => {
                next.close(reason);
                self.confirm_clearance(&mut effects);
            }
            Act::SystemClear { reason } => next.close(reason),
            Act::Supervise { leader, .. } => next.supervisor = Some(leader.clone()),
            Act::LiftSupervision { .. } => next.supervisor = None,
            Act::Escalate { .. } => next.due = None,
            Act::TransferToClue { reason } => {
                next.outcome = reason.clone();
                next.due = None;
                effects.push(Effect::VoidClearance);
            }
            Act::Reopen { .. } => {
                next.forget_verdict();
                next.colour = Colour::Shown(self.severity);
                next.rectified_by = None;
                next.recovered = None;
                next.merged_into = None;
                next.supervisor = None;
                next.outcome.clear();
                next.due = term(Step::Acknowledge);
                effects.push(Effect::VoidClearance);
            }
            Act::StartVerification { .. } | Act::Answer { .. } | Act::Progress { .. } => {}
        }
        Ok(Applied { case: next, effects })
    }

    /// Whether the table and the duty to keep away allow the act at all.
    fn permit(&self, act: ActKind, by: &By) -> Result<&'static Transition, Refusal> {
        if let Some(conflict) = by.conflict {
            return Err(Refusal::Conflict(conflict));
        }
        let row = Transition::find(act, self.stage).ok_or(Refusal::NotNow { act, stage: self.stage })?;
        if !row.by.iter().any(|part| by.parts.contains(part)) {
            return Err(Refusal::NotInCharge);
        }
        Ok(row)
    }

    /// What must hold besides the stage.
    fn check_guards(&self, act: ActKind, actor: AccountId) -> Result<(), Refusal> {
        let same = |earlier: &[Option<AccountId>]| {
            if earlier.contains(&Some(actor)) {
                Err(Refusal::SamePerson)
            } else {
                Ok(())
            }
        };
        let cleared = self.verdict.is_some_and(Verdict::clears);
        match act {
            ActKind::DeptReview => same(&[self.verdict_by]),
            ActKind::Return if self.stage == Stage::Verdict => same(&[self.verdict_by]),
            ActKind::CdiCheck => same(&[self.verdict_by, self.reviewed_by]),
            ActKind::Close if self.stage == Stage::CdiChecked => {
                same(&[self.verdict_by])?;
                match self.verdict {
                    Some(Verdict::CannotDecide) => Err(Refusal::Blocked(
                        "暂无法认定的预警不能直接办结，请退回补充核查、提级办理或转问题线索。",
                    )),
                    Some(Verdict::True) => Err(Refusal::Blocked("结论属实的预警须先整改并批准消除，不能直接办结。")),
                    _ => Ok(()),
                }
            }
            ActKind::SampleIn if !cleared => Err(Refusal::Blocked("只对不属实和例外结论抽样复核。")),
            ActKind::SampleOut if !cleared || self.check_due => Err(Refusal::Blocked("这条预警须经纪委复核后办结。")),
            ActKind::StartRectification => match self.verdict {
                Some(Verdict::True) if !self.check_due => Ok(()),
                Some(Verdict::True) => Err(Refusal::Blocked("红色预警须先经纪委复核，再转入整改。")),
                _ => Err(Refusal::Blocked("结论不是“属实”，无须整改。")),
            },
            ActKind::Extend if self.extended => Err(Refusal::Blocked("核查期限已延长过一次，不能再延长。")),
            ActKind::ApplyElimination if self.elimination_by.is_some() => {
                Err(Refusal::Blocked("已有一件消除申请正在等待审批。"))
            }
            ActKind::ApproveElimination => match self.elimination_by {
                None => Err(Refusal::Blocked("承办单位还没有提出消除申请。")),
                Some(_) => same(&[self.elimination_by, self.rectified_by]),
            },
            ActKind::RefuseElimination => match self.elimination_by {
                None => Err(Refusal::Blocked("没有待审批的消除申请。")),
                Some(_) => same(&[self.elimination_by]),
            },
            ActKind::Progress | ActKind::LiftSupervision if self.supervisor.is_none() => {
                Err(Refusal::Blocked("这条预警没有挂牌督办。"))
            }
            ActKind::Supervise if self.supervisor.is_some() => Err(Refusal::Blocked("这条预警已经挂牌督办。")),
            ActKind::SystemClear if self.supervisor.is_some() => Err(Refusal::Blocked("挂牌督办的预警由纪委办结。")),
            _ => Ok(()),
        }
    }

    fn send_back(&self, next: &mut Case, effects: &mut Vec<Effect>, due: &Due<'_>) {
        next.returns += 1;
        let step = match next.stage {
            Stage::New => Step::Assign,
            Stage::Assigned => Step::Acknowledge,
            Stage::Rectifying => Step::Rectify,
            _ => Step::Verify,
        };
        next.due = Some(due.after(step, self.severity));
        match next.stage {
            Stage::Rectifying => {
                next.colour = Colour::Shown(self.severity);
                if self.elimination_by.is_some() {
                    next.elimination_by = None;
                    effects.push(Effect::RefuseElimination);
                }
            }
            _ => {
                next.forget_verdict();
                effects.push(Effect::VoidClearance);
            }
        }
    }

    fn forget_verdict(&mut self) {
        self.verdict = None;
        self.exception = None;
        self.confirmed = None;
        self.verdict_by = None;
        self.reviewed_by = None;
        self.checked_by = None;
        self.check_due = false;
        self.extended = false;
        self.elimination_by = None;
    }

    fn close(&mut self, why: &str) {
        self.outcome = why.to_owned();
        self.colour = Colour::Cleared;
        self.due = None;
        self.elimination_by = None;
    }

    fn confirm_clearance(&self, effects: &mut Vec<Effect>) {
        if self.verdict == Some(Verdict::False) && self.concerns_cadre {
            effects.push(Effect::ConfirmClearance);
        }
    }
}

/// Longest text a field takes.
const MAX_TEXT_CHARS: usize = 2000;

fn check_fields(case: &Case, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Assign { to } => need(to, "请选择承办单位。"),
        Act::Reassign { to, reason } => {
            need(to, "请选择承办单位。")?;
            need(reason, "请写明改派理由。")
        }
        Act::Merge { into, reason } => {
            if *into == case.id {
                return Err(Refusal::Field("不能并入自己。"));
            }
            need(reason, "请写明并案理由。")
        }
        Act::StartVerification { team } => check_team(case, team),
        Act::RecordVerdict(found) => check_verification(case, found),
        Act::RecordRectification(done) => check_rectification(case, done),
        Act::Answer { text } => need(text, "请填写情况说明。"),
        Act::Progress { text } => need(text, "请填写督办进展。"),
        Act::DeptReview { opinion } | Act::CdiCheck { opinion } | Act::ApproveElimination { opinion } => {
            need(opinion, "请填写意见。")
        }
        Act::ApplyElimination { reasons } => need(reasons, "请写明申请消除预警的理由。"),
        Act::Supervise { leader, reason } => {
            need(leader, "请填写督办领导。")?;
            need(reason, "请写明挂牌督办的理由。")
        }
        Act::Return { reason }
        | Act::Extend { reason }
        | Act::RefuseElimination { reason }
        | Act::Close { reason }
        | Act::LiftSupervision { reason }
        | Act::Escalate { reason }
        | Act::TransferToClue { reason }
        | Act::Reopen { reason }
        | Act::SystemClear { reason } => need(reason, "请写明理由。"),
        Act::Acknowledge | Act::SampleIn | Act::SampleOut | Act::StartRectification => Ok(()),
    }
}

fn need(text: &str, why: &'static str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Field(why));
    }
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(Refusal::Field("文字最多 2000 字，请精简或放入附件。"));
    }
    Ok(())
}

fn check_team(case: &Case, team: &[String]) -> Result<(), Refusal> {
    let mut names: Vec<String> = team.iter().map(|n| name::clean(n)).filter(|n| !n.is_empty()).collect();
    names.sort();
    names.dedup();
    if names.len() < 2 {
        return Err(Refusal::Team("现场核查须至少两人，请填写两名以上核查人员的姓名。"));
    }
    if names.iter().any(|n| n.chars().count() > name::MAX_CHARS) {
        return Err(Refusal::Team("核查人员姓名过长，请用顿号或空格分开。"));
    }
    if names.contains(&name::clean(&case.subject_name)) {
        return Err(Refusal::Team(
            "核查人员不能是被核查的人；如为同名的另一人，请换人核查。",
        ));
    }
    Ok(())
}

fn check_verification(case: &Case, found: &Verification) -> Result<(), Refusal> {
    check_team(case, &found.team)?;
    need(&found.evidence, "请写明核查情况：看了什么、问了谁、查了哪些材料。")?;
    match (found.verdict, found.exception.as_deref()) {
        (Verdict::Exception, None) => return Err(Refusal::Field("结论为例外时，请选择例外编码。")),
        (Verdict::Exception, Some(code)) if exception_title(code).is_none() => {
            return Err(Refusal::Field("没有这个例外编码。"));
        }
        (Verdict::Exception, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(Refusal::Field("只有结论为例外时才填写例外编码。")),
    }
    match (found.verdict, found.confirmed) {
        (Verdict::True, None) => Err(Refusal::Field("结论属实时，请填写查实的不应发放金额；没有金额的填 0。")),
        (_, Some(money)) if money.is_negative() => Err(Refusal::Field("查实金额不能为负数。")),
        (Verdict::True, Some(_)) | (_, None) => Ok(()),
        (_, Some(Money::ZERO)) => Ok(()),
        (_, Some(_)) => Err(Refusal::Field("只有结论属实时才填写查实金额。")),
    }
}

fn check_rectification(case: &Case, done: &Rectification) -> Result<(), Refusal> {
    need(&done.measures, "请写明整改措施。")?;
    if done.recovered.is_negative() {
        return Err(Refusal::Field("追回金额不能为负数。"));
    }
    let limit = case.confirmed.unwrap_or(case.money);
    if done.recovered > limit && done.explanation.trim().is_empty() {
        return Err(Refusal::Field("追回金额超过查实金额，请说明原因。"));
    }
    Ok(())
}
