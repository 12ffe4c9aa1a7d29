//! The rules over the registers of a few people and all sources.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use futures::{StreamExt, TryStreamExt};
use kernel::{AppError, AppResult, Month, RegionCode};
use web::App;

use super::{BeforePayment, people::People};
use crate::{
    engine::Table,
    identities::{self, LinkedSet},
    lawful,
    rules::{Few, Outcome, Rule, evaluate_among, inputs_of},
    snapshot::Snapshot,
    sources::{CurrentSource, Sources, current_sources},
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

/// What a check reads whoever it is about: the rules, and the deliveries with what was found out about them.
pub(super) struct Ground {
    wanted: Vec<Arc<Rule>>,
    snapshots: Vec<(Snapshot, Table)>,
    links: Vec<Arc<LinkedSet>>,
    /// Data sets that a rule reads and nobody delivered yet.
    missing: BTreeSet<String>,
}

/// Snapshots examined side by side.
const SIDE_BY_SIDE: usize = 2;

/// The rules a check asks and the deliveries they read.
pub(super) async fn named(app: &App, check: &BeforePayment) -> AppResult<(Vec<Arc<Rule>>, Vec<CurrentSource>)> {
    let rules = rules_in_force(app).await?;
    let wanted: Vec<_> = rules.iter().filter(|r| check.params.asks(r)).cloned().collect();
    let mut current = current_sources(&app.db).await?;
    current.retain(|c| wanted.iter().any(|rule| rule.sources.contains(&c.data_set)));
    Ok((wanted, current))
}

/// Opens what a check reads; what was opened before is taken as it is.
pub(super) async fn ground(app: &App, check: &BeforePayment) -> AppResult<Ground> {
    let sources = app.part::<Sources>()?;
    let (wanted, current) = named(app, check).await?;
    let objects = identities::objects_of(&app.db, &current).await?;
    let mut work = Vec::new();
    for source in &current {
        work.push(check.warm.snapshot(app, &sources, source));
    }
    let snapshots = futures::stream::iter(work).buffered(SIDE_BY_SIDE).try_collect().await?;
    let mut links = Vec::new();
    for source in &current {
        if let Some(object) = objects.get(&source.data_set) {
            links.push(check.warm.links(app, source, object.clone())?);
        }
    }
    let mut missing: BTreeSet<String> = wanted.iter().flat_map(|r| r.sources.iter().cloned()).collect();
    missing.retain(|name| !current.iter().any(|c| c.data_set == *name));
    Ok(Ground {
        wanted,
        snapshots,
        links,
        missing,
    })
}

pub(super) async fn ask(
    app: &App,
    check: &BeforePayment,
    ground: Ground,
    people: &People,
    month: Month,
) -> AppResult<Answer> {
    let sources = app.part::<Sources>()?;
    let day = app.clock.today().max(month.first_day());
    let Ground {
        wanted,
        snapshots,
        links,
        missing,
    } = ground;
    let title = |name: &str| sources.contracts.get(name).map_or(name.to_owned(), |c| c.title.clone());
    let (mut all, files) = inputs_of(&people.registers, &snapshots);
    identities::beside_people(&mut all, &links, &people.keys).map_err(AppError::internal)?;
    let unsigned = lawful::restrict(&app.db, &mut all, &sources.contracts, Some(&people.keys), day).await?;
    let held_back = unsigned
        .iter()
        .filter(|home| home.iter().any(|key| people.asked.contains(key)))
        .count();
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
