//! `GET /desk/imports/{id}`: how far an import is, and in the end every fault by row and column.

use access::Resource;
use askama::Template;
use axum::extract::Path;
use intake::{CellError, ImportReport, check_title};
use web::{
    Ctx, Page, Shell, html,
    parts::{Pair, Progress},
};

use super::{batch_of, may_import, size_text};
use crate::sources::{Batch, BatchState, import::progress_key};

#[derive(Template)]
#[template(path = "sources/pages/batch.html")]
struct BatchPage {
    shell: Shell,
    state: &'static str,
    tone: &'static str,
    progress: Option<Progress>,
    cancel_href: Option<String>,
    message: String,
    facts: Vec<Pair>,
    outcome: Vec<Pair>,
    placeholder: String,
    checks: Vec<(String, &'static str, u64)>,
    errors: Vec<Fault>,
    warnings: Vec<Fault>,
    rejects_href: Option<String>,
    again_href: Option<String>,
}

#[derive(Template)]
#[template(path = "sources/pages/progress.html")]
struct ProgressFragment {
    progress: Progress,
}

struct Fault {
    line: u64,
    letter: String,
    header: String,
    message: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let (batch, contract) = batch_of(&ctx, id).await?;
    let mine = may_import(&ctx, &contract);
    let report = batch.report();
    let state = batch.state();
    let running = state == BatchState::Running;
    let data_set = format!("/desk/sources/{}", batch.data_set);
    let may_reject = batch.has_rejects && ctx.may("source.rejects", &Resource::any().of_department(&contract.owner));
    let listed = |faults: fn(&ImportReport) -> &Vec<CellError>| report.iter().flat_map(faults).map(Fault::of).collect();
    html(BatchPage {
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("数据来源", "/desk/sources")
            .crumb(&contract.title, &data_set)
            .here("导入结果"),
        state: state.title(),
        tone: state.tone(),
        progress: running.then(|| progress_of(&ctx, &batch)),
        cancel_href: (running && mine).then(|| format!("/desk/imports/{id}/cancel")),
        message: batch.message.clone(),
        facts: facts(&batch, report.as_ref()),
        outcome: report.as_ref().map(outcome).unwrap_or_default(),
        placeholder: report.as_ref().and_then(placeholder).unwrap_or_default(),
        checks: report
            .iter()
            .flat_map(|r| &r.checks)
            .map(|(code, n)| (code.clone(), check_title(code), *n))
            .collect(),
        errors: listed(|r| &r.errors),
        warnings: listed(|r| &r.warnings),
        rejects_href: may_reject.then(|| format!("/desk/imports/{id}/rejects.xlsx")),
        again_href: (mine && !running).then_some(data_set),
    })
}

/// The bar alone, asked for each second. When the work is over the page itself is asked for.
pub(crate) async fn progress(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let (batch, _) = batch_of(&ctx, id).await?;
    let mut response = html(ProgressFragment {
        progress: progress_of(&ctx, &batch),
    })?;
    if batch.state() != BatchState::Running {
        response
            .headers_mut()
            .insert("hx-refresh", axum::http::HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Asks the work to stop; nothing of the file is kept then.
pub(crate) async fn cancel(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let (_, contract) = batch_of(&ctx, id).await?;
    ctx.require("source.import", &Resource::any().of_department(&contract.owner))?;
    let stopping = ctx.progress.cancel(&progress_key(id));
    let text = if stopping {
        "已要求停止导入，不会写入任何数据。"
    } else {
        "这次导入已经结束。"
    };
    ctx.done(text, &format!("/desk/imports/{id}")).await
}

fn progress_of(ctx: &Ctx, batch: &Batch) -> Progress {
    let page_href = format!("/desk/imports/{}", batch.id);
    let state = ctx.progress.get(&progress_key(batch.id)).unwrap_or_default();
    let running = batch.state() == BatchState::Running;
    Progress {
        title: format!("{} {}", if batch.dry_run { "试导入" } else { "导入" }, batch.file_name),
        done: state.done >> 10,
        total: state.total >> 10,
        text: if running {
            format!("{}（单位：KB）", state.phase)
        } else {
            batch.state().title().to_owned()
        },
        poll_href: running.then(|| format!("{page_href}/progress")),
        page_href,
        failed: batch.state() == BatchState::Failed,
    }
}

fn facts(batch: &Batch, report: Option<&ImportReport>) -> Vec<Pair> {
    let mut facts = vec![
        Pair::new("文件", &batch.file_name),
        Pair::new(
            "方式",
            if batch.dry_run {
                "试导入（不写入）"
            } else {
                "正式导入"
            },
        ),
        Pair::new("经办人", &batch.actor_name),
        Pair::whole("开始", batch.started_at().to_string()),
        Pair::whole("结束", batch.finished_at().map(|t| t.to_string()).unwrap_or_default()),
    ];
    if let Some(report) = report {
        facts.push(Pair::new(
            "格式",
            if report.sheet.is_empty() {
                report.format.clone()
            } else {
                format!("{}，工作表“{}”", report.format, report.sheet)
            },
        ));
        facts.push(Pair::new("大小", size_text(batch.file_bytes)));
        facts.push(Pair::whole(
            "文件指纹",
            report.file_sha256.chars().take(16).collect::<String>(),
        ));
        if let Some(kept) = &report.snapshot {
            facts.push(Pair::whole("快照", kept.hash.chars().take(16).collect::<String>()));
        }
    }
    facts
}

/// What is said when numbers are placeholders.
fn placeholder(report: &ImportReport) -> Option<String> {
    let rows = *report.checks.get("K-PH")?;
    let named = report.warnings.iter().find(|w| w.message.contains("占位号码"));
    let named = named.and_then(|w| w.message.split('是').next()).unwrap_or_default();
    Some(format!(
        "{rows} 行（占 {}%）填的是占位号码，如{named}。这些行已搁置，不与任何人关联，也不算同一个人。请报送部门补正证件号码后重新报送。",
        rows * 100 / report.rows.max(1)
    ))
}

fn outcome(report: &ImportReport) -> Vec<Pair> {
    let mut pairs = vec![
        Pair::new("数据行", report.rows.to_string()),
        Pair::new("有效行", report.accepted.to_string()),
        Pair::new("其中有提示", report.warned.to_string()),
        Pair::new("退回行", report.rejected.to_string()),
        Pair::new("重复行", report.doubled.to_string()),
    ];
    let more = [
        (report.skipped > 0, "略过的合计、备注行", report.skipped.to_string()),
        (
            report.formula_cells > 0,
            "公式单元格（取缓存值）",
            report.formula_cells.to_string(),
        ),
        (
            !report.unused_columns.is_empty(),
            "未使用的列",
            report.unused_columns.join("、"),
        ),
    ];
    pairs.extend(
        more.into_iter()
            .filter(|(shown, ..)| *shown)
            .map(|(_, label, value)| Pair::new(label, value)),
    );
    if let Some(kept) = report.snapshot.as_ref().filter(|s| s.unchanged) {
        let text = if report.dry_run {
            "内容与已有快照相同"
        } else {
            "内容与已有快照相同，没有改动"
        };
        pairs.push(Pair::new("与上次相比", format!("{text}（{} 行）", kept.rows)));
    }
    pairs
}

impl Fault {
    fn of(error: &CellError) -> Fault {
        Fault {
            line: error.line,
            letter: error.letter.clone(),
            header: error.header.clone(),
            message: error.message.clone(),
        }
    }
}
