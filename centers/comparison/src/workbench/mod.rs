//! Where a rule is changed: a parameter for a region from a day on, or the rule's own text, is proposed, tried on frozen
//! data, held against the verdicts of the past, and approved by a second person. Only then do runs use it.

mod diff;
mod flow;
mod in_force;
mod names;
pub(crate) mod pages;
mod store;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text_tests;
mod trial;
mod wording;

use ::store::SqlMigration;
pub use flow::{ChangeAct, ChangeState, FLOW};
pub use in_force::{last_changes, rules_in_force};
pub use names::RuleNames;
pub use store::{NewChange, RuleChange, What, change, changes, propose};
pub use trial::{Sample, Trial};
use web::{Layer, MenuEntry, Routes};
pub use wording::Wording;

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[
    SqlMigration {
        name: "comparison_0008_rule_changes",
        up: include_str!("../../migrations/0008_rule_changes.sql"),
    },
    SqlMigration {
        name: "comparison_0010_rule_texts",
        up: include_str!("../../migrations/0010_rule_texts.sql"),
    },
    SqlMigration {
        name: "comparison_0011_rule_names",
        up: include_str!("../../migrations/0011_rule_names.sql"),
    },
];

/// Its lines in the menu.
pub const MENU: &[MenuEntry] = &[
    MenuEntry {
        layer: Layer::Management,
        group: "比对中心",
        title: "规则调整",
        href: LIST,
        action: "rule.change_list",
    },
    MenuEntry {
        layer: Layer::Supervision,
        group: "比对中心",
        title: "规则调整",
        href: LIST,
        action: "rule.change_supervise",
    },
];

const LIST: &str = "/desk/rule-changes";

/// Its pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, "rule.change_list", pages::list::show)
        .get("/desk/rules/{rule}/change", "rule.propose", pages::new::show)
        .post("/desk/rules/{rule}/change", "rule.propose", pages::new::take)
        .get("/desk/rules/{rule}/text", "rule.propose", pages::text::show)
        .post("/desk/rules/{rule}/text", "rule.propose", pages::text::take)
        .get("/desk/rule-changes/{id}", "rule.change_list", pages::one::show)
        .get(
            "/desk/rule-changes/{id}/progress",
            "rule.change_list",
            pages::one::progress,
        )
        .post("/desk/rule-changes/{id}/try", "rule.propose", pages::one::try_it)
        .post("/desk/rule-changes/{id}/decide", "rule.decide", pages::one::decide)
}
