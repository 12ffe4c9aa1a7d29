//! What a step changes in the register. The register other modules read knows registered households only.

use ::store::{Query, args};
use kernel::{AppResult, period::parse_date};
use trail::RecordedTx;
use web::App;

use crate::model::{flows::Kind, record::Record, terms};

/// Carries out what reaching a state means.
pub(crate) async fn after(
    _app: &App,
    tx: &RecordedTx,
    household: i64,
    kind: Kind,
    state: &str,
    on: &str,
) -> AppResult<()> {
    detail(tx, household).await?;
    match (kind, state) {
        (Kind::Identification, "registered") => enlist(tx, household, 0, on).await,
        (Kind::Monitoring, "monitored") => {
            set_detail(tx, household, "monitored_on", Some(on)).await?;
            set_detail(tx, household, "risk_cleared_on", None).await?;
            enlist(tx, household, 5, on).await
        }
        (Kind::Identification | Kind::Monitoring, "not_listed" | "withdrawn") => drop_applicant(tx, household).await,
        (Kind::Exit, "pre_exit") => status(tx, household, 2).await,
        (Kind::Exit, "registered") => {
            let relapsed = tx
                .number(
                    "SELECT COUNT(*) FROM household_detail WHERE household_id = $1 AND relapsed_on IS NOT NULL",
                    args![household],
                )
                .await?;
            status(tx, household, if relapsed > 0 { 3 } else { 0 }).await
        }
        (Kind::Exit, "exited") => {
            tx.execute(
                "UPDATE household SET status = 1, exited_on = $2 WHERE id = $1",
                args![household, on],
            )
            .await?;
            let until = parse_date(on).map(|day| terms::consolidation_until(day).to_string());
            set_detail(tx, household, "consolidation_until", until.as_deref()).await
        }
        (Kind::Return, "returned") => {
            tx.execute(
                "UPDATE household SET status = 3, exited_on = NULL WHERE id = $1",
                args![household],
            )
            .await?;
            set_detail(tx, household, "consolidation_until", None).await?;
            set_detail(tx, household, "relapsed_on", Some(on)).await
        }
        (Kind::Removal, "removed") => {
            tx.execute(
                "UPDATE household SET status = 4, removed_on = $2 WHERE id = $1",
                args![household, on],
            )
            .await?;
            Ok(())
        }
        (Kind::Clearing, "cleared") => {
            set_detail(tx, household, "risk_cleared_on", Some(on)).await?;
            tx.execute(
                "UPDATE household SET monitor_class = NULL, status = 1, exited_on = COALESCE(exited_on, $2) WHERE id = $1",
                args![household, on],
            )
            .await?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Undoes a removal: the household stands as before it.
pub(crate) async fn reinstate(tx: &RecordedTx, household: i64, before: &Record) -> AppResult<()> {
    let status = if before.exited_on.is_some() {
        1_i64
    } else if before.monitored_on.is_some() && before.risk_cleared_on.is_none() {
        5
    } else if before.relapsed_on.is_some() {
        3
    } else {
        0
    };
    tx.execute(
        "UPDATE household SET status = $2, removed_on = NULL WHERE id = $1",
        args![household, status],
    )
    .await?;
    Ok(())
}

/// The row of details, for households that came by a load.
pub(crate) async fn detail(tx: &RecordedTx, household: i64) -> AppResult<()> {
    tx.execute(
        "INSERT INTO household_detail (household_id, std, address, other_causes, cause_note, risk_types, risk_clear_mode) \
         VALUES ($1, 1, '', '', '', '', '') ON CONFLICT (household_id) DO NOTHING",
        args![household],
    )
    .await?;
    Ok(())
}

async fn set_detail(tx: &RecordedTx, household: i64, column: &'static str, day: Option<&str>) -> AppResult<()> {
    tx.execute(
        &format!("UPDATE household_detail SET {column} = $2 WHERE household_id = $1"),
        args![household, day.map(str::to_owned)],
    )
    .await?;
    Ok(())
}

async fn status(tx: &RecordedTx, household: i64, status: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE household SET status = $2 WHERE id = $1",
        args![household, status],
    )
    .await?;
    Ok(())
}

/// From applicant to registered household. A household that is registered already only changes its state.
async fn enlist(tx: &RecordedTx, household: i64, status: i64, on: &str) -> AppResult<()> {
    let taken = tx
        .execute(
            "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, monitor_class, \
             main_cause, registered_on) SELECT a.household_id, a.household_no, a.region, a.head_key, a.head_name, \
             (SELECT COUNT(*) FROM applicant_member m WHERE m.household_id = a.household_id), $2, a.attr, a.monitor_class, \
             a.main_cause, $3 FROM applicant a WHERE a.household_id = $1",
            args![household, status, on],
        )
        .await?;
    if taken == 0 {
        tx.execute(
            "UPDATE household SET status = $2, monitor_class = COALESCE(monitor_class, 1) WHERE id = $1",
            args![household, status],
        )
        .await?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO household_member (household_id, person_key, kin, joined_on) \
         SELECT household_id, person_key, kin, $2 FROM applicant_member WHERE household_id = $1",
        args![household, on],
    )
    .await?;
    tx.execute(
        "UPDATE person SET household_id = $1, kin = (SELECT m.kin FROM applicant_member m WHERE m.household_id = $1 \
         AND m.person_key = person.person_key) WHERE person_key IN \
         (SELECT m.person_key FROM applicant_member m WHERE m.household_id = $1)",
        args![household],
    )
    .await?;
    // The register holds them now; nothing is left that could be entered a second time.
    tx.execute("DELETE FROM applicant_member WHERE household_id = $1", args![household])
        .await?;
    tx.execute("DELETE FROM applicant WHERE household_id = $1", args![household])
        .await?;
    Ok(())
}

/// Who was not listed may apply again; the file stays with its history.
async fn drop_applicant(tx: &RecordedTx, household: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE applicant_member SET open = $2 WHERE household_id = $1",
        args![household, false],
    )
    .await?;
    tx.execute(
        "UPDATE applicant SET open = $2 WHERE household_id = $1",
        args![household, false],
    )
    .await?;
    Ok(())
}
