//! Which page answers where, and the action a policy must permit.

use web::Routes;

use super::{
    accounts, allocations, batch_act, batch_bulk, batch_hold, batch_new, batches, board, budgets, bulletin, export,
    idle, indicator_list, indicators,
    oversight::{activities, coverage, evaluations, integrated, sources, special, usage},
    payments, programmes, reimbursements, trace,
};

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = records::import_routes!(
        routes,
        "/desk/funds/indicators/import",
        "indicator.enter",
        crate::import::IndicatorImport
    );
    let routes = records::import_routes!(
        routes,
        "/desk/funds/budgets/import",
        "fund.record",
        crate::import_budgets::BudgetImport
    );
    let routes = routes
        .get("/desk/payments", "payment.list", payments::show)
        .get("/desk/payments.xlsx", "payment.export", export::send)
        .get("/desk/funds/board", "fund.view", board::show)
        .get("/desk/funds/programmes", "fund.view", programmes::list)
        .get("/desk/funds/programmes.xlsx", "fund.export", programmes::export)
        .get("/desk/funds/programmes/{code}", "fund.view", programmes::show)
        .get("/desk/funds/programmes/{code}/edit", "programme.edit", programmes::form)
        .post("/desk/funds/programmes/{code}/edit", "programme.edit", programmes::post)
        .get("/desk/funds/indicators", "fund.view", indicator_list::list)
        .get("/desk/funds/indicators.xlsx", "fund.export", indicator_list::export)
        .get("/desk/funds/filing", "fund.view", indicator_list::filing)
        .get("/desk/funds/filing.xlsx", "fund.export", indicator_list::filing_export)
        .get("/desk/funds/indicators/new", "indicator.enter", indicators::blank)
        .post("/desk/funds/indicators", "indicator.enter", indicators::add)
        .get("/desk/funds/indicators/{id}", "fund.view", indicators::show)
        .post(
            "/desk/funds/indicators/{id}/allocations",
            "allocation.plan",
            indicators::add_plan,
        )
        .post("/desk/funds/indicators/{id}/{act}", "indicator.step", indicators::step)
        .get("/desk/funds/allocations/{id}", "fund.view", allocations::show)
        .post(
            "/desk/funds/allocations/{id}/{act}",
            "allocation.step",
            allocations::step,
        )
        .get("/desk/funds/accounts", "fund.view", accounts::list)
        .get("/desk/funds/accounts.xlsx", "fund.export", accounts::export)
        .post("/desk/funds/accounts", "fund_account.enter", accounts::add)
        .get("/desk/funds/idle", "fund.view", idle::show)
        .get("/desk/funds/trace", "fund.trace", trace::show)
        .get("/desk/funds/bulletin", "fund.view", bulletin::show);
    let routes = routes
        .get("/desk/funds/budgets", "fund.view", budgets::show)
        .get("/desk/funds/budgets.xlsx", "fund.export", budgets::export)
        .post("/desk/funds/budgets", "fund.record", budgets::add)
        .get("/desk/funds/sources", "fund.view", sources::show)
        .get("/desk/funds/sources.xlsx", "fund.export", sources::export)
        .post("/desk/funds/sources", "fund.record", sources::add)
        .get("/desk/funds/coverage", "fund.view", coverage::show)
        .get("/desk/funds/coverage.xlsx", "fund.export", coverage::export)
        .get("/desk/funds/usage", "fund.view", usage::show)
        .get("/desk/funds/usage/template.xlsx", "fund.view", usage::template)
        .post("/desk/funds/usage/run", "fund.record", usage::run)
        .post_upload("/desk/funds/usage/drop", "fund.record", usage::put)
        .get("/desk/funds/activities", "fund.view", activities::show)
        .get("/desk/funds/activities.xlsx", "fund.export", activities::export)
        .post("/desk/funds/activities", "fund.inspect", activities::add)
        .post("/desk/funds/activities/{act}", "fund.inspect", activities::reply)
        .get("/desk/funds/evaluations", "fund.view", evaluations::show)
        .get("/desk/funds/evaluations.xlsx", "fund.export", evaluations::export)
        .post("/desk/funds/evaluations", "fund.inspect", evaluations::score)
        .get("/desk/funds/evaluations/{id}", "fund.view", evaluations::one)
        .get("/desk/funds/evaluations/{id}/print", "fund.view", evaluations::print)
        .post(
            "/desk/funds/evaluations/{id}/{act}",
            "fund.inspect",
            evaluations::accept,
        )
        .get("/desk/funds/special", "fund.view", special::show)
        .get("/desk/funds/special.xlsx", "fund.export", special::export)
        .post("/desk/funds/special", "fund.record", special::add)
        .get("/desk/funds/integrated", "fund.view", integrated::show)
        .get("/desk/funds/integrated.xlsx", "fund.export", integrated::export)
        .post("/desk/funds/integrated/{act}", "fund.record", integrated::act);
    let routes = routes
        .get("/desk/batches", "batch.view", batches::list)
        .get("/desk/batches.xlsx", "fund.export", batches::export)
        .get("/desk/batches/bulk", "batch.step", batch_bulk::show)
        .post("/desk/batches/bulk", "batch.step", batch_bulk::confirm)
        .get("/desk/batches/new", "batch.create", batch_new::blank)
        .get("/desk/batches/template.xlsx", "batch.create", batch_new::template)
        .post_upload("/desk/batches/upload", "batch.create", batch_new::upload)
        .post("/desk/batches/register", "batch.create", batch_new::register)
        .get("/desk/batches/{id}", "batch.view", batches::show)
        .get("/desk/batches/{id}/bank.csv", "batch.bank", batch_act::bank_file)
        .post_upload("/desk/batches/{id}/bank-result", "batch.bank", batch_act::bank_result)
        .post("/desk/batches/{id}/account", "batch.reissue", batch_act::account)
        .post("/desk/batches/{id}/give-up", "batch.reissue", batch_act::give_up)
        .post("/desk/batches/{id}/hold", "batch.hold", batch_hold::decide)
        .get("/desk/batches/{id}/holds/{hold}", "batch.view", batch_hold::show)
        .post("/desk/batches/{id}/holds/{hold}", "batch.view", batch_hold::reveal)
        .post("/desk/batches/{id}/{act}", "batch.step", batch_act::step);
    routes
        .get("/desk/reimbursements", "reimbursement.view", reimbursements::list)
        .get("/desk/reimbursements.xlsx", "fund.export", reimbursements::export)
        .get("/desk/reimbursements/new", "reimbursement.enter", reimbursements::blank)
        .post("/desk/reimbursements", "reimbursement.enter", reimbursements::add)
        .get("/desk/reimbursements/{id}", "reimbursement.view", reimbursements::show)
        .post_upload(
            "/desk/reimbursements/{id}/papers",
            "reimbursement.enter",
            reimbursements::attach,
        )
        .get(
            "/desk/reimbursements/{id}/papers/{digest}",
            "reimbursement.view",
            reimbursements::paper,
        )
        .post(
            "/desk/reimbursements/{id}/{act}",
            "reimbursement.step",
            reimbursements::step,
        )
}
