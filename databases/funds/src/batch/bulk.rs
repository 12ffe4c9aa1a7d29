//! The same step for many batches at once: shown first with what is held back and why, then done as it was ticked, in
//! one transaction or not at all.

use std::collections::HashMap;

use access::Actor;
use kernel::{AppError, AppResult, ErrorKind, Money};
use records::flow::Code;
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::{Act, Once};
use web::App;

use super::{
    issue::{Open, by_place, due, shares_of, take},
    rows::{BatchFilter, BatchRow, batch, batch_counts, oldest},
    steps::{Along, perform, permitted},
};
use crate::{
    chain::{Asked, day_within},
    model::flows::{BATCH, BatchAct},
};

/// The steps that many batches may take together. A village's check, a comparison and what sends a list back are about
/// one list each and are done on its page.
pub const BULK_ACTS: [BatchAct; 6] = [
    BatchAct::Publish,
    BatchAct::Approve,
    BatchAct::Pass,
    BatchAct::Send,
    BatchAct::Reissue,
    BatchAct::Disclose,
];

/// Batches shown and done at once.
pub const MOST_BATCHES: usize = 100;

/// Marks the reason of a returned payment whose account was replaced since.
pub const REPLACED: &str = "已更换账户；原退回原因：";

/// Returned payments of a batch that came back for one reason.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Group {
    pub reason: String,
    pub rows: i64,
    pub amount_fen: i64,
}

impl Group {
    /// Stands for the reason in a form.
    pub fn id(&self) -> String {
        // FNV-1a: tells the reasons of one batch apart, nothing else.
        let hash = self.reason.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }

    /// Whether it came back because of the account, which is still the same: it would come back again.
    pub fn wants_account(&self) -> bool {
        !self.reason.starts_with(REPLACED) && self.reason.contains(['账', '户', '卡'])
    }

    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }
}

/// What a step would do with one batch.
#[derive(Clone, Debug)]
pub struct Line {
    pub row: BatchRow,
    /// Payments the step moves.
    pub rows: i64,
    pub amount: Money,
    /// Why the batch is held back; `None` when it goes.
    pub against: Option<String>,
    /// For [`BatchAct::Reissue`]: what came back, by reason.
    pub groups: Vec<Group>,
}

/// What a step would do with the batches a filter holds.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The oldest [`MOST_BATCHES`].
    pub lines: Vec<Line>,
    /// Batches of the filter in the state before the step.
    pub total: i64,
}

/// Shows what a step would do, changing nothing. Money is counted once: what an earlier batch would take, a later one
/// no longer has.
///
/// # Errors
/// Invalid for a step that is taken on one batch only.
pub async fn preview(
    app: &App,
    actor: &Actor,
    act: BatchAct,
    filter: &BatchFilter,
    asked: &Asked<'_>,
) -> AppResult<Preview> {
    day_within("办理日期", asked.on, app.clock.today())?;
    let step = BATCH.steps.iter().find(|s| s.act == act && BULK_ACTS.contains(&act));
    let Some(step) = step else {
        return Err(AppError::invalid("这一步须逐批办理，请打开批次页面。"));
    };
    let filter = BatchFilter {
        state: step.from.first().copied(),
        ..filter.clone()
    };
    let (total, _) = batch_counts(&app.db, &actor.scope, &filter).await?;
    let mut open: HashMap<String, Vec<Open>> = HashMap::new();
    let mut lines = Vec::new();
    for row in oldest(&app.db, &actor.scope, &filter, MOST_BATCHES as i64).await? {
        let mut line = Line {
            rows: row.rows,
            amount: row.amount(),
            against: told(permitted(app, &app.db, actor, &row, act, asked).await)?,
            groups: Vec::new(),
            row,
        };
        match act {
            BatchAct::Send => {
                let rows = due(&app.db, line.row.id).await?;
                line.rows = rows.len() as i64;
                line.amount = rows.iter().map(|r| Money(r.amount_fen)).sum();
                if rows.is_empty() && line.against.is_none() {
                    line.against = Some("没有可发放的行：全部暂缓。".to_owned());
                }
                if line.against.is_none() {
                    let programme = line.row.programme.clone();
                    if !open.contains_key(&programme) {
                        open.insert(programme.clone(), shares_of(&app.db, &programme).await?);
                    }
                    let shares = open.entry(programme).or_default();
                    let mut after = shares.clone();
                    let mut needs = by_place(rows.iter().map(|r| (r.region, r.amount_fen))).into_iter();
                    let taken = needs.try_for_each(|(place, amount)| take(&mut after, place, amount).map(|_| ()));
                    line.against = told(taken)?;
                    if line.against.is_none() {
                        *shares = after;
                    }
                }
            }
            BatchAct::Reissue => {
                line.groups = groups(&app.db, line.row.id).await?;
                line.rows = line.groups.iter().map(|g| g.rows).sum();
                line.amount = line.groups.iter().map(Group::amount).sum();
            }
            _ => {}
        }
        lines.push(line);
    }
    Ok(Preview { lines, total })
}

