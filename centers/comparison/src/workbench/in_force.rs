//! The rules a run uses: those of the files, with the parameters that were approved here.

use std::sync::Arc;

use kernel::AppResult;
use sha2::{Digest, Sha256};
use web::App;

use super::store::approved;
use crate::rules::{Override, Rule, Rules};

/// The rules with every approved change.
pub async fn rules_in_force(app: &App) -> AppResult<Rules> {
    let rules = app.part::<Rules>()?;
    let changes = approved(&app.db).await?;
    Ok(changes
        .iter()
        .fold((*rules).clone(), |rules, change| match rules.get(&change.rule_id) {
            Some(rule) => {
                let changed = with(rule, &change.param, change.as_override());
                rules.replacing(changed)
            }
            // A rule that left the catalogue is not asked any more.
            None => rules,
        }))
}

/// A rule with one more value of a parameter; its hash says so, so that a run's record does.
pub(super) fn with(rule: &Arc<Rule>, param: &str, value: Override) -> Arc<Rule> {
    let mut changed = (**rule).clone();
    if let Some(known) = changed.params.get_mut(param) {
        let said = format!(
            "{} {param} {} {} {:?} {}",
            changed.hash, value.region, value.from, value.to, value.value
        );
        changed.hash = hex::encode(Sha256::digest(said));
        known.overrides.push(value);
    }
    Arc::new(changed)
}
