//! `GET/POST /desk/plans/new` and `/desk/plans/{id}/edit`: the plan of a household or a village on one page, line by
//! line with the five questions. Lines are added by a button that works without script.

use access::Resource;
use askama::Template;
use axum::extract::{Path, Query};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppError, AppResult, ErrorKind, Money, RegionCode, RegionLevel};
use records::flow::Code;
use serde::Deserialize;
use web::{Ctx, Page, Shell, html, parts::Field};

use super::{blocks::request_id, filled::Filled, household::reached, plan_list::PATH};
use crate::{
    model::{
        plan::{MOST_LINES, Plan, QUESTIONS, Target, TypedLine},
        record::Record,
    },
    reach::desk_layer,
    store::{
        Outcome, missing,
        plan::{self, Draft, missing_plan},
        reading,
    },
};

/// Lines offered at first.
const LINES: usize = 3;

#[derive(Template)]
#[template(path = "pages/plan_form.html")]
struct FormPage {
    shell: Shell,
    error: Option<String>,
    action: String,
    hidden: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    lines: Vec<Vec<Field>>,
}

/// Whom the form is for.
struct Whom {
    target: Target,
    subject: i64,
    title: String,
    /// The household's measures can be named in a line.
    record: Option<Record>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(flatten)]
    area: AreaQuery,
    target: String,
    subject: String,
    year: String,
}

pub(crate) async fn form(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let mut filled = Filled::default();
    let target = Target::parse(&asked.target).unwrap_or(Target::Village);
    let mut subject = asked.subject.clone();
    if target == Target::Village && subject.is_empty() {
        let tree = regions(ctx.app()).await?;
        let chosen = asked.area.area(&tree, ctx.scope()).or(ctx.scope().region());
        let village = chosen.filter(|code| code.level() >= RegionLevel::Community);
        match village {
            Some(code) => subject = code.at(RegionLevel::Community).as_i64().to_string(),
            None => return choose(&ctx, &asked, &tree),
        }
    }
    filled.texts.insert("target".into(), target.id().into());
    filled.texts.insert("subject".into(), subject);
    filled.texts.insert("year".into(), asked.year);
    html(page(&ctx, &filled, None, None).await?)
}

/// A village is chosen first, where the clerk answers for several.
fn choose(ctx: &Ctx, asked: &Asked, tree: &directory::RegionTree) -> Page {
    use super::blocks::{Block, Blocks, Form};
    let mut fields = area_fields(tree, ctx.scope(), ctx.config.area, &asked.area);
    fields.truncate(2);
    let form = Form {
        title: "选择村".into(),
        hint: "先选镇（街），点“下一步”后再选村（社区）。".into(),
        action: format!("{PATH}/new"),
        hidden: vec![("target", Target::Village.id().into())],
        fields,
        button: "下一步".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    };
    let shell = ctx.shell(desk_layer(ctx)).crumb("帮扶计划", PATH).here("制定一村一策");
    Blocks::new(shell, vec![Block::Form(form)]).show()
}

async fn whom(ctx: &Ctx, filled: &Filled) -> AppResult<Whom> {
    let target = Target::parse(filled.of("target")).ok_or_else(|| AppError::invalid("请选择计划对象。"))?;
    let subject = filled.number("subject");
    match target {
        Target::Household => {
            reached(ctx, subject, "household.enter").await?;
            let record = reading::record(&ctx.db, subject).await?.ok_or_else(missing)?;
            Ok(Whom {
                target,
                subject,
                title: format!("{}户", record.head_name),
                record: Some(record),
            })
        }
        Target::Village => {
            let gone = || AppError::not_found("没有找到这个村，或不在您的管理范围内。");
            let code = RegionCode::from_i64(subject).ok_or_else(gone)?;
            ctx.require("household.enter", &Resource::in_region(code))?;
            let tree = regions(ctx.app()).await?;
            let known = tree.get(code).is_some() && code.level() == RegionLevel::Community;
            if !known {
                return Err(gone());
            }
            Ok(Whom {
                target,
                subject,
                title: tree.path_in_county(code),
                record: None,
            })
        }
    }
}

fn rows(filled: &Filled) -> usize {
    (filled.number("rows").max(LINES as i64) as usize).min(MOST_LINES)
}

async fn page(ctx: &Ctx, filled: &Filled, error: Option<String>, edited: Option<(i64, i64)>) -> AppResult<FormPage> {
    let whom = whom(ctx, filled).await?;
    let today = ctx.clock.today();
    let mut hidden = vec![
        ("target", whom.target.id().to_owned()),
        ("subject", whom.subject.to_string()),
        ("rows", rows(filled).to_string()),
        request_id(ctx, "plan"),
    ];
    let mut fields = Vec::new();
    let action = match edited {
        Some((id, version)) => {
            hidden.push(("version", version.to_string()));
            hidden.push(("year", filled.of("year").to_owned()));
            format!("{PATH}/{id}/edit")
        }
        None => {
            let year = filled.of("year");
            let year = if year.is_empty() {
                today.year().to_string()
            } else {
                year.to_owned()
            };
            fields.push(Field::input("number", "year", "年度").value(year).required());
            format!("{PATH}/new")
        }
    };
    fields.push(
        Field::area("aim", "年度目标")
            .value(filled.of("aim"))
            .placeholder("例如：人均纯收入超过标准，住房达到安全等级")
            .required(),
    );
    let lines = (1..=rows(filled))
        .map(|no| line_fields(no, filled, whom.record.as_ref()))
        .collect();
    let crumb = ctx.shell(desk_layer(ctx)).crumb("帮扶计划", PATH);
    Ok(FormPage {
        shell: crumb.here(format!("{}：{}", whom.target.title(), whom.title)),
        error,
        action,
        hidden,
        fields,
        lines,
    })
}

