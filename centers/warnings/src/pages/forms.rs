//! The acts a person may do now, as forms; and what comes back from them as an act.

use kernel::AppError;
use web::parts::Field;

use super::filled::Filled;
use crate::model::{Act, ActKind, Case, EXCEPTIONS, Rectification, Stage, Verdict, Verification};

/// One form of the page.
pub(super) struct ActForm {
    pub id: &'static str,
    pub title: String,
    /// What follows from it.
    pub hint: &'static str,
    pub action: String,
    pub fields: Vec<Field>,
    pub files: bool,
    pub question: &'static str,
    pub class: &'static str,
    pub open: bool,
    pub request_id: String,
}

/// Those who may be put in charge: `(id, name)`.
pub(super) type Owners = Vec<(String, String)>;

/// The form of an act. `filled` prints back what was sent when the act was refused.
pub(super) fn form(kind: ActKind, case: &Case, owners: &Owners, filled: Option<&Filled>) -> ActForm {
    let area = |field: &str, label: &str| Field::area(&name(kind, field), label).required();
    let text = |field: &str, label: &str| Field::text(&name(kind, field), label).required();
    let owner = || {
        Field::select(&name(kind, "to"), "承办单位", owners.clone())
            .value(case.owner.clone())
            .required()
    };
    let team = || {
        text("team", "核查人员")
            .hint("至少两人，用顿号隔开；不得是对象本人、近亲属。")
            .placeholder("李四、王五")
    };
    let reason = || area("reason", "理由");
    let fields = match kind {
        ActKind::Assign => vec![owner()],
        ActKind::Reassign => vec![owner(), reason()],
        ActKind::Merge => vec![text("into", "并入的预警编号").placeholder("YJ20261121-0007"), reason()],
        ActKind::StartVerification => vec![team()],
        ActKind::Answer => vec![area("text", "情况说明")],
        ActKind::Progress => vec![area("text", "督办进展")],
        ActKind::RecordVerdict => vec![
            team(),
            Field::radio(
                &name(kind, "verdict"),
                "核查结论",
                Verdict::ALL.map(|v| (v.id(), v.title())),
            )
            .required(),
            Field::select(
                &name(kind, "exception"),
                "例外编码",
                std::iter::once((String::new(), "（结论为例外时选择）".to_owned())).chain(
                    EXCEPTIONS
                        .iter()
                        .map(|(code, what)| ((*code).to_owned(), format!("{code} {what}"))),
                ),
            ),
            Field::text(&name(kind, "confirmed"), "查实金额（元）").hint("结论属实时填写不应发放的金额，没有填 0。"),
            area("evidence", "核查情况").hint("看了什么、问了谁、查了哪些材料。"),
        ],
        ActKind::DeptReview | ActKind::CdiCheck | ActKind::ApproveElimination => {
            vec![area("opinion", "意见").value("同意")]
        }
        ActKind::RecordRectification => vec![
            area("measures", "整改措施"),
            text("recovered", "追回金额（元）").hint("没有追回的填 0。"),
            Field::area(&name(kind, "explanation"), "说明").hint("追回金额超过查实金额时必填。"),
        ],
        ActKind::ApplyElimination => vec![area("reasons", "申请理由")],
        ActKind::Supervise => vec![text("leader", "督办领导"), reason()],
        ActKind::Acknowledge | ActKind::StartRectification | ActKind::SampleIn | ActKind::SampleOut => vec![],
        ActKind::Extend
        | ActKind::Return
        | ActKind::RefuseElimination
        | ActKind::Close
        | ActKind::LiftSupervision
        | ActKind::Escalate
        | ActKind::TransferToClue
        | ActKind::Reopen
        | ActKind::SystemClear => vec![reason()],
    };
    let fields = match filled {
        Some(filled) => fields.into_iter().map(|f| refill(kind, f, filled)).collect(),
        None => fields,
    };
    ActForm {
        id: kind.id(),
        title: title(kind, case),
        hint: hint(kind, case),
        action: format!("{}/{}", super::href(case.id), kind.id()),
        fields,
        files: matches!(
            kind,
            ActKind::RecordVerdict | ActKind::RecordRectification | ActKind::Answer
        ),
        question: question(kind),
        class: if goes_on(kind) { "btn-primary" } else { "" },
        open: goes_on(kind),
        request_id: String::new(),
    }
}

