//! The villages a file may name.

use std::collections::HashMap;

use access::Actor;
use directory::regions;
use kernel::{AppResult, RegionCode, RegionLevel};
use web::App;

/// A village's name as two clerks would both write it.
pub(super) fn plain(village: &str) -> String {
    village
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '/' | '／' | '-'))
        .collect()
}

/// Villages within the scope by name, path and code; a name may be that of several.
pub(super) async fn villages(app: &App, actor: &Actor) -> AppResult<HashMap<String, Vec<RegionCode>>> {
    let tree = regions(app).await?;
    let top = actor.scope.region().unwrap_or(app.config.area);
    let own = (top.level() == RegionLevel::Village).then_some(top);
    let mut all: HashMap<String, Vec<RegionCode>> = HashMap::new();
    let inside = tree.inside(top, RegionLevel::Village);
    for code in own.into_iter().chain(inside.into_iter().map(|r| r.code)) {
        let mut words = vec![
            plain(&tree.name(code)),
            plain(&tree.path_in_county(code)),
            code.to_string(),
        ];
        words.sort();
        words.dedup();
        for word in words {
            let places = all.entry(word).or_default();
            if !places.contains(&code) {
                places.push(code);
            }
        }
    }
    Ok(all)
}
