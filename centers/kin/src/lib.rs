//! The kin graph (干部亲属关系图谱): cadres, handling staff, and who is related to whom.
//!
//! Kinship accuses nobody; it only says who must step aside and where a second look is due. Nothing is guessed from
//! surnames: a relation stands on a declaration or on a household register, says which, and how far it can be trusted.
//! It is sensitive: few may look, each look has a purpose, and every look is on the record.

mod book;
pub mod model;
mod near;
mod pages;
mod walk;

use std::{any::Any, sync::Arc};

pub use book::Book;
pub use near::{Graphed, Relation, officials, on_finding, relatives_on_finding};
pub use walk::around;
use web::{Layer, MenuEntry, Module, Routes};

/// Policies, menu and pages of this module; it has no tables of its own.
pub fn module() -> Module {
    Module {
        name: "kin",
        migrations: &[],
        policy: include_str!("policy.cedar"),
        menu: &[MenuEntry {
            layer: Layer::Supervision,
            group: "比对中心",
            title: "干部亲属图谱",
            href: "/desk/kin",
            action: "kin.count",
        }],
        routes: |routes: Routes| {
            routes
                .get("/desk/kin", "kin.count", pages::list::show)
                .get("/desk/kin/search", "kin.view", pages::search::show)
                .get("/desk/kin/people/{key}", "kin.view", pages::person::ask)
                .post("/desk/kin/people/{key}", "kin.view", pages::person::show)
        },
    }
}

/// What this module keeps and offers at run time.
pub fn parts() -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![Arc::new(Book::default()), Arc::new(forces::KinPart(Arc::new(Graphed)))]
}
