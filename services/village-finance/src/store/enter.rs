//! Writing an entry, writing it anew after a return, and taking a checked one back.

use ::store::{Query, args};
use access::Actor;
use kernel::{AppError, AppResult, RegionLevel};
use records::{
    flow::{Code, Who},
    history::{self, Change},
    papers::{self, Upload},
};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{KIND, accounts, entry, words};
use crate::model::{ENTRY_FLOW, EntryAct, EntryState, NewEntry};

/// Enters an entry with its vouchers and returns its id; the same request twice is one entry.
///
/// # Errors
/// Not found outside the scope, invalid when the village has no such account or the voucher number is taken.
pub async fn enter(app: &App, actor: &Actor, request_id: &str, new: NewEntry, files: Vec<Upload>) -> AppResult<i64> {
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    let id = app.next_id();
    let line = Line {
        amount_fen: new.amount.fen(),
        reverses: None,
        new: &new,
    };
    insert(app, &tx, id, &line).await?;
    papers::attach(&tx, &app.objects, KIND, id, "voucher", files).await?;
    version(&tx, id, "enter", "").await?;
    let trace = json!({"category": new.category.id(), "fen": new.amount.fen(), "on": new.day.to_string()});
    let act = Act::new("ledger.enter", format!("ledger:{id}")).in_region(new.village);
    tx.commit(act.with(trace)).await?;
    Ok(id)
}

/// Enters an entry that came in a file, in the transaction of the file.
pub(crate) async fn bring(app: &App, tx: &RecordedTx, new: &NewEntry) -> AppResult<()> {
    let id = app.next_id();
    let line = Line {
        amount_fen: new.amount.fen(),
        reverses: None,
        new,
    };
    insert(app, tx, id, &line).await?;
    version(tx, id, "enter", "按表导入").await
}

/// Writes a returned entry anew; it goes the whole way again.
pub async fn amend(app: &App, actor: &Actor, request_id: &str, id: i64, new: NewEntry) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = entry::entry(&*tx, &actor.scope, id).await?.ok_or_else(entry::missing)?;
    let who = who(actor, Some(row.last_actor));
    ENTRY_FLOW.permit(row.state(), EntryAct::Amend, &who)?;
    if row.reverses.is_some() {
        return Err(AppError::conflict("冲销单的内容取自原账，不能修改；请撤回后重新冲销。"));
    }
    if new.village.as_i64() != row.region {
        return Err(AppError::invalid("改正时不能换村；记错村的请撤回后重新记账。"));
    }
    let account = account_for(&tx, &new).await?;
    let voucher = voucher(&tx, &new, Some(&row)).await?;
    let (party, summary) = (
        words::number(app, &tx, &new.party).await?,
        words::number(app, &tx, &new.summary).await?,
    );
    tx.execute(
        "UPDATE village_entry SET account = $1, voucher_no = $2, day = $3, direction = $4, category = $5, \
         amount_fen = $6, channel = $7, party = $8, party_is_person = $9, summary = $10, decision_no = $11, state = $12, \
         last_actor = $13, entered_by = $13, entered_name = $14, signed_name = '' WHERE id = $15",
        args![
            account,
            voucher,
            new.day.to_string(),
            new.direction().id(),
            new.category.id(),
            new.amount.fen(),
            new.channel.id(),
            party,
            new.party_is_person,
            summary,
            new.decision_no.as_str(),
            EntryState::Entered.id(),
            who.account,
            actor.name.as_str(),
            id
        ],
    )
    .await?;
    version(&tx, id, EntryAct::Amend.id(), "").await?;
    let act = Act::new("ledger.amend", format!("ledger:{id}")).in_region(new.village);
    tx.commit(act).await?;
    Ok(())
}

/// Takes a checked entry back by one of the opposite sign, which is signed and checked like any other.
///
/// # Errors
/// Conflict when the entry is not checked, takes another back itself, or was taken back before; invalid without reason.
pub async fn reverse(app: &App, actor: &Actor, request_id: &str, id: i64, reason: &str) -> AppResult<i64> {
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    let row = entry::entry(&*tx, &actor.scope, id).await?.ok_or_else(entry::missing)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AppError::invalid("请写明冲销的理由。"));
    }
    if row.state() != EntryState::Checked {
        return Err(AppError::conflict(
            "只有已核账的账才用冲销改正；还没有核账的可以退回或撤回。",
        ));
    }
    if row.reverses.is_some() {
        return Err(AppError::conflict(
            "冲销单本身不能再冲销；如冲销有误，请按实际情况重新记一笔。",
        ));
    }
    if entry::reversal_of(&*tx, id).await?.is_some() {
        return Err(AppError::conflict("这笔账已经冲销过，不能重复冲销。"));
    }
    let today = app.clock.today().to_string();
    let asked = [
        ("village", row.place().to_string()),
        ("day", today.clone()),
        ("category", row.category.clone()),
        ("channel", row.channel.clone()),
        ("amount", "1".to_owned()),
        ("party", row.party.clone()),
        ("summary", format!("冲销 {}：{reason}", row.voucher_no)),
        ("decision_no", row.decision_no.clone()),
        ("party_is_person", if row.party_is_person { "1" } else { "" }.to_owned()),
    ];
    let get = |name: &str| {
        asked
            .iter()
            .find(|(n, _)| *n == name)
            .map_or_else(String::new, |(_, v)| v.clone())
    };
    let new = crate::model::read(get, app.clock.today())
        .map_err(|wrong| AppError::invalid(wrong.into_values().collect::<Vec<_>>().join("\n")))?;
    let reversing = app.next_id();
    let line = Line {
        amount_fen: -row.amount_fen,
        reverses: Some(id),
        new: &new,
    };
    insert(app, &tx, reversing, &line).await?;
    version(&tx, reversing, "reverse", reason).await?;
    let act = Act::new("ledger.reverse", format!("ledger:{reversing}")).in_region(new.village);
    tx.commit(act.with(json!({"of": id, "reason": reason}))).await?;
    Ok(reversing)
}

