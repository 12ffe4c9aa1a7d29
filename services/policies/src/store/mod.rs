//! Documents in the database: entered, edited while a draft, published, withdrawn; never deleted.

mod in_force;
mod list;
mod papers;

use ::store::{FromQueryResult, Query, Value, args};
use access::Actor;
use kernel::{AppError, AppResult, ErrorKind};
use records::{
    flow::{Code, Who},
    history::{self, Change},
};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

pub use in_force::in_force;
pub use list::{Asked, PAGE_ROWS, count, issuers, page_of, rows_after};
pub use papers::{PaperKind, attach, detach, papers_of};

use crate::model::{Category, FIELDS, FLOW, Filled, PolicyAct, State};

/// The kind of its versions.
pub const KIND: &str = "policy";

/// One document.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Policy {
    pub id: i64,
    pub title: String,
    pub issuer: String,
    pub doc_no: String,
    pub category: String,
    pub place: String,
    /// `YYYY-MM-DD`, or `YYYY` where only the year is known.
    pub issued: String,
    pub effective_on: String,
    pub fund_type: String,
    pub summary: String,
    pub plain_words: String,
    /// Where the entry comes from when the text itself is not here.
    pub source: String,
    pub state: String,
    pub withdrawn_on: String,
    pub withdrawn_why: String,
    pub entered_by: i64,
    pub entered_name: String,
    pub published_name: String,
    pub last_actor: i64,
    /// The work that rests on it, empty for none; see [`crate::model::Governs`].
    pub governs: String,
}

impl Policy {
    pub fn state(&self) -> State {
        State::parse(&self.state).unwrap_or(State::Draft)
    }

    pub fn category(&self) -> &'static str {
        Category::parse(&self.category).map_or("其他", |c| c.title())
    }

    /// The fields of the form as they stand.
    pub fn filled(&self) -> Filled {
        let values = [
            &self.title,
            &self.issuer,
            &self.doc_no,
            &self.category,
            &self.place,
            &self.issued,
            &self.effective_on,
            &self.fund_type,
            &self.summary,
            &self.plain_words,
            &self.governs,
        ];
        let named = FIELDS.iter().zip(values);
        named.map(|(f, v)| (f.0.to_owned(), v.clone())).collect()
    }
}

/// One document; for the public none that is still a draft.
pub async fn one(db: &impl Query, id: i64, public: bool) -> AppResult<Policy> {
    let mut found: Vec<Policy> = db.rows("SELECT * FROM policy WHERE id = $1", args![id]).await?;
    found
        .pop()
        .filter(|p| !public || p.state() != State::Draft)
        .ok_or_else(|| AppError::not_found("没有找到这份文件，请从“政策”重新选择。"))
}

/// Enters a draft, or writes a draft anew when `edited` names one and the version its form was filled from.
///
/// # Errors
/// The refusals of the flow for a document that is no draft any more; conflict when someone else edited it meanwhile.
pub async fn save(app: &App, actor: &Actor, request: &str, edited: Option<(i64, i64)>, new: &Filled) -> AppResult<i64> {
    let tx = match app.trail.begin_once(actor, request).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => {
            let id = earlier.subject.split(':').nth(1).and_then(|n| n.parse().ok());
            return id.ok_or_else(|| AppError::conflict("这个请求已经办理过别的事，请刷新页面。"));
        }
    };
    let account = actor.account.map_or(-1, |a| a.0);
    let mut values: Vec<Value> = FIELDS.iter().map(|f| Value::from(new[f.0].as_str())).collect();
    let (id, act, expected) = match edited {
        Some((id, filled_from)) => {
            let row = one(&*tx, id, false).await?;
            FLOW.permit(row.state(), PolicyAct::Edit, &who(actor, &row, ""))?;
            values.extend(args![account, id]);
            tx.execute(
                "UPDATE policy SET title = $1, issuer = $2, doc_no = $3, category = $4, place = $5, issued = $6, \
                 effective_on = $7, fund_type = $8, summary = $9, plain_words = $10, governs = $11, last_actor = $12 \
                 WHERE id = $13 AND state = 'draft'",
                values,
            )
            .await?;
            (id, "edit", Some(filled_from))
        }
        None => {
            let id = app.next_id();
            values.extend(args![account, actor.name.as_str(), id]);
            tx.execute(
                "INSERT INTO policy (title, issuer, doc_no, category, place, issued, effective_on, fund_type, summary, \
                 plain_words, governs, entered_by, entered_name, id, source, state, withdrawn_on, withdrawn_why, \
                 published_name, last_actor) \
                 VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,'','draft','','','',$12)",
                values,
            )
            .await?;
            (id, "enter", None)
        }
    };
    version(&tx, id, act, "", expected).await?;
    tx.commit(Act::new(
        if act == "edit" { "policy.edit" } else { "policy.enter" },
        format!("policy:{id}"),
    ))
    .await?;
    Ok(id)
}

