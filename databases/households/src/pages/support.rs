//! `GET /desk/households/support-fee`: what children living apart are reckoned to give. Nothing is stored: the result
//! is entered as an income with its evidence.

use std::collections::HashMap;

use axum::extract::Query;
use kernel::{AppResult, Money};
use web::{
    Ctx, Page,
    parts::{Field, Pair},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table},
    filled::Filled,
};
use crate::{
    model::support::{Child, SupportRule, support_fee},
    reach::desk_layer,
};

const CHILDREN: usize = 4;
const USUAL_BASE: &str = "10000";
const USUAL_RATE: &str = "10";

pub(crate) async fn show(ctx: Ctx, Query(sent): Query<HashMap<String, String>>) -> Page {
    let filled = Filled {
        texts: sent,
        files: Vec::new(),
    };
    let asked = (1..=CHILDREN)
        .any(|n| !filled.of(&format!("income{n}")).is_empty() || !filled.of(&format!("agreed{n}")).is_empty());
    let mut blocks = vec![Block::Note(
        "info",
        "计算方法：约定赡养费与“（子女家庭人均收入 − 基数）× 比例”取大者；收入不高于基数的按 0 计。基数、比例由县级核定，下面可改。".into(),
    )];
    let mut refused = false;
    if asked {
        match reckon(&filled) {
            Ok(result) => blocks.extend(result),
            Err(error) => {
                refused = true;
                blocks.push(Block::Note("danger", error.message));
            }
        }
    }
    let or = |name: &str, usual: &str| {
        let sent = filled.of(name);
        if sent.is_empty() {
            usual.to_owned()
        } else {
            sent.to_owned()
        }
    };
    let mut fields = vec![
        Field::text("base", "基数（元/人·年）").value(or("base", USUAL_BASE)),
        Field::text("rate", "比例（%）").value(or("rate", USUAL_RATE)),
    ];
    for n in 1..=CHILDREN {
        for (name, label) in [
            ("name", "姓名"),
            ("income", "家庭人均收入（元/年）"),
            ("agreed", "约定赡养费（元/年）"),
        ] {
            let name = format!("{name}{n}");
            fields.push(Field::text(&name, &format!("子女 {n} {label}")).value(filled.of(&name)));
        }
        let exempt = format!("exempt{n}");
        fields.push(Field::checkbox(&exempt, &format!("子女 {n} 无赡养能力")).value(filled.of(&exempt)));
    }
    blocks.push(Block::Form(Form {
        action: "/desk/households/support-fee".into(),
        fields,
        button: "计算".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    }));
    let shell = ctx
        .shell(desk_layer(&ctx))
        .crumb("帮扶户", "/desk/households")
        .here("赡养费计算");
    let page = Blocks::new(shell, blocks);
    if refused { page.refused() } else { page.show() }
}

fn reckon(filled: &Filled) -> AppResult<Vec<Block>> {
    let rule = SupportRule {
        base: filled.money("base", "基数")?,
        // Percent with two decimals is hundredths of a percent, as yuan are fen.
        rate_bp: filled.money("rate", "比例")?.fen(),
    };
    let mut rows = Vec::new();
    let mut sum = 0;
    for n in 1..=CHILDREN {
        let label = |what: &str| format!("子女 {n} {what}");
        let child = Child {
            name: filled.text(&format!("name{n}"), &label("姓名"), 50)?,
            per_head: filled.money(&format!("income{n}"), &label("家庭人均收入"))?,
            agreed: filled.money(&format!("agreed{n}"), &label("约定赡养费"))?,
            exempt: filled.ticked(&format!("exempt{n}")),
        };
        if child.per_head == Money::ZERO && child.agreed == Money::ZERO && child.name.is_empty() {
            continue;
        }
        let fee = support_fee(&child, rule);
        sum += fee.fen();
        rows.push(vec![
            Cell::text(if child.name.is_empty() {
                format!("子女 {n}")
            } else {
                child.name
            }),
            Cell::class(child.per_head.to_string(), "amount"),
            Cell::class(child.agreed.to_string(), "amount"),
            Cell::class(fee.to_string(), "amount"),
        ]);
    }
    Ok(vec![
        Block::Pairs(vec![Pair::whole("全年赡养费合计", format!("{} 元", Money(sum)))]),
        Block::Table(Table {
            heads: vec!["子女", "家庭人均收入（元）", "约定（元）", "计入赡养费（元）"],
            rows,
            ..Table::default()
        }),
    ])
}
