//! The rules over the registers of a few people and all sources.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use kernel::{AppError, AppResult, Month, RegionCode};
use web::App;

use super::{BeforePayment, people::People};
use crate::{
    identities, lawful,
    rules::{Few, Outcome, evaluate_among, inputs},
    sources::{Sources, current_sources},
    workbench::rules_in_force,
};

/// What the rules said.
pub(super) struct Answer {
    pub(super) outcomes: Vec<Outcome>,
    /// Data sets by title whose columns are sensitive: (title, header).
    pub(super) sensitive: HashSet<(String, String)>,
    /// With what it was compared, in words.
    pub(super) told: String,
    names: HashMap<String, String>,
}

impl Answer {
    /// The name of a rule.
    pub(super) fn name_of(&self, rule: &str) -> String {
        self.names.get(rule).cloned().unwrap_or_default()
    }
}

pub(super) async fn ask(app: &App, check: &BeforePayment, people: &People, month: Month) -> AppResult<Answer> {
    let (rules, sources) = (rules_in_force(app).await?, app.part::<Sources>()?);
    let day = app.clock.today().max(month.first_day());
    let wanted: Vec<_> = rules.iter().filter(|r| check.params.asks(r)).cloned().collect();
    let needed: BTreeSet<&String> = wanted.iter().flat_map(|r| &r.sources).collect();
    let (mut snapshots, mut sets) = (Vec::new(), Vec::new());
    let mut missing: BTreeSet<&String> = needed.clone();
    for current in current_sources(&app.db).await? {
        if missing.remove(&current.data_set) {
            snapshots.push(check.warm.snapshot(app, &sources, &current).await?);
            sets.extend(check.warm.links(app, &current).await?);
        }
    }
    let title = |name: &str| sources.contracts.get(name).map_or(name.to_owned(), |c| c.title.clone());
    let (mut all, files) = inputs(&people.registers, &snapshots).map_err(AppError::internal)?;
    identities::beside_people(&mut all, &sets, &people.keys).map_err(AppError::internal)?;
    let held_back = lawful::restrict(&app.db, &mut all, &sources.contracts, Some(&people.keys), day).await?;
    let few = Few {
        among: Arc::new(people.keys.iter().copied().collect()),
        month: Some(month),
        plans: Some(check.plans.clone()),
    };
    let output = evaluate_among(
        &wanted,
        &all,
        &people.registers.programmes,
        &files,
        RegionCode::NATION,
        day,
        Some(&few),
        &mut |_, _| true,
    )
    .await
    .map_err(AppError::internal)?;
    let mut told = format!(
        "比对了 {} 类部门数据、{} 条规则。",
        snapshots.len(),
        output.counts.len()
    );
    if !missing.is_empty() {
        let titles: Vec<String> = missing.iter().map(|name| title(name)).collect();
        told.push_str(&format!("尚未报送：{}。", titles.join("、")));
    }
    if held_back > 0 {
        told.push_str(&format!("{held_back} 户没有有效授权，未核对存款、证券。"));
    }
    Ok(Answer {
        outcomes: output.outcomes,
        sensitive: lawful::figures(&sources.contracts),
        told,
        names: wanted.iter().map(|r| (r.id.clone(), r.name.clone())).collect(),
    })
}
