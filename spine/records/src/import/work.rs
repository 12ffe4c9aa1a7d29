//! Reads a file, looks at it, and applies it. Long files take seconds, so this runs beside the request.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use access::Actor;
use intake::{IngestError, Progress, table, table::Table};
use kernel::{AppError, AppResult, Sealed};
use serde_json::json;
use store::{Digest, args};
use tokio::sync::Semaphore;
use trail::{Act, Once, RecordedTx};
use web::{App, ProgressHandle};

use super::{LISTED, Outlook, Register, Summary, batch::Batch};

/// One file at a time, so that memory stays bounded however many clerks upload.
static TURN: Semaphore = Semaphore::const_new(1);
const TICK: Duration = Duration::from_millis(200);

pub(super) fn progress_key(id: i64) -> String {
    format!("record_import:{id}")
}

/// Puts the file on the record and begins to check it. The file at `upload` is removed in the end.
pub(super) async fn start<R: Register>(app: &App, actor: &Actor, upload: PathBuf, file_name: &str) -> AppResult<i64> {
    let id = app.next_id();
    let register = R::contract()?.name;
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "INSERT INTO record_import (id, register, state, file_name, file_sha256, file_object, returned_object, summary, \
         message, account, actor_name, started_millis, finished_millis) \
         VALUES ($1,$2,'checking',$3,'','','','','',$4,$5,$6,NULL)",
        args![
            id,
            register.as_str(),
            file_name,
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let detail = json!({ "register": register, "file_name": file_name });
    tx.commit(Act::new("import.check", subject(id)).with(detail)).await?;
    let handle = app.progress.start(progress_key(id), "排队中");
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        let outcome = check::<R>(&app, &actor, id, &upload, &handle).await;
        let _ = tokio::fs::remove_file(&upload).await;
        if let Err(error) = outcome {
            // The person reads it on the page of the import.
            let _ = failed(&app, &actor, id, &error).await;
        }
        handle.finish();
    });
    Ok(id)
}

/// Begins to apply a checked file.
pub(super) fn begin_apply<R: Register>(app: &App, actor: &Actor, batch: Batch) {
    let handle = app.progress.start(progress_key(batch.id), "排队中");
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        if let Err(error) = apply::<R>(&app, &actor, &batch, &handle).await {
            let _ = told(&app, &actor, batch.id, &error).await;
        }
        handle.finish();
    });
}

/// Nothing of the file is taken.
pub(super) async fn refuse(app: &App, actor: &Actor, id: i64) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    let sql = "UPDATE record_import SET state = 'refused', finished_millis = $2 WHERE id = $1 AND state = 'checked'";
    let touched = tx.execute(sql, args![id, tx.at().millis()]).await?;
    if touched == 0 {
        return Err(AppError::conflict("这次导入已经办结。"));
    }
    tx.commit(Act::new("import.refuse", subject(id))).await.map(|_| ())
}

pub(super) fn subject(id: i64) -> String {
    format!("import:{id}")
}

/// What `seal` closed.
pub(super) fn open(app: &App, id: i64, part: &str, object: &str) -> AppResult<Vec<u8>> {
    let digest = Digest::from_hex(object).ok_or_else(|| AppError::not_found("文件不存在或已移除。"))?;
    let sealed = Sealed(app.objects.read(&digest)?);
    app.keys
        .reveal_bytes(&format!("import:{id}:{part}"), &sealed)
        .map_err(AppError::internal)
}

fn seal(app: &App, id: i64, part: &str, bytes: &[u8]) -> AppResult<String> {
    let sealed = app.keys.seal_bytes(&format!("import:{id}:{part}"), bytes, app.nonce()?);
    Ok(app
        .objects
        .put(&sealed.0)
        .map_err(AppError::internal)?
        .as_str()
        .to_owned())
}

