//! What should have a team: villages with households to be helped, and projects under way.

use access::Scope;
use kernel::{AppResult, Date, RegionCode};
use records::flow::Code;
use store::{Db, FromQueryResult, Query, Sql, WriteTx, args};

use crate::model::team::{TargetKind, TeamKind};

/// A project as far as a group that helps it needs to know it. The project database is the source; this is the
/// register of those a group is wanted for.
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

/// Projects under way on a day, with their group.
pub async fn projects_on(db: &Db, scope: &Scope, area: Option<RegionCode>, day: Date) -> AppResult<Vec<ProjectLine>> {
    let mut sql = Sql::new(
        "SELECT j.id, j.no, j.title, j.region, p.team_id, t.name AS team_name FROM helped_project j \
         LEFT JOIN team_pairing p ON p.target_kind = 'project' AND p.target_id = j.id AND p.team_kind = 'project' \
         AND p.from_on <= ",
    );
    let day = day.to_string();
    sql.bind(day.as_str())
        .push(" AND (p.to_on IS NULL OR p.to_on > ")
        .bind(day.as_str());
    sql.push(") LEFT JOIN team t ON t.id = p.team_id WHERE j.from_on <= ")
        .bind(day.as_str());
    sql.push(" AND (j.to_on IS NULL OR j.to_on > ").bind(day).push(")");
    area.map_or_else(|| scope.clone(), |area| scope.within(area))
        .restrict(&mut sql, "j.region");
    sql.push(" ORDER BY j.region, j.no, j.id LIMIT 5000");
    db.fetch(sql).await
}

/// One known project within the scope.
pub(crate) async fn project(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<HelpedProject>> {
    let mut sql =
        Sql::new("SELECT j.id, j.no, j.title, j.region, j.from_on, j.to_on FROM helped_project j WHERE j.id = ");
    sql.bind(id);
    scope.restrict(&mut sql, "j.region");
    Ok(db.fetch(sql).await?.pop())
}

/// The villages that have a team of these kinds on a day.
pub(crate) async fn villages_with(db: &Db, scope: &Scope, kinds: &[TeamKind], day: Date) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        target_id: i64,
    }
    let day = day.to_string();
    let mut sql = Sql::new("SELECT DISTINCT p.target_id FROM team_pairing p WHERE p.target_kind = ");
    sql.bind(TargetKind::Village.id());
    sql.push(" AND p.team_kind IN ")
        .bind_list(kinds.iter().map(|kind| kind.id()));
    sql.push(" AND p.from_on <= ").bind(day.as_str());
    sql.push(" AND (p.to_on IS NULL OR p.to_on > ").bind(day).push(")");
    scope.restrict(&mut sql, "p.region");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| row.target_id).collect())
}
