//! `GET/POST /desk/households/audit`: what a review of the register found, and what was done about it.

use std::collections::HashMap;

use access::Resource;
use axum::extract::Query;
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, RegionCode};
use web::{
    Ctx, Page,
    parts::{Field, Pager, Pair},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table, request_id},
    filled::Filled,
    list::place_path,
};
use crate::{
    codes,
    reach::desk_layer,
    store::audit::{self, KINDS, NewLine},
};

const LIST: &str = "/desk/households/audit";
const MAX_LINES: usize = 2_000;

pub(crate) async fn list(ctx: Ctx, Query(asked): Query<HashMap<String, String>>) -> Page {
    let filled = Filled {
        texts: asked,
        files: Vec::new(),
    };
    page(&ctx, &filled, None).await
}

async fn page(ctx: &Ctx, filled: &Filled, refused: Option<String>) -> Page {
    let tree = regions(ctx.app()).await?;
    let refusing = refused.is_some();
    let mut blocks: Vec<Block> = refused.into_iter().map(|t| Block::Note("danger", t)).collect();
    let totals = audit::totals(&ctx.db, ctx.scope()).await?;
    if !totals.is_empty() {
        let pairs = totals.iter().map(|t| {
            Pair::whole(
                codes::word(&KINDS, &t.kind),
                format!("{} 户，待处理 {} 户", t.lines, t.open),
            )
        });
        blocks.push(Block::Pairs(pairs.collect()));
    }
    let asked = if refusing { "" } else { filled.of("kind") };
    let kind = KINDS.iter().find(|(id, _)| *id == asked).map_or("", |(id, _)| id);
    let number: u64 = filled.of("page").parse().unwrap_or(1).max(1);
    let may = ctx.may("household.enter", &Resource::any());
    let rows = audit::page_of(&ctx.db, ctx.scope(), kind, number).await?;
    let open = rows
        .iter()
        .find(|r| r.handled_on.is_none())
        .map(|r| (r.id, r.head_name.clone()));
    let rows = rows.into_iter().map(|line| {
        vec![
            match line.household_id {
                Some(id) => Cell::link(line.head_name, format!("/desk/households/{id}")),
                None => Cell::text(line.head_name),
            },
            Cell::text(place_path(&tree, line.region)),
            Cell::text(codes::word(&KINDS, &line.kind)),
            Cell::class(line.found_on, "mid whole"),
            Cell::text(line.source),
            Cell::class(line.note, "wrap"),
            match line.handled_on {
                Some(day) => Cell::text(format!("{day} {}", line.outcome)),
                None => Cell::tag("待处理", "wait"),
            },
        ]
    });
    blocks.push(Block::Table(Table {
        heads: vec!["户主", "所在村", "问题", "发现日期", "来源", "说明", "处理"],
        rows: rows.collect(),
        empty: "没有待处理的审查问题。",
        list: true,
        ..Table::default()
    }));
    if may {
        if let Some((id, name)) = open {
            blocks.push(Block::Form(Form {
                id: "handle".into(),
                title: format!("处理第一条：{name}"),
                action: LIST.into(),
                hidden: vec![
                    ("what", "handle".into()),
                    ("line", id.to_string()),
                    request_id(ctx, "handle"),
                ],
                fields: vec![
                    Field::text("outcome", "处理结果")
                        .required()
                        .placeholder("已按程序申请纳入"),
                ],
                button: "记录处理".into(),
                class: "btn-primary",
                ..Form::default()
            }));
        }
        blocks.push(Block::Form(Form {
            id: "enter".into(),
            title: "登记审查问题".into(),
            hint: "一行一户：村区划代码，户主，说明。例如：371621102001001，张三，两项困难未纳入".into(),
            action: LIST.into(),
            hidden: vec![("what", "enter".into()), request_id(ctx, "audit")],
            fields: vec![
                Field::select("kind", "问题", KINDS),
                Field::text("source", "来源").value(filled.of("source")).required(),
                Field::input("date", "on", "发现日期").value(ctx.clock.today().to_string()),
                Field::area("lines", "名单").value(filled.of("lines")).required(),
            ],
            button: "登记".into(),
            folded: !refusing,
            ..Form::default()
        }));
    }
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶户", "/desk/households")
        .here("识别审查");
    let mut page = Blocks::new(shell, blocks);
    let counted = totals.iter().filter(|t| kind.is_empty() || t.kind == kind);
    page.pager = Some(Pager {
        page: number,
        page_size: 50,
        total_rows: counted.map(|t| t.lines.unsigned_abs()).sum(),
        path: LIST.into(),
        query: if kind.is_empty() {
            String::new()
        } else {
            format!("kind={kind}")
        },
        ..Pager::default()
    });
    if refusing { page.refused() } else { page.show() }
}

pub(crate) async fn post(ctx: Ctx, filled: Filled) -> Page {
    let done = match filled.of("what") {
        "handle" => {
            audit::handle(
                ctx.app(),
                ctx.actor(),
                filled.request_id(),
                filled.number("line"),
                filled.of("outcome"),
            )
            .await
        }
        _ => enter(&ctx, &filled).await,
    };
    match done {
        Ok(_) => ctx.done("已记录。", LIST).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            page(&ctx, &filled, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn enter(ctx: &Ctx, filled: &Filled) -> AppResult<crate::store::Outcome> {
    let kind = KINDS
        .iter()
        .find(|(id, _)| *id == filled.of("kind"))
        .map(|(id, _)| (*id).to_owned())
        .ok_or_else(|| AppError::invalid("问题：请选择。"))?;
    let mut lines = Vec::new();
    for (n, text) in filled.of("lines").lines().enumerate() {
        if text.trim().is_empty() {
            continue;
        }
        let mut parts = text.splitn(3, ['，', ',', '\t']);
        let wrong = || AppError::invalid(format!("名单第 {} 行：请写成“村区划代码，户主，说明”。", n + 1));
        let region: RegionCode = parts.next().unwrap_or_default().trim().parse().map_err(|_| wrong())?;
        let head_name = kernel::name::clean(parts.next().ok_or_else(wrong)?);
        if head_name.is_empty() || head_name.chars().filter(char::is_ascii_digit).count() > 3 {
            return Err(wrong());
        }
        lines.push(NewLine {
            region,
            head_name,
            kind: kind.clone(),
            household_id: None,
            note: parts.next().unwrap_or_default().trim().chars().take(200).collect(),
        });
    }
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(AppError::invalid(format!("名单应有 1 到 {MAX_LINES} 行。")));
    }
    let on = filled.day_or("on", "发现日期", ctx.clock.today())?;
    audit::enter(
        ctx.app(),
        ctx.actor(),
        filled.request_id(),
        filled.of("source"),
        on,
        &lines,
    )
    .await
}
