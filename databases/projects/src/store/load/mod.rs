//! Many projects at once: fixtures and the demo county. Loaded projects bring their steps and their first version.

pub mod tables;

use kernel::{AppResult, Money};
use serde_json::json;
use store::{BulkInsert, Query, args};
use trail::RecordedTx;

use super::{
    assets,
    enter::insert,
    project::{KIND, Project, state_of},
};

/// A project as it is loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub row: Project,
    /// Source, level, amount.
    pub funds: Vec<(String, String, Money)>,
    pub households: Vec<i64>,
    /// State and the day it was reached, in order, with the form of the step.
    pub steps: Vec<(&'static str, &'static str, String)>,
}

/// Loads projects with funds, beneficiaries, steps and versions. Returns how many.
pub async fn projects(tx: &RecordedTx, loaded: &[Loaded]) -> AppResult<u64> {
    let rows: Vec<Project> = loaded.iter().map(|l| l.row.clone()).collect();
    let count = insert(tx, &rows).await?;
    let mut funds = BulkInsert::new(
        tx,
        "project_fund",
        &["project", "place", "source", "level", "amount_fen"],
        "",
    );
    for l in loaded {
        for (place, (source, level, amount)) in (1_i64..).zip(&l.funds) {
            funds
                .push(args![l.row.id, place, source.as_str(), level.as_str(), amount.fen()])
                .await?;
        }
    }
    funds.finish().await?;
    let mut households = BulkInsert::new(
        tx,
        "project_beneficiary",
        &["project", "household_id"],
        "ON CONFLICT (project, household_id) DO NOTHING",
    );
    for l in loaded {
        for id in &l.households {
            households.push(args![l.row.id, *id]).await?;
        }
    }
    households.finish().await?;
    steps(tx, loaded).await?;
    let versions = loaded.iter().map(|l| {
        let funds: Vec<String> = l
            .funds
            .iter()
            .map(|(s, level, m)| format!("{s}（{level}）{m} 元"))
            .collect();
        let state = state_of(&l.row, &funds, l.households.len() as i64, Money::ZERO);
        (l.row.id, l.row.last_on.clone(), state)
    });
    records::history::bulk(tx, KIND, "load", versions).await?;
    Ok(count)
}

async fn steps(tx: &RecordedTx, loaded: &[Loaded]) -> AppResult<()> {
    let actor = tx.actor().clone();
    let mut rows = BulkInsert::new(
        tx,
        "project_step",
        &[
            "project",
            "place",
            "act",
            "from_state",
            "to_state",
            "on_day",
            "account",
            "actor_name",
            "role",
            "reason",
            "basis",
            "late_days",
            "detail",
        ],
        "",
    );
    for l in loaded {
        let mut from = "";
        for (place, (act, to, day)) in (1_i64..).zip(&l.steps) {
            rows.push(args![
                l.row.id,
                place,
                *act,
                from,
                *to,
                day.as_str(),
                actor.account.map_or(-1, |a| a.0),
                actor.name.as_str(),
                actor.role.id(),
                "",
                "",
                0_i64,
                json!({}).to_string()
            ])
            .await?;
            from = to;
        }
    }
    rows.finish().await.map(|_| ())
}

/// Gives the assets that were loaded (nobody's act yet) their first version, as of their last day. Returns how many.
pub async fn first_versions_of_assets(tx: &RecordedTx) -> AppResult<usize> {
    let sql = format!(
        "SELECT {} FROM project_asset a WHERE a.last_actor = 0 ORDER BY a.id",
        assets::COLUMNS
    );
    let loaded: Vec<assets::Asset> = tx.rows(&sql, args![]).await?;
    let versions = loaded.iter().map(|a| (a.id, a.last_on.clone(), assets::as_record(a)));
    records::history::bulk(tx, assets::ASSET_KIND, "load", versions).await?;
    Ok(loaded.len())
}
