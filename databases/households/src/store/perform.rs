//! One step of a procedure: facts are gathered, the model decides, everything is written together or not at all.

use ::store::{Query, args};
use access::Actor;
use kernel::{AppError, AppResult, period::parse_date};
use records::{
    flow::{Code, Who},
    papers::{self, Upload},
};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{
    KIND, Outcome, begin, effects, facts,
    gathered::{exit_facts, posted, signatures, sustainability},
    lock,
    reading::{Why, keep, keep_first, record},
    refused, region_of,
    register::{NewCase, insert_case},
    subject,
};
use crate::{
    competence,
    model::{
        authorisation::{Signer, unsigned},
        flows::{self, Act, Kind, Taken},
        guards::{self, Brought, Facts},
        lines::{Lines, Purpose},
        record::{CaseLine, Record},
        sign, terms,
    },
};

/// Begins a procedure for a registered household: an exit, a return, a removal, the end of a watch.
pub async fn open(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    kind: Kind,
    origin: &str,
    brought: &Brought,
) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    lock(&tx, household).await?;
    let before = record(&*tx, household).await?.ok_or_else(super::missing)?;
    let decided = opening(app, &tx, actor, household, &before, kind, brought).await;
    let taken = match decided {
        Ok(taken) => taken,
        Err(error) => {
            drop(tx);
            return Err(refused(app, actor, household, "apply", error).await);
        }
    };
    keep_first(&tx, household).await?;
    let on = brought.on.unwrap_or_else(|| tx.at().date()).to_string();
    let case = app.next_id();
    insert_case(
        &tx,
        &NewCase {
            case,
            household,
            region: region_of(before.region),
            head_name: &before.head_name,
            kind,
            state: taken.to,
            origin,
            on: &on,
        },
    )
    .await?;
    if !brought.reason.is_empty() {
        tx.execute(
            "UPDATE case_step SET reason = $2 WHERE case_id = $1 AND no = 1",
            args![case, brought.reason.as_str()],
        )
        .await?;
    }
    effects::after(app, &tx, household, kind, taken.to, &on).await?;
    let why = Why {
        act: "apply",
        reason: &brought.reason,
        basis: &brought.basis,
        on: &on,
        expected: None,
    };
    keep(&tx, household, &why).await?;
    let detail = json!({ "kind": kind.id(), "to": taken.to });
    tx.commit(
        TrailAct::new("household.open", subject(household))
            .in_region(region_of(before.region))
            .with(detail),
    )
    .await?;
    Ok(Outcome::Done)
}

async fn opening(
    app: &App,
    tx: &RecordedTx,
    actor: &Actor,
    household: i64,
    before: &Record,
    kind: Kind,
    brought: &Brought,
) -> AppResult<Taken> {
    competence::require(&**tx, actor).await?;
    if let Some(case) = before.case.as_ref().filter(|c| c.open) {
        let title = Kind::parse(&case.kind).map_or("", Code::title);
        return Err(AppError::conflict(format!(
            "本户正在办理“{title}”，办结后才能提出“{}”。",
            kind.title()
        )));
    }
    let status = before.status.unwrap_or(-1);
    let fits = match kind {
        Kind::Exit => matches!(status, 0 | 3),
        Kind::Return => status == 1,
        Kind::Removal => matches!(status, 0..=3 | 5),
        Kind::Clearing => status == 5,
        Kind::Monitoring => matches!(status, 1),
        Kind::Identification => false,
    };
    if !fits {
        let now = before.status.map_or("申请中".to_owned(), |s| {
            crate::codes::title(&crate::codes::STATUSES, s)
        });
        return Err(AppError::conflict(format!(
            "本户目前是“{now}”，不能提出“{}”。",
            kind.title()
        )));
    }
    let state = flows::first_state(kind);
    let taken = flows::permit(kind, state, Act::Apply, &who(actor, None, before, brought))?;
    check(app, tx, actor, household, before, kind, Act::Apply, None, brought).await?;
    Ok(taken)
}

