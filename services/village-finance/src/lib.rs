//! Village finance (三资管理, the money of the collective): each village's book, entered in the village, signed by its
//! supervision committee, checked by the town's station, then open to everyone by month.
//!
//! An entry is never deleted: what was wrong is taken back by an entry of the opposite sign that goes the same way.
//! Sums are kept with each check in the same transaction, so that a county of 756,200 entries opens like a village.

mod import;
pub mod model;
mod pages;
pub mod store;

use web::{Layer, MenuEntry, Module};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "village-finance",
        migrations: &[
            ::store::SqlMigration {
                name: "village_finance_0001_ledger",
                up: include_str!("../migrations/0001_ledger.sql"),
            },
            ::store::SqlMigration {
                name: "village_finance_0002_entry_indexes",
                up: store::load::INDEXES,
            },
            ::store::SqlMigration {
                name: "village_finance_0003_search_by_day",
                up: store::load::SEARCH_BY_DAY,
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

const MENU: &[MenuEntry] = &[
    entry(Layer::Management, "收支账", "/desk/village-ledger", "ledger.list"),
    entry(Layer::Management, "收支汇总", "/desk/village-totals", "ledger.totals"),
    entry(
        Layer::Management,
        "账户与村务卡",
        "/desk/village-accounts",
        "ledger.account_view",
    ),
    entry(Layer::Supervision, "收支账", "/desk/village-ledger", "ledger.list"),
    entry(Layer::Supervision, "收支汇总", "/desk/village-totals", "ledger.totals"),
    MenuEntry {
        layer: Layer::Public,
        group: "",
        title: "村级财务",
        href: "/village-finance",
        action: "public.village_finance",
    },
];

const fn entry(layer: Layer, title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    MenuEntry {
        layer,
        group: "三资监管",
        title,
        href,
        action,
    }
}
