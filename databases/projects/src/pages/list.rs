//! `GET /desk/projects`: the project library with its counters.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use households::desk_layer;
use kernel::{AppResult, Money};
use records::{filters, flow::Code};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use super::{LIST, place};
use crate::{
    model::{ProjectMode, ProjectState},
    store::list::{Counters, NextBy, PAGE_ROWS, ProjectFilter, counters, page_of},
};

/// The filters as the URL spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    mode: String,
    state: String,
    year: String,
    key: String,
    /// `1`: only those whose next step is the reader's.
    mine: String,
    text: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    bar: filters::Bar,
    links: Vec<(&'static str, String)>,
    counters: Counters,
    planned: String,
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    href: String,
    name: String,
    no: String,
    mode: &'static str,
    place: String,
    year: i64,
    province: &'static str,
    planned: String,
    owner: String,
    state: &'static str,
    tone: &'static str,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let counted = counters(&ctx.db, ctx.scope(), &filter).await?;
    let rows = page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let tree = regions(ctx.app()).await?;
    let text = query.text();
    let mut links = Vec::new();
    for (title, action, href) in [
        ("登记项目", "project.enter", "/desk/projects/new".to_owned()),
        ("导入表格", "project.enter", "/desk/projects/import".to_owned()),
        ("文书", "project.list", "/desk/project-documents".to_owned()),
        ("导出表格", "project.export", format!("/desk/projects.xlsx?{text}")),
    ] {
        if ctx.may(action, &Resource::any()) {
            links.push((title, href));
        }
    }
    if crate::store::year_plan::decides(ctx.actor().role) {
        links.push(("列入年度计划", "/desk/project-plan".to_owned()));
    }
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("mode", "类别", with_all(ProjectMode::ALL)).value(&query.mode));
    let states = [
        ("".to_owned(), "全部".to_owned()),
        ("library_on".to_owned(), "已入库（含以后各步）".to_owned()),
    ];
    let states = states.into_iter().chain(
        ProjectState::ALL
            .iter()
            .map(|s| (s.id().to_owned(), s.title().to_owned())),
    );
    fields.push(Field::select("state", "状态", states).value(&query.state));
    let this_year = ctx.clock.today().year();
    let years = std::iter::once((String::new(), "全部".to_owned())).chain(
        (this_year - 8..=this_year + 1)
            .rev()
            .map(|y| (y.to_string(), format!("{y} 年"))),
    );
    fields.push(Field::select("year", "年度", years).value(&query.year));
    fields.push(Field::select("key", "省级支持", [("", "全部"), ("1", "只看省级支持")]).value(&query.key));
    fields.push(Field::select("mine", "办理", [("", "全部"), ("1", "待我办理")]).value(&query.mine));
    fields.push(Field::input("search", "text", "名称或编号").value(&query.text));
    let account = ctx.actor().account.map(|a| a.0);
    html(ListPage {
        shell: ctx.shell(desk_layer(&ctx)).here("项目库"),
        bar: filters::bar(&ctx.db, account, LIST, &text).await?,
        filter: Filter {
            action: LIST.into(),
            fields,
        },
        links,
        planned: Money(counted.planned_fen).to_string(),
        counters: counted,
        rows: rows
            .into_iter()
            .map(|row| Line {
                href: super::href(row.id),
                mode: row.mode().title(),
                place: place(&tree, row.region),
                year: row.year,
                province: if row.province_key { "是" } else { "" },
                planned: row.planned().to_string(),
                state: row.state().title(),
                tone: row.state().tone(),
                name: row.name,
                no: row.no,
                owner: row.owner,
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: counted.projects.unsigned_abs(),
            total_amount: Some(Money(counted.planned_fen).to_string()),
            path: LIST.into(),
            query: text,
        },
    })
}

pub(super) fn with_all<C: Code>(codes: &[C]) -> Vec<(String, String)> {
    let all = std::iter::once((String::new(), "全部".to_owned()));
    all.chain(codes.iter().map(|c| (c.id().to_owned(), c.title().to_owned())))
        .collect()
}

impl ListQuery {
    pub(crate) async fn filter(&self, ctx: &Ctx) -> AppResult<ProjectFilter> {
        let tree = regions(ctx.app()).await?;
        let next = match self.mine.as_str() {
            "1" => Some(NextBy::of(&ctx.db, ctx.actor()).await?),
            _ => None,
        };
        Ok(ProjectFilter {
            area: self.area.area(&tree, ctx.scope()),
            mode: ProjectMode::parse(&self.mode).map(Code::id),
            state: ProjectState::parse(&self.state).map(Code::id),
            year: self.year.parse().ok(),
            province_key: self.key == "1",
            text: self.text.clone(),
            in_library: self.state == "library_on",
            next,
        })
    }

    /// The query without its page, for links.
    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("mode", &self.mode),
            ("state", &self.state),
            ("year", &self.year),
            ("key", &self.key),
            ("mine", &self.mine),
            ("text", &self.text),
        ])
    }
}
