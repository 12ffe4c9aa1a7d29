//! `POST /desk/households/{id}/enter`: one fact about a household, then back to its tab.

use std::collections::BTreeMap;

use axum::extract::Path;
use kernel::{AppError, AppResult, ErrorKind, IdNumber};
use web::{Ctx, Page};

use super::{filled::Filled, household};
use crate::{
    codes,
    model::{exit::Guarantees, income::IncomeKind},
    store::{
        Outcome, change,
        facts::{self, Entry, NewIncome},
        register::NewMember,
    },
};

pub(crate) async fn post(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    household::reached(&ctx, id, "household.enter").await?;
    let tab = tab_of(filled.of("what"));
    match carry_out(&ctx, id, &filled).await {
        Ok(Outcome::Done) => ctx.done("已登记。", &format!("/desk/households/{id}?tab={tab}")).await,
        Ok(Outcome::Already) => {
            ctx.done(
                "已经登记过，没有重复登记。",
                &format!("/desk/households/{id}?tab={tab}"),
            )
            .await
        }
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            Ok(household::page(&ctx, id, tab, "", filled, Some(error.message)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn tab_of(what: &str) -> &'static str {
    match what {
        "join" | "leave" => "members",
        "income" | "remove_income" => "incomes",
        "guarantees" | "conditions" => "guarantees",
        "measure" | "end_measure" | "confirm" => "measures",
        _ => "flow",
    }
}

async fn carry_out(ctx: &Ctx, id: i64, filled: &Filled) -> AppResult<Outcome> {
    let today = ctx.clock.today();
    let entry = match filled.of("what") {
        "join" => {
            let change = change::Natural::Join {
                member: Box::new(member(filled, "", "成员")?),
                why: filled.of("why").to_owned(),
                on: filled.day_or("on", "变动日期", today)?,
            };
            return change::natural(ctx.app(), ctx.actor(), id, filled.request_id(), &change).await;
        }
        "leave" => {
            let change = change::Natural::Leave {
                person_key: filled.number("person"),
                why: filled.of("why").to_owned(),
                on: filled.day_or("on", "变动日期", today)?,
            };
            return change::natural(ctx.app(), ctx.actor(), id, filled.request_id(), &change).await;
        }
        "income" => Entry::Incomes(vec![income(ctx, filled, "", filled.of("person").parse().ok())?]),
        "end_measure" => Entry::EndMeasure {
            id: filled.number("id"),
            on: filled.day_or("on", "结束日期", today)?,
        },
        "remove_income" => Entry::RemoveIncome {
            id: filled.number("id"),
            reason: filled.text("reason", "理由", 200)?,
        },
        "guarantees" => Entry::Guarantees {
            on: filled.day_or("on", "核查日期", today)?,
            checks: Guarantees {
                food: answered(filled, "food", "不愁吃")?,
                clothes: answered(filled, "clothes", "不愁穿")?,
                education: answered(filled, "education", "义务教育")?,
                medical: answered(filled, "medical", "基本医疗")?,
                housing: answered(filled, "housing", "住房安全")?,
                water: answered(filled, "water", "饮水安全")?,
            },
            evidence: filled.text("evidence", "核查依据", 200)?,
            assessor: needed(filled, "assessor", "核查人", 50)?,
        },
        "conditions" => {
            let year = filled.number("year");
            if !(1900..=i64::from(today.year())).contains(&year) {
                return Err(AppError::invalid("年度：请填写 1900 年至今年。"));
            }
            let mut facts = BTreeMap::new();
            for (name, title, _) in codes::CONDITIONS {
                facts.insert(name.to_owned(), filled.text(name, title, 50)?);
            }
            Entry::Conditions { year, facts }
        }
        "measure" => Entry::Measure {
            policy: filled.of("sort") == "policy",
            kind: filled.text("kind", "类别", 10)?,
            content: needed(filled, "content", "内容", 200)?,
            amount: filled.money("amount", "金额")?,
            on: filled.day_or("on", "日期", today)?,
        },
        "confirm" => Entry::Confirm {
            id: filled.number("id"),
            answer: filled.of("answer").to_owned(),
        },
        "authorise" => {
            let people: Vec<i64> = filled
                .texts
                .iter()
                .filter(|(_, value)| value.as_str() == "1")
                .filter_map(|(name, _)| name.strip_prefix("signed_")?.parse().ok())
                .collect();
            if people.is_empty() {
                return Err(AppError::invalid("请勾选已签授权书的成员。"));
            }
            let on = filled.day_or("on", "签署日期", today)?;
            Entry::Authorise {
                people,
                on,
                valid_to: filled.day_or("valid_to", "有效期至", crate::model::terms::plus_months(on, 12))?,
            }
        }
        _ => return Err(AppError::invalid("没有这一项登记，请刷新页面后重试。")),
    };
    facts::enter(ctx.app(), ctx.actor(), id, filled.request_id(), entry).await
}

fn answered(filled: &Filled, name: &str, title: &str) -> AppResult<bool> {
    match filled.of(name) {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(AppError::invalid(format!("{title}：请选择是否达标。"))),
    }
}

fn needed(filled: &Filled, name: &str, label: &str, max: usize) -> AppResult<String> {
    let text = filled.text(name, label, max)?;
    if text.is_empty() {
        return Err(AppError::invalid(format!("{label}：请填写。")));
    }
    Ok(text)
}

/// A member out of fields that begin with `row`.
pub(super) fn member(filled: &Filled, row: &str, label: &str) -> AppResult<NewMember> {
    let of = |name: &str| filled.of(&format!("{row}{name}"));
    let name = kernel::name::clean(of("name"));
    if name.is_empty() || name.chars().count() > 50 {
        return Err(AppError::invalid(format!("{label}：请填写姓名。")));
    }
    let number = IdNumber::parse(of("id_no"))
        .map_err(|e| AppError::invalid(format!("{name}：{e}。")))?
        .number;
    if number.birth().year() < 1900 {
        return Err(AppError::invalid(format!(
            "{name}：身份证号中的出生日期早于 1900 年，请核对。"
        )));
    }
    let phone = of("phone");
    if !phone.is_empty() && (phone.len() != 11 || !phone.bytes().all(|b| b.is_ascii_digit())) {
        return Err(AppError::invalid(format!("{name}：联系电话应为 11 位数字。")));
    }
    let skill = of("skill");
    Ok(NewMember {
        number,
        name,
        kin: if of("kin").is_empty() {
            "97".to_owned()
        } else {
            of("kin").to_owned()
        },
        phone: (!phone.is_empty()).then(|| phone.to_owned()),
        health: of("health").to_owned(),
        labour: of("labour").to_owned(),
        student: of("student").to_owned(),
        wants_training: of("training") == "1" || !skill.is_empty(),
        skill: skill.to_owned(),
    })
}

/// An income out of fields that begin with `row`.
pub(super) fn income(ctx: &Ctx, filled: &Filled, row: &str, person_key: Option<i64>) -> AppResult<NewIncome> {
    let of = |name: &str| filled.of(&format!("{row}{name}"));
    let kind = IncomeKind::of(of("kind")).ok_or_else(|| AppError::invalid("收入小类：请选择。"))?;
    let gross = super::filled::amount(of("gross"), &format!("{}毛收入", kind.title))?;
    if of("gross").is_empty() {
        return Err(AppError::invalid(format!("{}毛收入：请填写。", kind.title)));
    }
    if kind.needs_cost() && of("cost").is_empty() {
        return Err(AppError::invalid(format!(
            "{}成本：生产经营性收入须填写成本，没有成本填 0。",
            kind.title
        )));
    }
    let cost = super::filled::amount(of("cost"), &format!("{}成本", kind.title))?;
    if cost.fen() > 0 && !kind.needs_cost() {
        return Err(AppError::invalid(format!(
            "{}成本：只有生产经营性收入填写成本。",
            kind.title
        )));
    }
    let period = of("period");
    let (from, to) = crate::model::terms::months_of(period)
        .ok_or_else(|| AppError::invalid("收入期间：请写成 2026-03、2026Q1 或 2026。"))?;
    if from > kernel::Month::of(ctx.clock.today()) || to.year() > ctx.clock.today().year() {
        return Err(AppError::invalid("收入期间：不能晚于本月。"));
    }
    let excluded = of("excluded");
    Ok(NewIncome {
        person_key,
        period: period.to_owned(),
        kind,
        gross,
        cost,
        evidence: of("evidence").chars().take(200).collect(),
        recorder: ctx.actor().role.title().to_owned(),
        excluded_reason: (!excluded.is_empty()).then(|| excluded.to_owned()),
    })
}
