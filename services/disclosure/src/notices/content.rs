//! What a notice shows, drawn from the registers on the day it is posted. Units, amounts and places; no person but the
//! one who answers for a project.

use access::Scope;
use directory::RegionTree;
use kernel::{AppError, AppResult, Money, RegionCode, RegionLevel};
use projects::{
    model::ProjectState,
    store::{
        list::{ProjectFilter, rows},
        project::{Project, funds as sources, project},
    },
};
use serde::{Deserialize, Serialize};
use web::App;

use super::{Matter, NoticeLevel};

/// A notice as it is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Body {
    pub title: String,
    /// Title and value: the six fields of a project, or the sums.
    pub pairs: Vec<(String, String)>,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Projects no list is longer than.
const MOST: i64 = 5_000;

/// Projects of a year that are on file or further, none that was given up.
pub(super) async fn on_file(app: &App, area: RegionCode, year: i64) -> AppResult<Vec<Project>> {
    let filter = ProjectFilter {
        year: Some(year),
        in_library: true,
        ..ProjectFilter::default()
    };
    let all = rows(&app.db, &Scope::area(area), &filter, MOST, 0).await?;
    let before = [ProjectState::Library, ProjectState::Approved, ProjectState::Suspended];
    Ok(all.into_iter().filter(|p| !before.contains(&p.state())).collect())
}

/// What would be shown now.
///
/// # Errors
/// Not found when there is nothing of the kind in this place.
pub(crate) async fn content(
    app: &App,
    tree: &RegionTree,
    level: NoticeLevel,
    matter: &Matter,
    year: i64,
    place: RegionCode,
) -> AppResult<Body> {
    if !matter.fits(level) || (level != NoticeLevel::Village && place.level() != level.place()) {
        return Err(nothing());
    }
    match matter {
        Matter::Projects => projects_of(app, tree, level, year, place).await,
        Matter::Fund(code) => fund(app, tree, level, code, year, place).await,
        Matter::Project(id) => one_project(app, *id, place).await,
    }
}

async fn projects_of(
    app: &App,
    tree: &RegionTree,
    level: NoticeLevel,
    year: i64,
    place: RegionCode,
) -> AppResult<Body> {
    let found = on_file(app, place, year).await?;
    if found.is_empty() {
        return Err(nothing());
    }
    let total: Money = found.iter().map(Project::planned).sum();
    let sums = vec![
        ("年度".to_owned(), format!("{year} 年")),
        ("项目".to_owned(), format!("{} 个", found.len())),
        ("计划资金".to_owned(), format!("{total} 元")),
    ];
    let name = tree.name(place);
    if level == NoticeLevel::County {
        let mut towns: Vec<(RegionCode, usize, Money)> = Vec::new();
        for p in &found {
            let town = p.place().at(RegionLevel::Town);
            match towns.iter_mut().find(|(code, ..)| *code == town) {
                Some((_, count, money)) => {
                    *count += 1;
                    *money = [*money, p.planned()].into_iter().sum();
                }
                None => towns.push((town, 1, p.planned())),
            }
        }
        towns.sort_by_key(|(code, ..)| *code);
        return Ok(Body {
            title: format!("{name} {year} 年扶贫项目总体安排"),
            pairs: sums,
            head: words(&["乡镇（街道）", "项目（个）", "计划资金（元）"]),
            rows: towns
                .into_iter()
                .map(|(code, count, money)| vec![tree.name(code), count.to_string(), money.to_string()])
                .collect(),
        });
    }
    let line = |p: &Project| {
        vec![
            p.name.clone(),
            tree.path_in_county(p.place()),
            p.content.clone(),
            p.owner.clone(),
            p.planned().to_string(),
        ]
    };
    Ok(Body {
        title: format!("{name} {year} 年扶贫项目安排"),
        pairs: sums,
        head: words(&["项目名称", "所在村", "建设内容", "实施单位", "计划资金（元）"]),
        rows: found.iter().map(line).collect(),
    })
}

async fn fund(
    app: &App,
    tree: &RegionTree,
    level: NoticeLevel,
    code: &str,
    year: i64,
    place: RegionCode,
) -> AppResult<Body> {
    let programme = funds::programme(&app.db, code).await?.ok_or_else(nothing)?;
    let shares = funds::allocations(&app.db, Some(code)).await?;
    let inside = |region: i64| RegionCode::from_i64(region).is_some_and(|r| place.contains(r));
    let shares: Vec<_> = shares
        .into_iter()
        .filter(|a| a.year == year && inside(a.region))
        .collect();
    if shares.is_empty() {
        return Err(nothing());
    }
    let total = Money(shares.iter().map(|a| a.amount_fen).sum());
    let mut pairs = vec![
        ("资金".to_owned(), programme.name.clone()),
        ("年度".to_owned(), format!("{year} 年")),
        ("分配合计".to_owned(), format!("{total} 元")),
    ];
    if !programme.basis.is_empty() {
        pairs.push(("政策依据".to_owned(), programme.basis.clone()));
    }
    let name = tree.name(place);
    if level == NoticeLevel::County {
        let documents = funds::indicators(&app.db, Some(code)).await?;
        let of_year = documents.iter().filter(|d| d.arrived_on.starts_with(&year.to_string()));
        let told: Vec<String> = of_year
            .map(|d| format!("{}，{}，{} 元", d.level, d.doc_no, Money(d.amount_fen)))
            .collect();
        if !told.is_empty() {
            pairs.push(("资金来源".to_owned(), told.join("；")));
        }
    }
    let title = match level {
        NoticeLevel::County => format!("{name} {year} 年“{}”资金总体安排", programme.name),
        _ => format!("{name} {year} 年“{}”资金安排", programme.name),
    };
    Ok(Body {
        title,
        pairs,
        head: words(&["分配到", "决定日期", "金额（元）"]),
        rows: shares
            .iter()
            .map(|a| {
                let to = RegionCode::from_i64(a.region).map_or_else(String::new, |r| tree.path_in_county(r));
                vec![to, a.decided_on.clone(), Money(a.amount_fen).to_string()]
            })
            .collect(),
    })
}

async fn one_project(app: &App, id: i64, place: RegionCode) -> AppResult<Body> {
    let found = project(&app.db, &Scope::area(place), id)
        .await?
        .filter(|p| p.place() == place)
        .ok_or_else(nothing)?;
    let money = sources(&app.db, id).await?;
    let six = projects::six_fields(&found, &money).map(|(title, value)| (title.to_owned(), value));
    if let Some((title, _)) = six.iter().find(|(_, value)| value.trim().is_empty()) {
        return Err(AppError::invalid(format!("公示内容缺“{title}”，请先在项目库补全。")));
    }
    Ok(Body {
        title: format!("“{}”项目公示", found.name),
        pairs: six.into(),
        ..Body::default()
    })
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

fn nothing() -> AppError {
    AppError::not_found("这里没有需要公示的内容，或不在您的管理范围内。")
}
