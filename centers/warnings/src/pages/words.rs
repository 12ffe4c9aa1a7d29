//! Codes of the tables in the words of the office.

use std::collections::HashMap;

use comparison::workbench::RuleNames;
use kernel::{AppResult, Timestamp};
use web::App;

use crate::store::MISFIRE_RULE;

/// The four kinds of supervision a finding may come from.
pub(super) const ORIGINS: [(&str, &str); 4] = [
    ("department", "部门内部监督"),
    ("finance_audit", "财政审计监督"),
    ("discipline", "纪委监督"),
    ("social", "社会监督"),
];

pub(super) const SEVERITIES: [(&str, &str); 4] = [("R", "红色"), ("O", "橙色"), ("Y", "黄色"), ("B", "蓝色")];

pub(super) fn word(list: &[(&'static str, &'static str)], id: &str) -> String {
    list.iter().find(|(i, _)| *i == id).map_or(id, |(_, w)| w).to_owned()
}

/// What the badge macro reads.
pub(super) fn badge(colour: &str) -> &'static str {
    match colour {
        "R" => "red",
        "O" => "orange",
        "Y" => "yellow",
        "B" => "blue",
        _ => "",
    }
}

pub(super) fn mode(id: &str) -> &'static str {
    match id {
        "ASC" => "关联",
        "ANO" => "异常",
        _ => "矛盾",
    }
}

pub(super) fn confidence(id: &str) -> &'static str {
    match id {
        "E1" => "身份证号、姓名均一致",
        "E2" => "身份证号一致，姓名不同：请先核实是不是同一人",
        _ => "仅姓名、出生日期和地区一致：请先确认身份",
    }
}

/// The number and name of a rule as a finding was asked by it; its number alone when its file is gone.
pub(super) fn rule(names: &RuleNames, id: &str, version: i64) -> String {
    titled(id, names.asked(id, version))
}

/// The same as the rule is called now.
pub(super) fn rule_now(names: &RuleNames, id: &str) -> String {
    titled(id, names.now(id))
}

fn titled(id: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{id} {name}"),
        None if id == MISFIRE_RULE => format!("{id} 规则失准"),
        None => id.to_owned(),
    }
}

/// What the rule of one finding was called when it was asked.
pub(super) async fn rule_of(app: &App, id: &str, version: i64) -> AppResult<String> {
    let mut names = RuleNames::in_force(app).await?;
    names.learn(&app.db, [(id, version)]).await?;
    Ok(rule(&names, id, version))
}

/// The days left, or how long it is overdue: text and whether it is late.
pub(super) fn term(due_millis: Option<i64>, now: Timestamp, calendar: &kernel::Calendar) -> (String, bool) {
    let Some(due) = due_millis else {
        return (String::new(), false);
    };
    let last_day = Timestamp(due - 1).date();
    if now.millis() >= due {
        let late = calendar.working_days_between(last_day, now.date()).max(1);
        return (format!("超期 {late} 个工作日"), true);
    }
    match calendar.working_days_between(now.date(), last_day) {
        0 => ("今日到期".to_owned(), false),
        days => (format!("剩 {days} 个工作日"), false),
    }
}

/// Names of programmes by code.
pub(super) async fn programmes(app: &App) -> AppResult<HashMap<String, String>> {
    let programmes = funds::programmes(&app.db).await?;
    Ok(programmes.into_iter().map(|p| (p.code, p.name)).collect())
}

/// The name behind a code, or the code.
pub(super) fn named(names: &HashMap<String, String>, id: &str) -> String {
    names.get(id).cloned().unwrap_or_else(|| id.to_owned())
}
