//! The whole filtered list as a spreadsheet: what the role may see, and on the record.

use axum::extract::Query as UrlQuery;
use kernel::{Money, Timestamp};
use serde_json::json;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::{
    list::{ListQuery, Names},
    sight::shown_name,
    words,
};
use crate::{
    model::{Stage, Verdict},
    store::{page, totals},
};

const CHUNK: u64 = 2000;

const COLUMNS: &[(&str, f64)] = &[
    ("预警编号", 18.0),
    ("等级", 8.0),
    ("预警规则", 22.0),
    ("对象姓名", 10.0),
    ("镇街村居", 26.0),
    ("资金项目", 18.0),
    ("起始月份", 10.0),
    ("截止月份", 10.0),
    ("涉及金额（元）", 14.0),
    ("发现日期", 12.0),
    ("承办单位", 18.0),
    ("办理期限", 12.0),
    ("状态", 12.0),
    ("结论", 12.0),
    ("查实金额（元）", 14.0),
    ("追回金额（元）", 14.0),
    ("监督来源", 14.0),
];

/// `GET /desk/warnings/export`
pub(super) async fn export(ctx: Ctx, UrlQuery(query): UrlQuery<ListQuery>) -> Page {
    let filters = query.filters(&ctx).await?;
    let mut names = Names::load(&ctx).await?;
    let role = ctx.actor().role;
    let mut sheet = Export::begin(ctx.app(), "预警列表", COLUMNS)?;
    let all = totals(&ctx.db, ctx.scope(), &filters, ctx.clock.now()).await?.rows as u64;
    for skip in (0..all).step_by(CHUNK as usize) {
        let rows = page(&ctx.db, ctx.scope(), &filters, skip, CHUNK).await?;
        names
            .learn(&ctx, rows.iter().map(|row| (row.rule_id.as_str(), row.rule_version)))
            .await?;
        for row in rows {
            let money = |fen: Option<i64>| fen.map_or(Cell::Empty, |fen| Cell::Money(Money(fen)));
            let stage = Stage::from_id(&row.stage).map_or("", Stage::title);
            let due = row
                .due_millis
                .map(|due| Timestamp(due - 1).date().to_string())
                .unwrap_or_default();
            sheet.row([
                Cell::text(row.finding_no),
                Cell::text(if row.colour == "-" {
                    "已消除".to_owned()
                } else {
                    words::word(&words::SEVERITIES, &row.colour)
                }),
                Cell::text(names.rule(&row.rule_id, row.rule_version)),
                Cell::text(shown_name(role, &row.subject_name)),
                Cell::text(names.place(row.region)),
                Cell::text(names.programme(row.programme.as_deref())),
                Cell::text(row.period_from),
                Cell::text(row.period_to),
                Cell::Money(Money(row.money_fen)),
                Cell::text(Timestamp(row.found_millis).date().to_string()),
                Cell::text(names.owner(&row.owner_department, row.region)),
                Cell::text(due),
                Cell::text(stage),
                Cell::text(
                    row.verdict
                        .as_deref()
                        .and_then(Verdict::from_id)
                        .map_or("", Verdict::title),
                ),
                money(row.confirmed_fen),
                money(row.recovered_fen),
                Cell::text(words::word(&words::ORIGINS, &row.origin)),
            ])?;
        }
    }
    let mut act = trail::Act::new("finding.export", "finding:list")
        .with(json!({ "filters": query.text(), "rows": sheet.rows() }));
    if let Some(region) = ctx.scope().region() {
        act = act.in_region(region);
    }
    ctx.trail.note(ctx.actor(), act).await?;
    let file_name = format!("预警列表-{}.xlsx", ctx.clock.today());
    Ok(sheet.send(&file_name).await?)
}