fn line_fields(no: usize, filled: &Filled, record: Option<&Record>) -> Vec<Field> {
    let name = |part: &str| format!("l{no}_{part}");
    let of = |part: &str| filled.of(&name(part)).to_owned();
    let mut fields = vec![
        Field::text(&name("what"), QUESTIONS[0]).value(of("what")),
        Field::text(&name("fund"), "资金在哪里（来源）")
            .value(of("fund"))
            .placeholder("省精准帮扶资金、自筹、不需要资金"),
        Field::text(&name("amount"), "金额（元）").value(of("amount")),
        Field::text(&name("who"), QUESTIONS[2]).value(of("who")),
        Field::input("date", &name("from"), "什么时间（开始）").value(of("from")),
        Field::input("date", &name("to"), "什么时间（完成）").value(of("to")),
        Field::text(&name("duty"), QUESTIONS[4])
            .value(of("duty"))
            .placeholder("谁负责，完不成怎么办"),
    ];
    if let Some(record) = record.filter(|record| !record.measures.is_empty()) {
        let none = std::iter::once((String::new(), "尚未落实".to_owned()));
        let known = record
            .measures
            .iter()
            .map(|m| (m.id.to_string(), format!("{} {} {}", m.on_day, m.kind, m.content)));
        fields.push(Field::select(&name("measure"), "已由哪项措施落实", none.chain(known)).value(of("measure")));
    }
    fields
}

fn draft(filled: &Filled) -> AppResult<Draft> {
    let mut lines = Vec::new();
    for no in 1..=rows(filled) {
        let of = |part: &str| filled.of(&format!("l{no}_{part}"));
        let typed = TypedLine {
            what: of("what"),
            fund: of("fund"),
            amount: of("amount"),
            who: of("who"),
            from: of("from"),
            to: of("to"),
            duty: of("duty"),
            measure: of("measure"),
        };
        lines.extend(typed.read(no)?);
    }
    Ok(Draft {
        aim: filled.of("aim").to_owned(),
        lines,
    })
}

async fn refused(ctx: &Ctx, filled: &Filled, error: AppError, edited: Option<(i64, i64)>) -> Page {
    if !matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) {
        return Err(error.into());
    }
    let page = html(page(ctx, filled, Some(error.message), edited).await?)?;
    Ok(web::refused(page))
}

fn with_a_line(filled: &mut Filled) {
    let more = (rows(filled) + 1).min(MOST_LINES);
    filled.texts.insert("rows".into(), more.to_string());
}

pub(crate) async fn post(ctx: Ctx, mut filled: Filled) -> Page {
    let whom = whom(&ctx, &filled).await?;
    if filled.of("do") == "line" {
        with_a_line(&mut filled);
        return html(page(&ctx, &filled, None, None).await?);
    }
    let done = async {
        let draft = draft(&filled)?;
        let (request, year) = (filled.request_id(), filled.number("year"));
        plan::create(ctx.app(), ctx.actor(), request, whom.target, whom.subject, year, &draft).await
    };
    match done.await {
        Ok(Some(id)) => {
            ctx.done("计划已保存，提交村级会议通过后报镇批准。", &format!("{PATH}/{id}"))
                .await
        }
        Ok(None) => ctx.done("已经保存过，没有重复保存。", PATH).await,
        Err(error) => refused(&ctx, &filled, error, None).await,
    }
}

pub(crate) async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let now = plan::plan(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing_plan)?;
    let version = plan::version(&ctx.db, id).await?;
    html(page(&ctx, &of_plan(&now), None, Some((id, version))).await?)
}

pub(crate) async fn change(ctx: Ctx, Path(id): Path<i64>, mut filled: Filled) -> Page {
    let now = plan::plan(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing_plan)?;
    for (name, value) in [("target", now.target.clone()), ("subject", now.subject.to_string())] {
        filled.texts.insert(name.into(), value);
    }
    whom(&ctx, &filled).await?;
    let version = filled.number("version");
    if filled.of("do") == "line" {
        with_a_line(&mut filled);
        return html(page(&ctx, &filled, None, Some((id, version))).await?);
    }
    let done = async {
        let draft = draft(&filled)?;
        plan::edit(ctx.app(), ctx.actor(), id, filled.request_id(), version, &draft).await
    };
    match done.await {
        Ok(Outcome::Done) => ctx.done("计划已修改。", &format!("{PATH}/{id}")).await,
        Ok(Outcome::Already) => ctx.done("已经修改过，没有重复修改。", &format!("{PATH}/{id}")).await,
        Err(error) => refused(&ctx, &filled, error, Some((id, version))).await,
    }
}

/// The form as it is filled from a plan.
fn of_plan(plan: &Plan) -> Filled {
    let mut filled = Filled::default();
    let mut put = |name: String, value: String| drop(filled.texts.insert(name, value));
    put("target".into(), plan.target.clone());
    put("subject".into(), plan.subject.to_string());
    put("year".into(), plan.year.to_string());
    put("aim".into(), plan.aim.clone());
    put("rows".into(), (plan.lines.len() + 1).min(MOST_LINES).to_string());
    for (no, line) in (1..).zip(&plan.lines) {
        let amount = if line.amount_fen == 0 {
            String::new()
        } else {
            Money(line.amount_fen).to_string().replace(',', "")
        };
        for (part, value) in [
            ("what", line.what.clone()),
            ("fund", line.fund.clone()),
            ("amount", amount),
            ("who", line.who.clone()),
            ("from", line.from_on.clone()),
            ("to", line.to_on.clone()),
            ("duty", line.duty.clone()),
            ("measure", line.measure_id.map_or_else(String::new, |id| id.to_string())),
        ] {
            put(format!("l{no}_{part}"), value);
        }
    }
    filled
}
