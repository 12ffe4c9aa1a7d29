//! The rules a run uses: those of the files, with what was approved here. A changed text was checked against the file it
//! was written over; when the file itself is another now, the file holds and the change is set aside until proposed anew.

use std::{collections::BTreeMap, sync::Arc};

use ::store::Query;
use kernel::{AppResult, Timestamp};
use sha2::{Digest, Sha256};
use web::App;

use super::{
    ChangeState,
    store::{RuleChange, What, decided},
    wording::{Wording, put},
};
use crate::rules::{Override, Rule, Rules};

/// The rules with every approved change.
pub async fn rules_in_force(app: &App) -> AppResult<Rules> {
    let rules = app.part::<Rules>()?;
    Ok(fold(&rules, &decided(&app.db).await?))
}

/// When the way a rule asks was last changed here, by rule.
pub async fn last_changes(db: &impl Query) -> AppResult<BTreeMap<String, Timestamp>> {
    let mut last = BTreeMap::new();
    for change in decided(db).await? {
        let at = change.ended_at().or(change.decided_at()).unwrap_or(Timestamp(0));
        let known = last.entry(change.rule_id).or_insert(at);
        *known = (*known).max(at);
    }
    Ok(last)
}

/// Files and changes in the order of their approval: the later one wins.
pub(super) fn fold(rules: &Rules, changes: &[RuleChange]) -> Rules {
    changes.iter().fold(rules.clone(), |now, change| {
        match (now.get(&change.rule_id), rules.get(&change.rule_id)) {
            (Some(rule), Some(file)) => {
                let changed = step(rule, file, change);
                now.replacing(changed)
            }
            // A rule that left the catalogue is not asked any more.
            _ => now,
        }
    })
}

/// One change more: its approval raised the version, and so did its end.
fn step(rule: &Arc<Rule>, file: &Rule, change: &RuleChange) -> Arc<Rule> {
    let ended = change.state() == ChangeState::Revoked;
    let mut changed = if ended || is_set_aside(change, file) {
        (**rule).clone()
    } else {
        (*changed_by(rule, change)).clone()
    };
    changed.version += if ended { 2 } else { 1 };
    Arc::new(changed)
}

/// Whether a change was written over another text of the file than there is now.
pub(super) fn is_set_aside(change: &RuleChange, file: &Rule) -> bool {
    matches!(change.what(), What::Text { .. }) && change.file_hash != file.hash
}

/// The rule as the change would have it, whatever its state.
pub(super) fn changed_by(rule: &Arc<Rule>, change: &RuleChange) -> Arc<Rule> {
    match change.what() {
        What::Param { param, .. } => with(rule, &param, change.as_override()),
        What::Text { wording, .. } => reworded(rule, &wording),
    }
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

/// A rule with other texts, and the hash that follows from them.
pub(super) fn reworded(rule: &Arc<Rule>, wording: &Wording) -> Arc<Rule> {
    let mut changed = (**rule).clone();
    put(&mut changed, wording);
    let said = serde_json::to_string(wording).unwrap_or_default();
    changed.hash = hex::encode(Sha256::digest(format!("{} {said}", changed.hash)));
    Arc::new(changed)
}
