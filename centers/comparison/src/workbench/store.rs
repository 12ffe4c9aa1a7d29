//! Changes of parameters on the record.

use ::store::{FromQueryResult, Query, Sql, args};
use access::Actor;
use kernel::{AppError, AppResult, Date, RegionCode, Timestamp};
use records::flow::{Code, Who};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{ChangeAct, ChangeState, FLOW, Trial};
use crate::rules::Override;

/// A change as it is proposed.
#[derive(Clone, Debug)]
pub struct NewChange {
    pub rule: String,
    pub param: String,
    pub region: RegionCode,
    pub from: Date,
    pub to: Option<Date>,
    /// A whole number, or true or false.
    pub value: toml::Value,
    /// Which document allows it.
    pub basis: String,
    pub reason: String,
}

impl NewChange {
    /// As a rule's file would say it.
    pub(super) fn as_override(&self) -> Override {
        Override {
            region: self.region.to_string(),
            from: self.from.to_string(),
            to: self.to.map(|d| d.to_string()),
            value: self.value.clone(),
            basis: self.basis.clone(),
        }
    }
}

/// A change on the record.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RuleChange {
    pub id: i64,
    pub rule_id: String,
    pub param: String,
    region: i64,
    pub from_on: String,
    pub to_on: Option<String>,
    pub value: String,
    pub basis: String,
    pub reason: String,
    state: String,
    pub proposed_by: i64,
    pub proposed_name: String,
    proposed_at: i64,
    pub decided_name: String,
    decided_at: Option<i64>,
    pub opinion: String,
    trial: String,
}

impl RuleChange {
    pub fn state(&self) -> ChangeState {
        ChangeState::parse(&self.state).unwrap_or(ChangeState::Proposed)
    }

    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    pub fn proposed_at(&self) -> Timestamp {
        Timestamp(self.proposed_at)
    }

    pub fn decided_at(&self) -> Option<Timestamp> {
        self.decided_at.map(Timestamp)
    }

    /// What the last trial came to.
    pub fn trial(&self) -> Option<Trial> {
        serde_json::from_str(&self.trial).ok()
    }

    /// As a rule's file would say it.
    pub(super) fn as_override(&self) -> Override {
        Override {
            region: self.region().to_string(),
            from: self.from_on.clone(),
            to: self.to_on.clone(),
            value: value_of(&self.value),
            basis: self.basis.clone(),
        }
    }
}

fn value_of(text: &str) -> toml::Value {
    match text {
        "true" => toml::Value::Boolean(true),
        "false" => toml::Value::Boolean(false),
        number => toml::Value::Integer(number.parse().unwrap_or_default()),
    }
}

const COLUMNS: &str = "SELECT id, rule_id, param, region, from_on, to_on, value, basis, reason, state, proposed_by, \
                       proposed_name, proposed_at, decided_name, decided_at, opinion, trial FROM rule_change WHERE 1 = 1";

/// Changes of a rule, or of all, the latest first.
pub async fn changes(db: &impl Query, rule: Option<&str>) -> AppResult<Vec<RuleChange>> {
    let mut sql = Sql::new(COLUMNS);
    if let Some(rule) = rule {
        sql.push(" AND rule_id = ").bind(rule);
    }
    sql.push(" ORDER BY proposed_at DESC, id DESC");
    db.fetch(sql).await
}

/// One change.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn change(db: &impl Query, id: i64) -> AppResult<RuleChange> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND id = ").bind(id);
    db.fetch(sql)
        .await?
        .pop()
        .ok_or_else(|| AppError::not_found("没有这项规则调整。"))
}

/// Those in use, in the order of their approval: the later one wins.
pub(super) async fn approved(db: &impl Query) -> AppResult<Vec<RuleChange>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND state = 'approved' ORDER BY decided_at, id");
    db.fetch(sql).await
}

