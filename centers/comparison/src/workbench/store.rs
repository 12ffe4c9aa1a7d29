//! Changes of rules on the record.

use ::store::{FromQueryResult, Query, Sql, args};
use access::Actor;
use kernel::{AppError, AppResult, Date, RegionCode, Timestamp};
use records::flow::{Code, Who};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{
    ChangeAct, ChangeState, FLOW, Trial,
    in_force::{fold, is_set_aside},
    wording::{Wording, altered, part_title, wording_of},
};
use crate::rules::{Override, Rules};

/// What a change changes.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A value of a parameter: a whole number, or true or false.
    Param { param: String, value: toml::Value },
    /// Texts of the rule, and what they replace.
    Text { wording: Wording, was: Wording },
}

/// A change as it is proposed.
#[derive(Clone, Debug)]
pub struct NewChange {
    pub rule: String,
    pub what: What,
    pub region: RegionCode,
    pub from: Date,
    pub to: Option<Date>,
    /// Which document allows it.
    pub basis: String,
    pub reason: String,
    /// Hash of the rule's file; see [`super::in_force`].
    pub file_hash: String,
}

impl NewChange {
    /// A value as a rule's file would say it.
    pub(super) fn as_override(&self, value: &toml::Value) -> Override {
        Override {
            region: self.region.to_string(),
            from: self.from.to_string(),
            to: self.to.map(|d| d.to_string()),
            value: value.clone(),
            basis: self.basis.clone(),
        }
    }
}

/// A change on the record.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RuleChange {
    pub id: i64,
    pub rule_id: String,
    kind: String,
    param: String,
    wording: String,
    was: String,
    pub file_hash: String,
    region: i64,
    pub from_on: String,
    pub to_on: Option<String>,
    value: String,
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
    /// The version of the rule that its approval made.
    pub version: Option<i64>,
    pub ended_name: String,
    ended_at: Option<i64>,
    pub ended_reason: String,
}

impl RuleChange {
    pub fn state(&self) -> ChangeState {
        ChangeState::parse(&self.state).unwrap_or(ChangeState::Proposed)
    }

    pub fn what(&self) -> What {
        let texts = |json: &str| serde_json::from_str(json).unwrap_or_default();
        match self.kind.as_str() {
            "text" => What::Text {
                wording: texts(&self.wording),
                was: texts(&self.was),
            },
            _ => What::Param {
                param: self.param.clone(),
                value: value_of(&self.value),
            },
        }
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

    /// When an approved change was taken back.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at.map(Timestamp)
    }

    /// What the last trial came to.
    pub fn trial(&self) -> Option<Trial> {
        serde_json::from_str(&self.trial).ok()
    }

    /// A value as a rule's file would say it.
    pub(super) fn as_override(&self) -> Override {
        Override {
            region: self.region().to_string(),
            from: self.from_on.clone(),
            to: self.to_on.clone(),
            value: value_of(&self.value),
            basis: self.basis.clone(),
        }
    }

