//! The pages of the warning center.

mod act;
mod attachment;
mod detail;
mod evidence;
mod export;
mod filled;
mod forms;
mod list;
mod look;
mod many;
mod notice;
mod results;
mod samples;
mod sight;
mod words;

use web::{Ctx, Layer, MenuEntry, Routes};

use crate::model::ActKind;

pub(crate) const LIST: &str = "/desk/warnings";
const SAMPLES: &str = "/desk/warnings/samples";
const RESULTS: &str = "/desk/warnings/results";

pub(crate) const MENU: &[MenuEntry] = &[
    entry(Layer::Management, "预警列表", LIST, "finding.manage"),
    entry(Layer::Supervision, "预警列表", LIST, "finding.supervision"),
    entry(Layer::Supervision, "复核抽样", SAMPLES, "finding.sample_view"),
    entry(Layer::Management, "核查成效", RESULTS, "finding.results_manage"),
    entry(Layer::Supervision, "核查成效", RESULTS, "finding.results_supervision"),
];

const fn entry(layer: Layer, title: &'static str, href: &'static str, action: &'static str) -> MenuEntry {
    MenuEntry {
        layer,
        group: "预警中心",
        title,
        href,
        action,
    }
}

/// One route for each act that people do.
macro_rules! act_routes {
    ($routes:expr, $($kind:ident $path:literal;)*) => {{
        let routes = $routes;
        $(let routes = routes.post(
            concat!("/desk/warnings/{id}/", $path),
            ActKind::$kind.action(),
            |ctx, path, filled| act::act(ctx, path, filled, ActKind::$kind),
        );)*
        routes
    }};
}

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(LIST, "finding.list", list::list)
        .get("/desk/warnings/export", "finding.export", export::export)
        .get(RESULTS, "finding.results", results::show)
        .get("/desk/warnings/results.xlsx", "finding.results_export", results::export)
        .get(SAMPLES, "finding.sample_view", samples::list)
        .post(SAMPLES, "finding.sample", samples::draw)
        .get("/desk/warnings/samples/{sample}", "finding.sample_view", samples::one)
        .get("/desk/warnings/{id}", "finding.view", detail::detail)
        .post("/desk/warnings/{id}/reveal", "finding.reveal", detail::reveal)
        .get(
            "/desk/warnings/{id}/files/{digest}",
            "finding.attachment",
            attachment::attachment,
        )
        .get("/desk/warnings/{id}/notice", "finding.notice_view", notice::print)
        .post("/desk/warnings/{id}/notice", "finding.notice", notice::issue)
        .get("/check/notice/{code}", "public.notice", notice::check)
        .post_upload("/desk/warnings/{id}/verify", "finding.verify", |ctx, path, filled| {
            act::act(ctx, path, filled, ActKind::RecordVerdict)
        })
        .post_upload("/desk/warnings/{id}/rectify", "finding.rectify", |ctx, path, filled| {
            act::act(ctx, path, filled, ActKind::RecordRectification)
        })
        .post_upload("/desk/warnings/{id}/answer", "finding.answer", |ctx, path, filled| {
            act::act(ctx, path, filled, ActKind::Answer)
        });
    act_routes! { routes,
        Assign "assign";
        Merge "merge";
        Reassign "reassign";
        Acknowledge "acknowledge";
        StartVerification "start_verification";
        Extend "extend";
        DeptReview "dept_review";
        Return "return";
        CdiCheck "cdi_check";
        StartRectification "start_rectification";
        ApplyElimination "apply_elimination";
        ApproveElimination "approve_elimination";
        RefuseElimination "refuse_elimination";
        Close "close";
        Progress "progress";
        Supervise "supervise";
        LiftSupervision "lift_supervision";
        Escalate "escalate";
        TransferToClue "transfer_to_clue";
        Reopen "reopen";
    }
}

/// The layer this person works in.
fn layer(ctx: &Ctx) -> Layer {
    if ctx.actor().role.supervises() {
        Layer::Supervision
    } else {
        Layer::Management
    }
}

/// Where a finding's page is.
fn href(id: i64) -> String {
    format!("{LIST}/{id}")
}