/// Puts a change on the record; the same request twice gives the same change.
pub async fn propose(app: &App, actor: &Actor, request: &str, new: &NewChange) -> AppResult<i64> {
    let tx = match app.trail.begin_once(actor, request).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => {
            let id = earlier.subject.split(':').nth(1).and_then(|n| n.parse().ok());
            return id.ok_or_else(|| AppError::conflict("这个请求已经办理过别的事，请刷新页面。"));
        }
    };
    let id = app.next_id();
    tx.execute(
        "INSERT INTO rule_change (id, rule_id, param, region, from_on, to_on, value, basis, reason, state, proposed_by, \
         proposed_name, proposed_at, decided_name, opinion, trial) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'proposed', $10, $11, $12, '', '', '')",
        args![
            id,
            new.rule.as_str(),
            new.param.as_str(),
            new.region.as_i64(),
            new.from.to_string(),
            new.to.map(|d| d.to_string()),
            new.value.to_string(),
            new.basis.as_str(),
            new.reason.as_str(),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let act = Act::new("rule.propose", format!("rule-change:{id}"))
        .in_region(new.region)
        .with(json!({ "rule": new.rule, "param": new.param, "value": new.value.to_string(), "from": new.from.to_string() }));
    tx.commit(act).await?;
    Ok(id)
}

fn who<'a>(actor: &Actor, change: &RuleChange, reason: &'a str) -> Who<'a> {
    Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor: Some(change.proposed_by),
        concerned: false,
        reason,
        basis: "",
    }
}

/// Whether this person may take the step now.
pub(super) fn permit(actor: &Actor, change: &RuleChange, act: ChangeAct, reason: &str) -> AppResult<ChangeState> {
    if act == ChangeAct::Withdraw && actor.account.map(|a| a.0) != Some(change.proposed_by) {
        return Err(AppError::forbidden(
            "只有提出人可以撤回；不同意的，请由批准人“不批准”。",
        ));
    }
    Ok(FLOW.permit(change.state(), act, &who(actor, change, reason))?.to)
}

/// A step other than a trial, with the reason given.
pub(super) async fn decide(
    app: &App,
    actor: &Actor,
    request: &str,
    id: i64,
    act: ChangeAct,
    reason: &str,
) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request).await? else {
        return Ok(());
    };
    let row = change(&*tx, id).await?;
    let to = permit(actor, &row, act, reason)?;
    moved(
        tx.execute(
            "UPDATE rule_change SET state = $3, opinion = $4, decided_by = $5, decided_name = $6, decided_at = $7 \
             WHERE id = $1 AND state = $2",
            args![
                id,
                row.state().id(),
                to.id(),
                reason,
                actor.account.map_or(-1, |a| a.0),
                actor.name.as_str(),
                tx.at().millis()
            ],
        )
        .await?,
    )?;
    let name = match act {
        ChangeAct::Try => "rule.try",
        ChangeAct::Approve => "rule.approve",
        ChangeAct::Refuse => "rule.refuse",
        ChangeAct::Withdraw => "rule.withdraw",
        ChangeAct::Revoke => "rule.revoke",
    };
    let done = Act::new(name, format!("rule-change:{id}"))
        .in_region(row.region())
        .with(json!({ "rule": row.rule_id, "param": row.param, "reason": reason }));
    tx.commit(done).await.map(|_| ())
}

/// Keeps what a trial came to.
pub(super) async fn tried(app: &App, actor: &Actor, id: i64, trial: &Trial) -> AppResult<()> {
    let tx = app.trail.begin(actor).await?;
    let row = change(&*tx, id).await?;
    let to = permit(actor, &row, ChangeAct::Try, "")?;
    let text = serde_json::to_string(trial).map_err(AppError::internal)?;
    moved(
        tx.execute(
            "UPDATE rule_change SET state = $3, trial = $4 WHERE id = $1 AND state = $2",
            args![id, row.state().id(), to.id(), text],
        )
        .await?,
    )?;
    let done = Act::new("rule.try", format!("rule-change:{id}"))
        .in_region(row.region())
        .with(json!({ "now": trial.now, "changed": trial.changed, "gone": trial.gone.len(), "new": trial.new.len() }));
    tx.commit(done).await.map(|_| ())
}

fn moved(rows: u64) -> AppResult<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(AppError::conflict("这项调整刚刚有人办理过，请刷新页面再看。"))
    }
}
