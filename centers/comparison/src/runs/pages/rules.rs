//! `GET /desk/rules`: all rules, and the words in which pages speak of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell,
    export::{Cell, Export},
    html,
    parts::{Field, Filter},
};

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
    /// Of all rules, when the list is narrowed.
    of: Option<usize>,
    rows: Vec<Line>,
    /// The file of the same rows.
    export: String,
}

struct Line {
    id: String,
    name: String,
    problems: String,
    mode: &'static str,
    severity: Severity,
    sources: String,
    verifier: &'static str,
    version: i64,
}

impl Line {
    /// The name of its badge.
    fn tone(&self) -> &'static str {
        tone(self.severity)
    }
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

    /// The rules asked for, as page and file show them.
    fn lines(&self, rules: &Rules, sources: &Sources) -> Vec<Line> {
        let wanted = rules.iter().filter(|r| self.takes(r, sources));
        let line = |r: &Arc<Rule>| Line {
            id: r.id.clone(),
            name: r.name.clone(),
            problems: r.problem_titles().join("、"),
            mode: mode(r.mode),
            severity: r.severity,
            sources: source_titles(r, sources),
            verifier: verifier(&r.verifier),
            version: r.version,
        };
        wanted.map(line).collect()
    }

    fn text(&self) -> String {
        web::query_of([
            ("q", &self.q),
            ("problem", &self.problem),
            ("severity", &self.severity),
            ("source", &self.source),
        ])
    }
}

/// `GET /desk/rules.xlsx`: the list as it is narrowed, on the record.
pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let columns = [
        ("编号", 10.0),
        ("名称", 36.0),
        ("问题类别", 24.0),
        ("类型", 8.0),
        ("严重程度", 10.0),
        ("数据来源", 36.0),
        ("核查部门", 22.0),
        ("版本", 8.0),
    ];
    let mut file = Export::begin(ctx.app(), "比对规则", &columns)?;
    for line in query.lines(&rules, &sources) {
        file.row([
            Cell::text(line.id),
            Cell::text(line.name),
            Cell::text(line.problems),
            Cell::text(line.mode),
            Cell::text(line.severity.title()),
            Cell::text(line.sources),
            Cell::text(line.verifier),
            Cell::Count(line.version),
        ])?;
    }
    let act = Act::new("rule.export", "rule:list").with(json!({ "filters": query.text(), "rows": file.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send(&format!("比对规则-{}.xlsx", ctx.clock.today())).await?)
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let rows = query.lines(&rules, &sources);
    let total = rules.iter().count();
    let all = || std::iter::once((String::new(), "全部".to_owned()));
    let severities = [Severity::R, Severity::O, Severity::Y, Severity::B];
    let severities = severities.map(|s| (tone(s).to_owned(), s.title().to_owned()));
    let read = sources
        .contracts
        .iter()
        .filter(|c| rules.iter().any(|r| r.sources.contains(&c.name)));
    let read: Vec<(String, String)> = read.map(|c| (c.name.clone(), c.title.clone())).collect();
    html(RulesPage {
        shell: ctx.shell(ctx.own_layer()).here("比对规则"),
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
        export: format!("/desk/rules.xlsx?{}", query.text()),
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
