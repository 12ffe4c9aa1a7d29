//! Whole registers at once: the demo, and imports. Each row comes in its first version of the history.

use kernel::{AppResult, Date};
use records::flow::Code;
use store::BulkInsert;
use trail::RecordedTx;

use super::{helpers, measures, spots, staffing, visits};
pub use super::{
    helpers::Helper,
    measures::Measure,
    spots::SpotCheck,
    staffing::Staffing,
    targets::{HelpedProject, know_projects},
    teams::{Team, TeamPairing},
    visits::Visit,
};
use crate::model::team::Part;

/// Enters helpers; an id or key that is taken refuses the whole load. Returns how many were entered.
pub async fn helpers(tx: &RecordedTx, day: Date, rows: &[Helper]) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "helper",
        &[
            "id",
            "name",
            "kind",
            "branch",
            "unit",
            "title",
            "trade",
            "place",
            "region",
            "person_key",
            "account",
            "pair_key",
            "entered_on",
            "until_on",
            "state",
            "left_on",
        ],
        "",
    );
    for helper in rows {
        bulk.push(helpers::values(helper)).await?;
    }
    let new = bulk.finish().await?;
    let day = day.to_string();
    let first = rows.iter().map(|h| (h.id, day.clone(), h.as_record()));
    records::history::bulk(tx, "helper", "load", first).await?;
    Ok(new)
}

/// Enters teams with their members, each in a part, all from the founding day.
pub async fn teams(tx: &RecordedTx, rows: &[(Team, Vec<(i64, Part)>)]) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "team",
        &["id", "name", "kind", "unit", "region", "founded_on", "closed_on"],
        "ON CONFLICT (id) DO NOTHING",
    );
    for (t, _) in rows {
        bulk.push(store::args![
            t.id,
            t.name.as_str(),
            t.kind.as_str(),
            t.unit.as_str(),
            t.region,
            t.founded_on.as_str(),
            t.closed_on.clone()
        ])
        .await?;
    }
    let new = bulk.finish().await?;
    let mut members = BulkInsert::new(
        tx,
        "team_member",
        &["team_id", "helper_id", "part", "from_on"],
        "ON CONFLICT (team_id, helper_id, from_on) DO NOTHING",
    );
    for (team, parts) in rows {
        for (helper, part) in parts {
            members
                .push(store::args![team.id, *helper, part.id(), team.founded_on.as_str()])
                .await?;
        }
    }
    members.finish().await?;
    let first = rows.iter().map(|(t, _)| (t.id, t.founded_on.clone(), t.as_record()));
    records::history::bulk(tx, "team", "load", first).await?;
    Ok(new)
}

/// Enters pairings of teams with villages and projects.
pub async fn team_pairings(tx: &RecordedTx, rows: &[TeamPairing]) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "team_pairing",
        &[
            "id",
            "team_id",
            "team_kind",
            "target_kind",
            "target_id",
            "title",
            "region",
            "from_on",
            "to_on",
        ],
        "ON CONFLICT (id) DO NOTHING",
    );
    for p in rows {
        bulk.push(store::args![
            p.id,
            p.team_id,
            p.team_kind.as_str(),
            p.target_kind.as_str(),
            p.target_id,
            p.title.as_str(),
            p.region,
            p.from_on.as_str(),
            p.to_on.clone()
        ])
        .await?;
    }
    bulk.finish().await
}

/// Enters visits.
pub async fn visits(tx: &RecordedTx, rows: Vec<Visit>) -> AppResult<u64> {
    let first: Vec<_> = rows.iter().map(|v| (v.id, v.day.clone(), v.as_record())).collect();
    let new = visits::insert(tx, rows).await?;
    records::history::bulk(tx, "visit", "load", first).await?;
    Ok(new)
}

/// Enters measures.
pub async fn measures(tx: &RecordedTx, rows: Vec<Measure>) -> AppResult<u64> {
    measures::insert(tx, rows).await
}

/// Enters spot checks.
pub async fn spot_checks(tx: &RecordedTx, rows: Vec<SpotCheck>) -> AppResult<u64> {
    spots::insert(tx, rows).await
}

/// Enters reports of posts.
pub async fn posts(tx: &RecordedTx, rows: &[Staffing]) -> AppResult<()> {
    for row in rows {
        staffing::set(tx, row).await?;
    }
    Ok(())
}
