//! `/desk/people/{key}/reveal`: the one place where a readable ID number reaches a screen.
//!
//! First the purpose goes on the record, then the number is opened, shown once, and kept by nobody: the answer to
//! a form is not stored, and no address leads to it. The person sees later who looked and why.

use access::Resource;
use askama::Template;
use axum::{Form, extract::Path};
use directory::regions;
use kernel::{AppError, AppResult, PersonKey, RegionCode};
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair},
};

use super::list::place_path;
use crate::{
    Person,
    person::{sealed_number, within_reach},
    purpose,
};

#[derive(Template)]
#[template(path = "pages/reveal-ask.html")]
struct AskPage {
    shell: Shell,
    facts: Vec<Pair>,
    action: String,
    purpose: Field,
    words: Field,
}

#[derive(Template)]
#[template(path = "pages/reveal.html")]
struct RevealPage {
    shell: Shell,
    facts: Vec<Pair>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RevealForm {
    purpose: String,
    words: String,
}

/// Asks for the purpose.
pub(crate) async fn ask(ctx: Ctx, Path(key): Path<i64>) -> Page {
    let person = reachable(&ctx, key).await?;
    html(ask_page(&ctx, &person, &RevealForm::default(), (None, None)).await?)
}

/// Records the purpose, then shows the number.
pub(crate) async fn show(ctx: Ctx, Path(key): Path<i64>, Form(form): Form<RevealForm>) -> Page {
    let person = reachable(&ctx, key).await?;
    let problems = purpose::problems(&form.purpose, &form.words);
    if problems.0.is_some() || problems.1.is_some() {
        let page = html(ask_page(&ctx, &person, &form, problems).await?)?;
        return Ok(web::refused(page));
    }
    let purpose = purpose::told(&form.purpose, &form.words);
    let act = Act::new("person.reveal", format!("person:{key}"))
        .in_region(region_of(&person))
        .for_purpose(&purpose)
        .with(json!({ "purpose_code": form.purpose }));
    ctx.trail.note(ctx.actor(), act).await?;
    let sealed = sealed_number(&ctx.db, PersonKey(key))
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个人。"))?;
    let number = ctx
        .keys
        .reveal_number(PersonKey(key), &sealed)
        .map_err(AppError::internal)?;
    let mut facts = facts_of(&ctx, &person).await?;
    facts.push(Pair::whole("身份证号", number.expose()));
    facts.push(Pair::new("查看用途", purpose));
    html(RevealPage {
        shell: frame(&ctx, &person).here("查看身份证号"),
        facts,
    })
}

async fn reachable(ctx: &Ctx, key: i64) -> AppResult<Person> {
    let person = within_reach(&ctx.db, ctx.scope(), PersonKey(key))
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个人，或不在您的管理范围内。"))?;
    ctx.require("person.reveal", &Resource::in_region(region_of(&person)))?;
    Ok(person)
}

async fn ask_page(
    ctx: &Ctx,
    person: &Person,
    form: &RevealForm,
    problems: (Option<&'static str>, Option<&'static str>),
) -> AppResult<AskPage> {
    let choose = std::iter::once(("", "请选择"));
    Ok(AskPage {
        shell: frame(ctx, person).here("申请查看身份证号"),
        facts: facts_of(ctx, person).await?,
        action: format!("/desk/people/{}/reveal", person.person_key),
        purpose: Field::select("purpose", "用途", choose.chain(purpose::PURPOSES))
            .value(&form.purpose)
            .required()
            .error(problems.0),
        words: Field::area("words", "具体说明")
            .value(&form.words)
            .hint("例如：核实某村某号疑点。请勿填写身份证号。")
            .required()
            .error(problems.1),
    })
}

fn frame(ctx: &Ctx, person: &Person) -> Shell {
    let shell = ctx.shell(crate::desk_layer(ctx)).crumb("帮扶户", "/desk/households");
    match person.household_id {
        Some(id) => shell.crumb("所在户", format!("/desk/households/{id}")),
        None => shell,
    }
}

async fn facts_of(ctx: &Ctx, person: &Person) -> AppResult<Vec<Pair>> {
    let tree = regions(ctx.app()).await?;
    Ok(vec![
        Pair::new("姓名", &person.name),
        Pair::new("性别", crate::codes::sex_title(person.sex)),
        Pair::new("所在村", place_path(&tree, person.region)),
    ])
}

fn region_of(person: &Person) -> RegionCode {
    RegionCode::from_i64(person.region).unwrap_or(RegionCode::NATION)
}
