//! The public layer (公众层): anybody sees where the money comes from, where it goes, what was done and with what
//! effect, down to the list of payees of a natural village; and each person sees their own.
//!
//! Pages print what `funds` has published: three fields for a payment (payee, amount, day), the name as the
//! programme's name mode allows. Nothing here ever prints an ID number, a phone, an account or a reason of health.

mod figures;
mod names;
mod notices;
mod own;
mod pages;
mod plain_rules;

use std::{any::Any, path::PathBuf, sync::Arc};

pub use own::sender::{CodeMessage, CodeSender, Sender};
pub use plain_rules::{PlainRule, PlainRules, TellsRules};
use web::{Layer, MenuEntry, Module};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "disclosure",
        migrations: &[
            store::SqlMigration {
                name: "disclosure_0001_own",
                up: include_str!("../migrations/0001_own.sql"),
            },
            store::SqlMigration {
                name: "disclosure_0002_notices",
                up: include_str!("../migrations/0002_notices.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

/// The parts this module looks up: the rules in plain words, the figures of the home page, and for a trial the
/// sender that shows its messages on a page instead of sending them.
pub fn parts(demo: bool, rules: Arc<dyn TellsRules>) -> Vec<Arc<dyn Any + Send + Sync>> {
    let mut parts: Vec<Arc<dyn Any + Send + Sync>> = vec![
        Arc::new(PlainRules(rules)),
        Arc::new(pages::overview::OverviewCache::default()),
    ];
    if demo {
        parts.push(Arc::new(own::sender::shown_on_a_page()));
    }
    parts
}

/// The part that hands codes to a program of the installation, which talks to the county's message gateway: it gets
/// one line of JSON (`phone`, `text`) on its standard input and ends with 0 when the gateway took it.
pub fn codes_by_program(program: PathBuf) -> Arc<dyn Any + Send + Sync> {
    Arc::new(own::sender::by_program(program))
}

const MENU: &[MenuEntry] = &[
    public("首页", "/", "public.read"),
    public("资金去向", "/programmes", "public.read"),
    public("三级公示", "/notices", "public.read"),
    public("按村查", "/villages", "public.read"),
    public("查我的", "/mine", "own.ask"),
    public("谁负责", "/duties", "public.read"),
    public("规则说明", "/rules", "public.read"),
    notices(Layer::Management),
    notices(Layer::Supervision),
    MenuEntry {
        layer: Layer::Management,
        group: "系统",
        title: "演示短信",
        href: "/desk/outbox",
        action: "outbox.read",
    },
];

const fn notices(layer: Layer) -> MenuEntry {
    MenuEntry {
        layer,
        group: "公开公示",
        title: "三级公示",
        href: "/desk/notices",
        action: "notice.view",
    }
}

const fn public(title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    MenuEntry {
        layer: Layer::Public,
        group: "",
        title,
        href,
        action,
    }
}
