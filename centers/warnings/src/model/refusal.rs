//! Why an act does not happen. Each says what to do instead.

use kernel::AppError;

use super::{ActKind, Stage};

/// A refused act. The finding is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The finding stands elsewhere by now, or the act never follows this stage.
    NotNow { act: ActKind, stage: Stage },
    /// Another unit is in charge.
    NotInCharge,
    /// It concerns the actor, near kin, or the leader of the actor's own village.
    Conflict(super::Conflict),
    /// A review by the person who did the step before.
    SamePerson,
    /// Fewer than two people on the spot, or one of them bears the name of the person concerned.
    Team(&'static str),
    /// A field is missing or wrong.
    Field(&'static str),
    /// The act must wait for another one.
    Blocked(&'static str),
}

impl Refusal {
    /// What the person reads.
    pub fn message(&self) -> String {
        match self {
            Refusal::NotNow { act, stage } => {
                format!(
                    "这条预警现在是“{}”，不能办理“{}”。页面可能已过时，请刷新后查看最新状态。",
                    stage.title(),
                    act.title()
                )
            }
            Refusal::NotInCharge => "这条预警不由您所在的单位承办，不能办理此项。".to_owned(),
            Refusal::Conflict(conflict) => conflict.message().to_owned(),
            Refusal::SamePerson => "上一步由您办理，按规定须由另一人审核。".to_owned(),
            Refusal::Team(why) | Refusal::Field(why) | Refusal::Blocked(why) => (*why).to_owned(),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> AppError {
        let message = refusal.message();
        match refusal {
            Refusal::NotNow { .. } | Refusal::Blocked(_) => AppError::conflict(message),
            Refusal::NotInCharge | Refusal::Conflict(_) | Refusal::SamePerson => AppError::forbidden(message),
            Refusal::Team(_) | Refusal::Field(_) => AppError::invalid(message),
        }
    }
}
