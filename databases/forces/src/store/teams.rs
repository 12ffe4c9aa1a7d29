//! Teams, their members, and the villages and projects they are paired with.

use access::Scope;
use kernel::{AppResult, Date, RegionCode};
use records::flow::Code;
use serde_json::{Value, json};
use store::{Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, like, offset, reach::restrict_reaching};
use crate::model::team::{Part, TargetKind, TeamKind};

/// A team as stored.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Team {
    pub id: i64,
    pub name: String,
    pub kind: String,
    pub unit: String,
    pub region: i64,
    pub founded_on: String,
    pub closed_on: Option<String>,
}

impl Team {
    pub fn kind(&self) -> TeamKind {
        TeamKind::parse(&self.kind).unwrap_or(TeamKind::Resident)
    }

    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    pub(crate) fn as_record(&self) -> Value {
        json!({
            "name": self.name, "kind": self.kind().title(), "unit": self.unit, "region": self.region,
            "founded_on": self.founded_on, "closed_on": self.closed_on,
        })
    }
}

/// A team in the list, with the number of its present members and pairings.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct TeamLine {
    pub id: i64,
    pub name: String,
    pub kind: String,
    pub unit: String,
    pub region: i64,
    pub members: i64,
    pub targets: i64,
}

/// A member with name and post.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Member {
    pub helper_id: i64,
    pub name: String,
    pub kind: String,
    pub branch: String,
    pub unit: String,
    pub part: String,
    pub from_on: String,
    pub to_on: Option<String>,
}

impl Member {
    pub fn part_title(&self) -> &'static str {
        Part::parse(&self.part).map_or("", Code::title)
    }
}

/// A team paired with a village or project.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct TeamPairing {
    pub id: i64,
    pub team_id: i64,
    pub team_name: String,
    pub team_kind: String,
    pub unit: String,
    pub target_kind: String,
    pub target_id: i64,
    pub title: String,
    pub region: i64,
    pub from_on: String,
    pub to_on: Option<String>,
}

impl TeamPairing {
    pub fn kind(&self) -> TeamKind {
        TeamKind::parse(&self.team_kind).unwrap_or(TeamKind::Resident)
    }

    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }
}

/// Which teams are asked for.
#[derive(Clone, Debug, Default)]
pub struct TeamFilter {
    pub area: Option<RegionCode>,
    pub kind: Option<TeamKind>,
    pub name: String,
}

impl TeamFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        match self.area {
            Some(area) => scope.within(area).restrict(sql, "t.region"),
            None => restrict_reaching(scope, sql, "t.region"),
        }
        sql.push(" AND t.closed_on IS NULL");
        if let Some(kind) = self.kind {
            sql.push(" AND t.kind = ").bind(kind.id());
        }
        if let Some(like) = like(&self.name) {
            sql.push(" AND (t.name LIKE ").bind(like.as_str());
            sql.push(" OR t.unit LIKE ").bind(like).push(")");
        }
    }
}

const MEMBERS: &str = "SELECT m.helper_id, f.name, f.kind, f.branch, f.unit, m.part, m.from_on, m.to_on FROM team_member m \
     JOIN helper f ON f.id = m.helper_id WHERE m.team_id = $1 \
     ORDER BY CASE WHEN m.to_on IS NULL THEN 0 ELSE 1 END, m.part, f.name, m.from_on";

const PAIRINGS: &str = "SELECT p.id, p.team_id, t.name AS team_name, p.team_kind, t.unit, p.target_kind, p.target_id, p.title, p.region, \
     p.from_on, p.to_on FROM team_pairing p JOIN team t ON t.id = p.team_id WHERE 1 = 1";

