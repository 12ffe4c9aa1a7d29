//! Acts on one batch: its steps, the files to and from the bank, returned items.

use axum::extract::Path;
use kernel::AppError;
use records::flow::Code;
use web::{Ctx, Page, download};

use super::{
    batches::{LIST, found},
    filled::Filled,
};
use crate::{
    batch::{self, NewCard},
    model::flows::BatchAct,
};

pub(crate) async fn step(ctx: Ctx, Path((id, act)): Path<(i64, String)>, filled: Filled) -> Page {
    let act = BatchAct::parse(&act).ok_or_else(|| AppError::not_found("没有这个办理步骤。"))?;
    let asked = filled.asked(act.id(), ctx.clock.today())?;
    batch::step(ctx.app(), ctx.actor(), id, act, &asked).await?;
    ctx.done(format!("已办理：{}。", act.title()), &format!("{LIST}/{id}"))
        .await
}

pub(crate) async fn bank_file(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = found(&ctx, id).await?;
    let bytes = batch::bank_file(&ctx.db, &row).await?;
    let act = trail::Act::new("batch.bank_file", format!("batch:{id}"))
        .in_region(row.place())
        .with(serde_json::json!({ "batch_no": row.batch_no, "bytes": bytes.len() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(download(
        &format!("{}-送盘.csv", row.batch_no),
        "text/csv; charset=gb18030",
        bytes,
    ))
}

pub(crate) async fn bank_result(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    let (_, bytes) = filled
        .file
        .as_ref()
        .ok_or_else(|| AppError::invalid("请选择回盘文件。"))?;
    let on = filled.day("result_on", "到账日期")?.unwrap_or(ctx.clock.today());
    let counts = batch::settle(ctx.app(), ctx.actor(), id, filled.request_id(), on, bytes).await?;
    let text = format!(
        "回盘已登记：到账 {} 笔，退票 {} 笔，未回 {} 笔。",
        counts.credited, counts.returned, counts.unanswered
    );
    ctx.done(text, &format!("{LIST}/{id}")).await
}

pub(crate) async fn account(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    let card = NewCard {
        payment: filled.get("card_payment").parse().unwrap_or(0),
        number: filled.get("card_number"),
        holder: filled.get("card_holder"),
    };
    batch::replace_account(ctx.app(), ctx.actor(), id, filled.request_id(), &card).await?;
    ctx.done("账户已更换，可重新发放。", &format!("{LIST}/{id}")).await
}

pub(crate) async fn give_up(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    let payment = filled.get("stop_payment").parse().unwrap_or(0);
    batch::give_up(
        ctx.app(),
        ctx.actor(),
        id,
        filled.request_id(),
        payment,
        filled.get("stop_reason"),
    )
    .await?;
    ctx.done("已作废，资金退回原分配。", &format!("{LIST}/{id}")).await
}
