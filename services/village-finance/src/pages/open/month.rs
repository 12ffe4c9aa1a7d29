//! `GET /village-finance/{region}/{month}`: a month's statement; of a natural village every entry, people masked.

use askama::Template;
use axum::extract::Path;
use directory::regions;
use kernel::RegionLevel;
use web::{Ctx, Layer, Page, Shell, html};

use crate::{
    pages::{
        place_of,
        statement::{Row, Side, parse_month, rows, sides},
        totals::between,
    },
    store::statement,
};

#[derive(Template)]
#[template(path = "pages/open/month.html")]
struct MonthPage {
    shell: Shell,
    opening: String,
    income: String,
    expense: String,
    closing: String,
    sides: [Side; 2],
    entries: Vec<Row>,
    waiting: i64,
    print: String,
    before: (String, String),
    after: (String, String),
}

pub(crate) async fn show(ctx: Ctx, Path((region, month)): Path<(String, String)>) -> Page {
    let tree = regions(ctx.app()).await?;
    let place = place_of(&ctx, &tree, &region)?;
    let month = parse_month(&month)?;
    let made = statement::statement(&ctx.db, place, month).await?;
    let entries = if place.level() >= RegionLevel::Village {
        statement::entries(&ctx.db, place, month).await?
    } else {
        Vec::new()
    };
    let mut shell = ctx.shell(Layer::Public).crumb("村级财务", "/village-finance");
    for step in between(ctx.config.area, place).into_iter().chain([place]) {
        if step != ctx.config.area {
            shell = shell.crumb(tree.name(step), format!("/village-finance/{step}"));
        }
    }
    let mut shell = shell.here(month.to_string());
    shell.title = format!("{} {} 年 {} 月收支", tree.name(place), month.year(), month.month());
    let link = |m: kernel::Month| (m.to_string(), format!("/village-finance/{place}/{m}"));
    html(MonthPage {
        shell,
        opening: made.opening.to_string(),
        income: made.sums.income().to_string(),
        expense: made.sums.expense().to_string(),
        closing: made.closing().to_string(),
        sides: sides(&made),
        entries: rows(entries),
        waiting: statement::under_way(&ctx.db, place, month).await?,
        print: format!("/village-finance/{place}/{month}/print"),
        before: link(month.plus(-1)),
        after: link(month.plus(1)),
    })
}
