//! One step of a plan: the meeting that passes it, the approval, the way back.

use ::store::args;
use access::Actor;
use kernel::{AppError, AppResult, Date};
use records::flow::{Code, Who};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{keep, missing_plan, plan, write::is_concerned};
use crate::{
    model::{
        guards::{Vote, vote},
        plan::{FLOW, Meeting, Plan, PlanAct, PlanState, Target},
    },
    store::{Outcome, begin, region_of},
};

/// What a step may bring.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    pub reason: String,
    /// Minutes of the meeting.
    pub basis: String,
    pub on: Option<Date>,
    pub vote: Vote,
    pub household_agrees: bool,
}

/// Takes one step.
///
/// # Errors
/// What the table or a guard has against it; the attempt is on the record then, and nothing else.
pub async fn step(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    act: PlanAct,
    brought: &Brought,
) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let mut now = plan(&*tx, &actor.scope, id).await?.ok_or_else(missing_plan)?;
    let to = match decide(&tx, actor, &now, act, brought).await {
        Ok(to) => to,
        Err(error) => {
            drop(tx);
            let detail = json!({ "act": act.id(), "why": error.message });
            let noted = TrailAct::new("assistance_plan.refused", format!("{}:{id}", super::KIND)).with(detail);
            app.trail.note(actor, noted).await?;
            return Err(error);
        }
    };
    let from = std::mem::replace(&mut now.state, to.id().to_owned());
    let today = tx.at().date();
    now.since_on = brought.on.unwrap_or(today).to_string();
    now.meeting = match act {
        PlanAct::Meet => Some(Meeting {
            on: now.since_on.clone(),
            due: brought.vote.due,
            present: brought.vote.present,
            agree: brought.vote.agree,
            against: brought.vote.against,
            abstain: brought.vote.abstain,
            basis: brought.basis.trim().to_owned(),
            household_agrees: brought.household_agrees,
        }),
        PlanAct::Approve => now.meeting,
        PlanAct::SendBack | PlanAct::Revise => None,
    };
    let meeting = now.meeting.as_ref().map(serde_json::to_string).transpose();
    tx.execute(
        "UPDATE assistance_plan SET state = $2, since_on = $3, last_actor = $4, meeting = $5 WHERE id = $1",
        args![
            id,
            now.state.as_str(),
            now.since_on.as_str(),
            actor.account.map(|a| a.0),
            meeting.map_err(AppError::internal)?
        ],
    )
    .await?;
    keep(&tx, id, &now, act.id(), &brought.reason, &brought.basis, None).await?;
    let done = TrailAct::new("assistance_plan.step", format!("{}:{id}", super::KIND)).in_region(region_of(now.region));
    tx.commit(done.with(json!({ "act": act.id(), "from": from, "to": now.state })))
        .await?;
    Ok(Outcome::Done)
}

async fn decide(tx: &RecordedTx, actor: &Actor, now: &Plan, act: PlanAct, brought: &Brought) -> AppResult<PlanState> {
    let state = PlanState::parse(&now.state).ok_or_else(|| AppError::internal("unknown state of a plan"))?;
    let target = Target::parse(&now.target).ok_or_else(|| AppError::internal("unknown target of a plan"))?;
    let who = Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor: now.last_actor,
        concerned: is_concerned(tx, actor, target, now.subject).await?,
        reason: &brought.reason,
        basis: &brought.basis,
    };
    let to = FLOW.permit(state, act, &who).map_err(AppError::from)?.to;
    if brought.on.is_some_and(|on| on > tx.at().date()) {
        return Err(AppError::invalid("办理日期不能晚于今天。"));
    }
    if act == PlanAct::Meet {
        vote(brought.vote)?;
        if target == Target::Household && !brought.household_agrees {
            return Err(AppError::conflict(
                "户计划须本户同意：请向本户讲清计划内容，同意后勾选“本户已同意”。",
            ));
        }
    }
    Ok(to)
}
