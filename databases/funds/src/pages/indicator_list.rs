//! Documents of money as lists: all, as a file, and those to be filed with the city.

use std::sync::Arc;

use access::Resource;
use axum::extract::Query;
use kernel::{AppResult, Money};
use records::{filters, flow::Code};
use serde::Deserialize;
use web::{
    Ctx, Page,
    export::{Cell as Out, Export},
    html,
    parts::{Field, Filter, Pager},
};

use super::{
    indicators::LIST,
    lists,
    payments::within_reach,
    sheet::{Cell, Grid, Link, Note, Sheet, layer},
};
use crate::{
    chain::{FUND_CLASSES, IndicatorRow, LEVELS, ORIGINS, filing_due, indicator_rows, kept, title_of},
    model::flows::IndicatorState,
    search::PAGE_ROWS,
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    programme: String,
    level: String,
    origin: String,
    state: String,
    text: String,
    page: String,
}

impl ListQuery {
    fn keeps(&self, row: &IndicatorRow) -> bool {
        let same = |asked: &str, is: &str| asked.is_empty() || asked == is;
        same(&self.programme, &row.programme)
            && same(&self.level, &row.level)
            && same(&self.origin, &row.origin)
            && same(&self.state, &row.state)
            && (self.text.trim().is_empty()
                || row.doc_no.contains(self.text.trim())
                || row.giver.contains(self.text.trim()))
    }

    fn query(&self) -> String {
        web::query_of([
            ("programme", &self.programme),
            ("level", &self.level),
            ("origin", &self.origin),
            ("state", &self.state),
            ("text", &self.text),
        ])
    }
}

fn tone(state: IndicatorState) -> &'static str {
    match state {
        IndicatorState::Announced => "wait",
        IndicatorState::Arrived => "doing",
        IndicatorState::Filed => "done",
        IndicatorState::CarriedOver => "late",
        IndicatorState::Recovered => "closed",
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let today = ctx.clock.today();
    let mut books = kept(ctx.app(), ctx.scope()).await?;
    if !query.query().is_empty() {
        books = Arc::new(books.narrowed(|row| query.keeps(row)));
    }
    let standing = books.standing_by_indicator(today);
    let total: Money = books.indicators.iter().map(IndicatorRow::amount).sum();
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let rows = books
        .indicators
        .iter()
        .skip(((page - 1) * PAGE_ROWS) as usize)
        .take(PAGE_ROWS as usize)
        .map(|row| {
            let sums = standing.get(&row.id).copied().unwrap_or_default();
            vec![
                Cell::link(&row.doc_no, format!("{LIST}/{}", row.id)),
                Cell::text(&row.programme_name),
                Cell::text(&row.level),
                Cell::text(title_of(&ORIGINS, &row.origin)),
                Cell::money(row.amount_fen),
                Cell::money(sums.balance_fen),
                Cell::money(sums.used_fen),
                Cell::whole(&row.arrived_on),
                Cell::state(row.state().title(), tone(row.state())),
            ]
        })
        .collect();
    let mut programmes = vec![(String::new(), "全部".to_owned())];
    programmes.extend(within_reach(&ctx).await?.into_iter().map(|p| (p.code, p.name)));
    let all = |titles: &[(&str, &str)]| -> Vec<(String, String)> {
        let mut list = vec![(String::new(), "全部".to_owned())];
        list.extend(titles.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
        list
    };
    let states: Vec<(&str, &str)> = IndicatorState::ALL.iter().map(|s| (s.id(), s.title())).collect();
    let text = query.query();
    let mut links = Vec::new();
    let mut link = |action: &str, title, href: String, download| {
        if ctx.may(action, &Resource::any()) {
            links.push(Link { title, href, download });
        }
    };
    link("indicator.enter", "登记指标", format!("{LIST}/new"), false);
    link("indicator.enter", "导入表格", format!("{LIST}/import"), false);
    link("fund.view", "报备情况", "/desk/funds/filing".into(), false);
    link("fund.export", "导出表格", format!("{LIST}.xlsx?{text}"), true);
    let account = ctx.actor().account.map(|a| a.0);
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("资金指标"),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("programme", "项目", programmes).value(&query.programme),
                Field::select("level", "来源层级", all(&LEVELS.map(|l| (l, l)))).value(&query.level),
                Field::select("origin", "资金渠道", all(&ORIGINS)).value(&query.origin),
                Field::select("state", "状态", all(&states)).value(&query.state),
                Field::input("search", "text", "文号、出资单位").value(&query.text),
            ],
        }),
        bar: Some(filters::bar(&ctx.db, account, LIST, &text).await?),
        links,
        grids: vec![Grid {
            total: format!("共 {} 份，合计 {total} 元", books.indicators.len()),
            heads: vec![
                "文号",
                "项目",
                "层级",
                "渠道",
                "金额（元）",
                "未分配（元）",
                "使用到位（元）",
                "到位日期",
                "状态",
            ],
            rows,
            empty: "没有符合条件的资金指标。",
            pager: Some(Pager {
                page,
                page_size: PAGE_ROWS,
                total_rows: books.indicators.len() as u64,
                total_amount: Some(total.to_string()),
                path: LIST.into(),
                query: text,
            }),
            ..Grid::default()
        }],
        ..Sheet::default()
    })
}

pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let books = kept(ctx.app(), ctx.scope()).await?.narrowed(|row| query.keeps(row));
    let standing = books.standing_by_indicator(ctx.clock.today());
    // The columns of the import come first: what is exported can come back.
    let columns = [
        ("文号", 24.0),
        ("项目代码", 10.0),
        ("项目", 24.0),
        ("来源层级", 10.0),
        ("资金渠道", 16.0),
        ("资金类别", 18.0),
        ("资金大类", 10.0),
        ("出资单位", 20.0),
        ("需求", 20.0),
        ("去向", 20.0),
        ("金额（元）", 16.0),
        ("到位日期", 12.0),
        ("约定使用日期", 14.0),
        ("未经市级财政", 14.0),
        ("未分配（元）", 16.0),
        ("使用到位（元）", 16.0),
        ("报备日期", 12.0),
        ("状态", 14.0),
    ];
    let mut export = Export::begin(ctx.app(), "资金指标", &columns)?;
    for row in &books.indicators {
        let sums = standing.get(&row.id).copied().unwrap_or_default();
        let announced = row.state() == IndicatorState::Announced;
        export.row([
            Out::text(&row.doc_no),
            Out::text(&row.programme),
            Out::text(&row.programme_name),
            Out::text(&row.level),
            Out::text(title_of(&ORIGINS, &row.origin)),
            Out::text(title_of(&FUND_CLASSES, &row.fund_class.to_string())),
            Out::text(&row.family),
            Out::text(&row.giver),
            Out::text(&row.need),
            Out::text(&row.destination),
            Out::Money(row.amount()),
            // Until money has arrived its day is only that of the entry.
            Out::text(if announced { "" } else { &row.arrived_on }),
            Out::text(row.due_on.clone().unwrap_or_default()),
            Out::text(if row.bypass_city { "是" } else { "否" }),
            Out::Money(Money(sums.balance_fen)),
            Out::Money(Money(sums.used_fen)),
            Out::text(row.filed_on.clone().unwrap_or_default()),
            Out::text(row.state().title()),
        ])?;
    }
    let act = trail::Act::new("fund.export", "indicator:list").with(serde_json::json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("资金指标.xlsx").await?)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FilingQuery {
    state: String,
    page: String,
}

const FILING: &str = "/desk/funds/filing";

/// Money that bypassed the city treasury: filed, due, overdue.
pub(crate) async fn filing(ctx: Ctx, Query(query): Query<FilingQuery>) -> Page {
    let sheet = filing_sheet(&ctx, &query).await?;
    let text = web::query_of([("state", &query.state)]);
    html(sheet.as_list(&ctx, FILING, &query.page, &text).await?)
}

/// `GET /desk/funds/filing.xlsx`
pub(crate) async fn filing_export(ctx: Ctx, Query(query): Query<FilingQuery>) -> Page {
    let grid = filing_sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "上级资金报备", grid, "indicator:filing").await
}

async fn filing_sheet(ctx: &Ctx, query: &FilingQuery) -> AppResult<Sheet> {
    let today = ctx.clock.today();
    let mut rows = indicator_rows(&ctx.db, ctx.scope()).await?;
    rows.retain(|r| r.bypass_city);
    rows.sort_by_key(|r| (r.filed_on.is_some(), r.arrived_on.clone()));
    let late = |r: &IndicatorRow| r.filed_on.is_none() && filing_due(r, &ctx.calendar).is_some_and(|d| d < today);
    let overdue = rows.iter().filter(|r| late(r)).count();
    rows.retain(|r| match query.state.as_str() {
        "filed" => r.filed_on.is_some(),
        "open" => r.filed_on.is_none(),
        "late" => late(r),
        _ => true,
    });
    let grid = Grid {
        total: format!("共 {} 份，逾期未报备 {overdue} 份", rows.len()),
        heads: vec!["文号", "项目", "层级", "金额（元）", "到位日期", "报备期限", "报备日期"],
        rows: rows
            .iter()
            .map(|r| {
                vec![
                    Cell::link(&r.doc_no, format!("{LIST}/{}", r.id)),
                    Cell::text(&r.programme_name),
                    Cell::text(&r.level),
                    Cell::money(r.amount_fen),
                    Cell::whole(&r.arrived_on),
                    if r.filed_on.is_some() {
                        Cell::whole(filing_due(r, &ctx.calendar).map_or_else(String::new, |d| d.to_string()))
                    } else {
                        Cell::due(filing_due(r, &ctx.calendar), today)
                    },
                    Cell::whole(r.filed_on.clone().unwrap_or_else(|| "未报备".into())),
                ]
            })
            .collect(),
        empty: "没有符合条件的未经市级财政的资金。",
        ..Grid::default()
    };
    let states = [
        ("", "全部"),
        ("open", "未报备"),
        ("late", "逾期未报备"),
        ("filed", "已报备"),
    ];
    Ok(Sheet {
        shell: ctx
            .shell(layer(ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("上级资金报备"),
        filter: Some(Filter {
            action: FILING.into(),
            fields: vec![Field::select("state", "报备", states).value(&query.state)],
        }),
        notes: vec![Note {
            tone: "info",
            text: "未经市级财政的中央、省资金，到位后 10 个工作日内向市级财政报备；逾期仍可补报，记录在案。".into(),
        }],
        grids: vec![grid],
        ..Sheet::default()
    })
}
