//! `GET /desk/village-ledger`: the entries of all books in reach, with the sums of what the filter holds.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use households::desk_layer;
use kernel::{AppResult, Month};
use records::{filters, flow::Code};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager, Tab},
};

use super::{LIST, count, short_place};
use crate::{
    model::{Category, Channel, Direction, EntryState},
    store::{
        entry::Entry,
        list::{LedgerFilter, MOST_FOUND, PAGE_ROWS, page_of, sums, waiting},
        totals::Span,
    },
};

/// The filters as the URL spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    from: String,
    to: String,
    direction: String,
    category: String,
    channel: String,
    state: String,
    text: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListPage {
    shell: Shell,
    tabs: Vec<Tab>,
    filter: Filter,
    bar: filters::Bar,
    links: Vec<(&'static str, String)>,
    /// `None` when a search finds more than is counted.
    sums: Option<Totals>,
    most: String,
    rows: Vec<Line>,
    pager: Pager,
}

struct Totals {
    rows: String,
    income: String,
    expense: String,
    left: String,
}

struct Line {
    href: String,
    voucher_no: String,
    day: String,
    place: String,
    summary: String,
    party: String,
    category: &'static str,
    channel: &'static str,
    income: String,
    expense: String,
    state: &'static str,
    tone: &'static str,
}

impl Line {
    fn of(e: Entry, place: String) -> Line {
        let amount = e.amount().to_string();
        let (income, expense) = match e.direction() {
            Direction::Income => (amount, String::new()),
            Direction::Expense => (String::new(), amount),
        };
        Line {
            href: super::href(e.id),
            category: e.category(),
            channel: e.channel(),
            state: e.state().title(),
            tone: e.state().tone(),
            voucher_no: e.voucher_no,
            day: e.day,
            summary: e.summary,
            party: e.party,
            place,
            income,
            expense,
        }
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let mut page: u64 = query.page.parse().unwrap_or(1).max(1);
    let sums = sums(&ctx.db, ctx.scope(), &filter).await?;
    if sums.is_none() {
        page = page.min(MOST_FOUND / PAGE_ROWS);
    }
    let rows = page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let tree = regions(ctx.app()).await?;
    let text = query.text();
    let mut links = Vec::new();
    for (title, action, href) in [
        ("记账", "ledger.enter", "/desk/village-ledger/new".to_owned()),
        ("导入表格", "ledger.enter", "/desk/village-ledger/import".to_owned()),
        ("汇总", "ledger.totals", "/desk/village-totals".to_owned()),
        ("导出表格", "ledger.export", format!("/desk/village-ledger.xlsx?{text}")),
    ] {
        if ctx.may(action, &Resource::any()) {
            links.push((title, href));
        }
    }
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("month", "from", "起始月").value(&query.from));
    fields.push(Field::input("month", "to", "截止月").value(&query.to));
    fields.push(Field::select("direction", "收支", with_all(Direction::ALL)).value(&query.direction));
    fields.push(Field::select("category", "科目", with_all(Category::ALL)).value(&query.category));
    fields.push(Field::select("channel", "收付方式", with_all(Channel::ALL)).value(&query.channel));
    fields.push(Field::select("state", "状态", with_all(EntryState::ALL)).value(&query.state));
    fields.push(Field::input("search", "text", "摘要、对方或凭证号").value(&query.text));
    let account = ctx.actor().account.map(|a| a.0);
    html(ListPage {
        shell: ctx.shell(desk_layer(&ctx)).here("收支账"),
        tabs: tabs(&ctx, &query).await?,
        bar: filters::bar(&ctx.db, account, LIST, &text).await?,
        filter: Filter {
            action: LIST.into(),
            fields,
        },
        links,
        sums: sums.map(|s| Totals {
            rows: count(s.rows()),
            income: s.income().to_string(),
            expense: s.expense().to_string(),
            left: s.left().to_string(),
        }),
        most: count(MOST_FOUND as i64),
        rows: rows
            .into_iter()
            .map(|e| {
                let place = short_place(&tree, ctx.scope().region(), e.place());
                Line::of(e, place)
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: sums.map_or(MOST_FOUND, |s| s.rows().unsigned_abs()),
            total_amount: None,
            path: LIST.into(),
            query: text,
        },
    })
}

/// All entries, and those that wait for each step.
async fn tabs(ctx: &Ctx, query: &ListQuery) -> AppResult<Vec<Tab>> {
    let waiting = waiting(&ctx.db, ctx.scope()).await?;
    let mut tabs = vec![Tab {
        title: "全部".to_owned(),
        href: LIST.to_owned(),
        active: query.state.is_empty(),
        count: None,
    }];
    for state in [EntryState::Entered, EntryState::Signed, EntryState::Returned] {
        let rows = waiting.iter().find(|(s, _)| *s == state).map_or(0, |(_, rows)| *rows);
        tabs.push(Tab {
            title: state.title().to_owned(),
            href: format!("{LIST}?state={}", state.id()),
            active: query.state == state.id(),
            count: Some(rows.unsigned_abs()),
        });
    }
    Ok(tabs)
}

fn with_all<C: Code>(codes: &[C]) -> Vec<(String, String)> {
    let all = std::iter::once((String::new(), "全部".to_owned()));
    all.chain(codes.iter().map(|c| (c.id().to_owned(), c.title().to_owned())))
        .collect()
}

impl ListQuery {
    pub(crate) async fn filter(&self, ctx: &Ctx) -> AppResult<LedgerFilter> {
        let tree = regions(ctx.app()).await?;
        Ok(LedgerFilter {
            area: self.area.area(&tree, ctx.scope()),
            span: Span {
                from: self.from.parse::<Month>().ok(),
                to: self.to.parse::<Month>().ok(),
            },
            direction: Direction::parse(&self.direction),
            category: Category::parse(&self.category),
            channel: Channel::parse(&self.channel),
            state: EntryState::parse(&self.state),
            text: self.text.chars().take(30).collect(),
        })
    }

    /// The query without its page, for links.
    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("from", &self.from),
            ("to", &self.to),
            ("direction", &self.direction),
            ("category", &self.category),
            ("channel", &self.channel),
            ("state", &self.state),
            ("text", &self.text),
        ])
    }
}
