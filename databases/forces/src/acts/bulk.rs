//! Pairing all unpaired households of a village in one go: shown first, then confirmed as shown.

use std::collections::{HashMap, HashSet};

use access::Actor;
use households::pairing::{HelpFilter, HelpedHousehold};
use kernel::{AppError, AppResult, RegionCode};
use serde_json::json;
use store::Query;
use trail::{Act, Once};
use web::App;

use super::{pairing, past_day};
use crate::{
    model::bulk::{Taker, deal, seal},
    store::{helpers::Helper, kin},
};

/// At most so many households at once.
pub const MOST_HOUSEHOLDS: i64 = 500;
/// At most so many helpers at once.
pub const MOST_HELPERS: usize = 50;

/// What the form says.
#[derive(Clone, Debug, Default)]
pub struct BulkForm {
    pub request_id: String,
    pub area: Option<RegionCode>,
    /// Ids of helpers.
    pub helpers: Vec<String>,
    /// How many households one helper gets at most.
    pub most: String,
    pub on: String,
    /// [`seal`] of the proposal that was shown.
    pub seal: String,
}

/// Which household would go to whom.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub helpers: Vec<Helper>,
    /// Each household with the place of its helper in `helpers`; `None` stays without.
    pub lines: Vec<(HelpedHousehold, Option<usize>)>,
    pub seal: String,
}

impl Proposal {
    /// How many each helper would get, in the order of `helpers`.
    pub fn numbers(&self) -> Vec<usize> {
        let count = |place| self.lines.iter().filter(|(_, helper)| *helper == Some(place)).count();
        (0..self.helpers.len()).map(count).collect()
    }
}

/// Works the proposal out, changing nothing.
///
/// # Errors
/// Invalid without a village, helpers or a number.
pub async fn propose(app: &App, db: &impl Query, actor: &Actor, form: &BulkForm) -> AppResult<Proposal> {
    let area = form
        .area
        .ok_or_else(|| AppError::invalid("范围：请选择要结对的镇、村。"))?;
    let most: i64 = form
        .most
        .trim()
        .parse()
        .ok()
        .filter(|most| (1..=100).contains(most))
        .ok_or_else(|| AppError::invalid("每人最多户数：应为 1 至 100 的整数。"))?;
    let ids: HashSet<&String> = form.helpers.iter().collect();
    if ids.is_empty() || ids.len() > MOST_HELPERS {
        return Err(AppError::invalid(format!(
            "帮扶责任人：请选择 1 至 {MOST_HELPERS} 人。"
        )));
    }
    let mut helpers = Vec::new();
    for id in ids {
        helpers.push(pairing::chosen(app, actor, id).await?);
    }
    helpers.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let filter = HelpFilter {
        area: Some(area),
        helped: Some(false),
        ..HelpFilter::default()
    };
    let today = app.clock.today();
    let rows = households::pairing::helped_households(db, &actor.scope, &filter, today, MOST_HOUSEHOLDS, 0).await?;
    let keys: Vec<i64> = helpers.iter().map(|h| h.pair_key).collect();
    let loads: HashMap<i64, i64> = households::pairing::loads(db, keys).await?.into_iter().collect();
    let takers: Vec<Taker> = helpers
        .iter()
        .map(|h| Taker {
            helper: h.id,
            load: loads.get(&h.pair_key).copied().unwrap_or(0),
        })
        .collect();
    let mut barred: HashMap<i64, HashSet<i64>> = HashMap::new();
    for helper in &helpers {
        barred.insert(helper.id, near_to(app, db, helper).await?);
    }
    let mut members: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in &rows {
        let present = households::pairing::present_members(db, row.id).await?;
        members.insert(row.id, present.into_iter().map(|(person, _)| person).collect());
    }
    let conflicts = |helper: i64, household: i64| {
        members[&household]
            .iter()
            .any(|person| barred[&helper].contains(person))
    };
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let dealt = deal(&ids, &takers, most, conflicts);
    let seal = seal(&dealt);
    let place = |id: i64| helpers.iter().position(|h| h.id == id);
    let lines = rows
        .into_iter()
        .zip(dealt)
        .map(|(row, (_, helper))| (row, helper.and_then(place)));
    Ok(Proposal {
        lines: lines.collect(),
        helpers,
        seal,
    })
}

/// The helper and everyone near to him.
async fn near_to(app: &App, db: &impl Query, helper: &Helper) -> AppResult<HashSet<i64>> {
    let near = kin::near(app, db, Some(helper.id), helper.person_key).await?;
    let themselves = helper.person_key;
    Ok(near.into_iter().map(|kin| kin.person).chain(themselves).collect())
}

/// Writes the proposal that was shown. Returns how many households were paired.
///
/// # Errors
/// Conflict when the register has changed since, so that another proposal would come out.
pub async fn confirm(app: &App, actor: &Actor, form: &BulkForm) -> AppResult<usize> {
    let today = app.clock.today();
    let on = past_day("开始日期", &form.on, today)?;
    let area = form
        .area
        .ok_or_else(|| AppError::invalid("范围：请选择要结对的镇、村。"))?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(0),
    };
    let proposal = propose(app, &*tx, actor, form).await?;
    if proposal.seal != form.seal {
        return Err(AppError::conflict(
            "预览之后，户或责任人的情况有变化，请重新预览再确认。本次没有结对。",
        ));
    }
    let mut paired = 0;
    for (row, helper) in &proposal.lines {
        if let Some(place) = helper {
            let helper = &proposal.helpers[*place];
            pairing::change(
                app,
                &tx,
                row.id,
                pairing::Wanted::Pair,
                Some(helper),
                on,
                today,
                "批量结对",
            )
            .await
            .map_err(|e| AppError::new(e.kind, format!("{}户：{}本次全部未结对。", row.head_name, e.message)))?;
            paired += 1;
        }
    }
    let act = Act::new("pairing.bulk", format!("region:{area}")).in_region(area);
    tx.commit(act.with(json!({"households": paired, "helpers": proposal.helpers.len(), "on": on.to_string()})))
        .await?;
    Ok(paired)
}
