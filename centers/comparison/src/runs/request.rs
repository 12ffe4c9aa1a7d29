//! Asking for a run: why, on what basis, which rules, which area.

use std::sync::Arc;

use intake::contract::Contracts;
use kernel::{AppError, AppResult, RegionCode};

use crate::rules::{Rule, Rules};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRequest {
    pub purpose: String,
    pub legal_basis: String,
    /// Rule ids; empty means all.
    pub rules: Vec<String>,
    pub area: RegionCode,
}

const MIN_CHARS: usize = 4;
const MAX_CHARS: usize = 200;

impl RunRequest {
    /// Refuses a request without purpose or basis, and one that names an unknown rule (rule A-16 looks for runs
    /// without authorisation; here they cannot begin).
    pub fn check(&self, rules: &Rules) -> AppResult<()> {
        for (title, text) in [("比对目的", &self.purpose), ("法律依据", &self.legal_basis)] {
            let chars = text.trim().chars().count();
            if !(MIN_CHARS..=MAX_CHARS).contains(&chars) {
                return Err(AppError::invalid(format!(
                    "请填写{title}（{MIN_CHARS}至{MAX_CHARS}字）。"
                )));
            }
        }
        match self.rules.iter().find(|id| rules.get(id).is_none()) {
            Some(unknown) => Err(AppError::invalid(format!("没有规则{unknown}，请重新选择。"))),
            None => Ok(()),
        }
    }

    /// Data sets it reads that need each person's signed authorisation.
    pub fn needs_authorisation(&self, rules: &Rules, contracts: &Contracts) -> Vec<String> {
        let chosen = chosen(rules, contracts, &self.rules);
        let mut out: Vec<String> = chosen.iter().flat_map(|r| secret_sources(r, contracts)).collect();
        out.sort();
        out.dedup();
        out
    }
}

/// The rules of a run. All means all that need nobody's signature; the others are asked for by name.
pub(super) fn chosen(rules: &Rules, contracts: &Contracts, ids: &[String]) -> Vec<Arc<Rule>> {
    let mut out = rules.select(ids);
    if ids.is_empty() {
        out.retain(|rule| secret_sources(rule, contracts).is_empty());
    }
    out
}

fn secret_sources(rule: &Rule, contracts: &Contracts) -> Vec<String> {
    let secret = |source: &&String| contracts.get(source).is_some_and(|c| c.authorisation);
    rule.sources.iter().filter(secret).cloned().collect()
}
