//! The comparison rules as people without training read them.

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

/// All rules; a part of the app. Without it the page says that none are in force.
#[derive(Clone, Debug, Default)]
pub struct PlainRules(pub Vec<PlainRule>);
