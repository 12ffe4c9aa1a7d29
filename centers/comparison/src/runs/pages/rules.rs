//! `GET /desk/rules`: all rules, and the words in which pages speak of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter},
};

use super::HERE;
use crate::{
    finding::{Mode, Severity},
    rules::{PROBLEMS, Rule},
    sources::Sources,
    workbench::rules_in_force,
};

#[derive(Template)]
#[template(path = "runs/pages/rules.html")]
struct RulesPage {
    shell: Shell,
    filter: Filter,
    /// Of all rules, when the list is narrowed.
    of: Option<usize>,
    rows: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    problems: String,
    mode: &'static str,
    /// The name of its badge.
    severity: &'static str,
    sources: String,
    verifier: &'static str,
    version: i64,
}

/// What the list is narrowed to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    q: String,
    problem: String,
    severity: String,
    source: String,
}

impl ListQuery {
    fn takes(&self, rule: &Rule, sources: &Sources) -> bool {
        let q = self.q.trim().to_lowercase();
        let told = || {
            let named = [&rule.id, &rule.name, &rule.owner].map(|text| text.to_lowercase());
            named.iter().any(|text| text.contains(&q))
                || source_titles(rule, sources).contains(&q)
                || verifier(&rule.verifier).contains(&q)
        };
        (q.is_empty() || told())
            && (self.problem.is_empty() || rule.problems().contains(&self.problem.as_str()))
            && (self.severity.is_empty() || tone(rule.severity) == self.severity)
            && (self.source.is_empty() || rule.sources.contains(&self.source))
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let wanted: Vec<&Arc<Rule>> = rules.iter().filter(|r| query.takes(r, &sources)).collect();
    let total = rules.iter().count();
    let rows: Vec<Line> = wanted
        .into_iter()
        .map(|r| Line {
            id: r.id.clone(),
            name: r.name.clone(),
            problems: r.problem_titles().join("、"),
            mode: mode(r.mode),
            severity: tone(r.severity),
            sources: source_titles(r, &sources),
            verifier: verifier(&r.verifier),
            version: r.version,
        })
        .collect();
    let all = || std::iter::once((String::new(), "全部".to_owned()));
    let severities = [Severity::R, Severity::O, Severity::Y, Severity::B];
    let severities = severities.map(|s| (tone(s).to_owned(), s.title().to_owned()));
    let read = sources
        .contracts
        .iter()
        .filter(|c| rules.iter().any(|r| r.sources.contains(&c.name)));
    let read: Vec<(String, String)> = read.map(|c| (c.name.clone(), c.title.clone())).collect();
    html(RulesPage {
        shell: ctx.shell(HERE).here("比对规则"),
        filter: Filter {
            action: "/desk/rules".to_owned(),
            fields: vec![
                Field::input("search", "q", "关键字")
                    .value(query.q.clone())
                    .placeholder("编号、名称、部门"),
                Field::select("problem", "问题类别", problems()).value(query.problem.clone()),
                Field::select("severity", "严重程度", all().chain(severities)).value(query.severity.clone()),
                Field::select("source", "数据来源", all().chain(read)).value(query.source.clone()),
            ],
        },
        of: (rows.len() < total).then_some(total),
        rows,
    })
}

/// The name of a severity's badge.
fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::R => "red",
        Severity::O => "orange",
        Severity::Y => "yellow",
        Severity::B => "blue",
    }
}

fn problems() -> Vec<(String, String)> {
    let all = (String::new(), "全部".to_owned());
    let each = PROBLEMS
        .iter()
        .map(|(id, title)| ((*id).to_owned(), (*title).to_owned()));
    std::iter::once(all).chain(each).collect()
}

pub(super) fn source_titles(rule: &Rule, sources: &Sources) -> String {
    let title = |name: &String| sources.contracts.get(name).map_or(name.clone(), |c| c.title.clone());
    let titles: Vec<String> = rule.sources.iter().map(title).collect();
    if titles.is_empty() {
        "发放台账和登记册".to_owned()
    } else {
        titles.join("、")
    }
}

pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::ASC => "关联",
        Mode::ANO => "异常",
        Mode::CON => "矛盾",
    }
}

/// The department behind a verifier code.
pub(super) fn verifier(code: &str) -> &'static str {
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
