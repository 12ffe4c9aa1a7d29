//! The three pairings (三个一): one household, one person; one village, one county-and-town group; one project, one
//! group. What lacks one, over any area, on any day; and who helps one village.

use std::collections::HashSet;

use axum::extract::{Path, Query};
use directory::{AreaQuery, RegionTree, area_fields, regions};
use households::pairing::{HelpFilter, RegionCoverage, coverage, coverage_by, helped_households};
use kernel::{AppResult, Date, RegionCode, RegionLevel, period::parse_date};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair, Tab},
};

use super::sheet::{
    Grid, Sheet, Tile, choices, link, number, page_no, pager, path, query_text, saved, span_below, text, to, whole,
    with_first,
};
use crate::{
    acts::missing,
    model::{
        spot::percent,
        team::{TargetKind, TeamKind},
    },
    store::{PAGE_ROWS, figures::kept, offset, targets, teams},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GapQuery {
    #[serde(flatten)]
    area: AreaQuery,
    of: String,
    day: String,
    page: String,
}

/// Gaps of the three kinds, and of resident teams.
#[derive(Clone)]
struct Gaps {
    households: (i64, i64),
    /// The same by the divisions below the area.
    parts: Vec<RegionCoverage>,
    /// Villages with households to be helped: all, those without a group, those without resident team.
    villages: Vec<RegionCode>,
    without_group: Vec<RegionCode>,
    without_resident: Vec<RegionCode>,
    projects: Vec<targets::ProjectLine>,
}

async fn gaps(ctx: &Ctx, tree: &RegionTree, area: Option<RegionCode>, day: Date) -> AppResult<Gaps> {
    let key = format!("gaps {:?} {area:?} {day}", ctx.scope());
    kept(ctx.app(), key, counted(ctx, tree, area, day)).await
}

async fn counted(ctx: &Ctx, tree: &RegionTree, area: Option<RegionCode>, day: Date) -> AppResult<Gaps> {
    let filter = HelpFilter {
        area,
        ..HelpFilter::default()
    };
    // The register is read once; everything above the smallest division is added up here.
    let communities = 10_i64.pow(15 - RegionLevel::Community.digits());
    let below = span_below(ctx, area);
    let span = below.min(communities);
    let found = coverage_by(&ctx.db, ctx.scope(), &filter, day, span).await?;
    let villages: Vec<RegionCode> = added_up(&found, communities)
        .iter()
        .filter_map(|row| RegionCode::from_i64(row.region))
        .filter(|code| tree.get(*code).is_some())
        .collect();
    let kinds = [TeamKind::CountyTown, TeamKind::Resident];
    let with: HashSet<(i64, String)> = targets::villages_with(&ctx.db, ctx.scope(), &kinds, day)
        .await?
        .into_iter()
        .collect();
    let lacking = |kind: TeamKind| {
        let without = |code: &&RegionCode| !with.contains(&(code.as_i64(), kind.id().to_owned()));
        villages.iter().filter(without).copied().collect()
    };
    Ok(Gaps {
        households: (
            found.iter().map(|row| row.households).sum(),
            found.iter().map(|row| row.helped).sum(),
        ),
        parts: added_up(&found, below),
        without_group: lacking(TeamKind::CountyTown),
        without_resident: lacking(TeamKind::Resident),
        villages,
        projects: targets::projects_on(ctx.app(), ctx.scope(), area, day).await?,
    })
}

/// Rows of small divisions, in their order, as rows of the larger ones that hold them.
fn added_up(rows: &[RegionCoverage], span: i64) -> Vec<RegionCoverage> {
    let mut sums: Vec<RegionCoverage> = Vec::new();
    for row in rows {
        let region = row.region / span * span;
        match sums.last_mut() {
            Some(last) if last.region == region => {
                last.households += row.households;
                last.helped += row.helped;
            }
            _ => sums.push(RegionCoverage { region, ..*row }),
        }
    }
    sums
}

fn tile(title: &str, all: usize, gaps: usize, href: String) -> Tile {
    Tile {
        title: title.to_owned(),
        value: gaps.to_string(),
        foot: format!("共 {all}，覆盖率 {}", percent((all - gaps) as i64, all as i64)),
        href: Some(href),
        alert: gaps > 0,
    }
}

fn tiles(gaps: &Gaps, query: &str) -> Vec<Tile> {
    let href = |of: &str| format!("/desk/forces/gaps?of={of}&{query}");
    let (all, helped) = gaps.households;
    let without = gaps.projects.iter().filter(|p| p.team_id.is_none()).count();
    vec![
        tile("未结对的户", all as usize, (all - helped) as usize, href("household")),
        tile(
            "没有联动帮扶组的村",
            gaps.villages.len(),
            gaps.without_group.len(),
            href("village"),
        ),
        tile("没有帮扶组的项目", gaps.projects.len(), without, href("project")),
        tile(
            "没有驻村工作队的村",
            gaps.villages.len(),
            gaps.without_resident.len(),
            href("resident"),
        ),
    ]
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<GapQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = query.area.area(&tree, ctx.scope());
    let today = ctx.clock.today();
    let day = parse_date(&query.day).filter(|day| day.year() >= 1900).unwrap_or(today);
    let found = gaps(&ctx, &tree, area, day).await?;
    let day_text = day.to_string();
    let query_line = query_text(&query.area, &[("day", &day_text)]);
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("三个一缺口清单"));
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("date", "day", "截至日期").value(&day_text));
    sheet.filter = Some(Filter {
        action: "/desk/forces/gaps".into(),
        fields,
    });
    sheet.bar = saved(
        &ctx,
        "/desk/forces/gaps",
        &query_text(&query.area, &[("day", &query.day)]),
    )
    .await?;
    sheet.tiles = tiles(&found, &query_line);
    let of = if query.of.is_empty() {
        "household"
    } else {
        query.of.as_str()
    };
    let tab = |id: &str, title: &str| Tab {
        title: title.to_owned(),
        href: format!("/desk/forces/gaps?of={id}&{query_line}"),
        active: of == id,
        count: None,
    };
    sheet.tabs = vec![
        tab("household", "一户一责任人"),
        tab("village", "一村一联动帮扶组"),
        tab("project", "一项目一帮扶组"),
        tab("resident", "一村一驻村工作队"),
    ];
    let village = |code: &RegionCode| vec![to(tree.path_in_county(*code), format!("/desk/forces/villages/{code}"))];
    match of {
        "village" | "resident" => {
            let lacking = if of == "village" {
                &found.without_group
            } else {
                &found.without_resident
            };
            sheet.grids.push(Grid {
                label: "缺口村",
                total: format!("共 {} 个村", lacking.len()),
                heads: vec!["村"],
                rows: lacking.iter().map(village).collect(),
                empty: "没有缺口。",
                ..Grid::default()
            });
        }
        "project" => {
            let lacking: Vec<_> = found.projects.iter().filter(|p| p.team_id.is_none()).collect();
            sheet.grids.push(Grid {
                label: "缺口项目",
                total: format!("共 {} 个项目", lacking.len()),
                heads: vec!["项目编号", "项目名称", "建设地点"],
                rows: lacking
                    .iter()
                    .map(|p| vec![whole(&p.no), text(&p.title), text(path(&tree, p.region))])
                    .collect(),
                empty: "没有缺口。",
                hint: "立项以后、结项以前的项目都应有帮扶组。",
                ..Grid::default()
            });
        }
        _ => {
            let page = page_no(&query.page);
            let filter = HelpFilter {
                area,
                helped: Some(false),
                ..HelpFilter::default()
            };
            let rows = helped_households(&ctx.db, ctx.scope(), &filter, day, PAGE_ROWS, offset(page)).await?;
            let (all, helped) = found.households;
            sheet.grids.push(Grid {
                label: "未结对的户",
                total: format!("共 {} 户", all - helped),
                heads: vec!["户主", "户编号", "所在村", "人口"],
                rows: rows
                    .into_iter()
                    .map(|row| {
                        vec![
                            to(row.head_name, format!("/desk/forces/pairings/{}", row.id)),
                            whole(row.household_no),
                            text(path(&tree, row.region)),
                            number(row.population),
                        ]
                    })
                    .collect(),
                empty: "没有缺口。",
                pager: pager("/desk/forces/gaps", &query_line, page, all - helped),
                ..Grid::default()
            });
            sheet.grids.push(Grid {
                title: "分区域",
                label: "分区域结对情况",
                heads: vec!["区域", "应帮扶（户）", "已结对（户）", "未结对（户）", "覆盖率"],
                rows: found
                    .parts
                    .iter()
                    .map(|row| {
                        vec![
                            text(path(&tree, row.region)),
                            number(row.households),
                            number(row.helped),
                            number(row.households - row.helped),
                            number(percent(row.helped, row.households)),
                        ]
                    })
                    .collect(),
                empty: "没有数据。",
                ..Grid::default()
            });
        }
    }
    sheet.show()
}

