//! `/policies`: what is published, for everyone; what is withdrawn says so and stays readable.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::{HeaderMap, header},
};
use kernel::{AppError, AppResult};
use qrcode::{EcLevel, QrCode, render::svg};
use records::{flow::Code, papers::Paper};
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Pager, Pair, Paper as Sheet},
};

use super::{
    ListQuery, categories, pairs,
    papers::{Line, lines},
};
use crate::{
    model::State,
    store::{self, PaperKind, Policy},
};

#[derive(Template)]
#[template(path = "pages/open_list.html")]
struct ListPage {
    shell: Shell,
    query: ListQuery,
    categories: Vec<(&'static str, &'static str)>,
    issuers: Vec<String>,
    rows: Vec<Policy>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "pages/open_one.html")]
struct OnePage {
    shell: Shell,
    p: Policy,
    withdrawn: bool,
    pairs: Vec<Pair>,
    /// Pictures that explain it, shown on the page itself.
    pictures: Vec<Line>,
    papers: Vec<Line>,
    qr: String,
}

#[derive(Template)]
#[template(path = "pages/print.html")]
struct PrintPage {
    shell: Shell,
    paper: Sheet,
    p: Policy,
    withdrawn: bool,
    pairs: Vec<Pair>,
    papers: Vec<Line>,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let asked = query.asked(true);
    let page = query.page();
    html(ListPage {
        shell: ctx.shell(Layer::Public).here("政策"),
        rows: store::page_of(&ctx.db, &asked, page).await?,
        categories: categories(),
        issuers: store::issuers(&ctx.db).await?,
        pager: Pager {
            page,
            page_size: store::PAGE_ROWS,
            total_rows: store::count(&ctx.db, &asked).await?,
            total_amount: None,
            path: "/policies".into(),
            query: query.text(true),
        },
        query,
    })
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, headers: HeaderMap) -> Page {
    let p = store::one(&ctx.db, id, true).await?;
    let papers = store::papers_of(&ctx.db, id).await?;
    let (pictures, papers): (Vec<Paper>, Vec<Paper>) =
        papers.into_iter().partition(|p| p.step == PaperKind::Picture.id());
    let path = format!("/policies/{id}");
    html(OnePage {
        shell: ctx
            .shell(Layer::Public)
            .crumb("政策", "/policies")
            .here(p.title.clone()),
        withdrawn: p.state() == State::Withdrawn,
        pairs: pairs(&p),
        pictures: lines(&pictures, &path),
        papers: lines(&papers, &path),
        qr: qr(&address(&ctx, &headers, id))?,
        p,
    })
}

/// `GET /policies/{id}/print`
pub(crate) async fn print(ctx: Ctx, Path(id): Path<i64>, headers: HeaderMap) -> Page {
    let p = store::one(&ctx.db, id, true).await?;
    let shell = ctx.shell(Layer::Public).crumb("政策", format!("/policies/{id}"));
    let (today, address) = (ctx.clock.today(), address(&ctx, &headers, id));
    html(PrintPage {
        shell: shell.here(p.title.clone()),
        paper: Sheet {
            serial: format!("{id}"),
            issuer: p.issuer.clone(),
            issued: format!(
                "{} 年 {} 月 {} 日打印",
                today.year(),
                u8::from(today.month()),
                today.day()
            ),
            qr_svg: Some(qr(&address)?),
            qr_caption: format!("扫码查看：{address}"),
        },
        withdrawn: p.state() == State::Withdrawn,
        pairs: pairs(&p),
        papers: lines(&store::papers_of(&ctx.db, id).await?, ""),
        p,
    })
}

fn address(ctx: &Ctx, headers: &HeaderMap, id: i64) -> String {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let scheme = if ctx.config.secure_cookies { "https" } else { "http" };
    format!("{scheme}://{}/policies/{id}", host.unwrap_or_default())
}

fn qr(text: &str) -> AppResult<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(AppError::internal)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(120, 120).build();
    // The drawing without the XML line, which has no place inside a page.
    Ok(drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_owned()))
}
