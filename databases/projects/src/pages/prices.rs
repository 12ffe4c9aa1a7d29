//! `GET /desk/project-prices`: what each thing cost in each project, beside what other projects of the county paid.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, RegionTree, area_fields, regions};
use households::desk_layer;
use kernel::{AppResult, Money};
use records::filters;
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell,
    export::{Cell as Sheet, Export},
    html,
    parts::{Field, Filter, Pager},
};

use super::{
    block::{Block, Cell},
    href, place,
};
use crate::{
    model::EntryKind,
    store::{
        list::PAGE_ROWS,
        prices::{LEAST_OTHERS, PriceFilter, PriceLine, count, page_of, rows},
        project::Project,
    },
};

const HERE: &str = "/desk/project-prices";
const CHUNK_ROWS: i64 = 1000;

/// The filters as the URL spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PriceQuery {
    #[serde(flatten)]
    area: AreaQuery,
    text: String,
    project: String,
    /// `dear`: the dearest beside the mean first.
    sort: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/prices.html")]
struct PricesPage {
    shell: Shell,
    filter: Filter,
    bar: filters::Bar,
    links: Vec<(&'static str, String)>,
    total: u64,
    least: i64,
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    item: String,
    spec: String,
    unit: String,
    quantity: String,
    price: String,
    mean: String,
    beside: String,
    project: String,
    project_href: String,
    place: String,
}

impl PriceQuery {
    fn filter(&self, tree: &RegionTree, ctx: &Ctx) -> PriceFilter {
        PriceFilter {
            area: self.area.area(tree, ctx.scope()),
            text: self.text.clone(),
            project: self.project.clone(),
            of_project: None,
            dearest: self.sort == "dear",
        }
    }

    fn words(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("text", &self.text),
            ("project", &self.project),
            ("sort", &self.sort),
        ])
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<PriceQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&tree, &ctx);
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let total = count(&ctx.db, ctx.scope(), &filter).await?;
    let found = page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let words = query.words();
    let mut links = Vec::new();
    for (title, action, to) in [
        ("导入表格", "project.price", format!("{HERE}/import")),
        ("导出表格", "project.export", format!("{HERE}.xlsx?{words}")),
    ] {
        if ctx.may(action, &Resource::any()) {
            links.push((title, to));
        }
    }
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("search", "text", "清单项目或规格").value(&query.text));
    fields.push(Field::input("search", "project", "项目名称或编号").value(&query.project));
    fields.push(Field::select("sort", "排列", [("", "按清单项目"), ("dear", "高于均价的在前")]).value(&query.sort));
    let account = ctx.actor().account.map(|a| a.0);
    html(PricesPage {
        shell: ctx.shell(desk_layer(&ctx)).here("清单单价"),
        bar: filters::bar(&ctx.db, account, HERE, &words).await?,
        filter: Filter {
            action: HERE.into(),
            fields,
        },
        links,
        total,
        least: LEAST_OTHERS,
        rows: found
            .into_iter()
            .map(|l| Line {
                place: place(&tree, l.region),
                quantity: hundredths(l.quantity),
                price: Money(l.price_fen).to_string(),
                mean: l.mean_fen.map_or_else(String::new, |m| Money(m).to_string()),
                beside: beside(&l),
                project_href: format!("{}?tab=prices", href(l.project)),
                item: l.item,
                spec: l.spec,
                unit: l.unit,
                project: l.project_name,
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total,
            total_amount: None,
            path: HERE.into(),
            query: words,
        },
    })
}

/// How far above or below the mean, in percent; empty without one.
fn beside(line: &PriceLine) -> String {
    match line.mean_fen {
        Some(mean) if mean > 0 => {
            let bp = (line.price_fen - mean) * 10_000 / mean;
            let sign = if bp > 0 {
                "+"
            } else if bp < 0 {
                "−"
            } else {
                ""
            };
            format!("{sign}{}.{}%", bp.abs() / 100, bp.abs() % 100 / 10)
        }
        _ => String::new(),
    }
}

fn hundredths(n: i64) -> String {
    let text = Money(n).to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

/// The tab of one project.
pub(super) async fn tab(ctx: &Ctx, row: &Project, doors: Vec<(String, String)>) -> AppResult<Vec<Block>> {
    let filter = PriceFilter {
        of_project: Some(row.id),
        ..PriceFilter::default()
    };
    let lines = rows(&ctx.db, ctx.scope(), &filter, 2_000, 0).await?;
    let may =
        EntryKind::DropPrice.by().contains(&ctx.actor().role) && EntryKind::DropPrice.when().contains(&row.state());
    let mut head = vec![
        "清单项目",
        "规格型号",
        "单位",
        "数量",
        "单价（元）",
        "合价（元）",
        "本县均价（元）",
        "相差",
        "登记人",
    ];
    if may {
        head.push("办理");
    }
    let cells = lines.iter().map(|l| {
        let sum = i128::from(l.quantity) * i128::from(l.price_fen) / 100;
        let mut cells = vec![
            Cell::text(&l.item),
            Cell::text(&l.spec),
            Cell::text(&l.unit),
            Cell::amount(hundredths(l.quantity)),
            Cell::amount(Money(l.price_fen).to_string()),
            Cell::amount(i64::try_from(sum).map_or_else(|_| String::new(), |fen| Money(fen).to_string())),
            Cell::amount(l.mean_fen.map_or_else(String::new, |m| Money(m).to_string())),
            Cell::amount(beside(l)),
            Cell::text(&l.entered_name),
        ];
        if may {
            cells.push(Cell::link(
                "删去",
                format!("{}/entries/drop_price?target={}", href(row.id), l.id),
            ));
        }
        cells
    });
    let mut block = Block::new("清单单价").table(&head, cells.collect()).say(format!(
        "均价是本县其他项目同年和上一年相同项目、规格、单位的平均，不含本项目；少于 {LEAST_OTHERS} 个项目时不列。"
    ));
    block.links = doors;
    if ctx.may("project.price", &Resource::in_region(row.place())) {
        block = block.link("导入表格", format!("{HERE}/import"));
    }
    Ok(vec![block])
}

/// `GET /desk/project-prices.xlsx`: every line the filter holds, on the record.
pub(crate) async fn export(ctx: Ctx, Query(query): Query<PriceQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&tree, &ctx);
    let columns = [
        ("项目编号", 22.0),
        ("项目名称", 30.0),
        ("清单项目", 24.0),
        ("规格型号", 24.0),
        ("单位", 10.0),
        ("数量", 12.0),
        ("单价（元）", 14.0),
        ("本县均价（元）", 14.0),
        ("所在村", 28.0),
    ];
    let mut file = Export::begin(ctx.app(), "清单单价", &columns)?;
    let mut offset = 0;
    loop {
        let chunk = rows(&ctx.db, ctx.scope(), &filter, CHUNK_ROWS, offset).await?;
        for l in &chunk {
            file.row([
                Sheet::text(&l.project_no),
                Sheet::text(&l.project_name),
                Sheet::text(&l.item),
                Sheet::text(&l.spec),
                Sheet::text(&l.unit),
                Sheet::Money(Money(l.quantity)),
                Sheet::Money(Money(l.price_fen)),
                l.mean_fen.map_or_else(|| Sheet::text(""), |m| Sheet::Money(Money(m))),
                Sheet::text(place(&tree, l.region)),
            ])?;
        }
        if (chunk.len() as i64) < CHUNK_ROWS {
            break;
        }
        offset += CHUNK_ROWS;
    }
    let act = Act::new("project.export", "price:list").with(json!({"rows": file.rows()}));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("清单单价.xlsx").await?)
}
