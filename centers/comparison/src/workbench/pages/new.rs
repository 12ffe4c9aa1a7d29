//! `GET` and `POST /desk/rules/{rule}/change`: proposes another value of a parameter.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, Money, RegionCode, RegionLevel, period::parse_date};
use serde::Deserialize;
use web::{Ctx, Page, Shell, html, parts::Field};

use super::rule_title;
use crate::{
    rules::{Param, Rule, Rules},
    workbench::{LIST, NewChange, What, in_force::with, propose, rules_in_force},
};

#[derive(Template)]
#[template(path = "workbench/pages/new.html")]
struct NewPage {
    shell: Shell,
    action: String,
    request_id: String,
    problem: String,
    fields: Vec<Field>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    param: String,
}

pub(crate) async fn show(ctx: Ctx, Path(rule): Path<String>, Query(which): Query<Which>) -> Page {
    let filled = BTreeMap::from([
        ("param".to_owned(), which.param),
        ("from".to_owned(), ctx.clock.today().to_string()),
    ]);
    page(&ctx, &rule, &filled, String::new()).await
}

fn found<'a>(rules: &'a Rules, id: &str) -> AppResult<&'a std::sync::Arc<Rule>> {
    let rule = rules.get(id).ok_or_else(|| AppError::not_found("没有这条规则。"))?;
    if rule.params.is_empty() {
        return Err(AppError::conflict("这条规则没有可以调整的参数。"));
    }
    Ok(rule)
}

async fn page(ctx: &Ctx, id: &str, filled: &BTreeMap<String, String>, problem: String) -> Page {
    let rules = rules_in_force(ctx.app()).await?;
    let rule = found(&rules, id)?;
    let tree = regions(ctx.app()).await?;
    let of = |name: &str| filled.get(name).cloned().unwrap_or_default();
    let (area, day) = (ctx.config.area, ctx.clock.today());
    let params = rule.params.iter().map(|(name, p)| {
        let value = rule.param(name, area, day).unwrap_or(&p.value).to_string();
        (
            name.clone(),
            format!("{}（现为 {}）", p.title, super::value_text(&value, &p.unit)),
        )
    });
    let mut places = vec![(area.to_string(), "全县".to_owned())];
    if rule.region_column.is_some() {
        let towns = tree.children(area);
        places.extend(towns.iter().map(|r| (r.code.to_string(), r.name.clone())));
    }
    html(NewPage {
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("比对规则", "/desk/rules")
            .crumb(rule_title(&rules, id), format!("/desk/rules/{id}"))
            .here("提出参数调整"),
        action: format!("/desk/rules/{id}/change"),
        request_id: format!("rule-change-{:x}", ctx.next_id()),
        problem,
        fields: vec![
            Field::select("param", "参数", params).value(of("param")).required(),
            Field::text("value", "调整为")
                .value(of("value"))
                .required()
                .hint("整数，单位同现值；金额请写明“元”，如“20000元”，不写“元”的按分计；是否类的填“是”或“否”。"),
            Field::select("region", "适用区划", places)
                .value(of("region"))
                .required(),
            Field::input("date", "from", "生效日期").value(of("from")).required(),
            Field::input("date", "to", "失效日期")
                .value(of("to"))
                .hint("留空表示一直有效。"),
            Field::text("basis", "依据的文件")
                .value(of("basis"))
                .required()
                .hint("文件名称或文号。"),
            Field::area("reason", "调整理由").value(of("reason")).required(),
        ],
    })
}

pub(crate) async fn take(ctx: Ctx, Path(rule): Path<String>, Form(filled): Form<BTreeMap<String, String>>) -> Page {
    let rules = rules_in_force(ctx.app()).await?;
    let request = filled.get("request_id").cloned().unwrap_or_default();
    match read(&ctx, found(&rules, &rule)?, &filled) {
        Ok(new) => {
            let id = propose(ctx.app(), ctx.actor(), &request, &new).await?;
            ctx.done("已提出。请先试算，看看会多出和少掉哪些疑点。", &format!("{LIST}/{id}"))
                .await
        }
        Err(error) if error.kind == ErrorKind::Invalid => page(&ctx, &rule, &filled, error.message).await,
        Err(error) => Err(error.into()),
    }
}

