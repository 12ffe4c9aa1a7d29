//! Pages of changes to rules.

pub(super) mod list;
pub(super) mod new;
pub(super) mod one;
pub(crate) mod tables;
pub(super) mod text;

use std::sync::Arc;

use kernel::{Money, RegionCode};

use super::{
    RuleChange, What,
    wording::{CONDITION, NAME},
};
use crate::rules::Rules;

/// `A-01 享受对象家庭名下有机动车`.
fn rule_title(rules: &Rules, id: &str) -> String {
    rules
        .get(id)
        .map_or_else(|| id.to_owned(), |rule| format!("{id} {}", rule.name))
}

/// What the change sets, in words: parameter, value and unit, or which texts.
pub(crate) fn says(rules: &Rules, change: &RuleChange) -> String {
    match change.what() {
        What::Param { param, value } => {
            let known = rules.get(&change.rule_id).and_then(|r| r.params.get(&param).cloned());
            let value = value.to_string();
            match known {
                Some(known) => format!("{}：{}", known.title, value_text(&value, &known.unit)),
                None => format!("{param}：{value}"),
            }
        }
        What::Text { wording, .. } => {
            let mut parts: Vec<&str> = [(NAME, "名称"), (CONDITION, "比对条件")]
                .into_iter()
                .filter(|(id, _)| wording.contains_key(*id))
                .map(|(_, title)| title)
                .collect();
            if wording.keys().any(|id| id.contains('.')) {
                parts.push("说明");
            }
            format!("改{}", parts.join("、"))
        }
    }
}

pub(crate) fn value_text(value: &str, unit: &str) -> String {
    match value {
        "true" => "是".to_owned(),
        "false" => "否".to_owned(),
        fen if unit == "分" => match fen.parse() {
            Ok(whole) => format!("{} 元", Money(whole)),
            Err(_) => format!("{fen} 分"),
        },
        number => format!("{number} {unit}"),
    }
}

pub(crate) fn place(tree: &Arc<directory::RegionTree>, region: RegionCode) -> String {
    let path = tree.path_in_county(region);
    if path.is_empty() { region.to_string() } else { path }
}

pub(crate) fn span(change: &RuleChange) -> String {
    if matches!(change.what(), What::Text { .. }) {
        return "批准时起".to_owned();
    }
    match &change.to_on {
        Some(to) => format!("{} 至 {to}", change.from_on),
        None => format!("{} 起", change.from_on),
    }
}
