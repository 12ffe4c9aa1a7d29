//! What a program cannot tell about whose record a row is, and what people say about it.
//!
//! A comparison leaves near ties here. Someone of the county compares the row and the person side by side and answers; the
//! next comparison then links the two, or never does, and learns from the answer how this department's rows agree.

mod model;
mod pages;
mod store;
#[cfg(test)]
pub(super) mod tests;

use ::store::SqlMigration;
pub use model::{Said, State};
#[cfg(test)]
pub(crate) use store::MOST_NEW_CASES;
pub(crate) use store::{Answers, answers, open_cases, take_in};
use web::{Layer, MenuEntry, Routes};

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[SqlMigration {
    name: "comparison_0007_identity_review",
    up: include_str!("../../../migrations/0007_identity_review.sql"),
}];

/// Who may look and who may answer.
pub const POLICY: &str = include_str!("policy.cedar");

/// Its lines in the menu.
pub const MENU: &[MenuEntry] = &[
    MenuEntry {
        layer: Layer::Management,
        group: "比对中心",
        title: "身份核对",
        href: "/desk/identities",
        action: "identity.list",
    },
    MenuEntry {
        layer: Layer::Supervision,
        group: "比对中心",
        title: "身份核对",
        href: "/desk/identities",
        action: "identity.supervise",
    },
];

/// Its pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/identities", "identity.list", pages::list::show)
        .get("/desk/identities/{id}", "identity.list", pages::one::show)
        .post("/desk/identities/{id}/answer", "identity.answer", pages::one::answer)
        .post("/desk/identities/{id}/return", "identity.answer", pages::one::take_back)
}
