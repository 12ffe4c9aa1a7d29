//! The fund database (扶贫资金库): where money comes from, how it was shared out, and every payment to a person.
//!
//! What the public pages add up is never added up for the reader: `payment_total` and `payment_rollup` are kept in
//! the transaction that changes payments, and a property test holds them to the sums.

pub mod batch;
pub mod chain;
pub mod load;
pub mod model;
mod own;
mod pages;
mod payment;
mod programme;
pub mod reimbursement;
mod search;
mod state;
mod totals;

pub use own::{payments_at, payments_of};
pub use payment::{Payment, PaymentState};
pub use programme::{Allocation, Indicator, NameMode, Programme, allocations, indicators, programme, programmes};
pub use search::{PAGE_ROWS, PaymentFilter, SetTotal, page_of, total_of};
pub use state::set_state;
pub use totals::{Total, by_place, by_programme, total, years};
use web::{Layer, MenuEntry, Module, Routes};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "funds",
        migrations: &[
            store::SqlMigration {
                name: "funds_0001_funds",
                up: include_str!("../migrations/0001_funds.sql"),
            },
            store::SqlMigration {
                name: "funds_0002_payment_indexes",
                up: load::PAYMENT_INDEXES,
            },
            store::SqlMigration {
                name: "funds_0003_chain",
                up: include_str!("../migrations/0003_chain.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: |routes: Routes| {
            routes.get("/desk/payments", "payment.list", pages::payments::show).get(
                "/desk/payments.xlsx",
                "payment.export",
                pages::export::send,
            )
        },
    }
}

const MENU: &[MenuEntry] = &[entry(Layer::Management), entry(Layer::Supervision)];

const fn entry(layer: Layer) -> MenuEntry {
    MenuEntry {
        layer,
        group: "资金管理",
        title: "发放明细",
        href: "/desk/payments",
        action: "payment.list",
    }
}
