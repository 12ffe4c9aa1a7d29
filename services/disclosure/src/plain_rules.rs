//! The comparison rules as people without training read them.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::AppResult;
use web::App;

/// One rule in plain words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainRule {
    /// `A-01`
    pub id: String,
    pub name: String,
    /// What kind of question it asks, e.g. 享受与实际不符; rules of a group stand together. Empty when ungrouped.
    pub group: String,
    /// What is compared with what, and why it matters, in a few plain sentences.
    pub explanation: String,
    /// The document it rests on; empty when it rests on good practice.
    pub basis: String,
}

/// Whoever knows the rules in force now.
#[async_trait]
pub trait TellsRules: Send + Sync {
    /// All rules, as they are used today.
    async fn rules(&self, app: &App) -> AppResult<Vec<PlainRule>>;
}

/// A part of the app. Without it the page says that none are in force.
pub struct PlainRules(pub Arc<dyn TellsRules>);