/// Reads the act out of the form.
pub(super) fn read(kind: ActKind, filled: &Filled, merge_into: Option<i64>) -> Result<Act, AppError> {
    let text = |field: &str| filled.of(kind, field);
    let reason = || text("reason");
    Ok(match kind {
        ActKind::Assign => Act::Assign { to: text("to") },
        ActKind::Reassign => Act::Reassign {
            to: text("to"),
            reason: reason(),
        },
        ActKind::Merge => Act::Merge {
            into: merge_into.ok_or_else(|| AppError::invalid("没有找到要并入的预警，请核对编号。"))?,
            reason: reason(),
        },
        ActKind::Acknowledge => Act::Acknowledge,
        ActKind::StartVerification => Act::StartVerification {
            team: filled.names(kind, "team"),
        },
        ActKind::Extend => Act::Extend { reason: reason() },
        ActKind::Answer => Act::Answer { text: text("text") },
        ActKind::Progress => Act::Progress { text: text("text") },
        ActKind::RecordVerdict => Act::RecordVerdict(Verification {
            team: filled.names(kind, "team"),
            verdict: Verdict::from_id(&text("verdict")).ok_or_else(|| AppError::invalid("请选择核查结论。"))?,
            exception: Some(text("exception")).filter(|code| !code.is_empty()),
            evidence: text("evidence"),
            confirmed: filled.money(kind, "confirmed", "查实金额")?,
        }),
        ActKind::DeptReview => Act::DeptReview {
            opinion: text("opinion"),
        },
        ActKind::CdiCheck => Act::CdiCheck {
            opinion: text("opinion"),
        },
        ActKind::StartRectification => Act::StartRectification,
        ActKind::RecordRectification => Act::RecordRectification(Rectification {
            measures: text("measures"),
            recovered: filled
                .money(kind, "recovered", "追回金额")?
                .ok_or_else(|| AppError::invalid("请填写追回金额，没有追回的填 0。"))?,
            explanation: text("explanation"),
        }),
        ActKind::ApplyElimination => Act::ApplyElimination {
            reasons: text("reasons"),
        },
        ActKind::ApproveElimination => Act::ApproveElimination {
            opinion: text("opinion"),
        },
        ActKind::RefuseElimination => Act::RefuseElimination { reason: reason() },
        ActKind::Supervise => Act::Supervise {
            leader: text("leader"),
            reason: reason(),
        },
        ActKind::LiftSupervision => Act::LiftSupervision { reason: reason() },
        ActKind::Return => Act::Return { reason: reason() },
        ActKind::Close => Act::Close { reason: reason() },
        ActKind::Escalate => Act::Escalate { reason: reason() },
        ActKind::TransferToClue => Act::TransferToClue { reason: reason() },
        ActKind::Reopen => Act::Reopen { reason: reason() },
        ActKind::SampleIn | ActKind::SampleOut | ActKind::SystemClear => {
            return Err(AppError::invalid("这一步由系统办理。"));
        }
    })
}

fn name(kind: ActKind, field: &str) -> String {
    format!("{}_{field}", kind.id())
}

fn refill(kind: ActKind, field: Field, filled: &Filled) -> Field {
    let own = field
        .name
        .strip_prefix(kind.id())
        .and_then(|rest| rest.strip_prefix('_'))
        .unwrap_or(&field.name)
        .to_owned();
    let value = filled.of(kind, &own);
    field.value(value)
}

/// The acts that move a finding on stand open; the others are folded.
fn goes_on(kind: ActKind) -> bool {
    matches!(
        kind,
        ActKind::Assign
            | ActKind::Acknowledge
            | ActKind::StartVerification
            | ActKind::RecordVerdict
            | ActKind::DeptReview
            | ActKind::CdiCheck
            | ActKind::StartRectification
            | ActKind::RecordRectification
            | ActKind::ApplyElimination
            | ActKind::ApproveElimination
            | ActKind::Answer
    )
}

fn title(kind: ActKind, case: &Case) -> String {
    match (kind, case.stage) {
        (ActKind::Return, Stage::Assigned | Stage::Acknowledged | Stage::Reopened) => "退回（不属本单位）".to_owned(),
        (ActKind::Return, Stage::Rectified) => "退回继续整改".to_owned(),
        (ActKind::Return, Stage::Escalated) => "退回下级办理".to_owned(),
        (ActKind::Return, _) => "退回重新核查".to_owned(),
        _ => kind.title().to_owned(),
    }
}

fn hint(kind: ActKind, case: &Case) -> &'static str {
    match kind {
        ActKind::Acknowledge => "签收后开始计算现场核查期限。",
        ActKind::RecordVerdict => "疑点不等于问题。请如实登记所见，附照片或材料（JPG、PNG、PDF，每个不超过 10 MB）。",
        ActKind::DeptReview => "审核人不得是登记结论的人。",
        ActKind::CdiCheck if case.check_due => "这条预警必须复核。",
        ActKind::CdiCheck => "复核人不得是登记或审核的人。",
        ActKind::RecordRectification => "登记后颜色降为黄色；消除预警须另行申请。",
        ActKind::ApproveElimination => "批准后预警消除并办结。",
        ActKind::Extend => "只能延长一次，时间为原期限的一半。",
        _ => "",
    }
}

fn question(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Escalate => "提级后由上级纪委办理，确定提级吗？",
        ActKind::TransferToClue => "转为问题线索后本流程结束，确定吗？",
        ActKind::Close => "确定办结这条预警吗？",
        ActKind::Merge => "并案后这条预警不再单独办理，确定吗？",
        _ => "",
    }
}
