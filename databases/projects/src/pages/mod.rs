//! The pages of projects in the back office.

pub(crate) mod act;
pub(crate) mod asset;
pub(crate) mod assets;
pub(crate) mod block;
pub(crate) mod board;
pub(crate) mod calendar;
pub(crate) mod detail;
pub(crate) mod documents;
pub(crate) mod draws;
pub(crate) mod enter;
pub(crate) mod entry;
pub(crate) mod export;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod papers;
pub(crate) mod plans;
pub(crate) mod prices;
mod together;
pub(crate) mod year_plan;

use access::Resource;
use directory::RegionTree;
use kernel::{AppError, AppResult, RegionCode};
use web::{Ctx, Routes, Shell};

use crate::store::project::{self, Project};

/// Path of the list.
pub(crate) const LIST: &str = "/desk/projects";

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/desk/projects", "project.list", list::show)
        .get("/desk/projects.xlsx", "project.export", export::send)
        .get("/desk/projects/new", "project.enter", enter::blank)
        .post("/desk/projects/new", "project.enter", enter::enter)
        .get("/desk/project-board", "project.list", board::show)
        .get("/desk/project-risks", "project.list", board::risks)
        .get("/desk/project-calendar", "project.list", calendar::show)
        .post("/desk/project-calendar", "project.task", calendar::finish)
        .get("/desk/project-limits", "project.limit_view", limits::show)
        .post("/desk/project-limits", "project.limit", limits::set)
        .get("/desk/project-plans/{region}", "project.list", plans::show)
        .get("/desk/project-plan", "project.step", year_plan::ask)
        .post("/desk/project-plan", "project.step", year_plan::confirm)
        .get("/desk/project-documents", "project.list", documents::list)
        .get("/desk/project-documents/{form}", "project.list", documents::blank)
        .get(
            "/desk/project-documents/{form}/download",
            "project.list",
            documents::download_blank,
        );
    let routes = routes
        .get("/desk/project-draws", "project.list", draws::list)
        .post("/desk/project-draws", "project.draw", draws::announce)
        .get("/desk/project-draws/{draw}", "project.list", draws::show)
        .post("/desk/project-draws/{draw}/draw", "project.draw", draws::draw)
        .post("/desk/project-draws/{draw}/widen", "project.draw", draws::widen);
    let routes = records::import_routes!(
        routes,
        "/desk/projects/import",
        "project.enter",
        crate::import::ProjectImport
    );
    let routes = records::import_routes!(
        routes.get("/desk/project-prices", "project.list", prices::list).get(
            "/desk/project-prices.xlsx",
            "project.export",
            prices::export
        ),
        "/desk/project-prices/import",
        "project.price",
        crate::import_prices::PriceImport
    );
    routes
        .get("/desk/projects/{id}", "project.view", detail::show)
        .get("/desk/projects/{id}/edit", "project.enter", enter::edit)
        .post("/desk/projects/{id}/edit", "project.enter", enter::amend)
        .get("/desk/projects/{id}/steps/{act}", "project.step", act::ask)
        .post("/desk/projects/{id}/steps/{act}", "project.step", act::take)
        .get("/desk/projects/{id}/entries/{kind}", "project.entry", entry::ask)
        .post("/desk/projects/{id}/entries/{kind}", "project.entry", entry::write)
        .post_upload("/desk/projects/{id}/papers", "project.entry", papers::attach)
        .get("/desk/projects/{id}/papers/{digest}", "project.view", papers::send)
        .get(
            "/desk/projects/{id}/documents/{form}",
            "project.view",
            documents::filled,
        )
        .get("/desk/project-assets", "asset.view", assets::list)
        .get("/desk/project-assets.xlsx", "project.export", assets::export)
        .get("/desk/project-assets/{id}", "asset.view", asset::show)
        .get("/desk/project-assets/{id}/steps/{act}", "asset.step", asset::ask)
        .post("/desk/project-assets/{id}/steps/{act}", "asset.step", asset::take)
}

/// The project, when this actor may do `action` with it.
pub(crate) async fn reachable(ctx: &Ctx, id: i64, action: &str) -> AppResult<Project> {
    let missing = || AppError::not_found("没有找到这个项目，或不在您的管理范围内。");
    let row = project::project(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing)?;
    ctx.require(action, &Resource::in_region(row.place()))?;
    Ok(row)
}

pub(crate) fn href(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// The frame below the list.
pub(crate) fn frame(ctx: &Ctx) -> Shell {
    ctx.shell(households::desk_layer(ctx)).crumb("项目库", LIST)
}

pub(crate) fn request_id(ctx: &Ctx) -> String {
    format!("project-{}", ctx.next_id())
}

pub(crate) fn place(tree: &RegionTree, region: i64) -> String {
    RegionCode::from_i64(region).map_or_else(String::new, |code| tree.path_in_county(code))
}
