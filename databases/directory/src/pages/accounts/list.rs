//! The list of accounts.

use access::{Resource, Role};
use askama::Template;
use axum::extract::Query;
use kernel::Timestamp;
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use crate::{
    AreaQuery,
    accounts::{AccountFilter, AccountState, account_scope, list},
    area_fields,
    pages::PAGE_SIZE,
    regions,
};

#[derive(Template)]
#[template(path = "pages/accounts/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    rows: Vec<Row>,
    pager: Pager,
    may_create: bool,
}

struct Row {
    href: String,
    login: String,
    name: String,
    role: &'static str,
    place: String,
    org: String,
    state: &'static str,
    tone: &'static str,
    asked: &'static str,
    signed_in: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    asked: String,
    #[serde(default)]
    page: String,
    #[serde(flatten)]
    area: AreaQuery,
}

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let page: u64 = asked.page.parse().unwrap_or(1).max(1);
    let tree = regions(ctx.app()).await?;
    let scope = account_scope(ctx.actor());
    let filter = AccountFilter {
        role: Role::from_id(&asked.role),
        state: AccountState::from_id(&asked.state),
        area: asked.area.area(&tree, &scope),
        text: asked.q.clone(),
        asked: asked.asked == "1",
    };
    let (lines, total_rows) = list(&ctx.db, &scope, &filter, page, PAGE_SIZE).await?;
    let rows = lines.into_iter().map(|line| Row {
        href: format!("/desk/accounts/{}", line.account.id),
        role: line.account.post.role.title(),
        place: tree.path_in_county(line.account.post.region),
        org: line.org_name,
        state: line.account.state.title(),
        tone: line.account.state.tone(),
        asked: line.account.asked.as_ref().map_or("", |(post, _)| post.role.title()),
        signed_in: line
            .account
            .signed_in_millis
            .map_or(String::new(), |at| Timestamp(at).to_string()),
        login: line.account.login,
        name: line.account.name,
    });
    let any = || std::iter::once((String::new(), "全部".to_owned()));
    let roles = Role::ALL
        .iter()
        .filter(|role| role.is_official())
        .map(|r| (r.id().to_owned(), r.title().to_owned()));
    let states = AccountState::ALL
        .into_iter()
        .map(|s| (s.id().to_owned(), s.title().to_owned()));
    let mut fields = vec![
        Field::input("search", "q", "姓名或登录名").value(&asked.q),
        Field::select("role", "岗位", any().chain(roles)).value(&asked.role),
        Field::select("state", "状态", any().chain(states)).value(&asked.state),
        Field::select("asked", "授权", [("", "全部"), ("1", "待授权的")]).value(&asked.asked),
    ];
    fields.extend(area_fields(&tree, &scope, ctx.config.area, &asked.area));
    let query = web::query_of([
        ("q", &asked.q),
        ("role", &asked.role),
        ("state", &asked.state),
        ("asked", &asked.asked),
        ("town", &asked.area.town),
        ("community", &asked.area.community),
        ("village", &asked.area.village),
    ]);
    html(ListPage {
        shell: ctx.shell(Layer::Management).here("账号管理"),
        filter: Filter {
            action: "/desk/accounts".to_owned(),
            fields,
        },
        rows: rows.collect(),
        pager: Pager {
            page,
            page_size: PAGE_SIZE,
            total_rows,
            total_amount: None,
            path: "/desk/accounts".to_owned(),
            query,
        },
        may_create: ctx.may("account.create", &Resource::any()),
    })
}
