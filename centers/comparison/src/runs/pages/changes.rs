//! `GET /desk/runs/{id}/changes`: finding by finding, what differs from the run before.

use askama::Template;
use axum::extract::{Path, Query};
use directory::regions;
use kernel::RegionCode;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use super::{HERE, visible};
use crate::runs::{Change, changes, listed, store::run_before};

const PAGE_ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "runs/pages/changes.html")]
struct ChangesPage {
    shell: Shell,
    filter: Filter,
    total: String,
    /// Why something may be gone that nobody settled.
    hint: String,
    /// What is said when there is no row, and why.
    empty: (&'static str, &'static str),
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    rule: String,
    change: &'static str,
    tone: &'static str,
    name: String,
    place: String,
    period: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    rule: String,
    change: String,
    q: String,
    page: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    let run = visible(&ctx, id, "run.list").await?;
    // A run from before lists were kept stands beside nothing.
    let before = run_before(&ctx.db, &run).await?.filter(|b| !b.listing.is_empty());
    let all = match &before {
        Some(before) => changes(
            listed(&ctx.objects, &before.listing)?,
            listed(&ctx.objects, &run.listing)?,
        ),
        None => Vec::new(),
    };
    let mut rules: Vec<String> = all.iter().map(|(_, l)| l.rule.clone()).collect();
    rules.dedup();
    let wanted = Change::from_id(&asked.change);
    let shown: Vec<_> = all
        .into_iter()
        .filter(|(change, line)| {
            wanted.is_none_or(|w| w == *change)
                && (asked.rule.is_empty() || line.rule == asked.rule)
                && line.name.contains(asked.q.trim())
        })
        .collect();
    let tree = regions(ctx.app()).await?;
    let total_rows = shown.len() as u64;
    let last_page = total_rows.div_ceil(PAGE_ROWS).max(1);
    let page = asked.page.parse::<u64>().unwrap_or(1).clamp(1, last_page);
    let rows = shown
        .into_iter()
        .skip(((page - 1) * PAGE_ROWS) as usize)
        .take(PAGE_ROWS as usize)
        .map(|(change, line)| Line {
            rule: line.rule,
            change: change.title(),
            tone: match change {
                Change::New => "wait",
                Change::Gone => "done",
                Change::Changed => "doing",
            },
            name: line.name,
            place: RegionCode::from_i64(line.region)
                .map(|code| tree.path_in_county(code))
                .unwrap_or_default(),
            period: line.period,
        });
    let all = |title: &str| std::iter::once((String::new(), title.to_owned()));
    let path = format!("/desk/runs/{id}/changes");
    let query = [("rule", &asked.rule), ("change", &asked.change), ("q", &asked.q)];
    let narrowed = query.iter().any(|(_, value)| !value.is_empty());
    html(ChangesPage {
        rows: rows.collect(),
        shell: ctx
            .shell(HERE)
            .crumb("比对运行", "/desk/runs")
            .crumb("比对结果", format!("/desk/runs/{id}"))
            .here("与上次的差异"),
        filter: Filter {
            action: path.clone(),
            fields: vec![
                Field::select(
                    "rule",
                    "规则",
                    all("全部").chain(rules.into_iter().map(|r| (r.clone(), r))),
                )
                .value(&asked.rule),
                Field::select(
                    "change",
                    "差异",
                    all("全部").chain(Change::ALL.map(|c| (c.id().to_owned(), c.title().to_owned()))),
                )
                .value(&asked.change),
                Field::input("search", "q", "对象")
                    .value(&asked.q)
                    .placeholder("姓名或名称"),
            ],
        },
        total: match &before {
            Some(before) => format!("与第 {} 次比对相比，共 {total_rows} 条", before.seq),
            None => "没有可以对照的上一次全面比对".to_owned(),
        },
        hint: match &before {
            Some(before) if run.left_out > before.left_out => format!(
                "本次有 {} 户没有全员有效的核对授权，没有核对存款、证券；由此不再列出的，原有预警并不消除。",
                run.left_out
            ),
            _ => String::new(),
        },
        empty: match &before {
            None => ("没有可以对照的上一次全面比对", "下一次全面比对会与本次逐条对照。"),
            Some(_) if narrowed => ("没有符合条件的差异", "换个条件再查，或点“重置”看全部。"),
            Some(_) => ("没有差异", "同样的规则和数据，结果应当一致。"),
        },
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows,
            total_amount: None,
            path,
            query: web::query_of(query),
        },
    })
}
