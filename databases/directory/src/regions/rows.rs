//! The table of divisions and its copy in memory.

use std::sync::{Arc, RwLock};

use access::Actor;
use kernel::{AppError, AppResult, RegionCode};
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, args};
use trail::Act;
use web::App;

use super::{Region, RegionTree};

/// Keeps the tree between requests; a part of the app. Without it every call reads the table.
#[derive(Default)]
pub struct RegionCache(RwLock<Option<Arc<RegionTree>>>);

impl RegionCache {
    fn get(&self) -> Option<Arc<RegionTree>> {
        self.0.read().ok()?.clone()
    }

    fn set(&self, tree: Option<Arc<RegionTree>>) {
        if let Ok(mut place) = self.0.write() {
            *place = tree;
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    code: i64,
    name: String,
    kind: String,
    synthetic: bool,
}

/// All divisions of the installation.
pub async fn regions(app: &App) -> AppResult<Arc<RegionTree>> {
    let cache = app.part::<RegionCache>().ok();
    if let Some(tree) = cache.as_ref().and_then(|cache| cache.get()) {
        return Ok(tree);
    }
    let rows: Vec<Row> = app
        .db
        .rows("SELECT code, name, kind, synthetic FROM region ORDER BY code", args![])
        .await?;
    let region = |row: Row| {
        let code = RegionCode::from_i64(row.code)?;
        Some(Region {
            code,
            name: row.name,
            kind: row.kind,
            synthetic: row.synthetic,
        })
    };
    let tree = Arc::new(RegionTree::new(rows.into_iter().filter_map(region).collect()));
    if let (Some(cache), false) = (cache, tree.is_empty()) {
        cache.set(Some(tree.clone()));
    }
    Ok(tree)
}

/// Adds divisions or renames those already there. Returns how many rows were written.
pub async fn load_regions(app: &App, actor: &Actor, regions: &[Region]) -> AppResult<u64> {
    if let Some(region) = regions.iter().find(|r| r.name.trim().is_empty()) {
        return Err(AppError::invalid(format!("区划 {} 没有名称。", region.code)));
    }
    let tx = app.trail.begin(actor).await?;
    let mut bulk = BulkInsert::new(
        &tx,
        "region",
        &["code", "name", "level", "parent", "kind", "synthetic"],
        "ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, synthetic = excluded.synthetic",
    );
    for r in regions {
        let (level, parent) = (r.level() as i64, r.code.parent().as_i64());
        bulk.push(args![
            r.code.as_i64(),
            r.name.as_str(),
            level,
            parent,
            r.kind.as_str(),
            r.synthetic
        ])
        .await?;
    }
    let count = bulk.finish().await?;
    tx.commit(Act::new("region.load", "region:all").with(json!({ "rows": count })))
        .await?;
    if let Ok(cache) = app.part::<RegionCache>() {
        cache.set(None);
    }
    Ok(count)
}
