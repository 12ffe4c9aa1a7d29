//! What other modules ask of the graph: who is near to somebody (回避), and how somebody of a finding is related to
//! officials.

use access::Resource;
use async_trait::async_trait;
use forces::KinOf;
use funds::targeted_to;
use kernel::{AppResult, Money, PersonKey, RegionCode};
use serde_json::json;
use trail::Act;
use web::{App, Ctx};

use crate::{
    model::{
        graph::{Graph, MOST_STEPS, Reached},
        link::Trust,
    },
    walk::around,
};

/// Near kin for the rule of avoidance: whom declarations and households name, also over one person between.
pub struct Graphed;

#[async_trait]
impl KinOf for Graphed {
    async fn near_kin(&self, app: &App, person: PersonKey) -> AppResult<Vec<PersonKey>> {
        let graph = around(app, person.0, 2).await?;
        let near = |r: &&Reached| graph.near(r) && r.trust > Trust::Doubtful;
        Ok(graph.reached.iter().filter(near).map(|r| PersonKey(r.key)).collect())
    }
}

/// How somebody is related to an official.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// `马老是党支部书记马六的岳父`.
    pub sentence: String,
    /// Step by step, with the record of each.
    pub told: Vec<String>,
    pub trust: Trust,
    pub key: i64,
    pub near: bool,
    /// Whether he holds the post on the day asked about.
    pub in_post: bool,
}

/// The officials reached, those in post and the nearest first.
pub fn officials(graph: &Graph, today: kernel::Date) -> Vec<Relation> {
    let name = |key: i64| graph.someone(key).map_or("", |s| s.name.as_str());
    let mut found: Vec<(usize, Relation)> = Vec::new();
    for reached in &graph.reached {
        let Some(post) = graph.someone(reached.key).and_then(|s| s.posts.first()) else {
            continue;
        };
        let in_post = post.to.is_none_or(|to| to >= today);
        let relation = Relation {
            sentence: format!(
                "{}是{}{}{}的{}",
                name(graph.centre),
                if in_post { "" } else { "原" },
                post.title,
                name(reached.key),
                graph.centre_called(reached)
            ),
            told: graph.told(reached),
            trust: reached.trust,
            key: reached.key,
            near: graph.near(reached),
            in_post,
        };
        found.push((reached.links.len(), relation));
    }
    found.sort_by_key(|(steps, r)| (!r.in_post, *steps, std::cmp::Reverse(r.trust), r.key));
    found.into_iter().map(|(_, relation)| relation).collect()
}

/// For the page of a finding about an official and his relatives: those one step away who draw targeted benefits, each with
/// what he is to the official, what he drew, and the record that says so. Each look goes on the record.
pub async fn relatives_on_finding(
    ctx: &Ctx,
    official: i64,
    region: RegionCode,
    finding: &str,
) -> AppResult<Vec<Relation>> {
    if !ctx.may("kin.view", &Resource::in_region(region)) {
        return Ok(Vec::new());
    }
    let graph = around(ctx.app(), official, 1).await?;
    let keys: Vec<i64> = graph.reached.iter().map(|r| r.key).collect();
    let drawn = targeted_to(&ctx.db, &keys).await?;
    let today = ctx.clock.today();
    let name = |key: i64| graph.someone(key).map_or("", |s| s.name.as_str());
    let post = graph.someone(official).and_then(|s| s.posts.first());
    let in_post = post.is_some_and(|post| post.to.is_none_or(|to| to >= today));
    let title = post.map_or("", |post| post.title.as_str());
    let relatives = graph.reached.iter().filter_map(|reached| {
        let sum = drawn.iter().find(|sum| sum.person_key == reached.key)?;
        Some(Relation {
            sentence: format!(
                "{}是{}{title}{}的{}，领取专项补贴 {} 笔、{} 元",
                name(reached.key),
                if in_post || title.is_empty() { "" } else { "原" },
                name(official),
                graph.called(reached),
                sum.payments,
                Money(sum.amount_fen),
            ),
            told: graph.told(reached),
            trust: reached.trust,
            key: reached.key,
            near: graph.near(reached),
            in_post,
        })
    });
    let relatives: Vec<Relation> = relatives.collect();
    if !relatives.is_empty() {
        let act = Act::new("kin.view", format!("person:{official}"))
            .in_region(region)
            .for_purpose(format!("核查预警 {finding}"))
            .with(json!({ "relatives": relatives.len() }));
        ctx.trail.note(ctx.actor(), act).await?;
    }
    Ok(relatives)
}

/// For the page of a finding: the relations of its person to officials, shown to those who may see the graph; each look
/// goes on the record with the finding as its purpose.
pub async fn on_finding(ctx: &Ctx, person: i64, region: RegionCode, finding: &str) -> AppResult<Vec<Relation>> {
    if !ctx.may("kin.view", &Resource::in_region(region)) {
        return Ok(Vec::new());
    }
    let graph = around(ctx.app(), person, MOST_STEPS).await?;
    let relations = officials(&graph, ctx.clock.today());
    if !relations.is_empty() {
        let act = Act::new("kin.view", format!("person:{person}"))
            .in_region(region)
            .for_purpose(format!("核查预警 {finding}"))
            .with(json!({ "officials": relations.len() }));
        ctx.trail.note(ctx.actor(), act).await?;
    }
    Ok(relations)
}
