//! `GET /desk/households/bulk/done` and `/{id}`: acts on many households as they were done, and the way to withdraw one.

use axum::extract::{Path, Query};
use directory::regions;
use kernel::{AppError, ErrorKind, Timestamp};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Pager, Pair},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table, request_id},
    bulk::{PATH, row},
    filled::Filled,
    list::place_path,
};
use crate::{PAGE_ROWS, reach::desk_layer, store::bulk};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
}

impl Asked {
    fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).max(1)
    }
}

pub(crate) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let page = asked.page();
    let total = bulk::count_done(&ctx.db, ctx.scope()).await?;
    let rows = bulk::done(&ctx.db, ctx.scope(), page).await?.into_iter().map(|done| {
        let state = if done.undone_millis.is_some() {
            Cell::tag(format!("已撤回 {} 户", done.undone.unwrap_or_default()), "back")
        } else {
            Cell::tag("已办理", "done")
        };
        vec![
            Cell::link(done.title, format!("{PATH}/{}", done.id)),
            Cell::text(place_path(&tree, done.region)),
            Cell::text(done.chosen_by),
            Cell::class(done.households.to_string(), "num"),
            Cell::class(done.left_out.to_string(), "num"),
            Cell::text(done.by_name),
            Cell::class(Timestamp(done.at_millis).to_string(), "mid whole"),
            state,
        ]
    });
    let blocks = vec![Block::Table(Table {
        heads: vec![
            "办理内容",
            "辖区",
            "所选范围",
            "办理（户）",
            "不办理（户）",
            "经办人",
            "时间",
            "情况",
        ],
        rows: rows.collect(),
        empty: "还没有批量办理过。请在帮扶户列表筛选或勾选后点“批量办理”。",
        list: true,
        ..Table::default()
    })];
    let shell = ctx
        .shell(desk_layer(&ctx))
        .crumb("帮扶户", "/desk/households")
        .here("批量办理记录");
    let mut shown = Blocks::new(shell, blocks);
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: total.unsigned_abs(),
        path: format!("{PATH}/done"),
        ..Pager::default()
    });
    shown.show()
}

pub(crate) async fn one(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    one_page(&ctx, id, asked.page(), None).await
}

async fn one_page(ctx: &Ctx, id: i64, page: u64, problem: Option<String>) -> Page {
    let tree = regions(ctx.app()).await?;
    let done = bulk::done_one(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这次批量办理，或不在您的管理范围内。"))?;
    let refused = problem.is_some();
    let mut blocks: Vec<Block> = problem.into_iter().map(|text| Block::Note("danger", text)).collect();
    let mut facts = vec![
        Pair::new("办理内容", &done.title),
        Pair::new("所选范围", &done.chosen_by),
        Pair::new("办理", format!("{} 户", done.households)),
        Pair::new("不办理", format!("{} 户", done.left_out)),
        Pair::new("经办人", &done.by_name),
        Pair::whole("时间", Timestamp(done.at_millis).to_string()),
        Pair::new("名单校验码", done.digest.chars().take(16).collect::<String>()),
    ];
    if let Some(at) = done.undone_millis {
        let undone = done.undone.unwrap_or_default();
        let kept = done.households - undone;
        let kept = if kept > 0 {
            format!("；{kept} 户已提交、结束或经农户答复，予以保留")
        } else {
            String::new()
        };
        facts.push(Pair::new(
            "撤回",
            format!(
                "{} {}，{undone} 户{kept}。理由：{}",
                Timestamp(at),
                done.undone_by.clone().unwrap_or_default(),
                done.undone_reason.clone().unwrap_or_default()
            ),
        ));
    }
    blocks.push(Block::Pairs(facts));
    blocks.push(Block::Table(Table {
        title: "办理的户".into(),
        heads: vec!["户主", "户编号", "所在村", "人口", "户状态"],
        rows: bulk::lines(&ctx.db, ctx.scope(), id, page)
            .await?
            .iter()
            .map(|line| row(line, &tree))
            .collect(),
        empty: "这些户已不在您的管理范围内。",
        list: true,
    }));
    if done.undone_millis.is_none() {
        blocks.push(Block::Form(Form {
            id: "undo".into(),
            title: "撤回这次批量办理".into(),
            hint: if done.what == "tasks" {
                "撤回尚未提交的任务；已经提交的保留。".into()
            } else {
                "撤回尚未结束、农户还没有答复的登记；其余保留，请逐户更正。".into()
            },
            action: format!("{PATH}/{id}/undo"),
            hidden: vec![request_id(ctx, "undo")],
            fields: vec![Field::area("reason", "撤回理由").required()],
            button: "撤回".into(),
            class: "btn-outline-danger",
            question: "确认撤回吗？",
            folded: !refused,
            ..Form::default()
        }));
    }
    let mut actions = Vec::new();
    if let Some(campaign) = done.campaign_id.filter(|_| done.undone_millis.is_none()) {
        actions.push(("采集任务".to_owned(), format!("/desk/campaigns/{campaign}")));
    }
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶户", "/desk/households")
        .crumb("批量办理记录", format!("{PATH}/done"))
        .here("批量办理");
    let mut shown = Blocks::new(shell, blocks);
    shown.actions = actions;
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: done.households.unsigned_abs(),
        path: format!("{PATH}/{id}"),
        ..Pager::default()
    });
    if refused { shown.refused() } else { shown.show() }
}

pub(crate) async fn undo(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    let reason = filled.text("reason", "撤回理由", 200)?;
    match bulk::undo(ctx.app(), ctx.actor(), filled.request_id(), id, &reason).await {
        Ok(Some(households)) => {
            ctx.done(format!("已从 {households} 户撤回。"), &format!("{PATH}/{id}"))
                .await
        }
        Ok(None) => ctx.done("已经撤回过，没有重复撤回。", &format!("{PATH}/{id}")).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            one_page(&ctx, id, 1, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}
