//! Asking for another post for an account.

use access::{AccountId, Role};
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
};
use kernel::{AppError, AppResult, RegionCode};
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter},
};

use crate::{
    AreaQuery,
    accounts::{Post, account_scope, change, fits_area, manages},
    area_fields, orgs, regions,
};

#[derive(Template)]
#[template(path = "pages/accounts/post.html")]
struct PostPage {
    shell: Shell,
    filter: Filter,
    place: String,
    region: String,
    action: String,
    fields: Vec<Field>,
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(area): Query<AreaQuery>) -> Page {
    let account = change::visible(ctx.app(), ctx.actor(), AccountId(id)).await?;
    let tree = regions(ctx.app()).await?;
    let scope = account_scope(ctx.actor());
    let chosen = !(area.town.is_empty() && area.community.is_empty() && area.village.is_empty());
    let region = match area.area(&tree, &scope) {
        Some(region) => region,
        None if chosen => ctx.config.area,
        None => account.post.region,
    };
    let href = format!("/desk/accounts/{id}");
    let org = account.post.org.clone().unwrap_or_default();
    html(PostPage {
        shell: ctx
            .shell(Layer::Management)
            .crumb("账号管理", "/desk/accounts")
            .crumb(account.name.as_str(), href.as_str())
            .here("申请调整岗位"),
        filter: Filter {
            action: format!("{href}/post"),
            fields: area_fields(&tree, &scope, ctx.config.area, &area),
        },
        place: tree.path(region),
        region: region.to_string(),
        action: format!("{href}/post"),
        fields: post_fields(&ctx, region, account.post.role.id(), &org).await?,
    })
}

#[derive(Deserialize)]
pub(super) struct Typed {
    region: String,
    role: String,
    #[serde(default)]
    org: String,
}

pub(super) async fn submit(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Page {
    let role = Role::from_id(&typed.role).ok_or_else(|| AppError::invalid("请选择岗位。"))?;
    let region = typed.region.parse().map_err(AppError::invalid)?;
    let post = Post {
        role,
        region,
        org: (!typed.org.is_empty()).then_some(typed.org),
    };
    change::ask(ctx.app(), ctx.actor(), AccountId(id), post).await?;
    ctx.done(
        "已提交，等待安全管理员授权；授权前原岗位不变。",
        &format!("/desk/accounts/{id}"),
    )
    .await
}

/// Role and organisation, as far as they fit the area and this administrator.
pub(super) async fn post_fields(ctx: &Ctx, region: RegionCode, role: &str, org: &str) -> AppResult<Vec<Field>> {
    let offered = Role::ALL
        .iter()
        .filter(|r| r.is_official() && manages(ctx.actor(), **r));
    let offered = offered
        .filter(|r| fits_area(**r, region).is_ok())
        .map(|r| (r.id().to_owned(), r.title().to_owned()));
    let choose = std::iter::once((String::new(), "请选择".to_owned()));
    let none = std::iter::once((String::new(), "无".to_owned()));
    let here = orgs(&ctx.db, region)
        .await?
        .into_iter()
        .filter(|o| o.region == region)
        .map(|o| (o.id, o.name));
    Ok(vec![
        Field::select("role", "岗位", choose.chain(offered))
            .value(role)
            .required(),
        Field::select("org", "单位", none.chain(here))
            .value(org)
            .hint("责任单位管理员必选，只能办理本单位的业务。"),
    ])
}
