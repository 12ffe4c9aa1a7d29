//! `GET /desk/funds/sources`: the catalogue of sources with what was collected, and documents from above that were not.

use access::Resource;
use axum::extract::Query;
use directory::orgs;
use kernel::{AppError, AppResult, Money};
use serde::Deserialize;
use web::{Ctx, Page, html, parts::Field};

use super::{shell, tabs};
use crate::{
    chain::{FUND_CLASSES, LEVELS, kept, title_of},
    oversight::{NewUpper, collected, enter_upper, uppers},
    pages::{
        filled::Filled,
        lists,
        sheet::{ActForm, Cell, Grid, Link, Note, Sheet, Tile, short},
    },
};

pub(super) const LIST: &str = "/desk/funds/sources";

pub(crate) async fn show(ctx: Ctx) -> Page {
    let mut sheet = sheet(&ctx).await?;
    if ctx.may("fund.export", &Resource::any()) {
        let link = |title, name| Link {
            title,
            href: format!("{LIST}.xlsx?list={name}"),
            download: true,
        };
        sheet.links = vec![link("导出目录", "catalogue"), link("导出上级文件", "upper")];
    }
    html(sheet)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WhichList {
    list: String,
}

/// `GET /desk/funds/sources.xlsx`: the catalogue, or the documents from above.
pub(crate) async fn export(ctx: Ctx, Query(which): Query<WhichList>) -> Page {
    let mut grids = sheet(&ctx).await?.grids;
    if which.list == "upper" {
        lists::send(&ctx, "上级资金文件", grids.remove(1), "upper_document:list").await
    } else {
        lists::send(&ctx, "资金来源目录", grids.remove(0), "fund_source:list").await
    }
}

async fn sheet(ctx: &Ctx) -> AppResult<Sheet> {
    let today = ctx.clock.today();
    let books = kept(ctx.app(), ctx.scope()).await?;
    let (sources, others) = collected(&books);
    let known = uppers(&ctx.db, ctx.scope()).await?;
    let standings: Vec<_> = known
        .iter()
        .map(|u| (u, u.standing(&books, &ctx.calendar, today)))
        .collect();
    let asking = standings.iter().filter(|(_, s)| s.asks()).count();
    let there = sources.iter().filter(|s| s.documents > 0).count();
    let amount: Money = sources.iter().map(|s| Money(s.amount_fen)).sum();
    let departments: std::collections::BTreeSet<&str> = sources.iter().map(|s| s.kind.department).collect();
    let names = orgs(&ctx.db, ctx.config.area).await?;
    let catalogue = Grid {
        title: "资金来源目录".into(),
        total: format!(
            "{} 个部门和帮扶工作队，{} 类资金，已归集 {there} 类",
            departments.len() - 1,
            sources.len()
        ),
        heads: vec![
            "部门",
            "资金种类",
            "资金类别",
            "文件",
            "金额（元）",
            "最近到位",
            "归集情况",
        ],
        rows: sources
            .iter()
            .map(|s| {
                vec![
                    Cell::text(s.kind.office),
                    Cell::text(s.kind.kind),
                    Cell::text(title_of(&FUND_CLASSES, s.kind.class)),
                    Cell::number(s.documents),
                    Cell::money(s.amount_fen),
                    Cell::whole(&s.last_on),
                    if s.documents > 0 {
                        Cell::state("已归集", "done")
                    } else {
                        Cell::state("未见文件", "wait")
                    },
                ]
            })
            .collect(),
        ..Grid::default()
    };
    let upper = Grid {
        title: "上级文件核对".into(),
        total: format!("共 {} 份，需要核实 {asking} 份", known.len()),
        heads: vec![
            "文号",
            "层级",
            "主管部门",
            "文件名称",
            "金额（元）",
            "发文日期",
            "核对结果",
        ],
        rows: standings
            .iter()
            .map(|(u, s)| {
                let office = names.iter().find(|o| o.id == u.org).map_or(u.org.as_str(), |o| &o.name);
                vec![
                    Cell::whole(&u.doc_no),
                    Cell::text(&u.level),
                    Cell::text(office),
                    Cell::text(&u.title),
                    Cell::money(u.amount_fen),
                    Cell::whole(&u.issued_on),
                    Cell::state(s.title(), s.tone()),
                ]
            })
            .collect(),
        empty: "还没有登记上级资金文件。登记后，平台逐份核对是否已归集、金额是否一致、是否按期报备。",
        ..Grid::default()
    };
    let mut grids = vec![catalogue, upper];
    if !others.is_empty() {
        let total: Money = others.iter().map(|i| i.amount()).sum();
        grids.push(Grid {
            title: "目录以外的资金".into(),
            total: format!("{} 份，{total} 元，已纳入监管", others.len()),
            heads: vec!["文号", "项目", "层级", "金额（元）", "到位日期"],
            rows: others
                .iter()
                .take(100)
                .map(|i| {
                    vec![
                        Cell::link(&i.doc_no, format!("/desk/funds/indicators/{}", i.id)),
                        Cell::text(&i.programme_name),
                        Cell::text(&i.level),
                        Cell::money(i.amount_fen),
                        Cell::whole(&i.arrived_on),
                    ]
                })
                .collect(),
            ..Grid::default()
        });
    }
    let mut forms = Vec::new();
    if ctx.may("fund.record", &Resource::any()) {
        let own: Vec<(String, String)> = names
            .iter()
            .filter(|o| ctx.scope().covers_department(&o.id))
            .map(|o| (o.id.clone(), o.name.clone()))
            .collect();
        forms.push(ActForm {
            title: "登记上级资金文件".into(),
            hint: "收到文件即登记；资金到位后在“资金指标”登记，两边由平台核对。".into(),
            action: LIST.into(),
            request_id: format!("upper-{:x}", ctx.next_id()),
            fields: vec![
                Field::text("doc_no", "文号").required(),
                Field::text("title", "文件名称").required(),
                Field::select("level", "来源层级", LEVELS.map(|l| (l, l))).required(),
                Field::select("org", "主管部门", own).required(),
                Field::text("amount", "金额（元）").required(),
                Field::input("date", "issued_on", "发文日期").required(),
            ],
            button: "登记".into(),
            class: "btn-primary",
            ..ActForm::default()
        });
    }
    Ok(Sheet {
        shell: shell(ctx, "资金来源目录"),
        tabs: tabs(LIST),
        notes: vec![Note {
            tone: "info",
            text: "各级各类资金应进尽进。“未见文件”“未归集”只是提示，可能确实没有这类资金，请主管部门核实。".into(),
        }],
        tiles: vec![
            Tile {
                title: "资金种类",
                value: format!("{there} / {}", sources.len()),
                foot: "已归集 / 目录".into(),
                alert: false,
            },
            Tile {
                title: "目录内资金",
                value: short(amount.fen()),
                foot: "按到位文件".into(),
                alert: false,
            },
            Tile {
                title: "上级文件需核实",
                value: format!("{asking} 份"),
                foot: format!("共 {} 份", known.len()),
                alert: asking > 0,
            },
        ],
        grids,
        forms,
        ..Sheet::default()
    })
}

pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    let issued_on = filled
        .day("issued_on", "发文日期")?
        .ok_or_else(|| AppError::invalid("请填写发文日期。"))?;
    let new = NewUpper {
        doc_no: filled.get("doc_no"),
        level: filled.get("level"),
        org: filled.get("org"),
        title: filled.get("title"),
        amount: filled.money("amount", "金额")?,
        issued_on,
    };
    enter_upper(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done("上级文件已登记。", LIST).await
}
