//! `GET /desk/policies`: all documents of the library; `.xlsx`: those the filter holds.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use records::{filters, flow::Code};
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell,
    export::{Cell, Export},
    html,
    parts::{Field, Filter, Pager},
};

use super::{ListQuery, categories};
use crate::{
    model::{Governs, State},
    store::{self, Policy},
};

const LIST: &str = "/desk/policies";
const CHUNK_ROWS: i64 = 1000;

#[derive(Template)]
#[template(path = "pages/desk_list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    bar: filters::Bar,
    links: Vec<(&'static str, String)>,
    rows: Vec<Policy>,
    pager: Pager,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let asked = query.asked(false);
    let page = query.page();
    let states = State::ALL.iter().map(|s| (s.id(), s.title()));
    let text = query.text(false);
    let here = Resource::in_region(ctx.config.area);
    let mut links = Vec::new();
    for (title, action, href) in [
        ("录入文件", "policy.enter", format!("{LIST}/new")),
        ("导出表格", "policy.read", format!("{LIST}.xlsx?{text}")),
    ] {
        if ctx.may(action, &here) {
            links.push((title, href));
        }
    }
    let account = ctx.actor().account.map(|a| a.0);
    html(ListPage {
        shell: ctx.shell(households::desk_layer(&ctx)).here("政策文件"),
        filter: Filter {
            action: LIST.into(),
            fields: vec![
                Field::input("search", "q", "名称、文号或内容").value(&query.q),
                Field::select("category", "类别", categories()).value(&query.category),
                Field::select("state", "状态", std::iter::once(("", "全部状态")).chain(states)).value(&query.state),
            ],
        },
        bar: filters::bar(&ctx.db, account, LIST, &text).await?,
        links,
        rows: store::page_of(&ctx.db, &asked, page).await?,
        pager: Pager {
            page,
            page_size: store::PAGE_ROWS,
            total_rows: store::count(&ctx.db, &asked).await?,
            total_amount: None,
            path: LIST.into(),
            query: text,
        },
    })
}

/// `GET /desk/policies.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let asked = query.asked(false);
    let columns = [
        ("名称", 40.0),
        ("文号", 20.0),
        ("发文单位", 24.0),
        ("类别", 12.0),
        ("适用地区", 16.0),
        ("发文日期", 12.0),
        ("施行日期", 12.0),
        ("涉及资金", 20.0),
        ("内容摘要", 50.0),
        ("政策解读", 50.0),
        ("作为哪项工作的依据", 20.0),
        ("状态", 10.0),
        ("废止日期", 12.0),
        ("废止理由", 24.0),
    ];
    let mut export = Export::begin(ctx.app(), "政策文件", &columns)?;
    let mut after = 0;
    loop {
        let rows = store::rows_after(&ctx.db, &asked, after, CHUNK_ROWS).await?;
        for p in &rows {
            export.row([
                Cell::text(&p.title),
                Cell::text(&p.doc_no),
                Cell::text(&p.issuer),
                Cell::text(p.category()),
                Cell::text(&p.place),
                Cell::text(&p.issued),
                Cell::text(&p.effective_on),
                Cell::text(&p.fund_type),
                Cell::text(&p.summary),
                Cell::text(&p.plain_words),
                Cell::text(Governs::parse(&p.governs).map_or("", |g| g.title())),
                Cell::text(p.state().title()),
                Cell::text(&p.withdrawn_on),
                Cell::text(&p.withdrawn_why),
            ])?;
        }
        match rows.last() {
            Some(last) if rows.len() as i64 == CHUNK_ROWS => after = last.id,
            _ => break,
        }
    }
    let act = Act::new("policy.export", "policy:list").with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("政策文件.xlsx").await?)
}
