//! The pages of an import. Only who sent a file sees it: its rows hold what was written in them.

use askama::Template;
use axum::{
    Form,
    extract::{Multipart, Path, multipart::Field as Part},
    response::{IntoResponse, Redirect},
};
use intake::{CellError, contract::Contract};
use kernel::{AppError, AppResult, ErrorKind};
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use trail::Act;
use web::{
    Ctx, Layer, Page, Shell, download, html,
    parts::{Pair, Progress},
};

use super::{
    LISTED, Planned, Register, Summary,
    batch::{self, Batch},
    work,
};
use crate::papers::short_name;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Larger files are sent in parts; [`intake::table::MAX_ROWS`] rows fit well.
const MAX_UPLOAD_BYTES: u64 = 40 << 20;
const SHOWN: i64 = 10;

#[derive(Template)]
#[template(path = "import/form.html")]
struct FormPage {
    shell: Shell,
    path: &'static str,
    csrf: String,
    title: String,
    note: &'static str,
    error: String,
    hint: String,
    history: Vec<Line>,
    columns: Vec<Column>,
}

struct Line {
    href: String,
    at: String,
    file_name: String,
    state: (&'static str, &'static str),
    summary: Summary,
}

struct Column {
    header: String,
    required: &'static str,
    kind: &'static str,
    how: String,
    codes: String,
}

#[derive(Template)]
#[template(path = "import/batch.html")]
struct BatchPage {
    shell: Shell,
    path: String,
    list: &'static str,
    state: (&'static str, &'static str),
    progress: Option<Progress>,
    message: String,
    facts: Vec<Pair>,
    summary: Option<Summary>,
    open: bool,
    good: u64,
    returned: bool,
    faults: Vec<CellError>,
    planned: Vec<Planned>,
}

impl BatchPage {
    /// Says whether the list is whole.
    fn listed(rows: &usize, of: &str) -> String {
        if *rows < LISTED {
            format!("共 {rows} {of}")
        } else {
            format!("列出前 {rows} {of}")
        }
    }
}

#[derive(Template)]
#[template(path = "import/progress.html")]
struct ProgressFragment {
    progress: Progress,
}

/// The upload form, the columns of the template, and one's last files.
pub async fn form<R: Register>(ctx: Ctx) -> Page {
    form_with::<R>(&ctx, String::new()).await
}

/// The form, with what was wrong with the file just sent.
async fn form_with<R: Register>(ctx: &Ctx, error: String) -> Page {
    let contract = R::contract()?;
    let account = account(ctx)?;
    let history = batch::last(&ctx.db, &contract.name, account, SHOWN).await?;
    html(FormPage {
        shell: shell::<R>(ctx).here(format!("导入{}", contract.title)),
        path: R::PATH,
        csrf: ctx.csrf().to_owned(),
        title: contract.title.clone(),
        note: R::NOTE,
        error,
        hint: format!(
            "CSV 或 Excel 文件，编码自动识别，不超过 {} MB、{} 行。先核对，看过结果再决定是否写入。",
            MAX_UPLOAD_BYTES >> 20,
            intake::table::MAX_ROWS
        ),
        history: history.iter().map(|b| line::<R>(b)).collect(),
        columns: columns(&contract),
    })
}

/// Takes a file to disk piece by piece and begins to check it. What is no file at all is said beside the form.
pub async fn take<R: Register>(ctx: Ctx, form: Multipart) -> Page {
    match receive::<R>(&ctx, form).await {
        Ok(id) => Ok(Redirect::to(&format!("{}/{id}", R::PATH)).into_response()),
        Err(error) if error.kind == ErrorKind::Invalid => Ok(web::refused(form_with::<R>(&ctx, error.message).await?)),
        Err(error) => Err(error.into()),
    }
}

/// The id of the import that begins.
async fn receive<R: Register>(ctx: &Ctx, mut form: Multipart) -> AppResult<i64> {
    let upload = ctx.objects.temporary().join(format!("upload-{}", ctx.next_id()));
    while let Some(part) = form.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let name = short_name(part.file_name().unwrap_or_default());
        if let Err(error) = keep(part, &upload).await {
            let _ = tokio::fs::remove_file(&upload).await;
            return Err(error);
        }
        return work::start::<R>(ctx.app(), ctx.actor(), upload, &name).await;
    }
    Err(AppError::invalid("没有收到文件，请选择文件后再上传。"))
}

/// The empty template.
pub async fn template<R: Register>(_ctx: Ctx) -> Page {
    let contract = R::contract()?;
    let bytes = contract.template_xlsx().map_err(AppError::internal)?;
    Ok(download(&format!("{}模板.xlsx", contract.title), XLSX, bytes))
}

/// How far it is, what would change, what became of it.
pub async fn show<R: Register>(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let running = running(&ctx, &own::<R>(&ctx, id).await?);
    // Read again after asking: what ended in between is then shown as ended, not as broken off.
    let batch = own::<R>(&ctx, id).await?;
    let summary = batch.summary().filter(|_| !running);
    let message = if batch.state == "checking" && !running {
        "平台在核对中途停止，没有写入任何数据，请重新上传。".to_owned()
    } else {
        batch.message.clone()
    };
    let format = summary.as_ref().map(|s| s.format.clone()).unwrap_or_default();
    let mut facts = vec![
        Pair::new("文件", &batch.file_name),
        Pair::new("格式", format),
        Pair::new("经办人", &batch.actor_name),
        Pair::whole("上传", batch.started()),
        Pair::whole("办结", batch.finished()),
        Pair::whole("文件指纹", batch.file_sha256.chars().take(16).collect::<String>()),
    ];
    // What is not known yet, or never was of a file that could not be read, was not left out by anybody.
    facts.retain(|fact| !fact.value.is_empty());
    html(BatchPage {
        shell: shell::<R>(&ctx)
            .crumb(format!("导入{}", R::contract()?.title), R::PATH)
            .here("导入结果"),
        path: format!("{}/{id}", R::PATH),
        list: R::PATH,
        state: batch.state_title(),
        progress: running.then(|| progress_of::<R>(&ctx, &batch, true)),
        message: if running { String::new() } else { message },
        facts,
        open: batch.state == "checked" && !running,
        good: summary.as_ref().map_or(0, |s| s.new + s.updated),
        returned: !batch.returned_object.is_empty(),
        faults: summary.as_ref().map(|s| s.faults.clone()).unwrap_or_default(),
        planned: summary.as_ref().map(|s| s.planned.clone()).unwrap_or_default(),
        summary,
    })
}

