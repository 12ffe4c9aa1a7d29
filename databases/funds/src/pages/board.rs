//! `GET /desk/funds`: the fund board: by programme, level, class, family, department or origin, on any past day.

use std::collections::BTreeMap;

use axum::extract::Query;
use directory::orgs;
use kernel::Money;
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter, Tab},
};

use super::sheet::{Cell, Grid, Link, Note, Sheet, Tile, day_of, layer, short};
use crate::{
    chain::{FUND_CLASSES, IndicatorRow, ORIGINS, Standing, kept, title_of},
    model::idle::{DEFAULT_LIMIT_DAYS, Idle, on_day, percent},
};

const WAYS: [(&str, &str); 6] = [
    ("programme", "按项目"),
    ("level", "按来源层级"),
    ("class", "按资金类别"),
    ("family", "按扶贫、涉农"),
    ("org", "按主管部门"),
    ("origin", "按资金渠道"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BoardQuery {
    by: String,
    on: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<BoardQuery>) -> Page {
    let day = day_of(&ctx, &query.on);
    let by = WAYS
        .iter()
        .find(|(id, _)| *id == query.by)
        .map_or("programme", |(id, _)| id);
    let books = kept(ctx.app(), ctx.scope()).await?;
    let names: BTreeMap<String, String> = orgs(&ctx.db, ctx.config.area)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    let standing = books.standing_by_indicator(day);
    let idle = on_day(books.parts(), day, DEFAULT_LIMIT_DAYS);
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut whole = Group::default();
    let mut projects: BTreeMap<i64, i64> = BTreeMap::new();
    for share in books.allocations.iter().filter(|a| a.target == "project") {
        *projects.entry(share.indicator_id).or_default() += 1;
    }
    for row in &books.indicators {
        let Some(sums) = standing.get(&row.id) else { continue };
        for of in [groups.entry(group(by, row, &names)).or_default(), &mut whole] {
            of.documents += 1;
            of.projects += projects.get(&row.id).copied().unwrap_or_default();
            add(&mut of.sum, sums);
        }
    }
    let mut rows: Vec<Vec<Cell>> = groups.iter().map(|(name, of)| line(name, of)).collect();
    if rows.len() > 1 {
        rows.push(line("合计", &whole));
    }
    let sum = whole.sum;
    html(Sheet {
        shell: ctx.shell(layer(&ctx)).here("资金总览"),
        tabs: WAYS
            .iter()
            .map(|(id, title)| Tab {
                title: (*title).to_owned(),
                href: format!("/desk/funds/board?by={id}&on={day}"),
                active: *id == by,
                count: None,
            })
            .collect(),
        filter: Some(Filter {
            action: "/desk/funds/board".into(),
            fields: vec![
                Field::select("by", "汇总方式", WAYS).value(by),
                Field::input("date", "on", "截至").value(day.to_string()),
            ],
        }),
        links: vec![
            link("滞留率", "/desk/funds/idle".into()),
            link("追踪资金", "/desk/funds/trace".into()),
            link("通报", format!("/desk/funds/bulletin?on={day}")),
        ],
        notes: if sum.holds() {
            Vec::new()
        } else {
            vec![Note {
                tone: "warning",
                text: "本辖区只看到部分环节，合计以县级总览为准。".into(),
            }]
        },
        tiles: standing_tiles(
            &sum,
            &idle,
            format!("{} 份文件，{} 个项目", whole.documents, whole.projects),
        ),
        grids: vec![Grid {
            title: format!("资金（{}，截至 {day}）", title_of(&WAYS, by)),
            total: format!("到位 = 未分配 + 待拨 + 在账 + 在途 + 退票 + 使用 + 收回；单位：元"),
            heads: vec![
                "分类",
                "文件",
                "项目",
                "到位",
                "已分配",
                "未分配",
                "待拨",
                "在账",
                "在途",
                "退票",
                "使用到位",
                "收回",
            ],
            rows,
            empty: "还没有登记资金指标。",
            pager: None,
        }],
        ..Sheet::default()
    })
}

fn link(title: &'static str, href: String) -> Link {
    Link {
        title,
        href,
        download: false,
    }
}

/// What came, what is allocated, what reached its use, and what lies idle.
pub(super) fn standing_tiles(sum: &Standing, idle: &Idle, documents: String) -> Vec<Tile> {
    vec![
        tile("指标到位", sum.appropriated_fen, documents),
        tile(
            "已分配",
            sum.allocated_fen,
            format!("未分配 {} 元", Money(sum.balance_fen)),
        ),
        tile(
            "使用到位",
            sum.used_fen,
            format!(
                "在途 {} 元，退票 {} 元",
                Money(sum.on_the_way_fen),
                Money(sum.returned_fen)
            ),
        ),
        Tile {
            title: "滞留率",
            value: percent(idle.rate_bp()),
            foot: format!("超 {DEFAULT_LIMIT_DAYS} 天未用 {}", percent(idle.overdue_bp())),
            alert: idle.overdue_fen > 0,
        },
    ]
}

fn tile(title: &'static str, fen: i64, foot: String) -> Tile {
    Tile {
        title,
        value: short(fen),
        foot,
        alert: false,
    }
}

fn group(by: &str, row: &IndicatorRow, names: &BTreeMap<String, String>) -> String {
    match by {
        "level" => row.level.clone(),
        "class" => title_of(&FUND_CLASSES, &row.fund_class.to_string()),
        "family" => format!("{}资金", row.family),
        "org" => names.get(&row.org).cloned().unwrap_or_else(|| row.org.clone()),
        "origin" => title_of(&ORIGINS, &row.origin),
        _ => row.programme_name.clone(),
    }
}

pub(super) fn add(sum: &mut Standing, more: &Standing) {
    sum.appropriated_fen += more.appropriated_fen;
    sum.allocated_fen += more.allocated_fen;
    sum.balance_fen += more.balance_fen;
    sum.waiting_fen += more.waiting_fen;
    sum.at_hop_fen += more.at_hop_fen;
    sum.on_the_way_fen += more.on_the_way_fen;
    sum.returned_fen += more.returned_fen;
    sum.used_fen += more.used_fen;
    sum.recovered_fen += more.recovered_fen;
}

/// Documents of one kind, the projects they pay for, and where their money is.
#[derive(Default)]
struct Group {
    documents: i64,
    projects: i64,
    sum: Standing,
}

fn line(name: &str, of: &Group) -> Vec<Cell> {
    let sum = &of.sum;
    let mut cells = vec![Cell::text(name), Cell::number(of.documents), Cell::number(of.projects)];
    cells.extend(
        [
            sum.appropriated_fen,
            sum.allocated_fen,
            sum.balance_fen,
            sum.waiting_fen,
            sum.at_hop_fen,
            sum.on_the_way_fen,
            sum.returned_fen,
            sum.used_fen,
            sum.recovered_fen,
        ]
        .map(Cell::money),
    );
    cells
}
