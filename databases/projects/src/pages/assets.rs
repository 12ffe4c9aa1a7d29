//! `GET /desk/project-assets`: every asset the projects formed, with who owns it and whether it stands idle.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use households::desk_layer;
use kernel::{AppResult, Money};
use records::{filters, flow::Code};
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell,
    export::{Cell, Export},
    html,
    parts::{Field, Filter, Pager},
};

use super::{asset::owner, href, list::with_all, place};
use crate::{
    model::{AssetClass, AssetState, OwnerLevel},
    store::{
        asset_list::{AssetFilter, AssetTotals, page_of, rows, totals},
        list::PAGE_ROWS,
    },
};

const HERE: &str = "/desk/project-assets";
const CHUNK_ROWS: i64 = 1000;

/// The filters as the URL spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AssetQuery {
    #[serde(flatten)]
    area: AreaQuery,
    class: String,
    state: String,
    text: String,
    project: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/assets.html")]
struct AssetsPage {
    shell: Shell,
    filter: Filter,
    bar: filters::Bar,
    /// Address of the table, for those who may have it.
    export: Option<String>,
    totals: AssetTotals,
    cost: String,
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    href: String,
    name: String,
    class: &'static str,
    place: String,
    project: String,
    project_href: String,
    cost: String,
    owner: String,
    certificate: String,
    registered_on: String,
    state: &'static str,
    tone: &'static str,
}

impl AssetQuery {
    async fn filter(&self, ctx: &Ctx) -> AppResult<AssetFilter> {
        let tree = regions(ctx.app()).await?;
        Ok(AssetFilter {
            area: self.area.area(&tree, ctx.scope()),
            class: AssetClass::parse(&self.class).map(Code::id),
            state: AssetState::parse(&self.state).map(Code::id),
            text: self.text.clone(),
            project: self.project.clone(),
        })
    }

    /// The query without its page, for links.
    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("class", &self.class),
            ("state", &self.state),
            ("text", &self.text),
            ("project", &self.project),
        ])
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<AssetQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let totals = totals(&ctx.db, ctx.scope(), &filter).await?;
    let found = page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let tree = regions(ctx.app()).await?;
    let text = query.text();
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("class", "类别", with_all(AssetClass::ALL)).value(&query.class));
    fields.push(Field::select("state", "状态", with_all(AssetState::ALL)).value(&query.state));
    fields.push(Field::input("search", "text", "资产或所有者").value(&query.text));
    fields.push(Field::input("search", "project", "项目名称或编号").value(&query.project));
    let account = ctx.actor().account.map(|a| a.0);
    html(AssetsPage {
        shell: ctx.shell(desk_layer(&ctx)).here("扶贫资产"),
        bar: filters::bar(&ctx.db, account, HERE, &text).await?,
        filter: Filter {
            action: HERE.into(),
            fields,
        },
        export: ctx
            .may("project.export", &Resource::any())
            .then(|| format!("{HERE}.xlsx?{text}")),
        cost: Money(totals.cost_fen).to_string(),
        totals,
        rows: found
            .into_iter()
            .map(|line| (line.asset, line.project_name))
            .map(|(a, project)| Line {
                href: format!("{HERE}/{}", a.id),
                class: a.class().title(),
                place: place(&tree, a.region),
                project,
                project_href: href(a.project),
                cost: Money(a.cost_fen).to_string(),
                owner: owner(&ctx, &a),
                state: a.state().title(),
                tone: a.state().tone(),
                name: a.name,
                certificate: a.certificate,
                registered_on: a.registered_on.unwrap_or_default(),
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: totals.assets.unsigned_abs(),
            total_amount: Some(Money(totals.cost_fen).to_string()),
            path: HERE.into(),
            query: text,
        },
    })
}

/// `GET /desk/project-assets.xlsx`: every asset the filter holds, on the record.
pub(crate) async fn export(ctx: Ctx, Query(query): Query<AssetQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let tree = regions(ctx.app()).await?;
    let columns = [
        ("资产名称", 28.0),
        ("类别", 10.0),
        ("所在村", 28.0),
        ("项目编号", 20.0),
        ("项目名称", 30.0),
        ("原值（元）", 16.0),
        ("权属", 10.0),
        ("所有者", 24.0),
        ("证号", 18.0),
        ("接收人", 18.0),
        ("形成日期", 12.0),
        ("登记日期", 12.0),
        ("状态", 12.0),
    ];
    let mut file = Export::begin(ctx.app(), "扶贫资产", &columns)?;
    let mut offset = 0;
    loop {
        let chunk = rows(&ctx.db, ctx.scope(), &filter, CHUNK_ROWS, offset).await?;
        for line in &chunk {
            let a = &line.asset;
            file.row([
                Cell::text(&a.name),
                Cell::text(a.class().title()),
                Cell::text(place(&tree, a.region)),
                Cell::text(&line.project_no),
                Cell::text(&line.project_name),
                Cell::Money(Money(a.cost_fen)),
                Cell::text(OwnerLevel::parse(&a.owner_level).map_or("", Code::title)),
                Cell::text(owner(&ctx, a)),
                Cell::text(&a.certificate),
                Cell::text(&a.receiver),
                Cell::text(&a.formed_on),
                Cell::text(a.registered_on.clone().unwrap_or_default()),
                Cell::text(a.state().title()),
            ])?;
        }
        if (chunk.len() as i64) < CHUNK_ROWS {
            break;
        }
        offset += CHUNK_ROWS;
    }
    let act = Act::new("project.export", "asset:list").with(json!({"rows": file.rows()}));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("扶贫资产.xlsx").await?)
}