async fn check<R: Register>(
    app: &App,
    actor: &Actor,
    id: i64,
    upload: &Path,
    handle: &ProgressHandle,
) -> AppResult<()> {
    let _turn = TURN.acquire().await.map_err(AppError::internal)?;
    let bytes = tokio::fs::read(upload).await.map_err(AppError::internal)?;
    let sha256 = Digest::of(&bytes);
    let file = seal(app, id, "file", &bytes)?;
    drop(bytes);
    let (table, out) = look::<R>(app, actor, upload, handle).await?;
    let (summary, returned) = sum_up(&table, &out);
    let returned = if returned.is_empty() {
        String::new()
    } else {
        let bytes = table.returned_xlsx(&returned).map_err(AppError::internal)?;
        seal(app, id, "returned", &bytes)?
    };
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "UPDATE record_import SET state = 'checked', file_sha256 = $2, file_object = $3, returned_object = $4, \
         summary = $5, message = '' WHERE id = $1",
        args![id, sha256.as_str(), file, returned, text_of(&summary)?],
    )
    .await?;
    let detail = json!({
        "file_sha256": sha256.as_str(), "rows": summary.rows, "aside": summary.aside, "new": summary.new,
        "updated": summary.updated, "unchanged": summary.unchanged,
    });
    tx.commit(Act::new("import.checked", subject(id)).with(detail))
        .await
        .map(|_| ())
}

async fn apply<R: Register>(app: &App, actor: &Actor, batch: &Batch, handle: &ProgressHandle) -> AppResult<()> {
    let _turn = TURN.acquire().await.map_err(AppError::internal)?;
    let id = batch.id;
    let copy = app.objects.temporary().join(format!("import-{id}"));
    write_private(&copy, &open(app, id, "file", &batch.file_object)?).await?;
    let looked = look::<R>(app, actor, &copy, handle).await;
    let _ = tokio::fs::remove_file(&copy).await;
    let (table, out) = looked?;
    let (summary, _) = sum_up(&table, &out);
    let seen = batch.summary().map(|s| s.digest).unwrap_or_default();
    if summary.digest != seen {
        let tx = app.trail.begin(actor).await?;
        store_summary(&tx, id, &summary).await?;
        tx.commit(Act::new("import.checked", subject(id))).await?;
        return Err(AppError::conflict(
            "您确认之前登记内容有了变化，没有写入任何数据。下面是重新核对的结果，请看过后再确认。",
        ));
    }
    handle.phase("正在写入");
    let Once::New(tx) = app.trail.begin_once(actor, &format!("import-apply-{id}")).await? else {
        return Ok(());
    };
    R::apply(app, &tx, out.changes).await?;
    tx.execute(
        "UPDATE record_import SET state = 'applied', message = '', finished_millis = $2 WHERE id = $1",
        args![id, tx.at().millis()],
    )
    .await?;
    let detail = json!({
        "register": batch.register, "file_sha256": batch.file_sha256, "rows": summary.rows, "new": summary.new,
        "updated": summary.updated, "aside": summary.aside,
    });
    tx.commit(Act::new("import.apply", subject(id)).with(detail))
        .await
        .map(|_| ())
}

async fn look<R: Register>(
    app: &App,
    actor: &Actor,
    input: &Path,
    handle: &ProgressHandle,
) -> AppResult<(Table, Outlook<R::Change>)> {
    handle.phase("正在读取");
    let contract = R::contract()?;
    let progress = Arc::new(Progress::default());
    let job = {
        let (keys, progress, input) = (app.keys.clone(), progress.clone(), input.to_owned());
        let (start, count) = (app.nonce()?, AtomicU64::new(0));
        tokio::task::spawn_blocking(move || {
            let nonce = || {
                let mut nonce = start;
                let count = count.fetch_add(1, Ordering::Relaxed);
                for (byte, part) in nonce[4..].iter_mut().zip(count.to_le_bytes()) {
                    *byte ^= part;
                }
                nonce
            };
            table::read(&input, &contract, &keys, &nonce, &progress)
        })
    };
    let table = watch(job, &progress, handle).await.map_err(refused)?;
    handle.phase("正在与登记内容核对");
    let mut out = Outlook::default();
    R::look(app, actor, &table, &mut out).await?;
    Ok((table, out))
}