    /// What it is about in a few words, for the record.
    fn about(&self) -> String {
        match self.what() {
            What::Param { param, .. } => param,
            What::Text { wording, .. } => wording.keys().cloned().collect::<Vec<_>>().join(","),
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

const COLUMNS: &str = "SELECT id, rule_id, kind, param, wording, was, file_hash, region, from_on, to_on, value, basis, \
                       reason, state, proposed_by, proposed_name, proposed_at, decided_name, decided_at, opinion, trial, \
                       version, ended_name, ended_at, ended_reason FROM rule_change WHERE 1 = 1";

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

/// Those approved, also those taken back since, in the order of their approval.
pub(super) async fn decided(db: &impl Query) -> AppResult<Vec<RuleChange>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND state IN ('approved', 'revoked') ORDER BY decided_at, id");
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
    let texts = |wording: &Wording| serde_json::to_string(wording).map_err(AppError::internal);
    let (kind, param, value, wording, was) = match &new.what {
        What::Param { param, value } => (
            "param",
            param.as_str(),
            value.to_string(),
            "{}".to_owned(),
            "{}".to_owned(),
        ),
        What::Text { wording, was } => ("text", "", String::new(), texts(wording)?, texts(was)?),
    };
    tx.execute(
        "INSERT INTO rule_change (id, rule_id, kind, param, wording, was, file_hash, region, from_on, to_on, value, basis, \
         reason, state, proposed_by, proposed_name, proposed_at, decided_name, opinion, trial) VALUES ($1, $2, $3, $4, $5, \
         $6, $7, $8, $9, $10, $11, $12, $13, 'proposed', $14, $15, $16, '', '', '')",
        args![
            id,
            new.rule.as_str(),
            kind,
            param,
            wording,
            was,
            new.file_hash.as_str(),
            new.region.as_i64(),
            new.from.to_string(),
            new.to.map(|d| d.to_string()),
            value.as_str(),
            new.basis.as_str(),
            new.reason.as_str(),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let told = match &new.what {
        What::Param { param, .. } => {
            json!({ "rule": new.rule, "param": param, "value": value, "from": new.from.to_string() })
        }
        What::Text { wording, .. } => json!({ "rule": new.rule, "parts": wording.keys().collect::<Vec<_>>() }),
    };
    let act = Act::new("rule.propose", format!("rule-change:{id}")).in_region(new.region);
    tx.commit(act.with(told)).await?;
    Ok(id)
}

/// Refuses a text that no longer stands on what it was written over: deciding it would undo what came between.
pub(super) async fn stands(db: &impl Query, rules: &Rules, change: &RuleChange) -> AppResult<()> {
    let What::Text { was, .. } = change.what() else {
        return Ok(());
    };
    let file = rules
        .get(&change.rule_id)
        .ok_or_else(|| AppError::not_found("规则目录中没有这条规则。"))?;
    if is_set_aside(change, file) {
        return Err(AppError::conflict(
            "这条规则的文件在提出之后已更新，请撤回这项调整，按现在的规则重新提出。",
        ));
    }
    let in_force = fold(rules, &decided(db).await?);
    let now = in_force
        .get(&change.rule_id)
        .map(|rule| wording_of(rule))
        .unwrap_or_default();
    let (moved, _) = altered(&now, &was);
    match moved.keys().next() {
        None => Ok(()),
        Some(part) => Err(AppError::conflict(format!(
            "提出之后，这条规则的“{}”已有别的调整生效，请撤回这项调整，按现在的规则重新提出。",
            part_title(part)
        ))),
    }
}

/// Approvals and their ends so far: each raised the version once.
async fn steps_so_far(db: &impl Query, rule: &str) -> AppResult<i64> {
    db.number(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'revoked' THEN 2 ELSE 1 END), 0) AS BIGINT) FROM rule_change \
         WHERE rule_id = $1 AND state IN ('approved', 'revoked')",
        args![rule],
    )
    .await
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
    let (account, now) = (actor.account.map_or(-1, |a| a.0), tx.at().millis());
    let done = if act == ChangeAct::Revoke {
        tx.execute(
            "UPDATE rule_change SET state = $3, ended_reason = $4, ended_by = $5, ended_name = $6, ended_at = $7 \
             WHERE id = $1 AND state = $2",
            args![id, row.state().id(), to.id(), reason, account, actor.name.as_str(), now],
        )
        .await?
    } else {
        let version = if act == ChangeAct::Approve {
            let rules = app.part::<Rules>()?;
            stands(&*tx, &rules, &row).await?;
            let file = rules.get(&row.rule_id).map_or(0, |rule| rule.version);
            Some(file + steps_so_far(&*tx, &row.rule_id).await? + 1)
        } else {
            None
        };
        tx.execute(
            "UPDATE rule_change SET state = $3, opinion = $4, decided_by = $5, decided_name = $6, decided_at = $7, \
             version = $8 WHERE id = $1 AND state = $2",
            args![
                id,
                row.state().id(),
                to.id(),
                reason,
                account,
                actor.name.as_str(),
                now,
                version
            ],
        )
        .await?
    };
    moved(done)?;
    let name = match act {
        ChangeAct::Try => "rule.try",
        ChangeAct::Approve => "rule.approve",
        ChangeAct::Refuse => "rule.refuse",
        ChangeAct::Withdraw => "rule.withdraw",
        ChangeAct::Revoke => "rule.revoke",
    };
    let done = Act::new(name, format!("rule-change:{id}"))
        .in_region(row.region())
        .with(json!({ "rule": row.rule_id, "about": row.about(), "reason": reason }));
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
