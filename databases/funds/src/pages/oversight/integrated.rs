//! `GET /desk/funds/integrated`: integrated agricultural money: subject changed, department, progress, payments.

use access::Resource;
use axum::extract::{Path, Query};
use kernel::{AppError, AppResult};
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{shell, tabs};
use crate::{
    chain::kept,
    oversight::{Integrated, NewChange, change_subject, integrated, report_progress},
    pages::{
        filled::Filled,
        lists,
        sheet::{ActForm, Cell, Grid, Note, Sheet},
    },
};

const LIST: &str = "/desk/funds/integrated";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LedgerQuery {
    progress: String,
    text: String,
    page: String,
}

impl LedgerQuery {
    fn query(&self) -> String {
        web::query_of([("progress", &self.progress), ("text", &self.text)])
    }

    fn keeps(&self, row: &Integrated) -> bool {
        let text = self.text.trim();
        let fields = [&row.project_name, &row.doc_no, &row.org, &row.to_subject];
        let fits = match self.progress.as_str() {
            "running" => row.percent < 100,
            "done" => row.percent >= 100,
            _ => true,
        };
        fits && (text.is_empty() || fields.iter().any(|t| t.contains(text)))
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<LedgerQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.as_list(&ctx, LIST, &query.page, &query.query()).await?)
}

/// `GET /desk/funds/integrated.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<LedgerQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "涉农整合台账", grid, "integrated:list").await
}

async fn sheet(ctx: &Ctx, query: &LedgerQuery) -> AppResult<Sheet> {
    let rows = integrated(&ctx.db, ctx.scope()).await?;
    let mut forms = Vec::new();
    if ctx.may("fund.record", &Resource::any()) {
        let books = kept(ctx.app(), ctx.scope()).await?;
        let open: Vec<(String, String)> = books
            .allocations
            .iter()
            .filter(|a| a.target == "project" && a.decided_on.is_some() && rows.iter().all(|r| r.id != a.id))
            .take(200)
            .map(|a| (a.id.to_string(), format!("{}（{} 元）", a.project_name, a.amount())))
            .collect();
        let running: Vec<(String, String)> = rows
            .iter()
            .filter(|r| r.percent < 100)
            .map(|r| (r.id.to_string(), format!("{}（已报 {}%）", r.project_name, r.percent)))
            .collect();
        let day = ctx.clock.today().to_string();
        if !open.is_empty() {
            forms.push(ActForm {
                title: "变更预算科目".into(),
                hint: "财政变更科目后，资金由责任部门负责，按工程进度拨付。".into(),
                action: format!("{LIST}/change"),
                request_id: format!("change-{:x}", ctx.next_id()),
                fields: vec![
                    Field::select("allocation", "项目资金", open).required(),
                    Field::text("from_subject", "原预算科目").required(),
                    Field::text("to_subject", "变更后科目").required(),
                    Field::text("org", "责任部门").required(),
                    Field::text("doc", "变更文件").required(),
                    Field::input("date", "on", "变更日期").value(&day).required(),
                ],
                button: "变更科目".into(),
                class: "btn-primary",
                ..ActForm::default()
            });
        }
        if !running.is_empty() {
            forms.push(ActForm {
                title: "报工程进度".into(),
                hint: "开工可拨 40%，之后按进度拨付，完工前留 10%。".into(),
                action: format!("{LIST}/progress"),
                request_id: format!("progress-{:x}", ctx.next_id()),
                fields: vec![
                    Field::select("allocation", "项目", running).required(),
                    Field::input("number", "percent", "进度（%）").required(),
                    Field::input("date", "on", "日期").value(&day).required(),
                    Field::text("note", "说明"),
                ],
                button: "报进度".into(),
                class: "btn-primary",
                ..ActForm::default()
            });
        }
    }
    let shown: Vec<&Integrated> = rows.iter().filter(|row| query.keeps(row)).collect();
    Ok(Sheet {
        shell: shell(ctx, "涉农整合台账"),
        tabs: tabs(LIST),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("progress", "进度", [("", "全部"), ("running", "在建"), ("done", "完工")])
                    .value(&query.progress),
                Field::input("search", "text", "项目、文号、科目或部门").value(&query.text),
            ],
        }),
        notes: vec![Note {
            tone: "info",
            text: "涉农整合资金：财政变更预算科目 → 责任部门 → 按进度拨付 → 项目拨款台账。拨付在分配页办理，超过进度的不能拨出。".into(),
        }],
        grids: vec![Grid {
            title: "项目拨款台账".into(),
            total: format!("共 {} 个项目", shown.len()),
            heads: vec![
                "项目", "指标文号", "原预算科目", "变更后科目", "责任部门", "变更日期", "资金（元）", "进度", "可拨至（元）",
                "已拨（元）", "使用到位（元）",
            ],
            rows: shown
                .iter()
                .map(|r| {
                    vec![
                        Cell::link(&r.project_name, format!("/desk/funds/allocations/{}", r.id)),
                        Cell::text(&r.doc_no),
                        Cell::text(&r.from_subject),
                        Cell::text(&r.to_subject),
                        Cell::text(&r.org),
                        Cell::whole(&r.changed_on),
                        Cell::money(r.amount_fen),
                        Cell::whole(format!("{}%", r.percent)),
                        Cell::money(r.ceiling().fen()),
                        Cell::money(r.paid_fen),
                        Cell::money(r.used_fen),
                    ]
                })
                .collect(),
            empty: "没有符合条件的项目资金。",
            ..Grid::default()
        }],
        forms,
        ..Sheet::default()
    })
}

pub(crate) async fn act(ctx: Ctx, Path(word): Path<String>, filled: Filled) -> Page {
    let id = filled.get("allocation").parse().unwrap_or(0);
    let on = filled.day("on", "日期")?.unwrap_or(ctx.clock.today());
    match word.as_str() {
        "change" => {
            let new = NewChange {
                from_subject: filled.get("from_subject"),
                to_subject: filled.get("to_subject"),
                org: filled.get("org"),
                doc: filled.get("doc"),
                on,
            };
            change_subject(ctx.app(), ctx.actor(), filled.request_id(), id, &new).await?;
            ctx.done("预算科目已变更。", LIST).await
        }
        "progress" => {
            let percent = filled
                .get("percent")
                .parse()
                .map_err(|_| AppError::invalid("进度应为 1 至 100 的整数。"))?;
            report_progress(
                ctx.app(),
                ctx.actor(),
                filled.request_id(),
                id,
                percent,
                on,
                filled.get("note"),
            )
            .await?;
            ctx.done("进度已登记。", LIST).await
        }
        _ => Err(AppError::not_found("没有这个办理步骤。").into()),
    }
}
