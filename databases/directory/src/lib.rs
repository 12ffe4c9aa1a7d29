//! The directory: divisions, organisations, working days, accounts; signing in; who did what.
//!
//! Everything else asks it two things: "what is this place called and what lies inside?" ([`regions`]) and
//! "who is this and how far does he reach?" ([`accounts::Living`], asked anew at every request, so that a
//! demotion or a closed account takes effect at once).

pub mod accounts;
mod acts;
pub mod demo;
pub mod duties;
pub mod holidays;
pub mod orgs;
mod pages;
mod picker;
pub mod regions;
mod trail_book;
mod waiting;

use std::{any::Any, sync::Arc};

pub use accounts::{AccountState, Hashing, living};
pub use acts::title as act_title;
pub use demo::{DEMO_PASSWORD, DemoAccount, seed_demo_accounts};
pub use holidays::{Holiday, calendar, load_holidays};
pub use orgs::{Org, load_orgs, orgs};
pub use picker::{AreaQuery, area_fields};
pub use regions::{Region, RegionTree, load_regions, regions};
pub use waiting::{Waiting, WaitingList, WaitingWork};
use web::{Layer, MenuEntry, Module};

/// The tables of this crate.
pub const MIGRATIONS: &[store::SqlMigration] = &[
    store::SqlMigration {
        name: "directory_0001",
        up: include_str!("../migrations/0001_directory.sql"),
    },
    store::SqlMigration {
        name: "directory_0002_duties",
        up: include_str!("../migrations/0002_duties.sql"),
    },
];

/// What this module contributes to the platform. It comes first in the list: its tables are the ground of others.
pub fn module() -> Module {
    Module {
        name: "directory",
        migrations: MIGRATIONS,
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

/// The parts this module keeps in memory. `demo` shows the demo accounts on the sign-in page.
pub fn parts(demo: bool, waiting: Vec<Arc<dyn WaitingWork>>) -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![
        Arc::new(regions::RegionCache::default()),
        Arc::new(demo::DemoInstallation(demo)),
        Arc::new(WaitingList(waiting)),
    ]
}

const MENU: &[MenuEntry] = &[
    entry(Layer::Management, "", "工作台", "/desk", "desk.manage"),
    entry(Layer::Supervision, "", "工作台", "/desk", "desk.supervise"),
    entry(Layer::Management, "", "监管职责", "/desk/duties", "duty.view"),
    entry(Layer::Supervision, "", "监管职责", "/desk/duties", "duty.view"),
    entry(Layer::Management, "系统", "账号管理", "/desk/accounts", "account.list"),
    entry(Layer::Management, "系统", "操作记录", "/desk/trail", "trail.audit"),
    entry(Layer::Supervision, "系统", "操作记录", "/desk/trail", "trail.supervise"),
];

const fn entry(
    layer: Layer,
    group: &'static str,
    title: &'static str,
    href: &'static str,
    action: &'static str,
) -> MenuEntry {
    MenuEntry {
        layer,
        group,
        title,
        href,
        action,
    }
}
