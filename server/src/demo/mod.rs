//! The demo: a county of invented people goes through the platform's own doors.
//!
//! Registers are loaded as an office would hand them over; department files are written as departments send
//! them, dirt included, and pass the same import as an upload; then a comparison runs.

pub mod cases;
mod departments;
mod duties;
mod forces;
mod fund_batches;
mod fund_chain;
mod fund_oversight;
mod household_exits;
mod household_plans;
mod households_flow;
mod money;
mod people;
mod planted;
mod planted_care;
mod planted_funds;
mod projects;
mod registers;
mod village_finance;

use std::{path::Path, time::Instant};

use access::Actor;
use kernel::{AppError, AppResult, ErrorKind};
use serde_json::json;
use simulate::Spec;
use store::Query;
use trail::Act;
use web::App;

pub use cases::Case;
pub use departments::compare;

/// What the demo holds, for the console.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filled {
    pub people: usize,
    pub households: usize,
    pub payments: usize,
    pub department_rows: u64,
    pub findings: u64,
}

/// Whether a demo was filled here before, to its end.
pub async fn is_filled(app: &App) -> AppResult<bool> {
    Ok(app
        .db
        .number("SELECT COUNT(*) FROM trail_event WHERE act = 'demo.filled'", vec![])
        .await?
        > 0)
}

/// Writes the embedded data-set contracts as files.
pub fn write_contracts(folder: &Path) -> AppResult<()> {
    let disk = |e: std::io::Error| AppError::new(ErrorKind::Unavailable, format!("无法写入 {}：{e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(disk)?;
    for (name, text) in intake::contract::Contracts::texts() {
        std::fs::write(folder.join(format!("{name}.toml")), text).map_err(disk)?;
    }
    Ok(())
}

/// Fills an empty installation with what the simulation knows the truth of, and nothing else: the offices of the demo do
/// things of their own, on later days, that no planted case explains.
pub async fn fill_for_truth(app: &App, spec: &Spec, files: &Path, say: &dyn Fn(&str)) -> AppResult<()> {
    let county = simulate::build(spec);
    let households = registers::load(app, &county).await?;
    planted::load(app, &county, &households).await?;
    planted_funds::load(app, &county, &households).await?;
    planted_care::load(app, &county, &households).await?;
    let rows = departments::import_all(app, &county, files).await?;
    say(&format!(
        "虚构居民 {} 人，发放 {} 笔，部门数据 {rows} 行",
        county.people.len(),
        county.payments.len()
    ));
    Ok(())
}

/// Fills an empty installation with a published case: registers, the departments' files through their import, a comparison.
pub async fn fill_case(app: &App, case: Case, files: &Path, say: &dyn Fn(&str)) -> AppResult<u64> {
    let deliveries = case.load(app, files).await?;
    for delivery in &deliveries {
        if delivery.data_set.is_empty() {
            say(&format!("请在“帮扶户—导入收入”页上传：{}", delivery.path.display()));
            continue;
        }
        comparison::sources::import_file(app, &Actor::system(), &delivery.data_set, &delivery.path, false).await?;
        say(&format!("{} 行：{}", delivery.rows, delivery.path.display()));
    }
    let findings = departments::compare(app).await?;
    say(&format!("{}，比对完成，待核实疑点 {findings} 条", case.title()));
    let act = Act::new("demo.filled", "installation").with(json!({ "case": case.id(), "findings": findings }));
    app.trail.note(&Actor::system(), act).await?;
    Ok(findings)
}

/// Fills an empty installation. Each step is one transaction or one import; a fill that was cut short is started
/// over in a fresh folder.
pub async fn fill(app: &App, spec: Spec, files: &Path, say: &dyn Fn(&str)) -> AppResult<Filled> {
    let started = Instant::now();
    let lap = |what: &str| say(&format!("{what}（{:.1} 秒）", started.elapsed().as_secs_f64()));
    let county = simulate::build(&spec);
    lap(&format!(
        "虚构居民 {} 人，发放 {} 笔",
        county.people.len(),
        county.payments.len()
    ));
    registers::load(app, &county).await?;
    households_flow::load(app, &county).await?;
    household_exits::load(app).await?;
    household_plans::load(app).await?;
    fund_chain::load(app, &county).await?;
    lap("登记库、资金库已建立");
    duties::load(app).await?;
    let entries = village_finance::load(app, &spec).await?;
    lap(&format!("村级收支 {entries} 笔已建立"));
    let projects = projects::load(app).await?;
    forces::project_groups(app).await?;
    lap(&format!("项目库 {projects} 个项目已建立"));
    let department_rows = departments::import_all(app, &county, files).await?;
    lap(&format!("部门数据 {department_rows} 行已按原样导入"));
    let findings = departments::compare(app).await?;
    lap(&format!("首次比对完成，待核实疑点 {findings} 条"));
    let filled = Filled {
        people: county.people.len(),
        households: county.households.len(),
        payments: county.payments.len(),
        department_rows,
        findings,
    };
    let detail = json!({"scale": spec.scale.name(), "seed": spec.seed, "people": filled.people});
    app.trail
        .note(&Actor::system(), Act::new("demo.filled", "installation").with(detail))
        .await?;
    Ok(filled)
}
