//! One look into the folder: every file is read, held against the books, and posted whole in one transaction.
//!
//! A file that was taken or refused leaves the folder for a folder of its own beside it, so that nothing is looked at
//! twice and nothing is lost. The same content under another name is refused: it is in the books already.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use access::{Actor, Scope};
use intake::{contract::Contract, table::Table};
use kernel::{AppError, AppResult, Date, ErrorKind, Money, RegionLevel, Timestamp, checks::clean_code};
use serde_json::json;
use store::Digest;
use trail::Act;
use web::App;

use super::rows::{UsageFile, in_use, remember, taken_before, voucher_known};
use crate::{
    batch::table_of,
    chain::{AllocationRow, allocation, books, draw},
    model::ledger::{Kind, Stage},
    oversight::may_disburse,
};

/// How often the folder is looked into.
const EVERY: Duration = Duration::from_secs(600);
/// Larger files are no lists of payments of one department.
const MOST_BYTES: u64 = 16 << 20;
/// Faults told of one file.
const MOST_TOLD: usize = 30;

/// When the folder was last looked into; a part of the app.
#[derive(Debug, Default)]
pub struct LastRun {
    at: Mutex<Option<Timestamp>>,
    /// One look at a time: two would post a file twice.
    looking: tokio::sync::Mutex<()>,
}

impl LastRun {
    pub fn at(&self) -> Option<Timestamp> {
        self.at.lock().ok().and_then(|at| *at)
    }
}

/// What a look into the folder found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    pub taken: usize,
    pub refused: usize,
}

/// One payment of a department, held against the books.
struct Use {
    share: i64,
    amount: Money,
    on: Date,
    voucher: String,
}

/// The folder into which departments' files are dropped.
pub fn inbox(app: &App) -> PathBuf {
    app.config.data_dir.join("inbox").join("funds")
}

/// The contract of the files: template, titles, types.
pub(crate) fn contract() -> AppResult<Contract> {
    Contract::parse("fund_usage", include_str!("../../data/fund_usage.toml")).map_err(AppError::internal)
}

/// Looks into the folder every ten minutes for as long as the server runs.
pub fn start(app: App) {
    tokio::spawn(async move {
        let mut every = tokio::time::interval(EVERY);
        loop {
            every.tick().await;
            // What went wrong stands on the page of the file; a folder that cannot be read is tried again.
            let _ = take_in(&app, &Actor::system()).await;
        }
    });
}