/// The bar alone; when the work is over the page itself is asked for.
pub async fn progress<R: Register>(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let batch = own::<R>(&ctx, id).await?;
    let running = running(&ctx, &batch);
    let mut response = html(ProgressFragment {
        progress: progress_of::<R>(&ctx, &batch, running),
    })?;
    if !running {
        let refresh = axum::http::HeaderValue::from_static("true");
        response.headers_mut().insert("hx-refresh", refresh);
    }
    Ok(response)
}

/// What the clerk chose.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(rename = "do")]
    what: String,
}

/// The good rows are written, or nothing is.
pub async fn decide<R: Register>(ctx: Ctx, Path(id): Path<i64>, Form(choice): Form<Choice>) -> Page {
    let batch = own::<R>(&ctx, id).await?;
    let page = format!("{}/{id}", R::PATH);
    if batch.state == "applied" {
        return ctx.done("这次导入已经写入过，没有重复写入。", &page).await;
    }
    if batch.state != "checked" || running(&ctx, &batch) {
        return Err(AppError::conflict("这次导入不在待确认状态，请刷新页面查看。").into());
    }
    if choice.what == "apply" {
        work::begin_apply::<R>(ctx.app(), ctx.actor(), batch);
        return Ok(Redirect::to(&page).into_response());
    }
    work::refuse(ctx.app(), ctx.actor(), id).await?;
    ctx.done("已全部退回，没有写入任何数据。", &page).await
}

/// The returned rows to correct and send again. They hold readable numbers, so the download is on the record.
pub async fn returned<R: Register>(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let batch = own::<R>(&ctx, id).await?;
    let bytes = work::open(ctx.app(), id, "returned", &batch.returned_object)?;
    let act = Act::new("import.returned", work::subject(id)).for_purpose("下载退回行，改正后重新导入");
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(download(&format!("{}退回行.xlsx", R::contract()?.title), XLSX, bytes))
}

fn account(ctx: &Ctx) -> AppResult<i64> {
    let account = ctx.actor().account.map(|a| a.0);
    account.ok_or_else(|| AppError::forbidden("请先登录。"))
}

async fn own<R: Register>(ctx: &Ctx, id: i64) -> AppResult<Batch> {
    batch::own(&ctx.db, &R::contract()?.name, account(ctx)?, id).await
}

fn running(ctx: &Ctx, batch: &Batch) -> bool {
    let known = ctx.progress.get(&work::progress_key(batch.id));
    matches!(batch.state.as_str(), "checking" | "checked") && known.is_some_and(|p| !p.finished)
}

fn progress_of<R: Register>(ctx: &Ctx, batch: &Batch, running: bool) -> Progress {
    let page_href = format!("{}/{}", R::PATH, batch.id);
    let state = ctx.progress.get(&work::progress_key(batch.id)).unwrap_or_default();
    Progress {
        title: batch.file_name.clone(),
        done: state.done,
        total: state.total,
        text: if running {
            state.phase
        } else {
            batch.state_title().0.to_owned()
        },
        poll_href: running.then(|| format!("{page_href}/progress")),
        page_href,
        failed: batch.state == "failed",
    }
}

fn shell<R: Register>(ctx: &Ctx) -> Shell {
    let layer = if ctx.actor().role.supervises() {
        Layer::Supervision
    } else {
        Layer::Management
    };
    ctx.shell(layer).crumb(R::BACK.0, R::BACK.1)
}

fn line<R: Register>(batch: &Batch) -> Line {
    Line {
        href: format!("{}/{}", R::PATH, batch.id),
        at: batch.started(),
        file_name: batch.file_name.clone(),
        state: batch.state_title(),
        summary: batch.summary().unwrap_or_default(),
    }
}

fn columns(contract: &Contract) -> Vec<Column> {
    let columns = contract.columns.iter();
    columns
        .map(|c| Column {
            header: c.header.clone(),
            required: if c.required { "必填" } else { "选填" },
            kind: c.kind.title(),
            how: c.how_to_write(),
            codes: c.codes.values().cloned().collect::<Vec<_>>().join("、"),
        })
        .collect()
}

async fn keep(mut part: Part<'_>, path: &std::path::Path) -> AppResult<()> {
    let mut file = work::private(path).await?;
    let mut size = 0;
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        size += piece.len() as u64;
        if size > MAX_UPLOAD_BYTES {
            return Err(AppError::invalid(format!(
                "文件超过 {} MB 的上限，请分成几份上传。",
                MAX_UPLOAD_BYTES >> 20
            )));
        }
        file.write_all(&piece).await.map_err(AppError::internal)?;
    }
    if size == 0 {
        return Err(AppError::invalid("文件是空的，请选择有内容的文件。"));
    }
    file.flush().await.map_err(AppError::internal)
}

fn broken(error: axum::extract::multipart::MultipartError) -> AppError {
    AppError::invalid("上传中断，请重新选择文件上传。").caused_by(error)
}