/// Publishes or withdraws. A refusal changes nothing and is itself on the record.
///
/// # Errors
/// The refusals of the flow; forbidden to who entered it; conflict without an interpretation.
pub async fn step(app: &App, actor: &Actor, request: &str, id: i64, act: PolicyAct, reason: &str) -> AppResult<()> {
    let done = attempt(app, actor, request, id, act, reason).await;
    if let Err(e) = &done
        && matches!(e.kind, ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::Invalid)
    {
        let note = Act::new("policy.refused", format!("policy:{id}"));
        let detail = json!({"act": act.title(), "why": e.message});
        app.trail.note(actor, note.with(detail)).await?;
    }
    done
}

async fn attempt(app: &App, actor: &Actor, request: &str, id: i64, act: PolicyAct, reason: &str) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request).await? else {
        return Ok(());
    };
    let row = one(&*tx, id, false).await?;
    let who = who(actor, &row, reason);
    let taken = FLOW.permit(row.state(), act, &who)?;
    if act == PolicyAct::Publish {
        if row.entered_by == who.account {
            return Err(AppError::forbidden(
                "录入人不能发布自己录入的文件，请由另一位同志发布。",
            ));
        }
        if row.plain_words.is_empty() {
            return Err(AppError::conflict("还没有写政策解读，不能发布；解读与文件同时公布。"));
        }
    }
    let (on, why, by) = if act == PolicyAct::Withdraw {
        (tx.at().date().to_string(), reason.trim(), row.published_name.as_str())
    } else {
        (String::new(), "", actor.name.as_str())
    };
    let changed = tx
        .execute(
            "UPDATE policy SET state = $1, withdrawn_on = $2, withdrawn_why = $3, published_name = $4, last_actor = $5 \
             WHERE id = $6 AND state = $7",
            args![taken.to.id(), on, why, by, who.account, id, row.state.as_str()],
        )
        .await?;
    if changed == 0 {
        return Err(AppError::conflict("这份文件刚刚由他人办理，请刷新后再看。"));
    }
    version(&tx, id, act.id(), reason.trim(), None).await?;
    let trace = json!({"act": act.id(), "to": taken.to.id(), "reason": reason.trim()});
    tx.commit(Act::new("policy.step", format!("policy:{id}")).with(trace))
        .await?;
    Ok(())
}

fn who<'a>(actor: &Actor, row: &Policy, reason: &'a str) -> Who<'a> {
    Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor: Some(row.last_actor),
        concerned: false,
        reason,
        basis: "",
    }
}

async fn version(tx: &RecordedTx, id: i64, act: &str, reason: &str, expected: Option<i64>) -> AppResult<()> {
    let row = one(&**tx, id, false).await?;
    let mut state = json!(row.filled());
    state["state"] = json!(row.state().title());
    let papers: Vec<String> = papers_of(&**tx, id).await?.into_iter().map(|p| p.file_name).collect();
    state["papers"] = json!(papers);
    let on = tx.at().date().to_string();
    let change = Change {
        kind: KIND,
        id,
        expected,
        act,
        reason,
        basis: "",
        on: &on,
        state: &state,
    };
    history::record(tx, &change).await.map(|_| ())
}
