//! `GET /desk/rules` and `GET /desk/rules/{id}`: what is asked, why, by which SQL, and the examples that prove it.

use std::sync::Arc;

use access::Resource;
use askama::Template;
use axum::extract::{Path, Query};
use kernel::{AppError, RegionCode};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pair},
};

use super::HERE;
use crate::{
    finding::{Mode, Severity},
    rules::{PROBLEMS, Rule, Rules},
    sources::Sources,
    workbench::rules_in_force,
};

#[derive(Template)]
#[template(path = "runs/pages/rules.html")]
struct RulesPage {
    shell: Shell,
    filter: Filter,
    rows: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    problems: String,
    mode: &'static str,
    severity: &'static str,
    sources: String,
    verifier: &'static str,
    version: i64,
}

#[derive(Template)]
#[template(path = "runs/pages/rule.html")]
struct RulePage {
    shell: Shell,
    facts: Vec<Pair>,
    essay: Vec<Pair>,
    english: Vec<Pair>,
    params: Vec<(String, String, String)>,
    exceptions: Vec<(String, &'static str, String)>,
    examples: Vec<(String, &'static str)>,
    sql: String,
    change_href: Option<String>,
    changes_href: String,
}

/// The category the list is narrowed to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    problem: String,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let (rules, sources) = (ctx.part::<Rules>()?, ctx.part::<Sources>()?);
    let wanted = |r: &&Arc<Rule>| query.problem.is_empty() || r.problems().contains(&query.problem.as_str());
    let rows = rules.iter().filter(wanted).map(|r| Line {
        id: r.id.clone(),
        name: r.name.clone(),
        problems: r.problem_titles().join("、"),
        mode: mode(r.mode),
        severity: severity(r.severity),
        sources: source_titles(r, &sources),
        verifier: verifier(&r.verifier),
        version: r.version,
    });
    let rows = rows.collect();
    html(RulesPage {
        shell: ctx.shell(HERE).here("比对规则"),
        filter: Filter {
            action: "/desk/rules".to_owned(),
            fields: vec![Field::select("problem", "问题类别", problems()).value(query.problem.clone())],
        },
        rows,
    })
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> Page {
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let rule = rules.get(&id).ok_or_else(|| AppError::not_found("没有这条规则。"))?;
    let (area, day) = (ctx.scope().region().unwrap_or(RegionCode::NATION), ctx.clock.today());
    let zh = &rule.explanation.zh;
    let en = &rule.explanation.en;
    let essay = |titles: [&str; 5], e: &crate::rules::Essay| {
        let parts = [&e.source, &e.method, &e.exclusions, &e.false_positives, &e.worked];
        titles
            .into_iter()
            .zip(parts)
            .map(|(t, text)| Pair::new(t, text.as_str()))
            .collect::<Vec<_>>()
    };
    let params = rule.params.iter().map(|(name, p)| {
        let value = rule.param(name, area, day).unwrap_or(&p.value).to_string();
        let others = p
            .overrides
            .iter()
            .map(|o| format!("{}自{}起为{}（{}）", o.region, o.from, o.value, o.basis));
        (
            p.title.clone(),
            format!("{value} {}", p.unit),
            others.collect::<Vec<_>>().join("；"),
        )
    });
    let params = params.collect();
    html(RulePage {
        shell: ctx
            .shell(HERE)
            .crumb("比对规则", "/desk/rules")
            .here(format!("{} {}", rule.id, rule.name)),
        facts: vec![
            Pair::whole("编号", rule.id.as_str()),
            Pair::whole("版本", rule.version.to_string()),
            Pair::new("问题类别", rule.problem_titles().join("、")),
            Pair::new("类型", mode(rule.mode)),
            Pair::new("严重程度", severity(rule.severity)),
            Pair::new("核查部门", verifier(&rule.verifier)),
            Pair::new("维护单位", rule.owner.as_str()),
            Pair::new("数据来源", source_titles(rule, &sources)),
            Pair::new("时点", rule.as_of.as_str()),
            Pair::new("依据", rule.basis.as_str()),
            Pair::whole("生效", rule.effective_from.as_str()),
            Pair::whole("文件摘要", rule.hash.chars().take(16).collect::<String>()),
        ],
        essay: essay(["来源", "方法", "不列入的", "常见误报", "举例"], zh),
        english: essay(["Source", "Method", "Exclusions", "False positives", "Example"], en),
        params,
        exceptions: rule
            .exceptions
            .iter()
            .map(|(c, text)| (c.clone(), crate::rules::exception_title(c), text.clone()))
            .collect(),
        examples: rule
            .example
            .iter()
            .map(|e| (e.title.clone(), expected(&e.expect)))
            .collect(),
        sql: rule.condition.trim().to_owned(),
        change_href: (!rule.params.is_empty() && ctx.may("rule.propose", &Resource::any()))
            .then(|| format!("/desk/rules/{id}/change")),
        changes_href: format!("/desk/rule-changes?rule={id}"),
    })
}

fn problems() -> Vec<(String, String)> {
    let all = (String::new(), "全部".to_owned());
    let each = PROBLEMS
        .iter()
        .map(|(id, title)| ((*id).to_owned(), (*title).to_owned()));
    std::iter::once(all).chain(each).collect()
}

fn source_titles(rule: &Rule, sources: &Sources) -> String {
    let title = |name: &String| sources.contracts.get(name).map_or(name.clone(), |c| c.title.clone());
    let titles: Vec<String> = rule.sources.iter().map(title).collect();
    if titles.is_empty() {
        "发放台账和登记册".to_owned()
    } else {
        titles.join("、")
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::ASC => "关联",
        Mode::ANO => "异常",
        Mode::CON => "矛盾",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::R => "红色",
        Severity::O => "橙色",
        Severity::Y => "黄色",
        Severity::B => "蓝色",
    }
}

fn expected(expect: &str) -> &'static str {
    match expect {
        "hit" => "列为疑点",
        "exception" => "列出并提示例外",
        _ => "不列",
    }
}

/// The department behind a verifier code.
fn verifier(code: &str) -> &'static str {
    match code {
        "CIV" => "民政局",
        "POV" => "扶贫（帮促）部门",
        "FIN" => "财政局",
        "AGR" => "农业农村局",
        "HOU" => "住房和城乡建设局",
        "EDU" => "教育和体育局",
        "MED" => "医保、卫健部门",
        "DIS" => "残联",
        "HR" => "人力资源和社会保障局",
        "TOWN" => "镇（街）",
        "VSC" => "村务监督委员会",
        "CDI" => "纪委监委",
        "AUD" => "审计局",
        "DEPT" => "项目主管部门",
        _ => "平台",
    }
}
