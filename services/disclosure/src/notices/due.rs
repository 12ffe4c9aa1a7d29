//! What is still owed, and at which level: a year's projects and each programme's money by county and towns, each project
//! on file by its village.

use access::Scope;
use directory::RegionTree;
use kernel::{AppResult, RegionCode, RegionLevel};
use projects::model::ProjectState;
use records::flow::Code;
use web::App;

use super::{
    Matter, NoticeLevel, NoticeState,
    content::on_file,
    rows::{NoticeFilter, list},
};

/// One notice that nobody has posted yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub level: NoticeLevel,
    pub matter: Matter,
    pub region: RegionCode,
    /// What it is about, in words.
    pub title: String,
}

/// Owed within the scope in a year: highest level first.
pub(crate) async fn due(app: &App, tree: &RegionTree, scope: &Scope, year: i64) -> AppResult<Vec<Due>> {
    let Some(own) = scope.region() else {
        return Ok(Vec::new());
    };
    let county = if own.level() >= RegionLevel::County {
        own.at(RegionLevel::County)
    } else {
        app.config.area
    };
    let shown = list(
        &app.db,
        &NoticeFilter {
            year: Some(year),
            ..NoticeFilter::default()
        },
        10_000,
        0,
    )
    .await?;
    let is_shown = |level: NoticeLevel, matter: &Matter, region: RegionCode| {
        shown.iter().any(|n| {
            n.state != NoticeState::Withdrawn.id()
                && n.level == level.id()
                && n.matter == matter.id()
                && n.region == region.as_i64()
        })
    };
    let mut all = Vec::new();
    let mut owe = |level: NoticeLevel, matter: Matter, region: RegionCode, title: String| {
        let known = all
            .iter()
            .any(|d: &Due| d.level == level && d.matter == matter && d.region == region);
        if !known && scope.covers(region) && !is_shown(level, &matter, region) {
            all.push(Due {
                level,
                matter,
                region,
                title,
            });
        }
    };
    for p in on_file(app, county, year).await? {
        let what = || format!("{year} 年扶贫项目");
        owe(
            NoticeLevel::County,
            Matter::Projects,
            p.place().at(RegionLevel::County),
            what(),
        );
        owe(
            NoticeLevel::Town,
            Matter::Projects,
            p.place().at(RegionLevel::Town),
            what(),
        );
        // Further on, the project's own steps have shown that it was noticed.
        if matches!(p.state(), ProjectState::Filed | ProjectState::NoticePre) {
            owe(NoticeLevel::Village, Matter::Project(p.id), p.place(), p.name.clone());
        }
    }
    let programmes = funds::programmes(&app.db).await?;
    for share in funds::allocations(&app.db, None).await? {
        let Some(region) = RegionCode::from_i64(share.region).filter(|_| share.year == year) else {
            continue;
        };
        let name = programmes
            .iter()
            .find(|p| p.code == share.programme)
            .map_or("", |p| &p.name);
        let what = || format!("{year} 年“{name}”资金");
        let matter = || Matter::Fund(share.programme.clone());
        owe(NoticeLevel::County, matter(), region.at(RegionLevel::County), what());
        if region.level() >= RegionLevel::Town {
            owe(NoticeLevel::Town, matter(), region.at(RegionLevel::Town), what());
        }
    }
    all.retain(|d| tree.get(d.region).is_some());
    all.sort_by_key(|d| (d.level, d.region, d.matter.id()));
    Ok(all)
}
