//! `GET /desk/rule-changes`: what was proposed, tried and approved.

use askama::Template;
use axum::extract::Query;
use directory::regions;
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter},
};

use super::{place, rule_title, says, span};
use crate::workbench::{ChangeState, LIST, changes, rules_in_force};

#[derive(Template)]
#[template(path = "workbench/pages/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    rows: Vec<Line>,
}

struct Line {
    href: String,
    at: String,
    rule: String,
    says: String,
    place: String,
    span: String,
    by: String,
    state: &'static str,
    tone: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    rule: String,
    state: String,
}

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let rules = rules_in_force(ctx.app()).await?;
    let tree = regions(ctx.app()).await?;
    let rule = (!asked.rule.is_empty()).then_some(asked.rule.as_str());
    let wanted = ChangeState::parse(&asked.state);
    let rows = changes(&ctx.db, rule)
        .await?
        .into_iter()
        .filter(|c| wanted.is_none_or(|state| c.state() == state))
        .map(|c| Line {
            href: format!("{LIST}/{}", c.id),
            at: c.proposed_at().to_string(),
            rule: rule_title(&rules, &c.rule_id),
            says: says(&rules, &c),
            place: place(&tree, c.region()),
            span: span(&c),
            state: c.state().title(),
            tone: c.state().tone(),
            by: c.proposed_name,
        })
        .collect();
    let all = || std::iter::once((String::new(), "全部".to_owned()));
    html(ListPage {
        shell: ctx.shell(ctx.own_layer()).here("规则调整"),
        filter: Filter {
            action: LIST.to_owned(),
            fields: vec![
                Field::select(
                    "rule",
                    "规则",
                    all().chain(rules.iter().map(|r| (r.id.clone(), rule_title(&rules, &r.id)))),
                )
                .value(&asked.rule),
                Field::select(
                    "state",
                    "状态",
                    all().chain(
                        ChangeState::ALL
                            .iter()
                            .map(|s| (s.id().to_owned(), s.title().to_owned())),
                    ),
                )
                .value(&asked.state),
            ],
        },
        rows,
    })
}
