//! The object database (扶贫对象库): people, registered households, who helps whom.
//!
//! A person is known everywhere by their key; the number itself lies sealed in one column and is opened by
//! one page, [`pages`], which writes the purpose on the record first. Helpers reach their own households only.

pub mod codes;
mod competence;
pub mod frozen;
mod household;
mod import;
pub mod kin;
mod list;
pub mod load;
pub mod model;
mod pages;
pub mod pairing;
mod person;
pub mod purpose;
mod reach;
pub mod store;
mod waiting;

pub use household::{Household, Member, PairedHelper, household};
pub use list::{HouseholdFilter, HouseholdRow, HouseholdTotals, PAGE_ROWS, count, page_of};
pub use person::{Person, age_on, people, person};
pub use reach::desk_layer;
pub use store::{CaseCheck, CaseCheckPart, CaseNote, OpenFindings, OpenFindingsPart};
pub use waiting::WaitingCases;
use web::{Layer, MenuEntry, Module, Routes};

/// Tables, policies, menu and pages of this module.
pub fn module() -> Module {
    Module {
        name: "households",
        migrations: &[
            ::store::SqlMigration {
                name: "households_0001_registers",
                up: include_str!("../migrations/0001_registers.sql"),
            },
            ::store::SqlMigration {
                name: "households_0002_procedures",
                up: include_str!("../migrations/0002_procedures.sql"),
            },
            ::store::SqlMigration {
                name: "households_0003_counts",
                up: include_str!("../migrations/0003_counts.sql"),
            },
            ::store::SqlMigration {
                name: "households_0004_bulk",
                up: include_str!("../migrations/0004_bulk.sql"),
            },
            ::store::SqlMigration {
                name: "households_0005_plans",
                up: include_str!("../migrations/0005_plans.sql"),
            },
            ::store::SqlMigration {
                name: "households_0006_means",
                up: include_str!("../migrations/0006_means.sql"),
            },
            ::store::SqlMigration {
                name: "households_0007_people_entered",
                up: include_str!("../migrations/0007_people_entered.sql"),
            },
        ],
        policy: include_str!("policy.cedar"),
        menu: MENU,
        routes: |routes: Routes| {
            let routes = records::import_routes!(
                routes,
                "/desk/households/import",
                "household.enter",
                import::MemberImport
            );
            let routes = records::import_routes!(
                routes,
                "/desk/households/incomes/import",
                "household.enter",
                import::IncomeImport
            );
            let routes = records::import_routes!(routes, "/desk/means/import", "means.request", import::MeansImport);
            routes
                .get("/desk/means", "means.list", pages::means::list)
                .get("/desk/means/new", "means.request", pages::means::ask)
                .post("/desk/means/new", "means.request", pages::means::make)
                .get("/desk/means/{id}", "means.list", pages::means::one)
                .post("/desk/means/{id}/approve", "means.approve", pages::means::approve)
                .post("/desk/means/{id}/file", "means.request", pages::means::file)
                .get("/desk/households", "household.list", pages::list::show)
                .get("/desk/households.xlsx", "household.export", pages::export::send)
                .get(
                    "/desk/households/members.xlsx",
                    "household.export",
                    pages::export_members::members,
                )
                .get(
                    "/desk/households/incomes.xlsx",
                    "household.export",
                    pages::export_members::incomes,
                )
                .get("/desk/households/new", "household.enter", pages::new::form)
                .post("/desk/households/new", "household.enter", pages::new::post)
                .get("/desk/households/bulk", "household.bulk", pages::bulk::ask)
                .post("/desk/households/bulk", "household.bulk", pages::bulk::confirm)
                .get("/desk/households/bulk/done", "household.bulk", pages::bulk_done::list)
                .get("/desk/households/bulk/{id}", "household.bulk", pages::bulk_done::one)
                .post(
                    "/desk/households/bulk/{id}/undo",
                    "household.bulk",
                    pages::bulk_done::undo,
                )
                .get("/desk/households/measures", "household.list", pages::measure_list::list)
                .get(
                    "/desk/households/measures.xlsx",
                    "household.export",
                    pages::measure_list::send,
                )
                .get("/desk/households/cases", "household.list", pages::cases::list)
                .get("/desk/households/support-fee", "household.enter", pages::support::show)
                .get("/desk/households/audit", "household.audit", pages::audit::list)
                .post("/desk/households/audit", "household.audit", pages::audit::post)
                .get("/desk/households/{id}/edit", "household.enter", pages::edit::form)
                .post("/desk/households/{id}/edit", "household.enter", pages::edit::post)
                .get("/desk/households/{id}/split", "household.enter", pages::split::form)
                .post("/desk/households/{id}/split", "household.enter", pages::split::post)
                .get("/desk/households/{id}", "household.list", pages::household::show)
                .get(
                    "/desk/households/{id}/timeline",
                    "household.list",
                    pages::timeline::show,
                )
                .get("/desk/households/{id}/card", "household.card", pages::card::print)
                .get("/check/card/{code}", "public.card", pages::card::check)
                .get("/desk/campaigns", "household.list", pages::campaigns::list)
                .post("/desk/campaigns", "campaign.create", pages::campaigns::create)
                .get(
                    "/desk/campaigns/{id}/tasks.xlsx",
                    "household.export",
                    pages::campaign_export::send,
                )
                .get("/desk/campaigns/{id}", "household.list", pages::campaigns::one)
                .post(
                    "/desk/campaigns/{id}/households/{household}",
                    "household.enter",
                    pages::campaigns::submit_household,
                )
                .get(
                    "/desk/campaigns/{id}/villages/{village}",
                    "household.enter",
                    pages::campaigns::village,
                )
                .post(
                    "/desk/campaigns/{id}/villages/{village}",
                    "household.enter",
                    pages::campaigns::submit_village,
                )
                .get("/desk/plans", "household.list", pages::plan_list::list)
                .get("/desk/plans.xlsx", "household.export", pages::plan_list::send)
                .get("/desk/plans/new", "household.enter", pages::plan_form::form)
                .post("/desk/plans/new", "household.enter", pages::plan_form::post)
                .get("/desk/plans/{id}", "household.view", pages::plan::show)
                .get("/desk/plans/{id}/edit", "household.enter", pages::plan_form::edit)
                .post("/desk/plans/{id}/edit", "household.enter", pages::plan_form::change)
                .post("/desk/plans/{id}/step", "household.step", pages::plan::step)
                .get("/desk/plans/{id}/print", "household.card", pages::plan::print)
                .post("/desk/households/{id}/enter", "household.enter", pages::enter::post)
                .post("/desk/households/{id}/open", "household.step", pages::perform::open)
                .post_upload("/desk/households/{id}/step", "household.step", pages::perform::step)
                .post(
                    "/desk/households/{id}/objection",
                    "household.enter",
                    pages::perform::objection,
                )
                .get(
                    "/desk/households/{id}/papers/{digest}",
                    "household.view",
                    pages::perform::paper,
                )
                .get("/desk/people/{key}/reveal", "person.reveal", pages::reveal::ask)
                .post("/desk/people/{key}/reveal", "person.reveal", pages::reveal::show)
        },
    }
}

