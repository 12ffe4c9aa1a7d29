//! `GET /desk/runs/{id}/changes`: finding by finding, what differs from the run before; and the same as a file.
//!
//! Names are masked for whoever reads findings so, and what is looked for is looked for in what the reader sees: else a
//! name could be tried out.

use access::{Resource, Role};
use askama::Template;
use axum::extract::{Path, Query};
use directory::{RegionTree, regions};
use kernel::{AppResult, RegionCode, name};
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell,
    export::{Cell, Export},
    html,
    parts::{Field, Filter, Pager},
};

use super::visible;
use crate::{
    runs::{Change, Listed, Run, changes, listed, store::run_before},
    workbench::RuleNames,
};

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
    /// The file of all rows.
    export: Option<String>,
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

impl Asked {
    fn query(&self) -> [(&'static str, &String); 3] {
        [("rule", &self.rule), ("change", &self.change), ("q", &self.q)]
    }

    fn takes(&self, change: Change, line: &Listed) -> bool {
        Change::from_id(&self.change).is_none_or(|wanted| wanted == change)
            && (self.rule.is_empty() || line.rule == self.rule)
            && line.name.contains(self.q.trim())
    }
}

/// What differs, with the names as the reader sees them.
struct Differences {
    /// The run it stands beside; none from before lists were kept.
    before: Option<Run>,
    /// Rules with a difference, whatever is asked.
    rules: Vec<String>,
    /// Those asked for.
    asked: Vec<(Change, Listed)>,
}

async fn differences(ctx: &Ctx, run: &Run, asked: &Asked) -> AppResult<Differences> {
    let before = run_before(&ctx.db, run).await?.filter(|b| !b.listing.is_empty());
    let mut all = match &before {
        Some(before) => changes(
            listed(&ctx.objects, &before.listing)?,
            listed(&ctx.objects, &run.listing)?,
        ),
        None => Vec::new(),
    };
    let mut rules: Vec<String> = all.iter().map(|(_, l)| l.rule.clone()).collect();
    rules.dedup();
    for (_, line) in &mut all {
        line.name = shown_name(ctx.actor().role, &line.name);
    }
    all.retain(|(change, line)| asked.takes(*change, line));
    Ok(Differences {
        before,
        rules,
        asked: all,
    })
}

fn shown_name(role: Role, full: &str) -> String {
    if role.reads_masked_names() {
        name::mask(full)
    } else {
        full.to_owned()
    }
}

fn place(tree: &RegionTree, line: &Listed) -> String {
    RegionCode::from_i64(line.region)
        .map(|code| tree.path_in_county(code))
        .unwrap_or_default()
}

/// `GET /desk/runs/{id}/changes.xlsx`: every row asked for, on the record.
pub(crate) async fn export(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    let run = visible(&ctx, id, "run.export").await?;
    let tree = regions(ctx.app()).await?;
    let names = RuleNames::in_force(ctx.app()).await?;
    let columns = [
        ("规则编号", 12.0),
        ("规则名称", 36.0),
        ("差异", 12.0),
        ("对象", 20.0),
        ("所在村", 28.0),
        ("期间", 20.0),
    ];
    let mut file = Export::begin(ctx.app(), "与上次的差异", &columns)?;
    for (change, line) in differences(&ctx, &run, &asked).await?.asked {
        file.row([
            Cell::text(line.rule.as_str()),
            Cell::text(names.now(&line.rule).unwrap_or_default()),
            Cell::text(change.title()),
            Cell::text(line.name.as_str()),
            Cell::text(place(&tree, &line)),
            Cell::text(line.period),
        ])?;
    }
    let act = Act::new("run.export", format!("run:{id}"))
        .in_region(run.region())
        .with(json!({ "filters": web::query_of(asked.query()), "rows": file.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    let file_name = format!("第{}次比对与上次的差异.xlsx", run.seq);
    Ok(file.send(&file_name).await?)
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    let run = visible(&ctx, id, "run.list").await?;
    let Differences {
        before,
        rules,
        asked: shown,
    } = differences(&ctx, &run, &asked).await?;
    let tree = regions(ctx.app()).await?;
    let total_rows = shown.len() as u64;
    let last_page = total_rows.div_ceil(PAGE_ROWS).max(1);
    let page = asked.page.parse::<u64>().unwrap_or(1).clamp(1, last_page);
    let rows = shown
        .into_iter()
        .skip(((page - 1) * PAGE_ROWS) as usize)
        .take(PAGE_ROWS as usize)
        .map(|(change, line)| Line {
            place: place(&tree, &line),
            rule: line.rule,
            change: change.title(),
            tone: match change {
                Change::New => "wait",
                Change::Gone => "done",
                Change::Changed => "doing",
            },
            name: line.name,
            period: line.period,
        });
    let all = |title: &str| std::iter::once((String::new(), title.to_owned()));
    let path = format!("/desk/runs/{id}/changes");
    let query = asked.query();
    let narrowed = query.iter().any(|(_, value)| !value.is_empty());
    let may_export = total_rows > 0 && ctx.may("run.export", &Resource::in_region(run.region()));
    html(ChangesPage {
        export: may_export.then(|| format!("{path}.xlsx?{}", web::query_of(query))),
        rows: rows.collect(),
        shell: ctx
            .shell(ctx.own_layer())
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
