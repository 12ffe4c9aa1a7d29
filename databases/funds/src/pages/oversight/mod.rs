//! Pages that show whether all money is seen and well kept.

pub(crate) mod activities;
pub(crate) mod coverage;
pub(crate) mod evaluations;
pub(crate) mod integrated;
pub(crate) mod sources;
pub(crate) mod special;
pub(crate) mod usage;

use kernel::AppResult;
use web::{Ctx, Shell, parts::Tab};

use super::{payments::within_reach, sheet::layer};

/// The pages, as tabs of one another.
const TABS: [(&str, &str); 8] = [
    ("资金来源目录", "/desk/funds/sources"),
    ("年度预算", "/desk/funds/budgets"),
    ("覆盖情况", "/desk/funds/coverage"),
    ("使用情况归集", "/desk/funds/usage"),
    ("分析、预警、检查", "/desk/funds/activities"),
    ("管理绩效评价", "/desk/funds/evaluations"),
    ("专项基金台账", "/desk/funds/special"),
    ("涉农整合台账", "/desk/funds/integrated"),
];

pub(super) fn tabs(here: &str) -> Vec<Tab> {
    TABS.iter()
        .map(|(title, href)| Tab {
            title: (*title).to_owned(),
            href: (*href).to_owned(),
            active: *href == here,
            count: None,
        })
        .collect()
}

pub(super) fn shell(ctx: &Ctx, title: &str) -> Shell {
    ctx.shell(layer(ctx)).crumb("资金总览", "/desk/funds/board").here(title)
}

/// Programmes as options, all of them first where `all` says how.
pub(super) async fn programme_options(ctx: &Ctx, all: Option<&str>) -> AppResult<Vec<(String, String)>> {
    let mut options: Vec<(String, String)> = all.map(|t| (String::new(), t.to_owned())).into_iter().collect();
    options.extend(within_reach(ctx).await?.into_iter().map(|p| (p.code, p.name)));
    Ok(options)
}
