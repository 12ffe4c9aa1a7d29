//! `/desk/policies/new` and `/edit`: one form for a draft.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Form, Path},
    http::StatusCode,
    response::IntoResponse,
};
use web::{Ctx, Page, Shell, html, parts::Field};

use super::categories;
use crate::{
    model::{FIELDS, Filled, read},
    store,
};

#[derive(Template)]
#[template(path = "pages/form.html")]
struct FormPage {
    shell: Shell,
    problem: bool,
    request_id: String,
    fields: Vec<Field>,
}

type Wrong = BTreeMap<&'static str, String>;

pub(crate) async fn blank(ctx: Ctx) -> Page {
    html(page(&ctx, &Filled::new(), &Wrong::new(), None))
}

pub(crate) async fn enter(ctx: Ctx, Form(sent): Form<Filled>) -> Page {
    save(ctx, sent, None).await
}

/// `GET /desk/policies/{id}/edit`
pub(crate) async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = store::one(&ctx.db, id, false).await?;
    html(page(&ctx, &row.filled(), &Wrong::new(), Some(id)))
}

/// `POST /desk/policies/{id}/edit`
pub(crate) async fn amend(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Filled>) -> Page {
    save(ctx, sent, Some(id)).await
}

async fn save(ctx: Ctx, sent: Filled, id: Option<i64>) -> Page {
    let new = match read(&sent) {
        Ok(new) => new,
        Err(wrong) => {
            let page = html(page(&ctx, &sent, &wrong, id))?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, [("x-own-body", "1")], page).into_response());
        }
    };
    let request = sent.get("request_id").map_or("", String::as_str);
    let id = store::save(ctx.app(), ctx.actor(), request, id, &new).await?;
    ctx.done("已保存，由另一位同志发布后公开。", &format!("/desk/policies/{id}"))
        .await
}

fn page(ctx: &Ctx, filled: &Filled, wrong: &Wrong, id: Option<i64>) -> FormPage {
    let field = |&(name, title, _, required): &(&'static str, &'static str, usize, bool)| {
        let field = match name {
            "category" => Field::select(name, title, categories()),
            "summary" => Field::area(name, title),
            "plain_words" => Field::area(name, title).hint("用群众听得懂的话写；没有解读不能发布"),
            "issued" | "effective_on" => Field::input("date", name, title),
            _ => Field::text(name, title),
        };
        let value = filled.get(name).cloned().unwrap_or_default();
        let field = field.value(value).error(wrong.get(name));
        if required { field.required() } else { field }
    };
    let shell = ctx
        .shell(households::desk_layer(ctx))
        .crumb("政策文件", "/desk/policies");
    FormPage {
        shell: shell.here(if id.is_some() {
            "修改政策文件"
        } else {
            "录入政策文件"
        }),
        problem: !wrong.is_empty(),
        request_id: format!("policy-{}", ctx.next_id()),
        fields: FIELDS.iter().map(field).collect(),
    }
}
