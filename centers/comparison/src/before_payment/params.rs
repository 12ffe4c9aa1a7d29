//! What a comparison before payment does with its questions, as the county set it.

use std::path::Path;

use kernel::{AppError, AppResult};
use serde::Deserialize;

use crate::{engine::is_plain, finding::Severity, rules::Rule};

/// Parameters of the check before payment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    pub hold_working_days: u32,
    pub hold_severities: Vec<Severity>,
    pub groups: Vec<String>,
    pub left_out: Vec<String>,
    pub most_sharing: i64,
    pub look_back_months: i32,
}

/// The longest a payment may wait without a person's decision (workflows 3.2).
const MOST_WORKING_DAYS: u32 = 5;

impl Params {
    /// The file when it exists, the built-in values when not.
    ///
    /// # Errors
    /// `Invalid` names the file and what is wrong with it.
    pub fn load(path: &Path) -> AppResult<Params> {
        let Ok(text) = std::fs::read_to_string(path) else {
            return Params::built_in();
        };
        let params: Params = toml::from_str(&text)
            .map_err(|e| AppError::invalid(format!("{} 有误：{}", path.display(), e.message())))?;
        if !(1..=MOST_WORKING_DAYS).contains(&params.hold_working_days) {
            return Err(AppError::invalid(format!(
                "{}：hold_working_days 应为 1 至 {MOST_WORKING_DAYS}，没有人决定的暂缓不能更久。",
                path.display()
            )));
        }
        Ok(params)
    }

    /// The built-in values.
    pub fn built_in() -> AppResult<Params> {
        toml::from_str(include_str!("../../params/before-payment.toml")).map_err(AppError::internal)
    }

    /// Whether a rule gives a few people the answer it would give among all: it looks at people one by one, and in
    /// registers that are frozen for a few.
    pub fn asks_of_few(&self, rule: &Rule) -> bool {
        !self.left_out.contains(&rule.id) && !rule.registers.iter().any(|name| is_plain(name))
    }

    /// Whether a rule asks about people and payments, and can be asked of a few.
    pub fn asks(&self, rule: &Rule) -> bool {
        self.groups.contains(&rule.group) && self.asks_of_few(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_may_shorten_a_hold_but_not_prolong_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("before-payment.toml");
        assert_eq!(Params::load(&path).unwrap().hold_working_days, 5);
        let text = include_str!("../../params/before-payment.toml");
        std::fs::write(&path, text.replace("hold_working_days = 5", "hold_working_days = 3")).unwrap();
        assert_eq!(Params::load(&path).unwrap().hold_working_days, 3);
        std::fs::write(&path, text.replace("hold_working_days = 5", "hold_working_days = 30")).unwrap();
        assert!(Params::load(&path).unwrap_err().message.contains("1 至 5"));
    }
}
