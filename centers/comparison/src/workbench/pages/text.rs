//! `GET` and `POST /desk/rules/{rule}/text`: another condition, explanation or name for a rule. The text is checked at once
//! as `yangguang rules check` does; what is wrong is named by its line, and nothing is kept until nothing is wrong.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{Form, extract::Path};
use kernel::{AppError, AppResult, ErrorKind};
use web::{Ctx, Page, Shell, html, parts::Field};

use super::{
    rule_title,
    tables::{ReadTable, readable},
};
use crate::{
    engine::Bounds,
    rules::{Rule, Rules, check_rule},
    sources::Sources,
    workbench::{
        LIST, NewChange, What,
        in_force::reworded,
        propose, rules_in_force,
        wording::{CONDITION, NAME, PARTS, Wording, altered, tidy, wording_of},
    },
};

/// Lines a text may have.
const MOST_LINES: usize = 500;

#[derive(Template)]
#[template(path = "workbench/pages/text.html")]
struct TextPage {
    shell: Shell,
    action: String,
    request_id: String,
    /// What is wrong, one thing a line.
    problems: Vec<String>,
    /// The text was checked and nothing is wrong.
    clean: bool,
    name: Field,
    condition: String,
    zh: Vec<Field>,
    en: Vec<Field>,
    why: Vec<Field>,
    params: Vec<(String, String)>,
    tables: Vec<ReadTable>,
    functions: &'static [(&'static str, &'static str)],
}

/// What a condition may use besides plain SQL.
const FUNCTIONS: &[(&str, &str)] = &[
    ("names_agree(a, b)", "姓或名一致"),
    ("names_differ(a, b)", "姓名相差几个字"),
    ("month_of(日期)", "日期所在的月序"),
];

type Filled = BTreeMap<String, String>;

pub(crate) async fn show(ctx: Ctx, Path(rule): Path<String>) -> Page {
    let rules = rules_in_force(ctx.app()).await?;
    let now = wording_of(found(&rules, &rule)?);
    page(&ctx, &rule, &now, Vec::new(), false).await
}

fn found<'a>(rules: &'a Rules, id: &str) -> AppResult<&'a Arc<Rule>> {
    rules.get(id).ok_or_else(|| AppError::not_found("没有这条规则。"))
}

async fn page(ctx: &Ctx, id: &str, filled: &Filled, problems: Vec<String>, clean: bool) -> Page {
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let rule = found(&rules, id)?;
    let of = |name: &str| filled.get(name).cloned().unwrap_or_default();
    let essay = |language: &str| {
        PARTS
            .iter()
            .filter(|p| p.id.starts_with(language))
            .map(|p| Field::area(p.id, p.title).value(of(p.id)).required())
            .collect::<Vec<_>>()
    };
    let places = rule
        .params
        .iter()
        .map(|(name, p)| (format!("{{{name}}}"), p.title.clone()));
    let of_run = [
        ("{area}", "比对的区划"),
        ("{month}", "比对当月的月序"),
        ("{today}", "比对当天的日期"),
    ];
    html(TextPage {
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("比对规则", "/desk/rules")
            .crumb(rule_title(&rules, id), format!("/desk/rules/{id}"))
            .here("提出条件或说明的调整"),
        action: format!("/desk/rules/{id}/text"),
        request_id: format!("rule-text-{:x}", ctx.next_id()),
        problems,
        clean,
        name: Field::text(NAME, "名称").value(of(NAME)).required(),
        condition: of(CONDITION),
        zh: essay("zh."),
        en: essay("en."),
        why: vec![
            Field::text("basis", "依据的文件")
                .value(of("basis"))
                .required()
                .hint("文件名称或文号。"),
            Field::area("reason", "调整理由").value(of("reason")).required(),
        ],
        params: places
            .chain(of_run.map(|(place, title)| (place.to_owned(), title.to_owned())))
            .collect(),
        tables: readable(rule, &sources.contracts),
        functions: FUNCTIONS,
    })
}

pub(crate) async fn take(ctx: Ctx, Path(id): Path<String>, Form(sent): Form<Filled>) -> Page {
    let filled: Filled = sent.into_iter().map(|(name, text)| (name, tidy(&text))).collect();
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let rule = found(&rules, &id)?;
    let propose_it = filled.get("do").is_none_or(|step| step != "check");
    let new = match read(&ctx, rule, &filled, propose_it) {
        Ok(new) => new,
        Err(error) if error.kind == ErrorKind::Invalid => {
            return page(&ctx, &id, &filled, vec![error.message], false).await;
        }
        Err(error) => return Err(error.into()),
    };
    let What::Text { wording, .. } = &new.what else {
        return Err(AppError::invalid("请改动名称、条件或说明。").into());
    };
    let problems = check_rule(&reworded(rule, wording), &sources.contracts, Bounds::AT_THE_DESK).await;
    if !problems.is_empty() || !propose_it {
        let told: Vec<String> = problems.iter().map(crate::rules::RuleProblem::told).collect();
        let clean = told.is_empty();
        return page(&ctx, &id, &filled, told, clean).await;
    }
    let request = filled.get("request_id").cloned().unwrap_or_default();
    let id = propose(ctx.app(), ctx.actor(), &request, &new).await?;
    ctx.done("已提出。请先试算，看看会多出和少掉哪些疑点。", &format!("{LIST}/{id}"))
        .await
}

/// Reads the form; why it is changed is asked when it is proposed, not when it is only checked.
fn read(ctx: &Ctx, rule: &Rule, filled: &Filled, with_reasons: bool) -> AppResult<NewChange> {
    let of = |name: &str| filled.get(name).map_or("", String::as_str);
    let mut typed = Wording::new();
    for part in &PARTS {
        let text = of(part.id);
        if text.is_empty() {
            return Err(AppError::invalid(format!("请填写“{}”。", part.title)));
        }
        if text.chars().count() > part.most {
            return Err(AppError::invalid(format!("“{}”最多 {} 个字。", part.title, part.most)));
        }
        if text.lines().count() > MOST_LINES {
            return Err(AppError::invalid(format!("“{}”最多 {MOST_LINES} 行。", part.title)));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(AppError::invalid(format!(
                "“{}”里有不能显示的字符，请删去。",
                part.title
            )));
        }
        typed.insert(part.id.to_owned(), text.to_owned());
    }
    if typed[NAME].contains('\n') {
        return Err(AppError::invalid("“名称”只能写一行。"));
    }
    let (wording, was) = altered(&wording_of(rule), &typed);
    if wording.is_empty() {
        return Err(AppError::invalid("与现在的规则没有不同，请先改动名称、条件或说明。"));
    }
    for (name, title, most) in [("basis", "依据的文件", 120), ("reason", "调整理由", 1_000)] {
        if with_reasons && of(name).is_empty() {
            return Err(AppError::invalid(format!("请填写{title}。")));
        }
        if of(name).chars().count() > most {
            return Err(AppError::invalid(format!("{title}最多 {most} 个字。")));
        }
    }
    let file = ctx.part::<Rules>()?;
    Ok(NewChange {
        rule: rule.id.clone(),
        what: What::Text { wording, was },
        region: ctx.config.area,
        from: ctx.clock.today(),
        to: None,
        basis: of("basis").to_owned(),
        reason: of("reason").to_owned(),
        file_hash: file.get(&rule.id).map(|rule| rule.hash.clone()).unwrap_or_default(),
    })
}
