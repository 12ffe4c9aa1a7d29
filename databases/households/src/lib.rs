//! The object database (扶贫对象库): people, registered households, who helps whom.
//!
//! A person is known everywhere by their key; the number itself lies sealed in one column and is opened by
//! one page, [`pages`], which writes the purpose on the record first. Helpers reach their own households only.

pub mod codes;
mod household;
mod list;
pub mod load;
pub mod model;
mod pages;
pub mod pairing;
mod person;
mod reach;
pub mod store;

pub use household::{Household, Member, PairedHelper, household};
pub use list::{HouseholdFilter, HouseholdRow, HouseholdTotals, PAGE_ROWS, count, page_of};
pub use person::{Person, age_on, people, person};
pub use reach::desk_layer;
use web::{Layer, MenuEntry, Module, Routes};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "households",
        migrations: &[
            ::store::SqlMigration {
                name: "households_0001_registers",
                up: include_str!("../migrations/0001_registers.sql"),
            },
            ::store::SqlMigration {
                name: "households_0002_procedures",
                up: include_str!("../migrations/0002_procedures.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: |routes: Routes| {
            routes
                .get("/desk/households", "household.list", pages::list::show)
                .get("/desk/households.xlsx", "household.export", pages::export::send)
                .get("/desk/households/{id}", "household.list", pages::household::show)
                .get("/desk/people/{key}/reveal", "person.reveal", pages::reveal::ask)
                .post("/desk/people/{key}/reveal", "person.reveal", pages::reveal::show)
        },
    }
}

const MENU: &[MenuEntry] = &[entry(Layer::Management), entry(Layer::Supervision)];

const fn entry(layer: Layer) -> MenuEntry {
    MenuEntry {
        layer,
        group: "扶贫对象",
        title: "帮扶户",
        href: "/desk/households",
        action: "household.list",
    }
}
