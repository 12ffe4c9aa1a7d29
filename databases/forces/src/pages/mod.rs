//! The pages of this module.

mod duties;
mod gaps;
mod helpers;
mod kin;
mod pairings;
mod reports;
mod rules;
mod sheet;
mod tables;
mod teams;
mod together;
mod visits;

use web::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = records::import_routes!(
        routes,
        "/desk/forces/helpers/import",
        "force.enter",
        crate::import::HelperImport
    );
    let routes = records::import_routes!(
        routes,
        "/desk/forces/helpers/kin-import",
        "force.enter",
        crate::import::KinImport
    );
    let routes = records::import_routes!(
        routes,
        "/desk/forces/pairings/import",
        "pairing.change",
        crate::import::PairingImport
    );
    let routes = records::import_routes!(
        routes,
        "/desk/forces/visits/import",
        "visit.enter",
        crate::import::VisitImport
    );
    let routes = routes
        .get("/desk/forces/overview", "force.view", gaps::overview)
        .get("/desk/forces/helpers", "force.view", helpers::list)
        .get("/desk/forces/helpers.xlsx", "force.export", helpers::export)
        .get("/desk/forces/helpers/new", "force.enter", helpers::ask)
        .post("/desk/forces/helpers/new", "force.enter", helpers::enter)
        .get("/desk/forces/helpers/{id}", "force.view", helpers::show)
        .get("/desk/forces/helpers/{id}/change", "force.enter", helpers::ask_change)
        .post("/desk/forces/helpers/{id}/change", "force.enter", helpers::change)
        .post("/desk/forces/helpers/{id}/kin", "force.enter", kin::declare)
        .post("/desk/forces/helpers/{id}/leave", "force.enter", helpers::leave)
        .post(
            "/desk/forces/helpers/{id}/hand-over",
            "pairing.change",
            helpers::hand_over,
        )
        .get("/desk/forces/teams", "force.view", teams::list)
        .get("/desk/forces/teams/new", "force.enter", teams::ask)
        .post("/desk/forces/teams/new", "force.enter", teams::found)
        .get("/desk/forces/teams/{id}", "force.view", teams::show)
        .post("/desk/forces/teams/{id}/join", "force.enter", teams::join)
        .post("/desk/forces/teams/{id}/part", "force.enter", teams::part)
        .post("/desk/forces/teams/{id}/pair", "force.enter", teams::pair)
        .post("/desk/forces/teams/{id}/unpair", "force.enter", teams::unpair)
        .post("/desk/forces/teams/{id}/present", "force.enter", teams::present)
        .get("/desk/forces/projects/new", "force.enter", teams::ask_project)
        .post("/desk/forces/projects/new", "force.enter", teams::know_project)
        .get("/desk/forces/gaps", "force.view", gaps::show)
        .get("/desk/forces/villages", "force.view", gaps::villages)
        .get("/desk/forces/villages/{region}", "force.view", gaps::village);
    let routes = routes
        .get("/desk/forces/pairings", "pairing.view", pairings::list)
        .get("/desk/forces/pairings.xlsx", "force.export", tables::pairings)
        .get("/desk/forces/pairings/bulk", "pairing.change", pairings::bulk_ask)
        .post("/desk/forces/pairings/bulk", "pairing.change", pairings::bulk_confirm)
        .get("/desk/forces/pairings/{id}", "pairing.view", pairings::show)
        .post("/desk/forces/pairings/{id}/pair", "pairing.change", pairings::pair)
        .post(
            "/desk/forces/pairings/{id}/hand-over",
            "pairing.change",
            pairings::hand_over,
        )
        .post("/desk/forces/pairings/{id}/end", "pairing.change", pairings::end)
        .get("/desk/forces/visits", "visit.list", visits::list)
        .get("/desk/forces/visits.xlsx", "visit.export", tables::visits)
        .get("/desk/forces/visits/new", "visit.enter", visits::ask)
        .post_upload("/desk/forces/visits/new", "visit.enter", visits::enter)
        .get("/desk/forces/visits/{id}", "visit.list", visits::show)
        .get("/desk/forces/visits/{id}/photos/{digest}", "visit.list", visits::photo)
        .post("/desk/forces/visits/{id}/{act}", "visit.step", visits::step);
    routes
        .get("/desk/forces/overdue", "visit.summary", duties::overdue)
        .post("/desk/forces/overdue/remind", "reminder.send", duties::send)
        .post("/desk/forces/overdue/plan", "visit.plan", duties::plan)
        .get("/desk/forces/reminders", "reminder.list", duties::reminder_list)
        .post("/desk/forces/reminders/{id}/answer", "visit.enter", duties::answer)
        .get("/desk/forces/mine", "visit.enter", duties::mine)
        .get("/desk/forces/leaves", "leave.list", rules::leaves)
        .post("/desk/forces/leaves", "visit.enter", rules::ask_leave)
        .post("/desk/forces/leaves/{id}/approve", "leave.decide", rules::approve)
        .post("/desk/forces/leaves/{id}/refuse", "leave.decide", rules::refuse)
        .get("/desk/forces/duties", "visit.summary", rules::settings)
        .post("/desk/forces/duties", "duty.set", rules::set)
        .get("/desk/forces/measures", "measure.list", reports::measure_list)
        .get("/desk/forces/measures/new", "measure.enter", reports::measure_ask)
        .post("/desk/forces/measures/new", "measure.enter", reports::measure_enter)
        .get("/desk/forces/spot-checks", "spot.list", reports::spot_list)
        .get("/desk/forces/spot-checks/new", "spot.enter", reports::spot_ask)
        .post("/desk/forces/spot-checks/new", "spot.enter", reports::spot_enter)
        .get("/desk/forces/staffing", "staffing.view", reports::posts)
        .post("/desk/forces/staffing", "staffing.enter", reports::posts_enter)
}
