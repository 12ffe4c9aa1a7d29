//! The policy library (政策文件): documents and their interpretation, entered by one person, published by another,
//! open to everyone from then on, also after they are withdrawn.

mod evaluation;
pub mod model;
mod pages;
pub mod store;

use std::{any::Any, sync::Arc};

use web::{Layer, MenuEntry, Module};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "policies",
        migrations: &[
            ::store::SqlMigration {
                name: "policies_0001_policies",
                up: include_str!("../migrations/0001_policies.sql"),
            },
            ::store::SqlMigration {
                name: "policies_0002_named",
                up: include_str!("../migrations/0002_named.sql"),
            },
            ::store::SqlMigration {
                name: "policies_0003_governs",
                up: include_str!("../migrations/0003_governs.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

/// What other modules ask of the library: the document an evaluation of funds rests on.
pub fn parts() -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![Arc::new(funds::oversight::EvaluationBasisPart(Arc::new(
        evaluation::Library,
    )))]
}

const MENU: &[MenuEntry] = &[
    entry(Layer::Public, "", "/policies", "public.policies"),
    entry(Layer::Management, "信息公开", "/desk/policies", "policy.read"),
    entry(Layer::Supervision, "信息公开", "/desk/policies", "policy.read"),
];

const fn entry(layer: Layer, group: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    let title = if group.is_empty() { "政策" } else { "政策文件" };
    MenuEntry {
        layer,
        group,
        title,
        href,
        action,
    }
}
