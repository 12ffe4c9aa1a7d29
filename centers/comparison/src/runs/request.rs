//! Asking for a run: why, on what basis, which rules, which area.

use kernel::{AppError, AppResult, RegionCode};

use crate::rules::Rules;

/// How much is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunKind {
    /// Everyone, by the rules asked for.
    #[default]
    Full,
    /// The people touched by new deliveries of these data sets, by the rules that read them.
    Touched(Vec<String>),
}

impl RunKind {
    pub fn id(&self) -> &'static str {
        match self {
            RunKind::Full => "full",
            RunKind::Touched(_) => "touched",
        }
    }

    pub fn title(&self) -> &'static str {
        match self {
            RunKind::Full => "全面比对",
            RunKind::Touched(_) => "新数据比对",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRequest {
    pub purpose: String,
    pub legal_basis: String,
    /// The law that allows deposits and securities to be read without each person's signature; empty when none does,
    /// and households without signatures are then left out of these.
    pub public_interest: String,
    /// Rule ids; empty means all.
    pub rules: Vec<String>,
    pub area: RegionCode,
    pub kind: RunKind,
}

const MIN_CHARS: usize = 4;
const MAX_CHARS: usize = 200;

impl RunRequest {
    /// Refuses a request without purpose or basis, and one that names an unknown rule. What needs a person's
    /// authorisation (rule A-16) is not refused as a whole: people who did not sign are left out and counted.
    pub fn check(&self, rules: &Rules) -> AppResult<()> {
        for (title, text) in [("比对目的", &self.purpose), ("法律依据", &self.legal_basis)] {
            let chars = text.trim().chars().count();
            if !(MIN_CHARS..=MAX_CHARS).contains(&chars) {
                return Err(AppError::invalid(format!(
                    "请填写{title}（{MIN_CHARS}至{MAX_CHARS}字）。"
                )));
            }
        }
        let interest = self.public_interest.trim().chars().count();
        if interest > 0 && !(8..=MAX_CHARS).contains(&interest) {
            return Err(AppError::invalid(format!(
                "公共利益依据请写明法律名称和条款（8至{MAX_CHARS}字）；没有就留空。"
            )));
        }
        match self.rules.iter().find(|id| rules.get(id).is_none()) {
            Some(unknown) => Err(AppError::invalid(format!("没有规则{unknown}，请重新选择。"))),
            None => Ok(()),
        }
    }
}
