//! Carrying an act out as it was shown: one transaction, one line on the record, one version for each household.

use ::store::{BulkInsert, args};
use access::Actor;
use kernel::{AppError, AppResult};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{Chosen, Line, Wanted, propose};
use crate::store::{
    begin, campaign, lock_all,
    reading::{Why, keep_first_of, keep_of},
};

/// Does what was shown under `seal`. Returns the id of the act; `None` when this request was carried out before.
///
/// # Errors
/// Conflict when another proposal would come out by now; invalid when nobody is left to do it for.
pub async fn carry_out(
    app: &App,
    actor: &Actor,
    request_id: &str,
    chosen: &Chosen,
    wanted: &Wanted,
    seal: &str,
) -> AppResult<Option<i64>> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    lock_all(&tx).await?;
    let today = tx.at().date();
    let proposal = propose(&*tx, actor, today, chosen, wanted).await?;
    if proposal.taken.is_empty() {
        return Err(AppError::invalid("所选的户都不能办理，没有写入任何内容。"));
    }
    if proposal.seal != seal {
        return Err(AppError::conflict(
            "预览之后，户的情况有变化，没有写入任何内容。请核对下面新的预览后再确认。",
        ));
    }
    let id = app.next_id();
    let region = actor.scope.region().unwrap_or(app.config.area);
    let ids: Vec<i64> = proposal.taken.iter().map(|line| line.id).collect();
    let versions = keep_first_of(&tx, &ids).await?;
    let (campaign, act, on) = match wanted {
        Wanted::Tasks { kind, period, due_on } => {
            let campaign = campaign::found_or_new(app, &tx, region, kind, period, today, *due_on).await?;
            tasks(&tx, id, campaign, &due_on.to_string(), &proposal.taken).await?;
            (Some(campaign), "bulk_tasks", today)
        }
        Wanted::Measure { on, .. } => {
            measures(app, &tx, id, wanted, &ids).await?;
            (None, "measure", *on)
        }
    };
    let title = wanted.title();
    let why = Why {
        act,
        reason: "",
        basis: &format!("批量办理：{title}"),
        on: &on.to_string(),
        expected: None,
    };
    keep_of(&tx, &ids, &versions, &why).await?;
    tx.execute(
        "INSERT INTO household_bulk (id, region, what, title, chosen_by, campaign_id, households, left_out, digest, \
         by_name, at_millis) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        args![
            id,
            region.as_i64(),
            wanted.id(),
            title.as_str(),
            chosen.words.as_str(),
            campaign,
            ids.len() as i64,
            proposal.left() as i64,
            seal,
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let mut lines = BulkInsert::new(&tx, "household_bulk_line", &["bulk_id", "household_id"], "");
    for household in &ids {
        lines.push(args![id, *household]).await?;
    }
    lines.finish().await?;
    let detail = json!({
        "what": title, "chosen": chosen.words, "households": ids.len(), "left_out": proposal.left(), "digest": seal,
    });
    let act = TrailAct::new("household.bulk", format!("household_bulk:{id}")).in_region(region);
    tx.commit(act.with(detail)).await?;
    Ok(Some(id))
}

async fn tasks(tx: &RecordedTx, bulk: i64, campaign: i64, due_on: &str, taken: &[Line]) -> AppResult<()> {
    let columns = &["campaign_id", "target", "subject", "region", "due_on", "bulk_id"];
    let mut rows = BulkInsert::new(tx, "collection_task", columns, "");
    for line in taken {
        rows.push(args![campaign, "household", line.id, line.region, due_on, bulk])
            .await?;
    }
    rows.finish().await?;
    Ok(())
}

async fn measures(app: &App, tx: &RecordedTx, bulk: i64, wanted: &Wanted, households: &[i64]) -> AppResult<()> {
    let Wanted::Measure {
        policy,
        kind,
        content,
        amount,
        on,
    } = wanted
    else {
        return Ok(());
    };
    let columns = &[
        "id",
        "household_id",
        "sort",
        "kind",
        "content",
        "amount_fen",
        "on_day",
        "confirmed",
        "bulk_id",
    ];
    let mut rows = BulkInsert::new(tx, "measure", columns, "");
    for household in households {
        rows.push(args![
            app.next_id(),
            *household,
            if *policy { "policy" } else { "measure" },
            kind.as_str(),
            content.trim(),
            amount.fen(),
            on.to_string(),
            "none",
            bulk
        ])
        .await?;
    }
    rows.finish().await?;
    Ok(())
}
