//! Why an act is refused: what happened, and the way out.

use kernel::{AppError, ErrorKind};

/// What stands against an act. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The procedure has no such act in this state.
    NotFromHere {
        act: &'static str,
        state: &'static str,
        possible_from: Vec<&'static str>,
    },
    /// Another role's part.
    NotYourPart {
        act: &'static str,
        roles: Vec<&'static str>,
    },
    /// Who did the step before may not do this one.
    SamePerson {
        act: &'static str,
    },
    /// It concerns the person who acts, or near kin.
    Concerned,
    ReasonMissing {
        act: &'static str,
    },
    BasisMissing {
        act: &'static str,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::NotFromHere {
                act,
                state,
                possible_from,
            } if possible_from.is_empty() => write!(f, "目前是“{state}”，没有“{act}”这一步。"),
            Refusal::NotFromHere {
                act,
                state,
                possible_from,
            } => write!(
                f,
                "目前是“{state}”，不能“{act}”；这一步只在“{}”时办理。请刷新页面，看是否已由他人办理。",
                joined(possible_from)
            ),
            Refusal::NotYourPart { act, roles } => {
                write!(f, "“{act}”由{}办理，您的账号没有这项职责。", joined(roles))
            }
            Refusal::SamePerson { act } => write!(f, "上一步是您办理的，“{act}”须由另一人办理。"),
            Refusal::Concerned => f.write_str("这件事涉及您本人或近亲属，按规定须回避，请由他人办理。"),
            Refusal::ReasonMissing { act } => write!(f, "请写明“{act}”的理由。"),
            Refusal::BasisMissing { act } => write!(f, "请写明“{act}”的依据（文件、纪要或报告的名称、编号）。"),
        }
    }
}

fn joined(words: &[&'static str]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for word in words {
        if !seen.contains(word) {
            seen.push(word);
        }
    }
    seen.join("、")
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> AppError {
        let kind = match refusal {
            Refusal::NotFromHere { .. } => ErrorKind::Conflict,
            Refusal::NotYourPart { .. } | Refusal::SamePerson { .. } | Refusal::Concerned => ErrorKind::Forbidden,
            Refusal::ReasonMissing { .. } | Refusal::BasisMissing { .. } => ErrorKind::Invalid,
        };
        AppError::new(kind, refusal.to_string())
    }
}
