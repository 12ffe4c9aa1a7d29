//! What should have a team: villages with households to be helped, and projects under way.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use access::Scope;
use async_trait::async_trait;
use kernel::{AppResult, Date, RegionCode};
use records::flow::Code;
use store::{Db, FromQueryResult, Query, Sql, WriteTx, args};
use web::App;

use crate::model::team::{TargetKind, TeamKind};

/// Where the projects under way are known: the project database. The server puts it in as a part.
#[async_trait]
pub trait ProjectsToHelp: Send + Sync {
    /// The projects within the scope that should have a group on a day.
    async fn to_help(&self, app: &App, scope: &Scope, day: Date) -> AppResult<Vec<HelpedProject>>;
}

/// The part that holds it; without one, only projects entered here by hand are known.
pub struct ProjectsPart(pub Arc<dyn ProjectsToHelp>);

/// A project as far as a group that helps it needs to know it. The project database is the source; the table of this
/// module holds those that are not in it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HelpedProject {
    pub id: i64,
    pub no: String,
    pub title: String,
    pub region: i64,
    pub from_on: String,
    pub to_on: Option<String>,
}

/// Makes projects known, or renames and closes those already known. Returns how many rows were written.
pub async fn know_projects(tx: &WriteTx, projects: impl IntoIterator<Item = HelpedProject>) -> AppResult<u64> {
    let mut rows = 0;
    for p in projects {
        rows += tx
            .execute(
                "INSERT INTO helped_project (id, no, title, region, from_on, to_on) VALUES ($1,$2,$3,$4,$5,$6) \
                 ON CONFLICT (id) DO UPDATE SET no = excluded.no, title = excluded.title, region = excluded.region, \
                 to_on = excluded.to_on",
                args![p.id, p.no, p.title, p.region, p.from_on, p.to_on],
            )
            .await?;
    }
    Ok(rows)
}

/// A project with the group that helps it on a day.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ProjectLine {
    pub id: i64,
    pub no: String,
    pub title: String,
    pub region: i64,
    /// `None` when no group helps.
    pub team_id: Option<i64>,
    pub team_name: Option<String>,
}

/// Projects under way on a day, with their group: those of the project database, and those entered by hand.
pub async fn projects_on(app: &App, scope: &Scope, area: Option<RegionCode>, day: Date) -> AppResult<Vec<ProjectLine>> {
    let scope = area.map_or_else(|| scope.clone(), |area| scope.within(area));
    let known = projects(app, &scope, day).await?;
    let groups: HashMap<i64, (i64, String)> = groups_on(&app.db, &scope, day)
        .await?
        .into_iter()
        .map(|row| (row.target_id, (row.team_id, row.team_name)))
        .collect();
    let line = |p: HelpedProject| {
        let group = groups.get(&p.id).cloned();
        ProjectLine {
            id: p.id,
            no: p.no,
            title: p.title,
            region: p.region,
            team_id: group.as_ref().map(|(id, _)| *id),
            team_name: group.map(|(_, name)| name),
        }
    };
    Ok(known.into_iter().map(line).collect())
}

async fn projects(app: &App, scope: &Scope, day: Date) -> AppResult<Vec<HelpedProject>> {
    let text = day.to_string();
    let mut sql =
        Sql::new("SELECT j.id, j.no, j.title, j.region, j.from_on, j.to_on FROM helped_project j WHERE j.from_on <= ");
    sql.bind(text.as_str())
        .push(" AND (j.to_on IS NULL OR j.to_on > ")
        .bind(text)
        .push(")");
    scope.restrict(&mut sql, "j.region");
    sql.push(" ORDER BY j.region, j.no, j.id LIMIT 5000");
    let mut known: Vec<HelpedProject> = app.db.fetch(sql).await?;
    if let Ok(part) = app.part::<ProjectsPart>() {
        let here: HashSet<i64> = known.iter().map(|p| p.id).collect();
        let more = part.0.to_help(app, scope, day).await?;
        known.extend(more.into_iter().filter(|p| !here.contains(&p.id)));
        known.sort_by(|a, b| (a.region, &a.no, a.id).cmp(&(b.region, &b.no, b.id)));
    }
    Ok(known)
}

#[derive(FromQueryResult)]
struct Group {
    target_id: i64,
    team_id: i64,
    team_name: String,
}

async fn groups_on(db: &Db, scope: &Scope, day: Date) -> AppResult<Vec<Group>> {
    let day = day.to_string();
    let mut sql = Sql::new(
        "SELECT p.target_id, p.team_id, t.name AS team_name FROM team_pairing p JOIN team t ON t.id = p.team_id \
         WHERE p.target_kind = 'project' AND p.team_kind = 'project' AND p.from_on <= ",
    );
    sql.bind(day.as_str())
        .push(" AND (p.to_on IS NULL OR p.to_on > ")
        .bind(day)
        .push(")");
    scope.restrict(&mut sql, "p.region");
    db.fetch(sql).await
}

/// One known project within the scope.
pub(crate) async fn project(app: &App, scope: &Scope, id: i64) -> AppResult<Option<HelpedProject>> {
    let known = projects(app, scope, app.clock.today()).await?;
    Ok(known.into_iter().find(|p| p.id == id))
}

/// The villages that have a team of these kinds on a day, with its kind.
pub(crate) async fn villages_with(
    db: &Db,
    scope: &Scope,
    kinds: &[TeamKind],
    day: Date,
) -> AppResult<Vec<(i64, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        target_id: i64,
        team_kind: String,
    }
    let day = day.to_string();
    let mut sql = Sql::new("SELECT DISTINCT p.target_id, p.team_kind FROM team_pairing p WHERE p.target_kind = ");
    sql.bind(TargetKind::Village.id());
    sql.push(" AND p.team_kind IN ")
        .bind_list(kinds.iter().map(|kind| kind.id()));
    sql.push(" AND p.from_on <= ").bind(day.as_str());
    sql.push(" AND (p.to_on IS NULL OR p.to_on > ").bind(day).push(")");
    scope.restrict(&mut sql, "p.region");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| (row.target_id, row.team_kind)).collect())
}
