//! `GET /rules`: what the comparison asks, in plain words, and what happens to an answer.

use askama::Template;
use web::{Ctx, Layer, Page, Shell, html};

use crate::{PlainRule, PlainRules};

#[derive(Template)]
#[template(path = "pages/rules.html")]
struct RulesPage {
    shell: Shell,
    count: usize,
    groups: Vec<Group>,
}

struct Group {
    anchor: String,
    name: String,
    rules: Vec<PlainRule>,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let rules = match ctx.part::<PlainRules>() {
        Ok(known) => known.0.rules(ctx.app()).await?,
        Err(_) => Vec::new(),
    };
    html(RulesPage {
        shell: ctx.shell(Layer::Public).here("规则说明"),
        count: rules.len(),
        groups: groups(rules),
    })
}

/// Rules of a group together, groups in the order in which they first come up.
fn groups(rules: Vec<PlainRule>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for rule in rules {
        let name = if rule.group.is_empty() {
            group_title(&rule.id).to_owned()
        } else {
            rule.group.clone()
        };
        match groups.iter_mut().find(|g| g.name == name) {
            Some(group) => group.rules.push(rule),
            None => groups.push(Group {
                anchor: format!("group-{}", groups.len() + 1),
                name,
                rules: vec![rule],
            }),
        }
    }
    groups
}

/// The groups of the catalogue by the letter of a rule's number.
fn group_title(id: &str) -> &'static str {
    match id.chars().next() {
        Some('A') => "享受条件",
        Some('B') => "补助发放",
        Some('C') => "干部和近亲属",
        Some('D') => "资金使用",
        Some('E') => "项目",
        Some('F') => "村级资产和村务卡",
        Some('K') => "数据质量",
        _ => "其他规则",
    }
}
