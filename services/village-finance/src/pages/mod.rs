//! The pages of village books: the desk's, and those open to everyone.

mod accounts;
mod detail;
mod enter;
mod export;
mod list;
mod open;
mod papers;
mod statement;
mod step;
mod totals;

use access::Resource;
use directory::RegionTree;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use qrcode::{EcLevel, QrCode, render::svg};
use web::{Ctx, Routes, Shell};

use crate::store::entry::{self, Entry};

/// Path of the list.
pub(crate) const LIST: &str = "/desk/village-ledger";

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = records::import_routes!(
        routes,
        "/desk/village-ledger/import",
        "ledger.enter",
        crate::import::LedgerImport
    );
    let routes = routes
        .get("/desk/village-ledger", "ledger.list", list::show)
        .get("/desk/village-ledger.xlsx", "ledger.export", export::send)
        .get("/desk/village-ledger/new", "ledger.enter", enter::blank)
        .post_upload("/desk/village-ledger/new", "ledger.enter", enter::enter)
        .get("/desk/village-ledger/{id}", "ledger.view", detail::show)
        .get("/desk/village-ledger/{id}/edit", "ledger.enter", enter::edit)
        .post("/desk/village-ledger/{id}/edit", "ledger.enter", enter::amend)
        .post("/desk/village-ledger/{id}/steps/{act}", "ledger.step", step::take)
        .post("/desk/village-ledger/{id}/reverse", "ledger.enter", step::reverse)
        .post_upload("/desk/village-ledger/{id}/papers", "ledger.enter", papers::attach)
        .get("/desk/village-ledger/{id}/papers/{digest}", "ledger.view", papers::send);
    routes
        .get("/desk/village-totals", "ledger.totals", totals::show)
        .get(
            "/desk/village-statements/{region}/{month}",
            "ledger.statement",
            statement::desk,
        )
        .get("/desk/village-accounts", "ledger.account_view", accounts::show)
        .post("/desk/village-accounts", "ledger.account", accounts::open)
        .post("/desk/village-accounts/{id}/close", "ledger.account", accounts::close)
        .get("/village-finance", "public.village_finance", open::home::show)
        .get("/village-finance/{region}", "public.village_finance", open::place::show)
        .get(
            "/village-finance/{region}/{month}",
            "public.village_finance",
            open::month::show,
        )
        .get(
            "/village-finance/{region}/{month}/print",
            "public.village_finance",
            statement::open,
        )
}

/// The entry, when this actor may do `action` with it.
pub(crate) async fn reachable(ctx: &Ctx, id: i64, action: &str) -> AppResult<Entry> {
    let row = entry::entry(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(entry::missing)?;
    ctx.require(action, &Resource::in_region(row.place()))?;
    Ok(row)
}

pub(crate) fn href(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// The frame below the list.
pub(crate) fn frame(ctx: &Ctx) -> Shell {
    ctx.shell(households::desk_layer(ctx)).crumb("收支账", LIST)
}

pub(crate) fn request_id(ctx: &Ctx) -> String {
    format!("ledger-{}", ctx.next_id())
}

pub(crate) fn place(tree: &RegionTree, region: i64) -> String {
    RegionCode::from_i64(region).map_or_else(String::new, |code| tree.path_in_county(code))
}

/// A village on a list: with its town where the reader sees more than one.
pub(crate) fn short_place(tree: &RegionTree, own: Option<RegionCode>, village: RegionCode) -> String {
    let town = village.at(RegionLevel::Town);
    if own.is_some_and(|own| town.contains(own)) {
        tree.name(village)
    } else {
        format!("{} {}", tree.name(town), tree.name(village))
    }
}

/// A division of this installation by the digits in an address.
pub(crate) fn place_of(ctx: &Ctx, tree: &RegionTree, digits: &str) -> AppResult<RegionCode> {
    digits
        .parse()
        .ok()
        .filter(|code| ctx.config.area.contains(*code) && tree.get(*code).is_some())
        .ok_or_else(|| AppError::not_found("没有这个镇街、社区或村。请从“村级财务”重新选择。"))
}

/// What the divisions inside a place are called.
pub(crate) fn inside_title(tree: &RegionTree, place: RegionCode) -> &'static str {
    match tree.children(place).first().map(|r| r.level()) {
        Some(RegionLevel::Town) => "镇街",
        Some(RegionLevel::Community) => "社区（村）",
        _ => "自然村",
    }
}

/// A line of the places inside `area`; the area's own book stands beside those of its villages.
pub(crate) fn line_name(tree: &RegionTree, area: RegionCode, line: RegionCode) -> String {
    if line == area {
        format!("{}本级", tree.name(area))
    } else {
        tree.name(line)
    }
}

/// The places a clerk may keep a book for: villages in reach, communities where there are none.
pub(crate) fn books(ctx: &Ctx, tree: &RegionTree) -> Vec<(String, String)> {
    let top = ctx.scope().region().unwrap_or(ctx.config.area);
    let mut places = tree.inside(top, RegionLevel::Village);
    if places.is_empty() {
        places = tree.inside(top, RegionLevel::Community);
    }
    let named = places.iter().map(|r| (r.code.to_string(), tree.path_in_county(r.code)));
    std::iter::once((String::new(), "请选择".to_owned()))
        .chain(named)
        .collect()
}

pub(crate) fn qr(text: &str) -> AppResult<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(AppError::internal)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(120, 120).build();
    // The drawing without the XML line, which has no place inside a page.
    Ok(drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_owned()))
}

/// `72,542`
pub(crate) fn count(n: i64) -> String {
    let shown = kernel::Money(n.saturating_mul(100)).to_string();
    shown.trim_end_matches(".00").to_owned()
}
