//! The fund database (扶贫资金库): where money comes from, how it was shared out, and every payment to a person.
//!
//! What the public pages add up is never added up for the reader: `payment_total` and `payment_rollup` are kept in
//! the transaction that changes payments, and a property test holds them to the sums.

use std::{any::Any, sync::Arc};

pub mod amend;
pub mod batch;
pub mod budget;
pub mod chain;
pub mod frozen;
mod import;
mod import_budgets;
pub mod load;
pub mod model;
mod named;
pub mod oversight;
mod own;
mod pages;
mod payment;
mod programme;
pub mod reimbursement;
pub mod returned;
mod search;
mod state;
mod totals;
pub mod usage;

pub use own::{TargetedSum, payments_at, payments_of, targeted_to};
pub use payment::{Payment, PaymentState};
pub use programme::{Allocation, Indicator, NameMode, Programme, allocations, indicators, programme, programmes};
pub use search::{PAGE_ROWS, PaymentFilter, SetTotal, page_of, total_of};
pub use state::set_state;
pub use totals::{Total, by_place, by_programme, total, years};
use web::{Layer, MenuEntry, Module};

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
            store::SqlMigration {
                name: "funds_0004_programme_version",
                up: include_str!("../migrations/0004_programme_version.sql"),
            },
            store::SqlMigration {
                name: "funds_0005_holds",
                up: include_str!("../migrations/0005_holds.sql"),
            },
            store::SqlMigration {
                name: "funds_0006_oversight",
                up: include_str!("../migrations/0006_oversight.sql"),
            },
            store::SqlMigration {
                name: "funds_0007_usage",
                up: include_str!("../migrations/0007_usage.sql"),
            },
            store::SqlMigration {
                name: "funds_0008_paid_month",
                up: include_str!("../migrations/0008_paid_month.sql"),
            },
            store::SqlMigration {
                name: "funds_0009_budgets",
                up: include_str!("../migrations/0009_budgets.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

/// What this module keeps in memory.
pub fn parts() -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![
        Arc::new(chain::BookCache::default()),
        Arc::new(usage::LastRun::default()),
    ]
}

const MENU: &[MenuEntry] = &[
    entry(Layer::Management, "资金总览", "/desk/funds/board", "fund.view"),
    entry(Layer::Management, "资金项目", "/desk/funds/programmes", "fund.view"),
    entry(Layer::Management, "资金指标", "/desk/funds/indicators", "fund.view"),
    entry(Layer::Management, "年度预算", "/desk/funds/budgets", "fund.view"),
    entry(Layer::Management, "资金滞留率", "/desk/funds/idle", "fund.view"),
    entry(Layer::Management, "资金归集监管", "/desk/funds/sources", "fund.view"),
    entry(Layer::Management, "资金追踪", "/desk/funds/trace", "fund.trace"),
    entry(Layer::Management, "发放批次", "/desk/batches", "batch.view"),
    entry(Layer::Management, "发放明细", "/desk/payments", "payment.list"),
    entry(Layer::Management, "报账", "/desk/reimbursements", "reimbursement.view"),
    entry(Layer::Management, "资金账户", "/desk/funds/accounts", "fund.view"),
    entry(Layer::Supervision, "资金总览", "/desk/funds/board", "fund.view"),
    entry(Layer::Supervision, "资金滞留率", "/desk/funds/idle", "fund.view"),
    entry(Layer::Supervision, "资金归集监管", "/desk/funds/sources", "fund.view"),
    entry(Layer::Supervision, "资金追踪", "/desk/funds/trace", "fund.trace"),
    entry(Layer::Supervision, "发放批次", "/desk/batches", "batch.view"),
    entry(Layer::Supervision, "发放明细", "/desk/payments", "payment.list"),
];

const fn entry(layer: Layer, title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    MenuEntry {
        layer,
        group: "资金管理",
        title,
        href,
        action,
    }
}
