//! `/desk/village-ledger/new`: one entry with its vouchers; and the same form for an entry that was returned.

use std::collections::BTreeMap;

use access::Resource;
use askama::Template;
use axum::extract::{Form, Path, Query, Request, State};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind};
use records::{
    flow::Code,
    sent::{Limits, Sent},
};
use serde::Deserialize;
use web::{App, Ctx, Page, Shell, html, parts::Field};

use super::{books, frame, href, reachable, request_id};
use crate::{
    model::{Category, Channel, Direction, Problems, read},
    store::{enter as store, entry::Entry},
};

type Filled = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "pages/enter.html")]
struct EnterPage {
    shell: Shell,
    problems: Vec<String>,
    action: String,
    request_id: String,
    fields: Vec<Field>,
    upload: bool,
    button: &'static str,
    cancel: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    village: String,
}

pub(crate) async fn blank(ctx: Ctx, Query(start): Query<Start>) -> Page {
    let mut filled = Filled::new();
    filled.insert("village".into(), start.village);
    filled.insert("day".into(), ctx.clock.today().to_string());
    html(page(&ctx, &filled, &Problems::new(), None).await?)
}

pub(crate) async fn enter(ctx: Ctx, State(app): State<App>, request: Request) -> Page {
    let sent = Sent::read(request, &app, Limits::PAPERS).await?;
    let filled: Filled = sent.texts.into_iter().collect();
    let new = match read(|name| get(&filled, name), ctx.clock.today()) {
        Ok(new) => new,
        Err(problems) => return refused(page(&ctx, &filled, &problems, None).await?, lines(&problems)),
    };
    ctx.require("ledger.enter", &Resource::in_region(new.village))?;
    match store::enter(ctx.app(), ctx.actor(), &get(&filled, "request_id"), new, sent.files).await {
        Ok(id) => ctx.done("已记账，下一步由监委会签字。", &href(id)).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid) => {
            refused(page(&ctx, &filled, &Problems::new(), None).await?, vec![e.message])
        }
        Err(e) => Err(e.into()),
    }
}

/// `GET /desk/village-ledger/{id}/edit`
pub(crate) async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = reachable(&ctx, id, "ledger.enter").await?;
    html(page(&ctx, &as_filled(&row), &Problems::new(), Some(&row)).await?)
}

/// `POST /desk/village-ledger/{id}/edit`
pub(crate) async fn amend(ctx: Ctx, Path(id): Path<i64>, Form(filled): Form<Filled>) -> Page {
    let row = reachable(&ctx, id, "ledger.enter").await?;
    let new = match read(|name| get(&filled, name), ctx.clock.today()) {
        Ok(new) => new,
        Err(problems) => return refused(page(&ctx, &filled, &problems, Some(&row)).await?, lines(&problems)),
    };
    match store::amend(ctx.app(), ctx.actor(), &get(&filled, "request_id"), id, new).await {
        Ok(()) => ctx.done("已改正，重新由监委会签字。", &href(id)).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid) => refused(
            page(&ctx, &filled, &Problems::new(), Some(&row)).await?,
            vec![e.message],
        ),
        Err(e) => Err(e.into()),
    }
}

fn get(filled: &Filled, name: &str) -> String {
    filled.get(name).cloned().unwrap_or_default()
}

fn lines(problems: &Problems) -> Vec<String> {
    let n = problems.len();
    vec![format!("有 {n} 处需要改正，已在各栏下方写明；没有记账。")]
}

/// The page with what is wrong; nothing was changed.
fn refused(mut page: EnterPage, problems: Vec<String>) -> Page {
    page.problems = problems;
    Ok(web::refused(html(page)?))
}

fn as_filled(row: &Entry) -> Filled {
    [
        ("village", row.place().to_string()),
        ("voucher_no", row.voucher_no.clone()),
        ("day", row.day.clone()),
        ("category", row.category.clone()),
        ("channel", row.channel.clone()),
        ("amount", row.amount().to_string()),
        ("party", row.party.clone()),
        ("party_is_person", if row.party_is_person { "1" } else { "" }.to_owned()),
        ("summary", row.summary.clone()),
        ("decision_no", row.decision_no.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

async fn page(ctx: &Ctx, filled: &Filled, wrong: &Problems, row: Option<&Entry>) -> AppResult<EnterPage> {
    let tree = regions(ctx.app()).await?;
    let mut places = books(ctx, &tree);
    if places.len() < 2 {
        return Err(AppError::invalid(
            "管理范围内还没有登记村，请先由县级管理员维护行政区划。",
        ));
    }
    // Who keeps one book does not choose.
    if places.len() == 2 {
        places.remove(0);
    }
    if let Some(row) = row {
        places.retain(|(code, _)| *code == row.place().to_string());
    }
    let kinds = Category::ALL.iter().map(|c| {
        let direction = match c.direction() {
            Direction::Income => "收",
            Direction::Expense => "支",
        };
        (c.id(), format!("{direction} · {}", c.title()))
    });
    let kinds = std::iter::once(("", "请选择".to_owned())).chain(kinds);
    let channels = Channel::ALL.iter().map(|c| (c.id(), c.title()));
    let channels = std::iter::once(("", "请选择")).chain(channels);
    let fields = vec![
        Field::select("village", "村", places).required(),
        Field::input("date", "day", "收付日期").required(),
        Field::select("category", "科目", kinds).required(),
        Field::text("amount", "金额（元）").placeholder("128.50").required(),
        Field::select("channel", "收付方式", channels).required(),
        Field::text("party", "对方")
            .hint("付给谁或收谁的；个人姓名公开时隐去中间的字")
            .required(),
        Field::checkbox("party_is_person", "对方是个人"),
        Field::text("summary", "摘要")
            .hint("会公开，不写个人姓名、电话、账号和证件号")
            .placeholder("付路灯电费")
            .required(),
        Field::text("decision_no", "决议号").hint("大额支出填四议两公开的决议号"),
        Field::text("voucher_no", "凭证号").hint("不填则按月自动编号"),
    ];
    let done = |f: Field| {
        let error = wrong.get(f.name.as_str());
        let value = get(filled, &f.name);
        f.value(value).error(error)
    };
    let (shell, action, button, cancel) = match row {
        Some(row) => (
            frame(ctx).crumb(row.voucher_no.clone(), href(row.id)).here("改正"),
            format!("{}/edit", href(row.id)),
            "改正后重新送签",
            href(row.id),
        ),
        None => (
            frame(ctx).here("记账"),
            format!("{}/new", super::LIST),
            "记账",
            super::LIST.to_owned(),
        ),
    };
    Ok(EnterPage {
        shell,
        problems: Vec::new(),
        action,
        request_id: request_id(ctx),
        fields: fields.into_iter().map(done).collect(),
        upload: row.is_none(),
        button,
        cancel,
    })
}
