//! Pages of changes to rules.

pub(super) mod list;
pub(super) mod new;
pub(super) mod one;

use std::sync::Arc;

use kernel::{Money, RegionCode};
use web::Layer;

use super::RuleChange;
use crate::rules::Rules;

const HERE: Layer = Layer::Management;

/// `A-01 享受对象家庭名下有机动车`.
fn rule_title(rules: &Rules, id: &str) -> String {
    rules
        .get(id)
        .map_or_else(|| id.to_owned(), |rule| format!("{id} {}", rule.name))
}

/// What the change sets, in words: parameter, value and unit.
fn says(rules: &Rules, change: &RuleChange) -> String {
    let param = rules
        .get(&change.rule_id)
        .and_then(|r| r.params.get(&change.param).cloned());
    match param {
        Some(param) => format!("{}：{}", param.title, value_text(&change.value, &param.unit)),
        None => format!("{}：{}", change.param, change.value),
    }
}

fn value_text(value: &str, unit: &str) -> String {
    match value {
        "true" => "是".to_owned(),
        "false" => "否".to_owned(),
        fen if unit == "分" => match fen.parse() {
            Ok(whole) => format!("{fen} 分，即 {} 元", Money(whole)),
            Err(_) => format!("{fen} 分"),
        },
        number => format!("{number} {unit}"),
    }
}

fn place(tree: &Arc<directory::RegionTree>, region: RegionCode) -> String {
    let path = tree.path_in_county(region);
    if path.is_empty() { region.to_string() } else { path }
}

fn span(change: &RuleChange) -> String {
    match &change.to_on {
        Some(to) => format!("{} 至 {to}", change.from_on),
        None => format!("{} 起", change.from_on),
    }
}