fn read(ctx: &Ctx, rule: &std::sync::Arc<Rule>, filled: &BTreeMap<String, String>) -> AppResult<NewChange> {
    let of = |name: &str| filled.get(name).map_or("", |v| v.trim());
    let param = rule
        .params
        .get(of("param"))
        .ok_or_else(|| AppError::invalid("请从列表中选择参数。"))?;
    let region: RegionCode = of("region")
        .parse()
        .map_err(|_| AppError::invalid("请从列表中选择适用区划。"))?;
    if !ctx.config.area.contains(region) || region.level() > RegionLevel::Town {
        return Err(AppError::invalid("适用区划须是本县或本县的镇（街）。"));
    }
    let day = |name: &str, title: &str| {
        parse_date(of(name))
            .filter(|d| d.year() >= 1900)
            .ok_or_else(|| AppError::invalid(format!("{title}请填成 2026-01-31 这样的日期。")))
    };
    let from = day("from", "生效日期")?;
    let to = if of("to").is_empty() {
        None
    } else {
        Some(day("to", "失效日期")?)
    };
    if to.is_some_and(|to| to < from) {
        return Err(AppError::invalid("失效日期早于生效日期。"));
    }
    for (name, title, most) in [("basis", "依据的文件", 120), ("reason", "调整理由", 1_000)] {
        if of(name).is_empty() {
            return Err(AppError::invalid(format!("请填写{title}。")));
        }
        if of(name).chars().count() > most {
            return Err(AppError::invalid(format!("{title}最多 {most} 个字。")));
        }
    }
    let value = value(param, of("value"))?;
    let new = NewChange {
        rule: rule.id.clone(),
        what: What::Param {
            param: of("param").to_owned(),
            value: value.clone(),
        },
        region,
        from,
        to,
        basis: of("basis").to_owned(),
        reason: of("reason").to_owned(),
        file_hash: String::new(),
    };
    // What the engine would refuse is said now, not when a run begins.
    with(rule, of("param"), new.as_override(&value))
        .sql(ctx.config.area, from)
        .map_err(|_| AppError::invalid("这条规则不能分镇（街）取不同的值，适用区划请选“全县”。"))?;
    Ok(new)
}

fn value(param: &Param, typed: &str) -> AppResult<toml::Value> {
    if param.value.is_bool() {
        return match typed {
            "是" | "true" => Ok(toml::Value::Boolean(true)),
            "否" | "false" => Ok(toml::Value::Boolean(false)),
            _ => Err(AppError::invalid(format!("“{}”请填“是”或“否”。", param.title))),
        };
    }
    if param.unit.starts_with('分') && typed.ends_with('元') {
        return match Money::parse(typed) {
            Ok(amount) if !amount.is_negative() => Ok(toml::Value::Integer(amount.0)),
            _ => Err(AppError::invalid(format!(
                "“{}”请填不小于 0 的金额，最多两位小数，如“20000元”。",
                param.title
            ))),
        };
    }
    let clean: String = typed
        .chars()
        .map(kernel::checks::half_width)
        .filter(|c| *c != ',')
        .collect();
    match clean.parse::<i64>() {
        Ok(number) if number >= 0 => Ok(toml::Value::Integer(number)),
        _ => Err(AppError::invalid(format!(
            "“{}”请填不小于 0 的整数，单位是{}。",
            param.title, param.unit
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_typed_in_yuan_or_in_the_unit_of_the_rule() {
        let fen = Param {
            title: "低值上限".into(),
            unit: "分".into(),
            value: toml::Value::Integer(1),
            overrides: Vec::new(),
        };
        let read = |typed: &str| value(&fen, typed).map(|v| v.as_integer().unwrap_or_default());
        for (typed, amount) in [
            ("20000元", 2_000_000),
            ("2万元", -1),
            ("20,000.50元", 2_000_050),
            ("2000000", 2_000_000),
        ] {
            match read(typed) {
                Ok(read) => assert_eq!(read, amount, "{typed}"),
                Err(error) => assert!(amount < 0 && error.message.contains("如“20000元”"), "{typed}: {error}"),
            }
        }
        assert!(read("-5元").is_err() && read("0.001元").is_err());
    }
}
