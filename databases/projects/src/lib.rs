//! The project database (扶贫项目库): every project from the survey of demands to the yield that reaches households.
//!
//! The flows of [`model`] say what may happen to a project and its assets; the store writes each step with its
//! version and its trace, or nothing; the pages read the same tables of the model for their buttons and forms.

pub mod frozen;
mod import;
mod import_prices;
pub mod model;
mod pages;
mod public;
pub mod store;
mod waiting;

pub use pages::documents::titles as document_titles;
pub use public::six_fields;
pub use waiting::WaitingProjects;
use web::{Layer, MenuEntry, Module};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "projects",
        migrations: &[
            ::store::SqlMigration {
                name: "projects_0001_projects",
                up: include_str!("../migrations/0001_projects.sql"),
            },
            ::store::SqlMigration {
                name: "projects_0002_contract_texts",
                up: include_str!("../migrations/0002_contract_texts.sql"),
            },
            ::store::SqlMigration {
                name: "projects_0003_prices",
                up: include_str!("../migrations/0003_prices.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

const MENU: &[MenuEntry] = &[
    entry(Layer::Management, "项目库", "/desk/projects", "project.list"),
    entry(Layer::Management, "项目监管", "/desk/project-board", "project.list"),
    entry(Layer::Management, "项目日历", "/desk/project-calendar", "project.list"),
    entry(Layer::Management, "县级抽查", "/desk/project-draws", "project.list"),
    entry(Layer::Management, "扶贫资产", "/desk/project-assets", "asset.view"),
    entry(Layer::Management, "清单单价", "/desk/project-prices", "project.list"),
    entry(Layer::Management, "项目文书", "/desk/project-documents", "project.list"),
    entry(
        Layer::Management,
        "项目参数",
        "/desk/project-limits",
        "project.limit_view",
    ),
    entry(Layer::Supervision, "项目库", "/desk/projects", "project.list"),
    entry(Layer::Supervision, "项目监管", "/desk/project-board", "project.list"),
    entry(Layer::Supervision, "县级抽查", "/desk/project-draws", "project.list"),
    entry(Layer::Supervision, "清单单价", "/desk/project-prices", "project.list"),
    entry(Layer::Supervision, "扶贫资产", "/desk/project-assets", "asset.view"),
];

const fn entry(layer: Layer, title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    MenuEntry {
        layer,
        group: "扶贫项目",
        title,
        href,
        action,
    }
}
