//! The matrix of duties: the table with what still lacks a name, one entry with its history, and the form.

mod form;
mod list;
mod one;

use kernel::{RegionCode, RegionLevel};
use web::{Ctx, Layer, Routes, Shell};

use crate::RegionTree;

const LIST: &str = "/desk/duties";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/duties", "duty.view", list::show)
        .get("/desk/duties.xlsx", "duty.view", list::export)
        .get("/desk/duties/new", "duty.enter", form::ask)
        .post("/desk/duties/new", "duty.enter", form::enter)
        .get("/desk/duties/{id}", "duty.view", one::show)
        .post("/desk/duties/{id}/change", "duty.enter", one::change)
        .post("/desk/duties/{id}/replace", "duty.enter", one::replace)
}

/// The counties of this installation: one, or those of a city.
fn counties(tree: &RegionTree, area: RegionCode) -> Vec<RegionCode> {
    if area.level() >= RegionLevel::County {
        vec![area]
    } else {
        tree.inside(area, RegionLevel::County).iter().map(|r| r.code).collect()
    }
}

/// The frame in the layer in which this reader works.
fn frame(ctx: &Ctx) -> Shell {
    let supervises = ctx.may("desk.supervise", &access::Resource::any());
    ctx.shell(if supervises {
        Layer::Supervision
    } else {
        Layer::Management
    })
}
