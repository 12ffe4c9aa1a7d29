//! Entering a new account: first the area, then who and what.

use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect},
};
use kernel::{ErrorKind, IdNumber, RegionCode, period::parse_date};
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter},
};

use super::{act, post_form};
use crate::{
    AreaQuery,
    accounts::{Post, account_scope, change},
    area_fields, regions,
};

#[derive(Template)]
#[template(path = "pages/accounts/enter.html")]
struct EnterPage {
    shell: Shell,
    filter: Filter,
    place: String,
    region: String,
    request_id: String,
    problem: String,
    fields: Vec<Field>,
}

pub(super) async fn show(ctx: Ctx, Query(area): Query<AreaQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let scope = account_scope(ctx.actor());
    let region = area.area(&tree, &scope).unwrap_or(ctx.config.area);
    page(&ctx, region, &area, &Typed::default(), String::new()).await
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    request_id: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    org: String,
    #[serde(default)]
    id_number: String,
    #[serde(default)]
    valid_to: String,
}

pub(super) async fn submit(ctx: Ctx, Form(typed): Form<Typed>) -> Page {
    let region = typed.region.parse().unwrap_or(ctx.config.area);
    let outcome = match entered(&ctx, &typed, region) {
        Ok(entered) => change::create(ctx.app(), ctx.actor(), &typed.request_id, entered).await,
        Err(problem) => Err(kernel::AppError::invalid(problem)),
    };
    match outcome {
        Ok(Ok(fresh)) => act::tell(&ctx, fresh, true),
        Ok(Err(account)) => Ok(Redirect::to(&format!("/desk/accounts/{account}")).into_response()),
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => Ok(web::refused(
            page(&ctx, region, &AreaQuery::default(), &typed, error.message).await?,
        )),
        Err(error) => Err(error.into()),
    }
}

fn entered(ctx: &Ctx, typed: &Typed, region: RegionCode) -> Result<change::Entered, String> {
    let role = access::Role::from_id(&typed.role).ok_or("请选择岗位。")?;
    let org = (!typed.org.is_empty()).then(|| typed.org.clone());
    let person = match typed.id_number.trim() {
        "" => None,
        text => {
            let parsed = IdNumber::parse(text).map_err(|problem| format!("身份证号有误：{problem}。"))?;
            Some(ctx.keys.person_key(&parsed.number))
        }
    };
    let valid_to = match typed.valid_to.trim() {
        "" => None,
        text => Some(parse_date(text).ok_or("有效期应写作 2026-12-31。")?),
    };
    let post = Post { role, region, org };
    Ok(change::Entered {
        login: typed.login.clone(),
        name: typed.name.clone(),
        post,
        person,
        valid_to,
    })
}

async fn page(ctx: &Ctx, region: RegionCode, area: &AreaQuery, typed: &Typed, problem: String) -> Page {
    let tree = regions(ctx.app()).await?;
    let scope = account_scope(ctx.actor());
    let mut fields = vec![
        Field::text("login", "登录名")
            .value(&typed.login)
            .hint("3 至 32 位小写字母、数字。")
            .required(),
        Field::text("name", "姓名").value(&typed.name).required(),
    ];
    fields.extend(post_form::post_fields(ctx, region, &typed.role, &typed.org).await?);
    fields.push(
        Field::text("id_number", "身份证号").hint("用于回避：本人不能办理涉及自己的事项。只保存加密标识，不保存号码。"),
    );
    fields.push(
        Field::input("date", "valid_to", "有效期至")
            .value(&typed.valid_to)
            .hint("不填为长期；第三方机构必填。"),
    );
    html(EnterPage {
        shell: ctx
            .shell(Layer::Management)
            .crumb("账号管理", "/desk/accounts")
            .here("新建账号"),
        filter: Filter {
            action: "/desk/accounts/new".to_owned(),
            fields: area_fields(&tree, &scope, ctx.config.area, area),
        },
        place: tree.path(region),
        region: region.to_string(),
        request_id: if typed.request_id.is_empty() {
            format!("account-{}", ctx.next_id())
        } else {
            typed.request_id.clone()
        },
        problem,
        fields,
    })
}