/// Takes in every file that lies in the folder, by name.
pub async fn take_in(app: &App, actor: &Actor) -> AppResult<Ran> {
    let last = app.part::<LastRun>()?;
    let _one = last.looking.lock().await;
    if let Ok(mut at) = last.at.lock() {
        *at = Some(app.clock.now());
    }
    let disk =
        |e: std::io::Error| AppError::new(ErrorKind::Unavailable, "归集目录暂时无法读写，请稍后再试。").caused_by(e);
    let folder = inbox(app);
    std::fs::create_dir_all(&folder).map_err(disk)?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(disk)?
        .filter_map(|entry| {
            entry
                .ok()
                .filter(|e| e.file_type().is_ok_and(|t| t.is_file()))
                .map(|e| e.path())
        })
        .collect();
    // Half-written files carry a name that says so.
    files.retain(|path| {
        let name = file_name(path);
        !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp")
    });
    files.sort();
    let mut ran = Ran::default();
    for path in files {
        let size = std::fs::metadata(&path).map_err(disk)?.len();
        let bytes = if size <= MOST_BYTES {
            std::fs::read(&path).map_err(disk)?
        } else {
            Vec::new()
        };
        let taken = one(app, actor, &path, &bytes).await?;
        let away = folder.join(if taken { "taken" } else { "refused" });
        std::fs::create_dir_all(&away).map_err(disk)?;
        let name = format!("{:x}-{}", app.next_id(), file_name(&path));
        std::fs::rename(&path, away.join(name)).map_err(disk)?;
        if taken {
            ran.taken += 1;
        } else {
            ran.refused += 1;
        }
    }
    Ok(ran)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Takes one file or refuses it; both are on the record. True when it was taken.
async fn one(app: &App, actor: &Actor, path: &Path, bytes: &[u8]) -> AppResult<bool> {
    let digest = Digest::of(bytes);
    let mut file = UsageFile {
        id: app.next_id(),
        file_name: file_name(path),
        at_millis: app.clock.now().millis(),
        by_name: actor.name.clone(),
        state: "refused".into(),
        rows: 0,
        amount_fen: 0,
        faults: String::new(),
    };
    let read = if bytes.is_empty() {
        Err("文件是空的，或超过 16 MB。".to_owned())
    } else if taken_before(&app.db, digest.as_str()).await? {
        Err("内容相同的文件已归集过，没有重复登记。".to_owned())
    } else {
        match table_of(app, bytes, contract()?).await {
            Ok(table) => held_against_the_books(app, &table).await?,
            Err(e) if e.kind == ErrorKind::Invalid => Err(e.message),
            Err(e) => return Err(e),
        }
    };
    let uses = match read {
        Ok(uses) => uses,
        Err(faults) => return refuse(app, actor, file, &digest, faults).await,
    };
    let tx = app.trail.begin(actor).await?;
    if taken_before(&*tx, digest.as_str()).await? {
        drop(tx);
        return refuse(
            app,
            actor,
            file,
            &digest,
            "内容相同的文件已归集过，没有重复登记。".into(),
        )
        .await;
    }
    let everything = Scope::area(app.config.area.at(RegionLevel::County));
    let next_id = || app.next_id();
    for (n, of) in uses.iter().enumerate() {
        let share = allocation(&*tx, &everything, of.share)
            .await?
            .ok_or_else(|| AppError::internal("allocation"))?;
        let posted = async {
            may_disburse(&tx, &share, of.amount).await?;
            draw(
                &tx,
                &next_id,
                of.share,
                of.amount,
                Kind::Use,
                (Stage::Used, 0),
                &of.on.to_string(),
                &of.voucher,
            )
            .await
        };
        match posted.await {
            Ok(()) => in_use(&tx, of.share).await?,
            // Dropping the transaction leaves nothing of the file behind.
            Err(e) if e.kind == ErrorKind::Invalid => {
                drop(tx);
                let fault = format!("第 {} 笔（凭证 {}）：{}", n + 1, of.voucher, e.message);
                return refuse(app, actor, file, &digest, fault).await;
            }
            Err(e) => return Err(e),
        }
    }
    file.state = "taken".into();
    file.rows = uses.len() as i64;
    file.amount_fen = uses.iter().map(|u| u.amount.fen()).sum();
    remember(&tx, &file, digest.as_str()).await?;
    let detail = json!({ "file": file.file_name, "rows": file.rows, "amount_fen": file.amount_fen });
    let act = Act::new("fund_usage.take", format!("usage_file:{}", file.id));
    tx.commit(act.with(detail)).await?;
    Ok(true)
}

async fn refuse(app: &App, actor: &Actor, mut file: UsageFile, digest: &Digest, faults: String) -> AppResult<bool> {
    file.faults = faults;
    let tx = app.trail.begin(actor).await?;
    remember(&tx, &file, digest.as_str()).await?;
    let act = Act::new("fund_usage.refuse", format!("usage_file:{}", file.id));
    tx.commit(act.with(json!({ "file": file.file_name }))).await?;
    Ok(false)
}

/// Every row with the share it draws on, or what is wrong with the file, a line each.
async fn held_against_the_books(app: &App, table: &Table) -> AppResult<Result<Vec<Use>, String>> {
    let books = books(&app.db, &Scope::area(app.config.area.at(RegionLevel::County))).await?;
    let mut faults: Vec<String> = table
        .rows
        .iter()
        .flat_map(|r| &r.faults)
        .map(|f| f.to_string())
        .collect();
    let mut uses: Vec<Use> = Vec::new();
    for row in table.good() {
        let (number, target) = (clean_code(row.text("doc_no")), row.text("target").trim());
        let ours = |a: &&AllocationRow| {
            clean_code(&a.doc_no) == number
                && a.decided_on.is_some()
                && (target.is_empty() || a.project_name.contains(target))
        };
        let shares: Vec<&AllocationRow> = books.allocations.iter().filter(ours).collect();
        let mut fault = |text: String| faults.push(format!("第 {} 行：{text}", row.line));
        let (Some(amount), Some(on)) = (row.money("amount"), row.day("used_on")) else {
            fault("金额或使用日期读不出来".into());
            continue;
        };
        let voucher = row.text("voucher").trim().to_owned();
        match shares.as_slice() {
            [] => fault("没有这个文号下的已定分配，请核对文号和项目".into()),
            [_, _, ..] => fault("这个文号有多笔分配，请写明项目名称".into()),
            [_] if amount <= Money::ZERO => fault("金额必须大于零".into()),
            [_] if on > app.clock.today() => fault("使用日期不能晚于今天".into()),
            [share] => {
                let doubled = uses.iter().any(|u| u.share == share.id && u.voucher == voucher);
                if doubled || voucher_known(&app.db, share.id, &voucher).await? {
                    fault(format!("凭证号 {voucher} 已登记过"));
                    continue;
                }
                uses.push(Use {
                    share: share.id,
                    amount,
                    on,
                    voucher,
                });
            }
        }
    }
    if faults.is_empty() {
        return Ok(Ok(uses));
    }
    let more = faults.len().saturating_sub(MOST_TOLD);
    faults.truncate(MOST_TOLD);
    if more > 0 {
        faults.push(format!("另有 {more} 处"));
    }
    Ok(Err(faults.join("\n")))
}
