//! `GET /desk/rules/{id}`: what is asked, why, by which SQL and with which parameters, how often it is borne out, what was
//! changed and by whom, which versions runs used, and the examples that prove it.

use access::Resource;
use askama::Template;
use axum::extract::Path;
use directory::{RegionTree, regions};
use kernel::{AppError, AppResult, RegionCode, Timestamp};
use records::flow::Code;
use web::{Ctx, Page, Shell, html, parts::Pair};

use super::rules::{mode, source_titles, verifier};
use crate::{
    finding::{FindingSinkPart, Precision},
    rules::{Essay, Rule, Rules, exception_title},
    runs::store::{VersionUsed, versions_used},
    sources::Sources,
    workbench::{
        ChangeState, RuleChange, changes, last_changes,
        pages::{place, says, span, value_text},
        rules_in_force,
    },
};

#[derive(Template)]
#[template(path = "runs/pages/rule.html")]
struct RulePage {
    shell: Shell,
    facts: Vec<Pair>,
    essay: Vec<Pair>,
    english: Vec<Pair>,
    params: Vec<Param>,
    judged: Vec<Judged>,
    misfires: bool,
    history: Vec<Changed>,
    versions: Vec<Version>,
    exceptions: Vec<(String, &'static str, String)>,
    examples: Vec<(String, &'static str)>,
    sql: String,
    param_href: Option<String>,
    text_href: Option<String>,
    changes_href: String,
}

/// One value of a parameter, where and when.
struct Param {
    title: String,
    value: String,
    place: String,
    span: String,
    basis: String,
    /// The one used here today.
    here: bool,
}

struct Judged {
    since: String,
    found: i64,
    borne_out: i64,
    cleared: i64,
    undecided: i64,
    share: String,
    interval: String,
}

struct Changed {
    href: String,
    at: String,
    says: String,
    span: String,
    by: String,
    reason: String,
    decided: String,
    version: String,
    state: &'static str,
    tone: &'static str,
}

struct Version {
    version: i64,
    hash: String,
    runs: i64,
    first: String,
    last: String,
    now: bool,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<String>) -> Page {
    let (rules, sources) = (rules_in_force(ctx.app()).await?, ctx.part::<Sources>()?);
    let rule = rules.get(&id).ok_or_else(|| AppError::not_found("没有这条规则。"))?;
    let tree = regions(ctx.app()).await?;
    let may_propose = ctx.may("rule.propose", &Resource::any());
    let judged = judged(&ctx, &id).await?;
    html(RulePage {
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("比对规则", "/desk/rules")
            .here(format!("{} {}", rule.id, rule.name)),
        facts: facts(&ctx, rule, &sources)?,
        essay: essay(["来源", "方法", "不列入的", "常见误报", "举例"], &rule.explanation.zh),
        english: essay(
            ["Source", "Method", "Exclusions", "False positives", "Example"],
            &rule.explanation.en,
        ),
        params: params(&ctx, rule, &tree),
        misfires: judged.iter().any(|(_, precision)| precision.misfires),
        judged: judged.iter().map(|(since, precision)| line(since, precision)).collect(),
        history: history(&ctx, &rules, &id).await?,
        versions: versions(&ctx, rule).await?,
        exceptions: rule
            .exceptions
            .iter()
            .map(|(c, text)| (c.clone(), exception_title(c), text.clone()))
            .collect(),
        examples: rule
            .example
            .iter()
            .map(|e| (e.title.clone(), expected(&e.expect)))
            .collect(),
        sql: rule.condition.trim().to_owned(),
        param_href: (may_propose && !rule.params.is_empty()).then(|| format!("/desk/rules/{id}/change")),
        text_href: may_propose.then(|| format!("/desk/rules/{id}/text")),
        changes_href: format!("/desk/rule-changes?rule={id}"),
    })
}

fn facts(ctx: &Ctx, rule: &Rule, sources: &Sources) -> AppResult<Vec<Pair>> {
    let files = ctx.part::<Rules>()?;
    let file = files.get(&rule.id).map_or(rule.version, |file| file.version);
    let version = if file == rule.version {
        format!("第 {file} 版（规则文件）")
    } else {
        format!("第 {} 版（规则文件第 {file} 版，本县又有调整）", rule.version)
    };
    Ok(vec![
        Pair::whole("编号", rule.id.as_str()),
        Pair::new("版本", version),
        Pair::new("问题类别", rule.problem_titles().join("、")),
        Pair::new("类型", mode(rule.mode)),
        Pair::new("严重程度", rule.severity.title()),
        Pair::new("核查部门", verifier(&rule.verifier)),
        Pair::new("维护单位", rule.owner.as_str()),
        Pair::new("数据来源", source_titles(rule, sources)),
        Pair::new("时点", rule.as_of.as_str()),
        Pair::new("依据", rule.basis.as_str()),
        Pair::whole("生效", rule.effective_from.as_str()),
        Pair::whole("内容摘要", rule.hash.chars().take(16).collect::<String>()),
    ])
}

fn essay(titles: [&str; 5], essay: &Essay) -> Vec<Pair> {
    let parts = [
        &essay.source,
        &essay.method,
        &essay.exclusions,
        &essay.false_positives,
        &essay.worked,
    ];
    titles
        .into_iter()
        .zip(parts)
        .map(|(title, text)| Pair::new(title, text.as_str()))
        .collect()
}

/// The value of the file, then those of regions and times; the one in force here and today is marked.
fn params(ctx: &Ctx, rule: &Rule, tree: &std::sync::Arc<RegionTree>) -> Vec<Param> {
    let (area, day) = (ctx.scope().region().unwrap_or(ctx.config.area), ctx.clock.today());
    let mut out = Vec::new();
    for (name, param) in &rule.params {
        let here = rule.param(name, area, day).unwrap_or(&param.value);
        let text = |value: &toml::Value| value_text(&value.to_string(), &param.unit);
        let mut lines = vec![Param {
            title: param.title.clone(),
            value: text(&param.value),
            place: "全国（规则文件）".to_owned(),
            span: String::new(),
            basis: String::new(),
            here: false,
        }];
        lines.extend(param.overrides.iter().map(|o| {
            Param {
                title: String::new(),
                value: text(&o.value),
                place: o
                    .region
                    .parse::<RegionCode>()
                    .map_or(o.region.clone(), |region| match tree.get(region) {
                        Some(known) if region == ctx.config.area => format!("{}（全县）", known.name),
                        _ => place(tree, region),
                    }),
                span: match &o.to {
                    Some(to) => format!("{} 至 {to}", o.from),
                    None => format!("{} 起", o.from),
                },
                basis: o.basis.clone(),
                here: false,
            }
        }));
        // Later ones of the same place win, as in the engine.
        let chosen = param
            .overrides
            .iter()
            .rposition(|o| std::ptr::eq(&o.value, here))
            .map_or(0, |at| at + 1);
        lines[chosen].here = true;
        out.extend(lines);
    }
    out
}

/// All verdicts, and those since the rule was last changed.
async fn judged(ctx: &Ctx, id: &str) -> AppResult<Vec<(String, Precision)>> {
    let sink = ctx.part::<FindingSinkPart>()?;
    let all = sink.0.precision(ctx.app(), ctx.scope(), id, Timestamp(0)).await?;
    let mut out = vec![("全部".to_owned(), all)];
    if let Some(at) = last_changes(&ctx.db).await?.get(id) {
        let since = sink.0.precision(ctx.app(), ctx.scope(), id, *at).await?;
        out[0].1.misfires = false;
        out.push((format!("{} 最近一次调整以后发现的", at.date()), since));
    }
    Ok(out)
}

fn line(since: &str, precision: &Precision) -> Judged {
    let percent = |bp: i64| format!("{}.{:02}%", bp / 100, bp % 100);
    Judged {
        since: since.to_owned(),
        found: precision.found,
        borne_out: precision.borne_out,
        cleared: precision.cleared,
        undecided: precision.undecided,
        share: precision
            .share_bp
            .map_or_else(|| "尚无结论".to_owned(), |(share, ..)| percent(share)),
        interval: precision.share_bp.map_or_else(String::new, |(_, low, high)| {
            format!("{} 至 {}", percent(low), percent(high))
        }),
    }
}

async fn history(ctx: &Ctx, rules: &Rules, id: &str) -> AppResult<Vec<Changed>> {
    let line = |c: RuleChange| Changed {
        href: format!("/desk/rule-changes/{}", c.id),
        at: c.proposed_at().date().to_string(),
        says: says(rules, &c),
        span: span(&c),
        by: c.proposed_name.clone(),
        reason: c.reason.clone(),
        decided: match (c.state(), c.decided_at()) {
            (ChangeState::Revoked, _) if !c.ended_name.is_empty() => {
                format!("{}批准，{}撤销", c.decided_name, c.ended_name)
            }
            (_, Some(at)) => format!("{}，{}", c.decided_name, at.date()),
            (_, None) => String::new(),
        },
        version: c.version.map_or_else(String::new, |version| format!("第 {version} 版")),
        state: c.state().title(),
        tone: c.state().tone(),
    };
    Ok(changes(&ctx.db, Some(id)).await?.into_iter().map(line).collect())
}

async fn versions(ctx: &Ctx, rule: &Rule) -> AppResult<Vec<Version>> {
    let line = |used: VersionUsed| Version {
        version: used.rule_version,
        now: used.rule_hash == rule.hash,
        hash: used.rule_hash.chars().take(12).collect(),
        runs: used.runs,
        first: Timestamp(used.first_at).date().to_string(),
        last: Timestamp(used.last_at).date().to_string(),
    };
    Ok(versions_used(&ctx.db, ctx.scope(), &rule.id)
        .await?
        .into_iter()
        .map(line)
        .collect())
}

fn expected(expect: &str) -> &'static str {
    match expect {
        "hit" => "列为疑点",
        "exception" => "列出并提示例外",
        _ => "不列",
    }
}