pub(crate) async fn overview(ctx: Ctx) -> Page {
    let tree = regions(ctx.app()).await?;
    let found = gaps(&ctx, &tree, None, ctx.clock.today()).await?;
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("立体帮扶"));
    sheet.tiles = tiles(&found, "");
    sheet.tiles.extend(super::duties::tiles(&ctx).await?);
    sheet.tiles.extend(super::helpers::tiles(&ctx).await?);
    sheet.show()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VillageQuery {
    #[serde(flatten)]
    area: AreaQuery,
    kind: String,
    page: String,
}

/// Teams and units by village: departments, enterprises, supervising groups.
pub(crate) async fn villages(ctx: Ctx, Query(query): Query<VillageQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let kind = TeamKind::parse(&query.kind);
    let area = query.area.area(&tree, ctx.scope());
    let today = ctx.clock.today();
    let page = page_no(&query.page);
    let (total, places) = teams::pairings_count(&ctx.db, ctx.scope(), area, kind, today).await?;
    let rows = teams::pairings_in(&ctx.db, ctx.scope(), area, kind, today, offset(page)).await?;
    let query_line = query_text(&query.area, &[("kind", &query.kind)]);
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("村级帮扶"));
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("kind", "帮扶方式", with_first("全部", choices::<TeamKind>())).value(&query.kind));
    sheet.filter = Some(Filter {
        action: "/desk/forces/villages".into(),
        fields,
    });
    sheet.bar = saved(&ctx, "/desk/forces/villages", &query_line).await?;
    sheet.grids.push(Grid {
        label: "村级帮扶列表",
        total: format!("共 {total} 项结对，涉及 {places} 个村或项目"),
        heads: vec!["村或项目", "帮扶方式", "队伍（单位）", "牵头单位", "开始"],
        rows: rows
            .iter()
            .map(|p| {
                vec![
                    if p.target_kind == TargetKind::Village.id() {
                        to(&p.title, format!("/desk/forces/villages/{}", p.region()))
                    } else {
                        text(&p.title)
                    },
                    text(p.kind().pairing_title()),
                    to(&p.team_name, format!("/desk/forces/teams/{}", p.team_id)),
                    text(&p.unit),
                    whole(&p.from_on),
                ]
            })
            .collect(),
        empty: "没有符合条件的结对。",
        pager: pager("/desk/forces/villages", &query_line, page, total),
        ..Grid::default()
    });
    sheet.show()
}

