//! `/desk/village-accounts`: the basic account and the card of each village.

use std::collections::BTreeMap;

use access::Resource;
use askama::Template;
use axum::extract::{Form, Path, Query};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppError, AppResult, ErrorKind, Money, RegionCode, period::parse_date};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use super::{books, place, request_id};
use crate::{
    model::AccountKind,
    store::accounts::{self, NewAccount, PAGE_ROWS},
};

const PATH: &str = "/desk/village-accounts";

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccountsQuery {
    #[serde(flatten)]
    area: AreaQuery,
    kind: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/accounts.html")]
struct AccountsPage {
    shell: Shell,
    problems: Vec<String>,
    filter: Filter,
    rows: Vec<Line>,
    pager: Pager,
    fields: Vec<Field>,
    request_id: String,
}

struct Line {
    place: String,
    kind: &'static str,
    bank: String,
    tail: String,
    holder: String,
    opening: String,
    opened_on: String,
    closed_on: Option<String>,
    close: Option<(String, String)>,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<AccountsQuery>) -> Page {
    html(page(&ctx, &query, &BTreeMap::new()).await?)
}

async fn page(ctx: &Ctx, query: &AccountsQuery, filled: &BTreeMap<String, String>) -> AppResult<AccountsPage> {
    let tree = regions(ctx.app()).await?;
    let area = query.area.area(&tree, ctx.scope());
    let kind = AccountKind::parse(&query.kind);
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let (total, found) = accounts::accounts(&ctx.db, ctx.scope(), area, kind, page).await?;
    let may = ctx.may("ledger.account", &Resource::any());
    let kinds = || AccountKind::ALL.iter().map(|k| (k.id(), k.title()));
    let mut filters = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    filters.push(Field::select("kind", "类别", std::iter::once(("", "全部")).chain(kinds())).value(&query.kind));
    let value = |f: Field| {
        let value = filled.get(&f.name).cloned().unwrap_or_default();
        f.value(value)
    };
    let pairs = [
        ("town", &query.area.town),
        ("community", &query.area.community),
        ("village", &query.area.village),
        ("kind", &query.kind),
    ];
    let fields = if may {
        vec![
            Field::select("village", "村", books(ctx, &tree)).required(),
            Field::select("kind", "类别", kinds()).required(),
            Field::text("bank", "开户银行").required(),
            Field::text("number", "账号或卡号")
                .hint("只保存加密摘要和末四位")
                .required(),
            Field::text("holder", "户名或持卡人").required(),
            Field::text("opening", "期初余额（元）").hint("没有则填 0").required(),
            Field::input("date", "opened_on", "启用日期").required(),
        ]
    } else {
        Vec::new()
    };
    Ok(AccountsPage {
        shell: ctx.shell(households::desk_layer(ctx)).here("账户与村务卡"),
        problems: Vec::new(),
        filter: Filter {
            action: PATH.into(),
            fields: filters,
        },
        rows: found
            .into_iter()
            .map(|a| Line {
                place: place(&tree, a.region),
                kind: a.kind(),
                close: (may && a.closed_on.is_none()).then(|| (format!("{PATH}/{}/close", a.id), request_id(ctx))),
                bank: a.bank,
                tail: a.number_tail,
                holder: a.holder,
                opening: Money(a.opening_fen).to_string(),
                opened_on: a.opened_on,
                closed_on: a.closed_on,
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total,
            total_amount: None,
            path: PATH.into(),
            query: web::query_of(pairs),
        },
        fields: fields.into_iter().map(value).collect(),
        request_id: request_id(ctx),
    })
}

pub(crate) async fn open(ctx: Ctx, Form(filled): Form<BTreeMap<String, String>>) -> Page {
    let done = match read(&ctx, &filled) {
        Ok(new) => accounts::open(ctx.app(), ctx.actor(), &get(&filled, "request_id"), &new).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => ctx.done("账户已登记。", PATH).await,
        Err(e) if e.kind == ErrorKind::Invalid => {
            let mut page = page(&ctx, &AccountsQuery::default(), &filled).await?;
            page.problems = e.message.lines().map(str::to_owned).collect();
            Ok(web::refused(html(page)?))
        }
        Err(e) => Err(e.into()),
    }
}

fn get(filled: &BTreeMap<String, String>, name: &str) -> String {
    filled.get(name).map(|v| v.trim().to_owned()).unwrap_or_default()
}

fn read(ctx: &Ctx, filled: &BTreeMap<String, String>) -> AppResult<NewAccount> {
    let wrong = |text: &str| AppError::invalid(text.to_owned());
    let village: RegionCode = get(filled, "village").parse().map_err(|_| wrong("请选择村。"))?;
    ctx.require("ledger.account", &Resource::in_region(village))?;
    let opened_on = parse_date(&get(filled, "opened_on"))
        .filter(|d| d.year() >= 1900 && *d <= ctx.clock.today())
        .ok_or_else(|| wrong("启用日期应在 1900 年以后、今天以前，写作 2026-03-02。"))?;
    let opening = Money::parse(&get(filled, "opening")).map_err(|e| wrong(&format!("期初余额：{e}")))?;
    if opening.is_negative() {
        return Err(wrong("期初余额不能是负数。"));
    }
    let words = |name: &str, title: &str| {
        let text = get(filled, name);
        match text.chars().count() {
            1..=40 => Ok(text),
            _ => Err(wrong(&format!("{title}须填写，不超过 40 个字。"))),
        }
    };
    Ok(NewAccount {
        village,
        kind: AccountKind::parse(&get(filled, "kind")).ok_or_else(|| wrong("请选择类别。"))?,
        bank: words("bank", "开户银行")?,
        number: get(filled, "number"),
        holder: words("holder", "户名或持卡人")?,
        opening,
        opened_on,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CloseForm {
    request_id: String,
}

pub(crate) async fn close(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<CloseForm>) -> Page {
    accounts::close(ctx.app(), ctx.actor(), &form.request_id, id).await?;
    ctx.done("账户已停用，原有收支保留。", PATH).await
}
