//! The comparison center as one module of the platform: sources and snapshots, runs and rules.

use store::SqlMigration;
use web::{MenuEntry, Module, Routes};

use crate::{
    before_payment,
    identities::{self, review},
    runs, schedule, sources, workbench,
};

const FIRST: &[SqlMigration] = &join::<SqlMigration, { sources::MIGRATIONS.len() + runs::MIGRATIONS.len() }>(
    sources::MIGRATIONS,
    runs::MIGRATIONS,
);
const SECOND: &[SqlMigration] =
    &join::<SqlMigration, { FIRST.len() + before_payment::MIGRATIONS.len() }>(FIRST, before_payment::MIGRATIONS);
const THIRD: &[SqlMigration] =
    &join::<SqlMigration, { SECOND.len() + schedule::MIGRATIONS.len() }>(SECOND, schedule::MIGRATIONS);
const FOURTH: &[SqlMigration] =
    &join::<SqlMigration, { THIRD.len() + identities::MIGRATIONS.len() }>(THIRD, identities::MIGRATIONS);
const FIFTH: &[SqlMigration] =
    &join::<SqlMigration, { FOURTH.len() + review::MIGRATIONS.len() }>(FOURTH, review::MIGRATIONS);
const MIGRATIONS: &[SqlMigration] =
    &join::<SqlMigration, { FIFTH.len() + workbench::MIGRATIONS.len() }>(FIFTH, workbench::MIGRATIONS);

const FIRST_MENU: &[MenuEntry] =
    &join::<MenuEntry, { sources::MENU.len() + runs::MENU.len() }>(sources::MENU, runs::MENU);
const SECOND_MENU: &[MenuEntry] =
    &join::<MenuEntry, { FIRST_MENU.len() + review::MENU.len() }>(FIRST_MENU, review::MENU);
const THIRD_MENU: &[MenuEntry] =
    &join::<MenuEntry, { SECOND_MENU.len() + workbench::MENU.len() }>(SECOND_MENU, workbench::MENU);
const MENU: &[MenuEntry] = &join::<MenuEntry, { THIRD_MENU.len() + schedule::MENU.len() }>(THIRD_MENU, schedule::MENU);

const POLICY: &str = concat!(
    include_str!("sources/policy.cedar"),
    "\n",
    include_str!("runs/policy.cedar"),
    "\n",
    include_str!("before_payment/policy.cedar"),
    "\n",
    include_str!("identities/review/policy.cedar"),
    "\n",
    include_str!("workbench/policy.cedar")
);

/// Tables, policies, menu and pages of the comparison center. The app needs the parts [`crate::sources::Sources`],
/// [`crate::rules::Rules`] and [`crate::finding::FindingSinkPart`].
pub fn module() -> Module {
    Module {
        name: "comparison",
        migrations: MIGRATIONS,
        policy: POLICY,
        menu: MENU,
        routes,
    }
}

fn routes(routes: Routes) -> Routes {
    let routes = runs::routes(sources::routes(routes));
    workbench::routes(schedule::routes(review::routes(before_payment::routes(routes))))
}

const fn join<T: Copy, const N: usize>(a: &[T], b: &[T]) -> [T; N] {
    assert!(N == a.len() + b.len() && !a.is_empty());
    let mut out = [a[0]; N];
    let mut i = 0;
    while i < N {
        out[i] = if i < a.len() { a[i] } else { b[i - a.len()] };
        i += 1;
    }
    out
}
