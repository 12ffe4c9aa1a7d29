//! A month's statement on A4 (村级财务收支公开表): for the desk and for everyone the same paper.

use access::Resource;
use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderMap, header},
};
use directory::regions;
use kernel::{AppError, AppResult, Month, RegionCode, RegionLevel};
use records::flow::Code;
use web::{Ctx, Layer, Page, Shell, html, parts::Paper};

use super::{count, place_of, qr};
use crate::{
    model::Direction,
    store::{
        entry::Entry,
        statement::{self, Line},
    },
};

#[derive(Template)]
#[template(path = "pages/statement.html")]
struct StatementPage {
    shell: Shell,
    paper: Paper,
    place: String,
    month: String,
    opening: String,
    income: String,
    expense: String,
    closing: String,
    sides: [Side; 2],
    entries: Vec<Row>,
    waiting: i64,
}

pub(crate) struct Side {
    pub(crate) title: &'static str,
    pub(crate) lines: Vec<(&'static str, String, String)>,
    pub(crate) rows: String,
    pub(crate) total: String,
}

/// An entry as anybody may read it.
pub(crate) struct Row {
    pub(crate) voucher_no: String,
    pub(crate) day: String,
    pub(crate) summary: String,
    pub(crate) party: String,
    pub(crate) channel: &'static str,
    pub(crate) income: String,
    pub(crate) expense: String,
}

/// `GET /desk/village-statements/{region}/{month}`
pub(crate) async fn desk(ctx: Ctx, Path((region, month)): Path<(String, String)>, headers: HeaderMap) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = place_of(&ctx, &tree, &region)?;
    ctx.require("ledger.statement", &Resource::in_region(area))?;
    let shell = ctx
        .shell(households::desk_layer(&ctx))
        .crumb("收支汇总", format!("/desk/village-totals?area={area}"));
    html(page(&ctx, shell, area, &month, &headers).await?)
}

/// `GET /village-finance/{region}/{month}/print`
pub(crate) async fn open(ctx: Ctx, Path((region, month)): Path<(String, String)>, headers: HeaderMap) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = place_of(&ctx, &tree, &region)?;
    let shell = ctx
        .shell(Layer::Public)
        .crumb(format!("{month} 收支"), format!("/village-finance/{area}/{month}"));
    html(page(&ctx, shell, area, &month, &headers).await?)
}

pub(crate) fn parse_month(text: &str) -> AppResult<Month> {
    text.parse()
        .map_err(|_| AppError::not_found("没有这个月份。请从“村级财务”重新选择。"))
}

async fn page(ctx: &Ctx, shell: Shell, area: RegionCode, month: &str, headers: &HeaderMap) -> AppResult<StatementPage> {
    let month = parse_month(month)?;
    let tree = regions(ctx.app()).await?;
    let made = statement::statement(&ctx.db, area, month).await?;
    let entries = if area.level() >= RegionLevel::Village {
        statement::entries(&ctx.db, area, month).await?
    } else {
        Vec::new()
    };
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    let scheme = if ctx.config.secure_cookies { "https" } else { "http" };
    let address = format!("{scheme}://{host}/village-finance/{area}/{month}");
    let today = ctx.clock.today();
    Ok(StatementPage {
        shell: shell.here("村级财务收支公开表"),
        paper: Paper {
            serial: format!("{area}-{month}"),
            issuer: "村务监督委员会（签字）：　　　　　　镇（街）经管站（章）：".to_owned(),
            issued: format!("{} 年 {} 月 {} 日", today.year(), u8::from(today.month()), today.day()),
            qr_svg: Some(qr(&address)?),
            qr_caption: format!("扫码查看：{address}"),
        },
        place: tree.path_in_county(area),
        month: format!("{} 年 {} 月", month.year(), month.month()),
        opening: made.opening.to_string(),
        income: made.sums.income().to_string(),
        expense: made.sums.expense().to_string(),
        closing: made.closing().to_string(),
        sides: sides(&made),
        entries: rows(entries),
        waiting: statement::under_way(&ctx.db, area, month).await?,
    })
}

/// Receipts and spending by category.
pub(crate) fn sides(made: &statement::Statement) -> [Side; 2] {
    let side = |direction: Direction, total: String| Side {
        title: direction.title(),
        rows: count(made.of(direction).map(|l| l.rows).sum()),
        lines: made
            .of(direction)
            .map(|l: &Line| (l.category.title(), count(l.rows), l.amount.to_string()))
            .collect(),
        total,
    };
    [
        side(Direction::Income, made.sums.income().to_string()),
        side(Direction::Expense, made.sums.expense().to_string()),
    ]
}

pub(crate) fn rows(entries: Vec<Entry>) -> Vec<Row> {
    let row = |e: Entry| {
        let amount = e.amount().to_string();
        let (income, expense) = match e.direction() {
            Direction::Income => (amount, String::new()),
            Direction::Expense => (String::new(), amount),
        };
        Row {
            party: e.public_party(),
            channel: e.channel(),
            voucher_no: e.voucher_no,
            day: e.day,
            summary: e.summary,
            income,
            expense,
        }
    };
    entries.into_iter().map(row).collect()
}
