//! `/desk/people/{key}/reveal`: the one place where a readable ID number reaches a screen.
//!
//! First the purpose goes on the record, then the number is opened, shown once, and kept by nobody: the answer to
//! a form is not stored, and no address leads to it. The person sees later who looked and why.

use access::Resource;
use askama::Template;
use axum::{
    Form,
    extract::Path,
    http::{HeaderName, StatusCode},
    response::IntoResponse,
};
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
    codes::PURPOSES,
    person::{sealed_number, within_reach},
};

/// The purpose in the clerk's own words: long enough to say something.
const MIN_WORDS: usize = 4;
const MAX_WORDS: usize = 200;

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
    let problems = (purpose_problem(&form.purpose), words_problem(&form.words));
    if problems.0.is_some() || problems.1.is_some() {
        let page = html(ask_page(&ctx, &person, &form, problems).await?)?;
        let own_body = [(HeaderName::from_static("x-own-body"), "1")];
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, own_body, page).into_response());
    }
    let purpose = format!("{}：{}", purpose_title(&form.purpose), form.words.trim());
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
        purpose: Field::select("purpose", "用途", choose.chain(PURPOSES))
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

fn purpose_title(code: &str) -> &'static str {
    PURPOSES
        .iter()
        .find(|(c, _)| *c == code)
        .map_or("其他", |(_, title)| title)
}

fn purpose_problem(code: &str) -> Option<&'static str> {
    (!PURPOSES.iter().any(|(c, _)| *c == code)).then_some("请选择用途。")
}

/// The words go on the record, which must not hold a number.
fn words_problem(words: &str) -> Option<&'static str> {
    let length = words.trim().chars().count();
    let digits = words.chars().filter(|c| c.is_numeric()).count();
    if length < MIN_WORDS {
        Some("请写明用途，至少 4 个字。")
    } else if length > MAX_WORDS {
        Some("说明最多 200 个字。")
    } else if digits >= 15 {
        Some("说明中请勿填写身份证号或银行账号。")
    } else {
        None
    }
}