/// Who helps one village.
pub(crate) async fn village(ctx: Ctx, Path(region): Path<String>) -> Page {
    let tree = regions(ctx.app()).await?;
    let code: Option<RegionCode> = region.parse().ok();
    let code = code
        .filter(|code| ctx.scope().covers(*code) && tree.get(*code).is_some())
        .ok_or_else(|| missing("这个村"))?;
    let today = ctx.clock.today();
    let filter = HelpFilter {
        area: Some(code),
        ..HelpFilter::default()
    };
    let sum = coverage(&ctx.db, ctx.scope(), &filter, today).await?;
    let pairings = teams::pairings_with(&ctx.db, TargetKind::Village, code.as_i64()).await?;
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(&ctx))
            .crumb("村级帮扶", "/desk/forces/villages")
            .here(tree.path_in_county(code)),
    );
    sheet.facts = vec![
        Pair::new("应帮扶", format!("{} 户", sum.households)),
        Pair::new("已结对", format!("{} 户", sum.helped)),
        Pair::new("未结对", format!("{} 户", sum.gaps())),
    ];
    let (town, community) = (code.at(RegionLevel::Town), code.at(RegionLevel::Community));
    sheet.links.push(link(
        "本村结对户",
        format!("/desk/forces/pairings?town={town}&community={community}"),
    ));
    let mut members = Vec::new();
    for p in pairings.iter().filter(|p| p.to_on.is_none()) {
        let team = teams::members(&ctx.db, p.team_id).await?;
        let present: Vec<_> = team.into_iter().filter(|m| m.to_on.is_none()).collect();
        if let Some(problem) = p.kind().size_problem(present.len()) {
            sheet.warn(problem);
        }
        members.extend(present.into_iter().map(|m| {
            let part = m.part_title();
            vec![
                text(m.name),
                text(&p.team_name),
                text(part),
                text(m.unit),
                whole(m.from_on),
            ]
        }));
    }
    for (kind, said) in [
        (TeamKind::CountyTown, "尚无县乡联动帮扶组（一村一组）。"),
        (TeamKind::Resident, "尚无驻村工作队或第一书记。"),
    ] {
        if !pairings.iter().any(|p| p.to_on.is_none() && p.kind() == kind) {
            sheet.warn(said);
        }
    }
    sheet.grids.push(Grid {
        title: "帮扶和监管队伍",
        label: "帮扶和监管队伍",
        heads: vec!["队伍（单位）", "方式", "牵头单位", "开始", "结束"],
        rows: pairings
            .iter()
            .map(|p| {
                vec![
                    to(&p.team_name, format!("/desk/forces/teams/{}", p.team_id)),
                    text(p.kind().pairing_title()),
                    text(&p.unit),
                    whole(&p.from_on),
                    whole(p.to_on.clone().unwrap_or_else(|| "至今".into())),
                ]
            })
            .collect(),
        empty: "还没有队伍。",
        ..Grid::default()
    });
    sheet.grids.push(Grid {
        title: "人员",
        label: "人员",
        heads: vec!["姓名", "队伍", "队内职务", "单位", "开始"],
        rows: members,
        empty: "还没有人员。",
        ..Grid::default()
    });
    sheet.show()
}
