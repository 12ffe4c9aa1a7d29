//! `/desk/policies/new` and `/edit`: one form for a draft.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Form, Path};
use kernel::{AppError, AppResult, ErrorKind};
use records::{flow::Code, history};
use serde_json::json;
use web::{Ctx, Page, Shell, html, parts::Field};

use super::categories;
use crate::{
    model::{FIELDS, FLOW, Filled, Governs, PolicyAct, read},
    store,
};

#[derive(Template)]
#[template(path = "pages/form.html")]
struct FormPage {
    shell: Shell,
    problem: bool,
    met: Vec<Met>,
    version: i64,
    back: String,
    request_id: String,
    fields: Vec<Field>,
}

/// A field somebody else changed while this form was being filled in.
struct Met {
    title: String,
    before: String,
    theirs: String,
    mine: String,
}

type Wrong = BTreeMap<&'static str, String>;

/// The document a form is about, and the version it was filled from.
type Edited = Option<(i64, i64)>;

pub(crate) async fn blank(ctx: Ctx) -> Page {
    html(page(&ctx, &Filled::new(), &Wrong::new(), None))
}

pub(crate) async fn enter(ctx: Ctx, Form(sent): Form<Filled>) -> Page {
    save(ctx, sent, None).await
}

/// `GET /desk/policies/{id}/edit`
pub(crate) async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = store::one(&ctx.db, id, false).await?;
    FLOW.step(row.state(), PolicyAct::Edit).map_err(AppError::from)?;
    let version = history::current(&ctx.db, store::KIND, id)
        .await?
        .map_or(0, |v| v.version);
    html(page(&ctx, &row.filled(), &Wrong::new(), Some((id, version))))
}

/// `POST /desk/policies/{id}/edit`
pub(crate) async fn amend(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Filled>) -> Page {
    let version = sent.get("version").and_then(|v| v.parse().ok()).unwrap_or(0);
    save(ctx, sent, Some((id, version))).await
}

async fn save(ctx: Ctx, sent: Filled, edited: Edited) -> Page {
    let new = match read(&sent) {
        Ok(new) => new,
        Err(wrong) => return unsaved(page(&ctx, &sent, &wrong, edited)),
    };
    let request = sent.get("request_id").map_or("", String::as_str);
    match store::save(ctx.app(), ctx.actor(), request, edited, &new).await {
        Ok(id) => {
            ctx.done("已保存，由另一位同志发布后公开。", &format!("/desk/policies/{id}"))
                .await
        }
        Err(e) if e.kind == ErrorKind::Conflict => match merged(&ctx, edited, &new).await? {
            Some(page) => unsaved(page),
            None => Err(e.into()),
        },
        Err(e) => Err(e.into()),
    }
}

fn unsaved(page: FormPage) -> Page {
    Ok(web::refused(html(page)?))
}

/// Both clerks' changes in one form, with what the other changed; `None` when nobody else changed the draft.
async fn merged(ctx: &Ctx, edited: Edited, mine: &Filled) -> AppResult<Option<FormPage>> {
    let Some((id, filled_from)) = edited else {
        return Ok(None);
    };
    let entries = history::entries(&ctx.db, store::KIND, id).await?;
    let base = entries.iter().find(|e| e.version == filled_from);
    let (Some(base), Some(theirs)) = (base, entries.first().filter(|e| e.version > filled_from)) else {
        return Ok(None);
    };
    if !matches!(theirs.act.as_str(), "edit" | "attach" | "detach") {
        return Ok(None);
    }
    let merge = history::merge(&base.state, &theirs.state, &json!(mine));
    let (mut filled, mut met) = (Filled::new(), Vec::new());
    for (name, title, ..) in FIELDS {
        let text = |state: &serde_json::Value| state[name].as_str().unwrap_or_default().to_owned();
        filled.insert(name.to_owned(), text(&merge.merged));
        let (before, theirs, mine) = (text(&base.state), text(&theirs.state), text(&json!(mine)));
        if before != theirs && theirs != mine {
            met.push(Met {
                title: title.to_owned(),
                mine: if mine == before { "未改".to_owned() } else { mine },
                before,
                theirs,
            });
        }
    }
    let mut page = page(ctx, &filled, &Wrong::new(), Some((id, theirs.version)));
    page.met = met;
    Ok(Some(page))
}

/// The categories, and nothing chosen to begin with.
fn choices() -> Vec<(&'static str, &'static str)> {
    let mut choices = categories();
    choices[0].1 = "请选择";
    choices
}

fn page(ctx: &Ctx, filled: &Filled, wrong: &Wrong, edited: Edited) -> FormPage {
    let field = |&(name, title, _, required): &(&'static str, &'static str, usize, bool)| {
        let field = match name {
            "category" => Field::select(name, title, choices()),
            "governs" => Field::select(
                name,
                title,
                std::iter::once(("", "不作为")).chain(Governs::ALL.iter().map(|g| (g.id(), g.title()))),
            )
            .hint("相应的表单会链接到当日施行的这份文件"),
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
        shell: shell.here(if edited.is_some() {
            "修改政策文件"
        } else {
            "录入政策文件"
        }),
        problem: !wrong.is_empty(),
        met: Vec::new(),
        version: edited.map_or(0, |(_, version)| version),
        back: edited.map_or_else(|| "/desk/policies".to_owned(), |(id, _)| format!("/desk/policies/{id}")),
        request_id: format!("policy-{}", ctx.next_id()),
        fields: FIELDS.iter().map(field).collect(),
    }
}
