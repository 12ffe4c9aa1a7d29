//! Other contracts of one project: a copy handed in with a claim, what the builder keeps, an agreement that amends, the
//! contract of a lot. The contract the project stands on is never changed by them; comparing finds where they differ.

use kernel::{AppError, AppResult, Date};
use records::flow::Refusal;
use store::{Query, args};
use trail::RecordedTx;
use web::App;

use super::{entries, project::Project};
use crate::model::{EntryKind, Filled};

/// Where a text was found, or what it is for.
pub const KINDS: [&str; 5] = ["filed", "claim", "kept", "amend", "lot"];

/// Writes down a text as it was found.
pub(super) async fn enter(app: &App, tx: &RecordedTx, row: &Project, form: &Filled, today: Date) -> AppResult<()> {
    let kind = entries::one_of(form, "kind", &KINDS, "文本来源")?;
    let code = entries::uscc(form)?;
    let no = form.words("no", "合同编号", 60)?;
    let amount = form.money("amount", "合同金额")?;
    let signed_on = form.past_date("signed_on", "签订日期", today)?;
    let twice = tx
        .number(
            "SELECT COUNT(*) FROM project_contract_text WHERE project = $1 AND kind = $2 AND no = $3 AND uscc = $4 \
             AND amount_fen = $5 AND voided_on IS NULL",
            args![row.id, kind, no.as_str(), code.as_str(), amount.fen()],
        )
        .await?;
    if twice > 0 {
        return Err(AppError::invalid("这份合同文本已经登记过。"));
    }
    let actor = tx.actor();
    tx.execute(
        "INSERT INTO project_contract_text (id, project, kind, no, contractor, uscc, amount_fen, signed_on, note, \
         entered_by, entered_name, entered_on) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        args![
            app.next_id(),
            row.id,
            kind,
            no,
            form.words("contractor", "承包人", 60)?,
            code,
            amount.fen(),
            signed_on.to_string(),
            form.get("note"),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            today.to_string()
        ],
    )
    .await
    .map(|_| ())
}

/// Strikes out a text that was written down by mistake; another person does it, and it stays readable.
pub(super) async fn void(tx: &RecordedTx, id: i64, target: i64, form: &Filled, today: Date) -> AppResult<()> {
    let account = tx.actor().account.map_or(-1, |a| a.0);
    let own = tx
        .number(
            "SELECT COUNT(*) FROM project_contract_text WHERE id = $1 AND project = $2 AND entered_by = $3",
            args![target, id, account],
        )
        .await?;
    if own > 0 {
        let act = records::flow::Code::title(EntryKind::VoidText);
        return Err(Refusal::SamePerson { act }.into());
    }
    let done = tx
        .execute(
            "UPDATE project_contract_text SET voided_on = $1, voided_name = $2, void_note = $3 \
             WHERE id = $4 AND project = $5 AND voided_on IS NULL",
            args![
                today.to_string(),
                tx.actor().name.as_str(),
                form.words("note", "作废原因", 300)?,
                target,
                id
            ],
        )
        .await?;
    if done == 0 {
        Err(AppError::conflict("这份文本已经作废，或不属于本项目。"))
    } else {
        Ok(())
    }
}