const MENU: &[MenuEntry] = &[
    entry(Layer::Management, "帮扶户", "/desk/households"),
    entry(Layer::Management, "识别与退出", "/desk/households/cases"),
    entry(Layer::Management, "帮扶计划", "/desk/plans"),
    entry(Layer::Management, "措施与政策", "/desk/households/measures"),
    entry(Layer::Management, "信息采集", "/desk/campaigns"),
    MenuEntry {
        action: "means.list",
        ..entry(Layer::Management, "家庭经济状况核对", "/desk/means")
    },
    entry(Layer::Supervision, "帮扶户", "/desk/households"),
    entry(Layer::Supervision, "识别与退出", "/desk/households/cases"),
    entry(Layer::Supervision, "帮扶计划", "/desk/plans"),
    entry(Layer::Supervision, "措施与政策", "/desk/households/measures"),
    entry(Layer::Supervision, "信息采集", "/desk/campaigns"),
    MenuEntry {
        action: "means.list",
        ..entry(Layer::Supervision, "家庭经济状况核对", "/desk/means")
    },
];

const fn entry(layer: Layer, title: &'static str, href: &'static str) -> MenuEntry {
    MenuEntry {
        layer,
        group: "扶贫对象",
        title,
        href,
        action: "household.list",
    }
}