/// What stands against a batch, in words; faults of the platform go on as such.
fn told<T>(outcome: AppResult<T>) -> AppResult<Option<String>> {
    match outcome {
        Ok(_) => Ok(None),
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Forbidden) => {
            Ok(Some(e.message))
        }
        Err(e) => Err(e),
    }
}

/// What came back of a batch, by reason.
async fn groups(db: &impl Query, id: i64) -> AppResult<Vec<Group>> {
    db.rows(
        "SELECT COALESCE(note, '') AS reason, COUNT(*) AS rows, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen \
         FROM payment WHERE batch_id = $1 AND state || '' = 'returned' GROUP BY COALESCE(note, '') ORDER BY 1",
        args![id],
    )
    .await
}

/// A batch that was ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    pub batch: i64,
    /// Its version when it was shown.
    pub version: i64,
    /// [`Group::id`]s of what is issued again; of no meaning for other steps.
    pub groups: Vec<String>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub batches: usize,
    pub rows: i64,
    pub amount: Money,
}

/// Takes a step with all batches that were ticked, or with none. The same request again does nothing and gives `None`.
///
/// # Errors
/// What stands against any one of them, with its number; conflict when one is no longer as it was shown.
pub async fn confirm(
    app: &App,
    actor: &Actor,
    act: BatchAct,
    asked: &Asked<'_>,
    chosen: &[Chosen],
) -> AppResult<Option<Done>> {
    let on = day_within("办理日期", asked.on, app.clock.today())?;
    if !BULK_ACTS.contains(&act) {
        return Err(AppError::invalid("这一步须逐批办理，请打开批次页面。"));
    }
    if chosen.is_empty() || chosen.len() > MOST_BATCHES {
        return Err(AppError::invalid(format!("请勾选 1 至 {MOST_BATCHES} 批。")));
    }
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(None);
    };
    let mut done = Done::default();
    let mut numbers = Vec::new();
    for one in chosen {
        let row = batch(&*tx, &actor.scope, one.batch)
            .await?
            .ok_or_else(|| AppError::not_found("没有找到勾选的批次，本次全部没有办理。"))?;
        let named = |e: AppError| AppError::new(e.kind, format!("{}：{}本次全部没有办理。", row.batch_no, e.message));
        if row.version != one.version {
            return Err(named(AppError::conflict("预览之后已由他人办理，请重新预览。")));
        }
        let step = permitted(app, &*tx, actor, &row, act, asked).await.map_err(named)?;
        let mut reasons = Vec::new();
        let (rows, amount) = match act {
            BatchAct::Send => {
                let rows = due(&*tx, row.id).await?;
                (rows.len() as i64, rows.iter().map(|r| Money(r.amount_fen)).sum())
            }
            BatchAct::Reissue => {
                let mut picked = groups(&*tx, row.id).await?;
                picked.retain(|g| one.groups.contains(&g.id()));
                if picked.is_empty() || picked.len() != one.groups.len() {
                    return Err(named(AppError::conflict("预览之后退票有变化，请重新预览。")));
                }
                reasons.extend(picked.iter().map(|g| g.reason.clone()));
                (
                    picked.iter().map(|g| g.rows).sum(),
                    picked.iter().map(Group::amount).sum(),
                )
            }
            _ => (row.rows, row.amount()),
        };
        let along = Along {
            reasons: &reasons,
            ..Along::default()
        };
        perform(app, &tx, &row, step, asked, along).await.map_err(named)?;
        done.batches += 1;
        done.rows += rows;
        done.amount = Money(done.amount.fen() + amount.fen());
        numbers.push(row.batch_no.clone());
    }
    let detail = json!({
        "act": act.id(), "batches": numbers, "rows": done.rows, "amount_fen": done.amount.fen(), "on": on,
    });
    let area = actor.scope.region().unwrap_or(app.config.area);
    let recorded = Act::new("batch.bulk", format!("batch:bulk-{}", act.id())).in_region(area);
    tx.commit(recorded.with(detail)).await?;
    Ok(Some(done))
}