struct Line<'a> {
    new: &'a NewEntry,
    amount_fen: i64,
    reverses: Option<i64>,
}

async fn insert(app: &App, tx: &RecordedTx, id: i64, line: &Line<'_>) -> AppResult<()> {
    let (new, actor) = (line.new, tx.actor());
    if !actor.scope.covers(new.village) {
        return Err(AppError::not_found("没有找到这个村，或不在您的管理范围内。"));
    }
    let account = account_for(tx, new).await?;
    let voucher = voucher(tx, new, None).await?;
    let (party, summary) = (
        words::number(app, tx, &new.party).await?,
        words::number(app, tx, &new.summary).await?,
    );
    let account_id = actor.account.map_or(-1, |a| a.0);
    tx.execute(
        "INSERT INTO village_entry (id, region, town, account, voucher_no, day, direction, category, amount_fen, channel, \
         party, party_is_person, summary, decision_no, state, reverses, entered_by, entered_name, signed_name, \
         checked_name, checked_millis, last_actor) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,\
         '','',0,$17)",
        args![
            id,
            new.village.as_i64(),
            new.village.at(RegionLevel::Town).as_i64(),
            account,
            voucher,
            new.day.to_string(),
            new.direction().id(),
            new.category.id(),
            line.amount_fen,
            new.channel.id(),
            party,
            new.party_is_person,
            summary,
            new.decision_no.as_str(),
            EntryState::Entered.id(),
            line.reverses,
            account_id,
            actor.name.as_str()
        ],
    )
    .await
    .map(|_| ())
}

/// The account the money went through; a card pays, it does not receive.
async fn account_for(tx: &RecordedTx, new: &NewEntry) -> AppResult<i64> {
    let found = accounts::open_account(&**tx, new.village, new.account_kind().id()).await?;
    found.ok_or_else(|| {
        AppError::invalid(if new.channel.is_card() {
            "这个村没有在用的村务卡，不能记刷卡、微信和支付宝；请先由经管站登记村务卡。"
        } else {
            "这个村还没有登记基本户；请先由经管站在“账户与村务卡”登记。"
        })
    })
}

/// The voucher number: as given when free, else the next of the month, `2026-03-0007`.
async fn voucher(tx: &RecordedTx, new: &NewEntry, own: Option<&entry::Entry>) -> AppResult<String> {
    #[derive(::store::FromQueryResult)]
    struct Row {
        voucher_no: String,
    }
    let given = new.voucher_no.as_str();
    if let Some(own) = own.filter(|own| given.is_empty() || own.voucher_no == given) {
        return Ok(own.voucher_no.clone());
    }
    if !given.is_empty() {
        let taken = tx
            .number(
                "SELECT COUNT(*) FROM village_entry WHERE voucher_no = $1 AND region = $2",
                args![given, new.village.as_i64()],
            )
            .await?;
        if taken > 0 {
            return Err(AppError::invalid(format!(
                "凭证号 {given} 在这个村已经用过，请核对；不填则自动编号。"
            )));
        }
        return Ok(given.to_owned());
    }
    let month = kernel::Month::of(new.day);
    let like = format!("{month}-%");
    let rows: Vec<Row> = tx
        .rows(
            "SELECT voucher_no FROM village_entry WHERE region = $1 AND voucher_no LIKE $2",
            args![new.village.as_i64(), like],
        )
        .await?;
    let last = rows
        .iter()
        .filter_map(|r| r.voucher_no.rsplit('-').next()?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    Ok(format!("{month}-{:04}", last + 1))
}

pub(super) fn who(actor: &Actor, last_actor: Option<i64>) -> Who<'_> {
    Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor,
        concerned: false,
        reason: "",
        basis: "",
    }
}

pub(super) async fn version(tx: &RecordedTx, id: i64, act: &str, reason: &str) -> AppResult<()> {
    let row = entry::entry(&**tx, &tx.actor().scope, id)
        .await?
        .ok_or_else(entry::missing)?;
    let (state, on) = (entry::state_of(&row), tx.at().date().to_string());
    let change = Change {
        kind: KIND,
        id,
        expected: None,
        act,
        reason,
        basis: "",
        on: &on,
        state: &state,
    };
    history::record(tx, &change).await.map(|_| ())
}

fn id_of(subject: &str) -> AppResult<i64> {
    let id = subject.split(':').nth(1).and_then(|n| n.parse().ok());
    id.ok_or_else(|| AppError::conflict("这个请求已经办理过别的事，请刷新页面。"))
}
