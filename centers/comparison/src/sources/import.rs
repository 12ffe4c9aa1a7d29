//! Runs an import and puts its beginning and its end on the record.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use access::Actor;
use intake::{ImportJob, ImportReport, IngestError, Progress, contract::Contract, run};
use kernel::{AppError, AppResult};
use serde_json::json;
use store::args;
use trail::Act;
use web::{App, ProgressHandle};

use super::{BatchState, Sources, shelf::Nonces};

/// How often the page's progress is brought up to date.
const TICK: Duration = Duration::from_millis(200);

/// Imports a file that lies on this machine (`yangguang import`) and waits for the end. A refused file is an
/// error with the reason; rejected rows are counted in the report.
pub async fn import_file(
    app: &App,
    actor: &Actor,
    data_set: &str,
    path: &Path,
    dry_run: bool,
) -> AppResult<ImportReport> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (id, contract) = begin(app, actor, data_set, &name, dry_run).await?;
    work(app, actor, id, contract, path.to_owned(), name, dry_run).await
}

/// Begins the import of an uploaded file, which is removed afterwards. Returns at once with the batch's id.
pub async fn start_import(
    app: &App,
    actor: &Actor,
    data_set: &str,
    upload: PathBuf,
    file_name: String,
    dry_run: bool,
) -> AppResult<i64> {
    let (id, contract) = begin(app, actor, data_set, &file_name, dry_run).await?;
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        // The outcome is in the batch; the person reads it there.
        let _ = work(&app, &actor, id, contract, upload.clone(), file_name, dry_run).await;
        let _ = tokio::fs::remove_file(upload).await;
    });
    Ok(id)
}

pub(super) fn progress_key(id: i64) -> String {
    format!("import:{id}")
}

async fn begin(
    app: &App,
    actor: &Actor,
    data_set: &str,
    file_name: &str,
    dry_run: bool,
) -> AppResult<(i64, Arc<Contract>)> {
    let sources = app.part::<Sources>()?;
    let contract = sources
        .contracts
        .get(data_set)
        .cloned()
        .ok_or_else(|| AppError::not_found("没有这个数据集。"))?;
    let id = app.next_id();
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "INSERT INTO import_batch (id, data_set, state, dry_run, file_name, file_sha256, file_bytes, snapshot, unchanged, \
         row_count, accepted, warned, rejected, message, report, has_rejects, account, actor_name, started_at, finished_at, \
         seq, clock_back) VALUES ($1, $2, 'running', $3, $4, '', 0, '', FALSE, 0, 0, 0, 0, '', '', FALSE, $5, $6, $7, NULL, \
         (SELECT COALESCE(MAX(seq), 0) + 1 FROM import_batch), \
         (SELECT COALESCE(MAX(started_at), 0) > $7 FROM import_batch))",
        args![id, data_set, dry_run, file_name, actor.account.map_or(-1, |a| a.0), actor.name.as_str(), tx.at().millis()],
    )
    .await?;
    let detail = json!({ "data_set": data_set, "file_name": file_name, "dry_run": dry_run });
    tx.commit(Act::new("source.import", format!("import:{id}")).with(detail))
        .await?;
    app.progress.start(progress_key(id), "排队中");
    Ok((id, contract))
}

async fn work(
    app: &App,
    actor: &Actor,
    id: i64,
    contract: Arc<Contract>,
    input: PathBuf,
    file_name: String,
    dry_run: bool,
) -> AppResult<ImportReport> {
    let sources = app.part::<Sources>()?;
    let handle = app.progress.start(progress_key(id), "排队中");
    let turn = sources.turn.acquire().await.map_err(AppError::internal)?;
    handle.phase("正在读取和校验");
    let progress = Arc::new(Progress::default());
    let nonces = Nonces::new(app.nonce()?);
    let job = {
        let (sources, keys, progress) = (sources.clone(), app.keys.clone(), progress.clone());
        tokio::task::spawn_blocking(move || {
            let rejects = sources.rejects_path(id);
            let job = ImportJob {
                input: &input,
                file_name: &file_name,
                contract: &contract,
                contracts: &sources.contracts,
                keyring: &keys,
                nonce: &|| nonces.next(),
                shelf: &sources.store,
                rejects: Some(&rejects),
                dry_run,
                limits: sources.limits,
            };
            run(&job, &progress)
        })
    };
    let outcome = watch(job, &progress, &handle).await;
    drop(turn);
    finish(app, actor, id, dry_run, &outcome).await?;
    match &outcome {
        Ok(_) => handle.finish(),
        Err(e) => handle.fail(e.to_string()),
    }
    outcome.map_err(refused)
}

/// A file's faults are the sender's to mend; a disk's are ours.
fn refused(error: IngestError) -> AppError {
    match error {
        IngestError::Io(e) => AppError::internal(e),
        IngestError::Write(e) => AppError::internal(e),
        other => AppError::invalid(other.to_string()),
    }
}

async fn watch(
    mut job: tokio::task::JoinHandle<Result<ImportReport, IngestError>>,
    progress: &Progress,
    handle: &ProgressHandle,
) -> Result<ImportReport, IngestError> {
    loop {
        tokio::select! {
            done = &mut job => {
                return done.unwrap_or_else(|_| Err(IngestError::Damaged("文件内容无法解析".into())));
            }
            () = tokio::time::sleep(TICK) => {
                let (done, total) = (progress.read_bytes.load(Ordering::Relaxed), progress.total_bytes.load(Ordering::Relaxed));
                if !handle.report(done.min(total), total) {
                    progress.cancel.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

async fn finish(
    app: &App,
    actor: &Actor,
    id: i64,
    dry_run: bool,
    outcome: &Result<ImportReport, IngestError>,
) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    let detail = match outcome {
        Ok(report) => {
            let state = if dry_run {
                BatchState::Checked
            } else {
                BatchState::Accepted
            };
            let kept = report.snapshot.as_ref().filter(|_| !dry_run);
            let text = serde_json::to_string(report).map_err(AppError::internal)?;
            tx.execute(
                "UPDATE import_batch SET state = $2, file_sha256 = $3, file_bytes = $4, snapshot = $5, unchanged = $6, \
                 row_count = $7, accepted = $8, warned = $9, rejected = $10, report = $11, has_rejects = $12, \
                 finished_at = $13 WHERE id = $1",
                args![
                    id,
                    state.id(),
                    report.file_sha256.as_str(),
                    report.file_bytes as i64,
                    kept.map_or("", |s| s.hash.as_str()),
                    kept.is_some_and(|s| s.unchanged),
                    report.rows as i64,
                    report.accepted as i64,
                    report.warned as i64,
                    report.rejected as i64,
                    text,
                    report.rejects.is_some(),
                    tx.at().millis()
                ],
            )
            .await?;
            json!({
                "data_set": report.data_set, "file_sha256": report.file_sha256, "snapshot": kept.map(|s| &s.hash),
                "rows": report.rows, "accepted": report.accepted, "warned": report.warned, "rejected": report.rejected,
            })
        }
        Err(error) => {
            let message = match error {
                IngestError::Io(_) | IngestError::Write(_) => {
                    "平台读写文件出错，没有写入任何数据，请稍后重试".to_owned()
                }
                other => other.to_string(),
            };
            tx.execute(
                "UPDATE import_batch SET state = $2, message = $3, finished_at = $4 WHERE id = $1",
                args![id, BatchState::Failed.id(), message.as_str(), tx.at().millis()],
            )
            .await?;
            json!({ "refused": message })
        }
    };
    tx.commit(Act::new("source.imported", format!("import:{id}")).with(detail))
        .await
        .map(|_| ())
}
