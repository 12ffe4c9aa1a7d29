//! Departments, town offices, community offices, banks.

use access::Actor;
use kernel::{AppResult, RegionCode};
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, args};
use trail::Act;
use web::App;

/// An organisation; its id is the department's name in data sets, programmes and scopes (`civil_affairs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: String,
    pub name: String,
    /// 纪委, 财政, 民政, 镇, 村, 监委会, 银行 …
    pub kind: String,
    pub region: RegionCode,
    /// Unified social credit code.
    pub uscc: Option<String>,
    pub hotline: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    name: String,
    kind: String,
    region: i64,
    uscc: Option<String>,
    hotline: Option<String>,
}

impl From<Row> for Org {
    fn from(row: Row) -> Org {
        let region = RegionCode::from_i64(row.region).unwrap_or(RegionCode::NATION);
        Org {
            id: row.id,
            name: row.name,
            kind: row.kind,
            region,
            uscc: row.uscc,
            hotline: row.hotline,
        }
    }
}

/// Organisations seated in an area, those of the area itself first.
pub async fn orgs(db: &impl Query, area: RegionCode) -> AppResult<Vec<Org>> {
    let range = area.range();
    let rows: Vec<Row> = db
        .rows(
            "SELECT id, name, kind, region, uscc, hotline FROM org WHERE region >= $1 AND region < $2 ORDER BY region, id",
            args![range.start, range.end],
        )
        .await?;
    Ok(rows.into_iter().map(Org::from).collect())
}

/// One organisation by its id.
pub async fn org(db: &impl Query, id: &str) -> AppResult<Option<Org>> {
    let row: Option<Row> = db
        .row(
            "SELECT id, name, kind, region, uscc, hotline FROM org WHERE id = $1",
            args![id],
        )
        .await?;
    Ok(row.map(Org::from))
}

/// Adds organisations or updates those already there. Returns how many rows were written.
pub async fn load_orgs(app: &App, actor: &Actor, orgs: &[Org]) -> AppResult<u64> {
    let tx = app.trail.begin(actor).await?;
    let mut bulk = BulkInsert::new(
        &tx,
        "org",
        &["id", "name", "kind", "region", "uscc", "hotline"],
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, region = excluded.region, \
         uscc = excluded.uscc, hotline = excluded.hotline",
    );
    for org in orgs {
        let Org {
            id,
            name,
            kind,
            region,
            uscc,
            hotline,
        } = org.clone();
        bulk.push(args![id, name, kind, region.as_i64(), uscc, hotline]).await?;
    }
    let count = bulk.finish().await?;
    tx.commit(Act::new("org.load", "org:all").with(json!({ "rows": count })))
        .await?;
    Ok(count)
}
