//! Funds with a ledger of their own (004-29): industry support, health relief, the risk fund of small loans, integrated
//! agricultural money. What goes in and out is one entry each; no fund ever holds less than nothing.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money};
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::{Act, Once};
use web::App;

use super::sized;
use crate::chain::{day_within, id_in};

/// A special fund: id, title, what may come in, what may go out.
type Fund = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// The four funds and the kinds of their entries.
pub const FUNDS: [Fund; 4] = [
    (
        "industry",
        "产业扶持基金",
        &["财政注入", "社会注入", "到期收回", "利息转入"],
        &["扶持贫困户", "扶持合作社", "扶持企业带动", "退回财政"],
    ),
    (
        "health",
        "卫生扶贫救助基金",
        &["财政注入", "社会捐助", "利息转入"],
        &["住院救助", "门诊慢病救助", "大病补充救助"],
    ),
    (
        "credit_risk",
        "小额信贷分险基金",
        &["财政注入", "追偿收回", "利息转入"],
        &["逾期代偿", "核销损失"],
    ),
    (
        "integrated",
        "统筹整合涉农资金",
        &["整合转入", "结转转入"],
        &["安排项目", "退回原渠道"],
    ),
];

/// One line of a ledger.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SpecialEntry {
    pub id: i64,
    pub kind: String,
    pub amount_fen: i64,
    pub on_day: String,
    pub party: String,
    pub doc: String,
    /// What the fund held after it.
    pub balance_fen: i64,
}

/// A line to be entered.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    pub fund: &'a str,
    pub kind: &'a str,
    pub amount: Money,
    pub on: Date,
    pub party: &'a str,
    pub doc: &'a str,
}

/// What a fund took in and gave.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Balance {
    pub fund: String,
    pub in_fen: i64,
    pub out_fen: i64,
}

/// Reaching them takes the county: they belong to no town and no single department.
fn reaches(scope: &Scope) -> bool {
    scope
        .region()
        .is_some_and(|area| area.level() <= kernel::RegionLevel::County)
}

/// All funds with what they took in and gave; nothing below the county.
pub async fn balances(db: &impl Query, scope: &Scope) -> AppResult<Vec<Balance>> {
    if !reaches(scope) {
        return Ok(Vec::new());
    }
    db.rows("SELECT fund, in_fen, out_fen FROM special_fund ORDER BY fund", args![])
        .await
}

/// One page (from 1) of a fund's ledger, the latest first, and the count of all lines.
pub async fn entries(db: &impl Query, scope: &Scope, fund: &str, page: u64) -> AppResult<(u64, Vec<SpecialEntry>)> {
    if !reaches(scope) {
        return Ok((0, Vec::new()));
    }
    let count = db
        .number("SELECT COUNT(*) FROM special_entry WHERE fund = $1", args![fund])
        .await?;
    let rows = db
        .rows(
            "SELECT id, kind, amount_fen, on_day, party, doc, balance_fen FROM special_entry WHERE fund = $1 \
             ORDER BY id DESC LIMIT $2 OFFSET $3",
            args![
                fund,
                crate::PAGE_ROWS as i64,
                (page.saturating_sub(1) * crate::PAGE_ROWS) as i64
            ],
        )
        .await?;
    Ok((count.unsigned_abs(), rows))
}

/// Enters a line.
///
/// # Errors
/// Invalid fields; more out than the fund holds.
pub async fn enter(app: &App, actor: &Actor, request_id: &str, new: &NewEntry<'_>) -> AppResult<i64> {
    let (fund, title, ins, outs) = FUNDS
        .into_iter()
        .find(|f| f.0 == new.fund)
        .ok_or_else(|| AppError::not_found("没有这项基金。"))?;
    let incoming = ins.contains(&new.kind);
    if !incoming && !outs.contains(&new.kind) {
        return Err(AppError::invalid("请选择收支类别。"));
    }
    let party = sized(new.party, "对方单位或个人", 2, 60)?;
    let doc = sized(new.doc, "依据文件或凭证号", 2, 60)?;
    let on = day_within("日期", new.on, app.clock.today())?;
    if !reaches(&actor.scope) {
        return Err(AppError::forbidden("专项基金由县级单位记账。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let fen = new.amount.fen();
    tx.execute(
        "INSERT INTO special_fund (fund, in_fen, out_fen) VALUES ($1, 0, 0) ON CONFLICT (fund) DO NOTHING",
        args![fund],
    )
    .await?;
    let (more_in, more_out) = if incoming { (fen, 0) } else { (0, fen) };
    let moved = tx
        .execute(
            "UPDATE special_fund SET in_fen = in_fen + $2, out_fen = out_fen + $3 WHERE fund = $1 AND \
             in_fen - out_fen >= $3",
            args![fund, more_in, more_out],
        )
        .await?;
    let balance = tx
        .number("SELECT in_fen - out_fen FROM special_fund WHERE fund = $1", args![fund])
        .await?;
    if moved != 1 {
        return Err(AppError::invalid(format!(
            "“{title}”只有 {} 元，不足 {} 元，没有改动任何内容。",
            Money(balance),
            new.amount
        )));
    }
    let id = app.next_id();
    tx.execute(
        "INSERT INTO special_entry (id, fund, kind, amount_fen, on_day, party, doc, balance_fen, entered_by) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![
            id,
            fund,
            new.kind,
            fen,
            on,
            party,
            doc,
            balance,
            actor.account.map_or(-1, |a| a.0)
        ],
    )
    .await?;
    let act = Act::new("special_fund.enter", format!("special_entry:{id}"));
    tx.commit(act.with(json!({ "fund": fund, "kind": new.kind, "amount_fen": fen })))
        .await?;
    Ok(id)
}