/// Takes one step of the household's procedure.
///
/// # Errors
/// What the table or a guard has against it. Nothing has changed then but the record of the attempt.
pub async fn perform(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    act: Act,
    brought: &Brought,
    uploads: Vec<Upload>,
) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    lock(&tx, household).await?;
    let before = record(&*tx, household).await?.ok_or_else(super::missing)?;
    let decided = decide(app, &tx, actor, household, &before, act, brought).await;
    let (case, kind, taken) = match decided {
        Ok(decided) => decided,
        Err(error) => {
            drop(tx);
            return Err(refused(app, actor, household, act.id(), error).await);
        }
    };
    keep_first(&tx, household).await?;
    let today = tx.at().date();
    let on = brought.on.unwrap_or(today).to_string();
    write_step(&tx, &case, act, taken, &on, brought).await?;
    bring(&tx, &case, kind, act, &on, brought).await?;
    let step = format!("{}:{}", case.id, act.id());
    papers::attach(&tx, &app.objects, KIND, household, &step, uploads).await?;
    effects::after(app, &tx, household, kind, taken.to, &on).await?;
    if act == Act::Reinstate {
        effects::reinstate(&tx, household, &before).await?;
    }
    let why = Why {
        act: act.id(),
        reason: &brought.reason,
        basis: &brought.basis,
        on: &on,
        expected: None,
    };
    keep(&tx, household, &why).await?;
    let detail = json!({ "kind": kind.id(), "act": act.id(), "from": case.state, "to": taken.to });
    let act = TrailAct::new("household.step", subject(household)).in_region(region_of(before.region));
    tx.commit(act.with(detail)).await?;
    Ok(Outcome::Done)
}

async fn decide(
    app: &App,
    tx: &RecordedTx,
    actor: &Actor,
    household: i64,
    before: &Record,
    act: Act,
    brought: &Brought,
) -> AppResult<(CaseLine, Kind, Taken)> {
    competence::require(&**tx, actor).await?;
    let case = before
        .case
        .clone()
        .ok_or_else(|| AppError::conflict("本户没有正在办理的事项。"))?;
    let kind = Kind::parse(&case.kind).ok_or_else(|| AppError::internal("unknown kind of case"))?;
    // A settled case takes nothing more but what is foreseen after it: closing the file, undoing a removal.
    if !case.open && !matches!(act, Act::Close | Act::Reinstate) {
        return Err(AppError::conflict(format!(
            "“{}”已办结（{}），不能再办理“{}”。",
            kind.title(),
            flows::state_title(kind, &case.state),
            act.title()
        )));
    }
    let taken = flows::permit(kind, &case.state, act, &who(actor, case.last_actor, before, brought))?;
    check(app, tx, actor, household, before, kind, act, Some(&case), brought).await?;
    Ok((case, kind, taken))
}

fn who<'a>(actor: &Actor, last_actor: Option<i64>, before: &Record, brought: &'a Brought) -> Who<'a> {
    Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor,
        concerned: actor
            .person
            .is_some_and(|own| before.present().any(|m| m.person_key == own.0)),
        reason: &brought.reason,
        basis: &brought.basis,
    }
}

#[allow(clippy::too_many_arguments)]
async fn check(
    app: &App,
    tx: &RecordedTx,
    actor: &Actor,
    household: i64,
    before: &Record,
    kind: Kind,
    act: Act,
    case: Option<&CaseLine>,
    brought: &Brought,
) -> AppResult<()> {
    let today = tx.at().date();
    let lines = Lines::of_installation(&app.config.data_dir)?;
    let purpose = if kind == Kind::Clearing {
        Purpose::Monitor
    } else {
        Purpose::Exit
    };
    let slots = sign::slots(&app.config.data_dir)?;
    let signers: Vec<Signer> = before
        .present()
        .map(|m| Signer {
            person_key: m.person_key,
            name: m.name.clone(),
            birth: m.birth.clone(),
        })
        .collect();
    let signed_papers = facts::authorisations(&**tx, household).await?;
    let (signed, notice, note) = match case {
        Some(case) => (
            signatures(&**tx, case.id).await?,
            posted(&**tx, case.id).await?,
            sustainability(&**tx, case.id).await?,
        ),
        None => (Vec::new(), None, String::new()),
    };
    let exit = exit_facts(app, household, before, today, note).await?;
    let facts = Facts {
        today,
        // What is asked for anew was not asked for before the last thing was settled.
        since: case
            .or(before.case.as_ref())
            .and_then(|case| parse_date(&case.since_on)),
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        unsigned_adults: unsigned(&signers, &signed_papers, today),
        notice,
        line: lines.line(purpose, region_of(before.region), today),
        slots: &slots,
        signed: &signed,
        exited_on: before.exited_on.as_deref().and_then(parse_date),
        monitored_on: before.monitored_on.as_deref().and_then(parse_date),
        income_items: exit.1,
        exit: exit.0,
    };
    guards::check(kind, act, &facts, brought)
}