async fn watch(
    mut job: tokio::task::JoinHandle<Result<Table, IngestError>>,
    progress: &Progress,
    handle: &ProgressHandle,
) -> Result<Table, IngestError> {
    loop {
        tokio::select! {
            done = &mut job => {
                return done.unwrap_or_else(|_| Err(IngestError::Damaged("文件内容无法解析".into())));
            }
            () = tokio::time::sleep(TICK) => {
                let total = progress.total_bytes.load(Ordering::Relaxed);
                let done = progress.read_bytes.load(Ordering::Relaxed).min(total);
                handle.report(done >> 10, total >> 10);
            }
        }
    }
}

/// Counts and the first of everything; and of each row to return, why.
fn sum_up<C>(table: &Table, out: &Outlook<C>) -> (Summary, HashMap<u64, Vec<String>>) {
    let faults = table.rows.iter().flat_map(|row| &row.faults).chain(&out.aside);
    let mut returned: HashMap<u64, Vec<String>> = HashMap::new();
    let mut listed = Vec::new();
    for fault in faults {
        let reason = if fault.header.is_empty() {
            fault.message.clone()
        } else {
            format!("「{}」{}", fault.header, fault.message)
        };
        returned.entry(fault.line).or_default().push(reason);
        listed.push(fault.clone());
    }
    listed.sort_by_key(|fault| fault.line);
    let rows_of = |effect| {
        let lines = out.planned.iter().filter(|p| p.effect == effect).flat_map(|p| &p.lines);
        lines.collect::<HashSet<_>>().len() as u64
    };
    let mut words: Vec<String> = listed.iter().map(ToString::to_string).collect();
    words.extend(out.planned.iter().map(|p| format!("{:?}", p)));
    let summary = Summary {
        format: table.format.clone(),
        unused_columns: table.unused_columns.clone(),
        rows: table.rows.len() as u64,
        aside: returned.len() as u64,
        new: rows_of(super::Effect::New),
        updated: rows_of(super::Effect::Updated),
        unchanged: out.unchanged,
        faults: listed.into_iter().take(LISTED).collect(),
        planned: out.planned.iter().take(LISTED).cloned().collect(),
        digest: Digest::of(words.join("\n").as_bytes()).as_str().to_owned(),
    };
    (summary, returned)
}

fn text_of(summary: &Summary) -> AppResult<String> {
    serde_json::to_string(summary).map_err(AppError::internal)
}

async fn store_summary(tx: &RecordedTx, id: i64, summary: &Summary) -> AppResult<()> {
    let sql = "UPDATE record_import SET summary = $2 WHERE id = $1";
    tx.execute(sql, args![id, text_of(summary)?]).await.map(|_| ())
}

async fn failed(app: &App, actor: &Actor, id: i64, error: &AppError) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "UPDATE record_import SET state = 'failed', message = $2, finished_millis = $3 WHERE id = $1",
        args![id, error.message.as_str(), tx.at().millis()],
    )
    .await?;
    let detail = json!({ "refused": error.message });
    tx.commit(Act::new("import.checked", subject(id)).with(detail))
        .await
        .map(|_| ())
}

/// An apply that did not go through: the file stays to be decided on.
async fn told(app: &App, actor: &Actor, id: i64, error: &AppError) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    let sql = "UPDATE record_import SET message = $2 WHERE id = $1";
    tx.execute(sql, args![id, error.message.as_str()]).await?;
    let detail = json!({ "refused": error.message });
    tx.commit(Act::new("import.apply", subject(id)).with(detail))
        .await
        .map(|_| ())
}

/// A file's faults are the sender's to mend; a disk's are ours.
fn refused(error: IngestError) -> AppError {
    match error {
        IngestError::Io(e) => AppError::internal(e),
        IngestError::Write(e) => AppError::internal(e),
        other => AppError::invalid(other.to_string()),
    }
}

async fn write_private(path: &Path, bytes: &[u8]) -> AppResult<()> {
    use tokio::io::AsyncWriteExt;
    let mut file = private(path).await?;
    file.write_all(bytes).await.map_err(AppError::internal)?;
    file.flush().await.map_err(AppError::internal)
}

/// A new file only we can read.
pub(super) async fn private(path: &Path) -> AppResult<tokio::fs::File> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await.map_err(AppError::internal)
}
