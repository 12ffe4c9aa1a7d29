//! The force database (扶贫力量库): who helps, whom, since when, and whether they come.
//!
//! Three pairings (三个一): every household has one responsible person, every village one county-and-town group, every
//! project one group. A household is handed over without a day in between, near kin are refused, and whoever does not
//! come is reminded. Household pairings lie in the table of the object database, because a helper's reach depends on
//! them; everything else lies here.

pub mod acts;
mod import;
pub mod model;
mod pages;
pub mod store;
mod waiting;

pub use crate::store::{
    kin::{DeclaredKin, KinOf, KinPart, declared_among},
    targets::{HelpedProject, ProjectsPart, ProjectsToHelp},
};
pub use waiting::WaitingVisits;
use web::{Layer, MenuEntry, Module};

/// What this module looks up by type at run time.
pub fn parts() -> Vec<std::sync::Arc<dyn std::any::Any + Send + Sync>> {
    vec![std::sync::Arc::new(store::figures::Figures::default())]
}

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "forces",
        migrations: store::MIGRATIONS,
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: pages::routes,
    }
}

const MENU: &[MenuEntry] = &[
    management("立体帮扶", "/desk/forces/overview", "force.view"),
    management("我的帮扶", "/desk/forces/mine", "visit.enter"),
    management("帮扶人员", "/desk/forces/helpers", "force.view"),
    management("帮扶队伍", "/desk/forces/teams", "force.view"),
    management("结对帮扶", "/desk/forces/pairings", "pairing.view"),
    management("三个一缺口清单", "/desk/forces/gaps", "force.view"),
    management("村级帮扶", "/desk/forces/villages", "force.view"),
    management("走访记录", "/desk/forces/visits", "visit.list"),
    management("走访督促", "/desk/forces/overdue", "visit.summary"),
    management("督促台账", "/desk/forces/reminders", "reminder.list"),
    management("入户抽查", "/desk/forces/spot-checks", "spot.list"),
    management("帮扶措施", "/desk/forces/measures", "measure.list"),
    management("请假", "/desk/forces/leaves", "leave.list"),
    management("走访要求", "/desk/forces/duties", "visit.summary"),
    management("中心编制", "/desk/forces/staffing", "staffing.view"),
    supervision("立体帮扶", "/desk/forces/overview", "force.view"),
    supervision("三个一缺口清单", "/desk/forces/gaps", "force.view"),
    supervision("结对帮扶", "/desk/forces/pairings", "pairing.view"),
    supervision("走访记录", "/desk/forces/visits", "visit.list"),
    supervision("走访督促", "/desk/forces/overdue", "visit.summary"),
    supervision("入户抽查", "/desk/forces/spot-checks", "spot.list"),
    supervision("帮扶措施", "/desk/forces/measures", "measure.list"),
];

const fn management(title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    entry(Layer::Management, title, href, action)
}

const fn supervision(title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    entry(Layer::Supervision, title, href, action)
}

const fn entry(layer: Layer, title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    MenuEntry {
        layer,
        group: "扶贫力量",
        title,
        href,
        action,
    }
}