/// How many teams the filter holds.
pub async fn count(db: &Db, scope: &Scope, filter: &TeamFilter) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM team t WHERE 1 = 1");
    filter.narrow(scope, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// One page of teams.
pub async fn page_of(db: &Db, scope: &Scope, filter: &TeamFilter, page: u64) -> AppResult<Vec<TeamLine>> {
    let mut sql = Sql::new(
        "SELECT t.id, t.name, t.kind, t.unit, t.region, \
         (SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id AND m.to_on IS NULL) AS members, \
         (SELECT COUNT(*) FROM team_pairing p WHERE p.team_id = t.id AND p.to_on IS NULL) AS targets \
         FROM team t WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY t.kind, t.region, t.name, t.id LIMIT ")
        .bind(PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset(page));
    db.fetch(sql).await
}

/// One team within reach.
pub async fn one(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Team>> {
    let mut sql =
        Sql::new("SELECT t.id, t.name, t.kind, t.unit, t.region, t.founded_on, t.closed_on FROM team t WHERE t.id = ");
    sql.bind(id);
    restrict_reaching(scope, &mut sql, "t.region");
    Ok(db.fetch(sql).await?.pop())
}

/// Present members first.
pub async fn members(db: &impl Query, team: i64) -> AppResult<Vec<Member>> {
    db.rows(MEMBERS, args![team]).await
}

/// What a team is paired with, what still holds first.
pub async fn pairings_of(db: &impl Query, team: i64) -> AppResult<Vec<TeamPairing>> {
    let mut sql = Sql::new(PAIRINGS);
    sql.push(" AND p.team_id = ").bind(team);
    sql.push(" ORDER BY CASE WHEN p.to_on IS NULL THEN 0 ELSE 1 END, p.region, p.from_on DESC");
    db.fetch(sql).await
}

/// Who helps or watches a village or project; what still holds first.
pub async fn pairings_with(db: &impl Query, target: TargetKind, id: i64) -> AppResult<Vec<TeamPairing>> {
    let mut sql = Sql::new(PAIRINGS);
    sql.push(" AND p.target_kind = ")
        .bind(target.id())
        .push(" AND p.target_id = ")
        .bind(id);
    sql.push(" ORDER BY CASE WHEN p.to_on IS NULL THEN 0 ELSE 1 END, p.team_kind, p.from_on DESC");
    db.fetch(sql).await
}

/// One pairing by its id.
pub(crate) async fn pairing(db: &impl Query, id: i64) -> AppResult<Option<TeamPairing>> {
    let mut sql = Sql::new(PAIRINGS);
    sql.push(" AND p.id = ").bind(id);
    Ok(db.fetch(sql).await?.pop())
}

/// Pairings of an area that hold on a day, for lists by kind.
pub async fn pairings_in(
    db: &Db,
    scope: &Scope,
    area: Option<RegionCode>,
    kind: Option<TeamKind>,
    day: Date,
    offset: i64,
) -> AppResult<Vec<TeamPairing>> {
    let mut sql = Sql::new(PAIRINGS);
    narrow_pairings(scope, area, kind, day, &mut sql);
    sql.push(" ORDER BY p.region, p.team_kind, t.name, p.id LIMIT ")
        .bind(super::PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}

/// How many there are, and how many villages or projects they help.
pub(crate) async fn pairings_count(
    db: &Db,
    scope: &Scope,
    area: Option<RegionCode>,
    kind: Option<TeamKind>,
    day: Date,
) -> AppResult<(i64, i64)> {
    #[derive(FromQueryResult)]
    struct Row {
        pairings: i64,
        places: i64,
    }
    let mut sql =
        Sql::new("SELECT COUNT(*) AS pairings, COUNT(DISTINCT p.target_id) AS places FROM team_pairing p WHERE 1 = 1");
    narrow_pairings(scope, area, kind, day, &mut sql);
    let found: Option<Row> = db.fetch(sql).await?.pop();
    Ok(found.map_or((0, 0), |row| (row.pairings, row.places)))
}

fn narrow_pairings(scope: &Scope, area: Option<RegionCode>, kind: Option<TeamKind>, day: Date, sql: &mut Sql) {
    area.map_or_else(|| scope.clone(), |area| scope.within(area))
        .restrict(sql, "p.region");
    let day = day.to_string();
    sql.push(" AND p.from_on <= ").bind(day.as_str());
    sql.push(" AND (p.to_on IS NULL OR p.to_on > ").bind(day).push(")");
    if let Some(kind) = kind {
        sql.push(" AND p.team_kind = ").bind(kind.id());
    }
}

pub(crate) async fn insert(tx: &WriteTx, team: &Team) -> AppResult<()> {
    tx.execute(
        "INSERT INTO team (id, name, kind, unit, region, founded_on, closed_on) VALUES ($1,$2,$3,$4,$5,$6,$7)",
        args![
            team.id,
            team.name.as_str(),
            team.kind.as_str(),
            team.unit.as_str(),
            team.region,
            team.founded_on.as_str(),
            team.closed_on.clone()
        ],
    )
    .await
    .map(|_| ())
}

pub(crate) async fn add_member(tx: &WriteTx, team: i64, helper: i64, part: Part, from: Date) -> AppResult<()> {
    tx.execute(
        "INSERT INTO team_member (team_id, helper_id, part, from_on, to_on) VALUES ($1,$2,$3,$4,NULL) \
         ON CONFLICT (team_id, helper_id, from_on) DO UPDATE SET part = excluded.part, to_on = NULL",
        args![team, helper, part.id(), from.to_string()],
    )
    .await
    .map(|_| ())
}

/// Ends a membership; 0 when there is none.
pub(crate) async fn end_member(tx: &WriteTx, team: i64, helper: i64, on: Date) -> AppResult<u64> {
    tx.execute(
        "UPDATE team_member SET to_on = $3 WHERE team_id = $1 AND helper_id = $2 AND to_on IS NULL",
        args![team, helper, on.to_string()],
    )
    .await
}

pub(crate) async fn insert_pairing(tx: &WriteTx, pairing: &TeamPairing) -> AppResult<()> {
    tx.execute(
        "INSERT INTO team_pairing (id, team_id, team_kind, target_kind, target_id, title, region, from_on, to_on) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![
            pairing.id,
            pairing.team_id,
            pairing.team_kind.as_str(),
            pairing.target_kind.as_str(),
            pairing.target_id,
            pairing.title.as_str(),
            pairing.region,
            pairing.from_on.as_str(),
            pairing.to_on.clone()
        ],
    )
    .await
    .map(|_| ())
}

/// Ends a pairing that still holds; 0 when it ended before.
pub(crate) async fn end_pairing(tx: &WriteTx, id: i64, on: Date) -> AppResult<u64> {
    tx.execute(
        "UPDATE team_pairing SET to_on = $2 WHERE id = $1 AND to_on IS NULL",
        args![id, on.to_string()],
    )
    .await
}

/// The team of the account's person in a village, if it is a resident there today.
pub(crate) async fn teams_of_helper(db: &impl Query, helper: i64) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        team_id: i64,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT team_id FROM team_member WHERE helper_id = $1 AND to_on IS NULL ORDER BY team_id",
            args![helper],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.team_id).collect())
}