async fn write_step(
    tx: &RecordedTx,
    case: &CaseLine,
    act: Act,
    taken: Taken,
    on: &str,
    brought: &Brought,
) -> AppResult<()> {
    let account = tx.actor().account.map(|a| a.0);
    let mut detail = Vec::new();
    if !brought.people.is_empty() {
        detail.push(format!("入户人员：{}", brought.people.join("、")));
    }
    if brought.vote.due > 0 {
        let v = brought.vote;
        detail.push(format!(
            "应到 {}，实到 {}；赞成 {}，反对 {}，弃权 {}",
            v.due, v.present, v.agree, v.against, v.abstain
        ));
    }
    if act == Act::Sign {
        detail.push(format!("第 {} 签字位：{}", brought.slot, brought.signer));
    }
    if !brought.sustainability.is_empty() {
        detail.push(format!("收入可持续：{}", brought.sustainability));
    }
    if !brought.arrears.is_empty() {
        detail.push(format!("补发：{}", brought.arrears));
    }
    let next = tx
        .number("SELECT MAX(no) FROM case_step WHERE case_id = $1", args![case.id])
        .await?
        + 1;
    tx.execute(
        "INSERT INTO case_step (case_id, no, act, from_state, to_state, at_millis, on_day, account, actor_name, role, \
         reason, reason_codes, basis, detail) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
        args![
            case.id,
            next,
            act.id(),
            case.state.as_str(),
            taken.to,
            tx.at().millis(),
            on,
            account,
            tx.actor().name.as_str(),
            tx.actor().role.id(),
            brought.reason.as_str(),
            brought.codes.join(","),
            brought.basis.as_str(),
            detail.join("；")
        ],
    )
    .await?;
    tx.execute(
        "UPDATE household_case SET state = $2, since_on = $3, last_actor = $4, open = $5 WHERE id = $1",
        args![case.id, taken.to, on, account, !taken.settled],
    )
    .await?;
    Ok(())
}

/// Votes, signatures and notices that the step brings.
async fn bring(tx: &RecordedTx, case: &CaseLine, kind: Kind, act: Act, on: &str, brought: &Brought) -> AppResult<()> {
    let v = brought.vote;
    if v.due > 0 {
        let no = tx
            .number("SELECT COUNT(*) FROM review_meeting WHERE case_id = $1", args![case.id])
            .await?
            + 1;
        tx.execute(
            "INSERT INTO review_meeting (case_id, no, due, present, agree, against, abstain) VALUES ($1,$2,$3,$4,$5,$6,$7)",
            args![case.id, no, v.due, v.present, v.agree, v.against, v.abstain],
        )
        .await?;
    }
    match act {
        Act::Sign => {
            let account = tx.actor().account.map_or(-1, |a| a.0);
            tx.execute(
                "INSERT INTO five_sign (case_id, slot, round, signer, account, role, signed_millis, device, confirmed) \
                 VALUES ($1,$2,1,$3,$4,$5,$6,$7,$8)",
                args![
                    case.id,
                    brought.slot,
                    brought.signer.as_str(),
                    account,
                    tx.actor().role.id(),
                    tx.at().millis(),
                    brought.device.as_str(),
                    brought.confirmed.join(",")
                ],
            )
            .await?;
        }
        Act::PostNotice | Act::PostNotice1 | Act::PostNotice2 => {
            let days = if matches!(kind, Kind::Monitoring | Kind::Clearing) {
                terms::MONITOR_NOTICE_DAYS
            } else {
                terms::NOTICE_DAYS
            };
            let no = tx
                .number("SELECT COUNT(*) FROM case_notice WHERE case_id = $1", args![case.id])
                .await?
                + 1;
            tx.execute(
                "INSERT INTO case_notice (case_id, no, title, posted_on, days, place) VALUES ($1,$2,$3,$4,$5,$6)",
                args![case.id, no, act.title(), on, days, brought.place.as_str()],
            )
            .await?;
        }
        _ => {}
    }
    Ok(())
}
