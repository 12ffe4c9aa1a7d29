//! Visits: planned for a month, entered at the desk in one form, and driven step by step.

use access::Actor;
use kernel::{AppError, AppResult, Date, ErrorKind, Month, RegionCode, Timestamp};
use records::{
    flow::{Code, Who},
    history::{self, Change},
    papers,
};
use serde_json::json;
use store::Query;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{id_of, missing, past_day, place, words};
use crate::{
    model::{
        measure::MeasureKind,
        visit::{FLOW, VisitAct, VisitState, check_times, is_late},
    },
    store::{
        duties,
        helpers::{self, Helper},
        kin,
        visits::{self, Visit},
    },
};

/// Pictures of one visit.
pub const MOST_PHOTOS: usize = 9;

/// A visit entered at the desk, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct VisitForm {
    pub request_id: String,
    pub household: String,
    /// An existing plan that this visit carries out.
    pub visit: String,
    pub day: String,
    /// `09:30`
    pub arrived: String,
    pub left: String,
    pub note: String,
    /// Ids of measure kinds.
    #[serde(skip)]
    pub measures: Vec<String>,
    pub late_reason: String,
}

/// What one step brings.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct StepForm {
    pub request_id: String,
    pub reason: String,
    /// Time of day of a check-in or check-out, `09:30`.
    pub time: String,
    pub note: String,
}

/// The helper behind an account.
///
/// # Errors
/// Forbidden when the account is not registered as a helper.
pub async fn own_helper(db: &impl Query, actor: &Actor) -> AppResult<Helper> {
    let found = match actor.account {
        Some(account) => helpers::by_pair_key(db, account.0).await?,
        None => None,
    };
    found.filter(Helper::is_active).ok_or_else(|| {
        AppError::forbidden("您的账号还没有登记为帮扶人员，请联系镇扶贫专干在“帮扶人员”中登记后再填报。")
    })
}

/// Enters a whole visit: checks in, records, checks out and uploads in one transaction. Returns the visit's id.
///
/// # Errors
/// 404 for a household that is not one's own; invalid with the field; the refusals of the workflow.
pub async fn enter(app: &App, actor: &Actor, form: &VisitForm, photos: Vec<papers::Upload>) -> AppResult<i64> {
    if photos.len() > MOST_PHOTOS {
        return Err(AppError::invalid(format!("照片：最多 {MOST_PHOTOS} 张。")));
    }
    let ready = prepare(app, actor, form).await?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_of(&earlier)),
    };
    let visit = write(app, &tx, &ready, photos).await?;
    let act = Act::new("visit.enter", format!("visit:{}", visit.id)).in_region(place(visit.region));
    tx.commit(act.with(json!({"household": visit.household_id, "day": visit.day, "photos": visit.photos})))
        .await?;
    Ok(visit.id)
}

/// A whole visit, read and checked, not yet written.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) household: i64,
    pub(crate) helper: Helper,
    region: i64,
    pub(crate) day: Date,
    arrived: Timestamp,
    left: Timestamp,
    note: String,
    measures: String,
    late_reason: String,
    /// The plan it carries out.
    plan: Option<i64>,
}

/// Reads a form of a visit of the actor.
///
/// # Errors
/// As [`enter`]; nothing is written.
pub(crate) async fn prepare(app: &App, actor: &Actor, form: &VisitForm) -> AppResult<Ready> {
    let now = app.clock.now();
    let household: i64 = form
        .household
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("走访户：请选择。"))?;
    let day = past_day("走访日期", &form.day, now.date())?;
    let arrived = time_of(day, "签到时间", &form.arrived)?;
    let left = time_of(day, "签退时间", &form.left)?;
    check_times(arrived, left, now).map_err(AppError::invalid)?;
    let note = words("走访内容", &form.note, 4, 2000)?;
    let row = households::household(&app.db, &actor.scope, household)
        .await?
        .ok_or_else(|| missing("这一户"))?
        .row;
    let duty = duties::duty_on(&app.db, day).await?;
    let late_reason = if is_late(left, now, &duty) {
        words("迟交理由", &form.late_reason, 2, 200).map_err(|_| {
            AppError::invalid(format!(
                "迟交理由：距签退已超过 {} 小时，请写明为什么现在才填报。",
                duty.upload_hours
            ))
        })?
    } else {
        String::new()
    };
    Ok(Ready {
        household,
        helper: own_helper(&app.db, actor).await?,
        region: row.region,
        day,
        arrived,
        left,
        note,
        measures: measure_titles(&form.measures),
        late_reason,
        plan: form.visit.trim().parse().ok(),
    })
}

/// Walks the first steps of the workflow in one go, inside a transaction.
pub(crate) async fn write(app: &App, tx: &RecordedTx, ready: &Ready, photos: Vec<papers::Upload>) -> AppResult<Visit> {
    let now = app.clock.now();
    let (household, day) = (ready.household, ready.day);
    let mut visit = match ready.plan {
        Some(id) => visits::held(tx, id)
            .await?
            .filter(|v| v.household_id == household && v.helper_id == ready.helper.id)
            .ok_or_else(|| missing("这次走访计划"))?,
        None => planned(app.next_id(), household, ready.region, ready.helper.id, day),
    };
    visits::insert(tx, [visit.clone()]).await?;
    let concerned = kin::conflict_of(app, &**tx, &ready.helper, household).await?.is_some();
    for act in [
        VisitAct::CheckIn,
        VisitAct::Record,
        VisitAct::CheckOut,
        VisitAct::Upload,
    ] {
        match act {
            VisitAct::CheckIn => {
                visit.day = day.to_string();
                visit.month = Month::of(day).to_string();
                visit.check_in_millis = Some(ready.arrived.millis());
            }
            VisitAct::Record => {
                visit.note = ready.note.clone();
                visit.measures = ready.measures.clone();
            }
            VisitAct::CheckOut => visit.check_out_millis = Some(ready.left.millis()),
            _ => {
                visit.uploaded_millis = Some(now.millis());
                visit.late_reason = ready.late_reason.clone();
                visit.photos = photos.len() as i64;
            }
        }
        advance(tx, tx.actor(), &mut visit, act, "", concerned).await?;
    }
    if !photos.is_empty() {
        papers::attach(tx, &app.objects, "visit", visit.id, "upload", photos).await?;
    }
    Ok(visit)
}

/// Takes one step of a visit that exists.
///
/// # Errors
/// 404 outside the reach; the refusals of the workflow; what the step itself asks for. Nothing changes, and a refused
/// attempt is put on the record.
pub async fn step(app: &App, actor: &Actor, id: i64, act: VisitAct, form: &StepForm) -> AppResult<()> {
    let outcome = try_step(app, actor, id, act, form).await;
    if let Err(error) = &outcome
        && matches!(error.kind, ErrorKind::Conflict | ErrorKind::Forbidden)
    {
        let note =
            Act::new("visit.refused", format!("visit:{id}")).with(json!({"act": act.id(), "why": error.message}));
        app.trail.note(actor, note).await?;
    }
    outcome
}

async fn try_step(app: &App, actor: &Actor, id: i64, act: VisitAct, form: &StepForm) -> AppResult<()> {
    let seen = visits::one(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| missing("这次走访"))?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let mut visit = visits::held(&tx, id).await?.ok_or_else(|| missing("这次走访"))?;
    let concerned = concerned(app, &tx, actor, &visit).await?;
    // Order and person come first: who may not act is not told what the form lacks.
    permitted(&tx, actor, &visit, act, &form.reason, concerned).await?;
    let now = app.clock.now();
    match act {
        VisitAct::CheckIn | VisitAct::CheckOut => {
            let day = if act == VisitAct::CheckIn {
                now.date()
            } else {
                households::pairing::day(&visit.day)?
            };
            let time = if form.time.trim().is_empty() {
                now
            } else {
                time_of(day, "时间", &form.time)?
            };
            if act == VisitAct::CheckIn {
                if time > now {
                    return Err(AppError::invalid("签到、签退时间不能晚于现在。"));
                }
                visit.day = day.to_string();
                visit.month = Month::of(day).to_string();
                visit.check_in_millis = Some(time.millis());
            } else {
                let arrived = Timestamp(visit.check_in_millis.unwrap_or_default());
                check_times(arrived, time, now).map_err(AppError::invalid)?;
                visit.check_out_millis = Some(time.millis());
            }
        }
        VisitAct::Record => visit.note = words("走访内容", &form.note, 4, 2000)?,
        VisitAct::Upload => {
            let left = Timestamp(visit.check_out_millis.unwrap_or_default());
            let duty = duties::duty_on(&*tx, left.date()).await?;
            if is_late(left, now, &duty) {
                visit.late_reason = words("迟交理由", &form.reason, 2, 200)?;
            }
            visit.uploaded_millis = Some(now.millis());
        }
        VisitAct::Confirm => visit.household_confirm = "yes".to_owned(),
        VisitAct::Dispute => visit.household_confirm = "no".to_owned(),
        VisitAct::Return => {
            visit.household_confirm = "none".to_owned();
            visit.uploaded_millis = None;
            visit.check_out_millis = None;
        }
        VisitAct::Sample | VisitAct::Cancel => {}
    }
    advance(&tx, actor, &mut visit, act, &form.reason, concerned).await?;
    let event = Act::new("visit.step", format!("visit:{id}")).in_region(seen.region());
    tx.commit(event.with(json!({"act": act.id(), "to": visit.state, "reason": form.reason})))
        .await
        .map(|_| ())
}

/// Checks that the step is possible now, to this actor.
pub(crate) async fn permitted(
    tx: &RecordedTx,
    actor: &Actor,
    visit: &Visit,
    act: VisitAct,
    reason: &str,
    concerned: bool,
) -> AppResult<VisitState> {
    let last_actor = history::current(&**tx, "visit", visit.id)
        .await?
        .and_then(|entry| entry.actor);
    let who = Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor,
        concerned,
        reason,
        basis: "",
    };
    Ok(FLOW.permit(visit.state()?, act, &who)?.to)
}

/// Moves a held visit on by one step and writes its history.
pub(crate) async fn advance(
    tx: &RecordedTx,
    actor: &Actor,
    visit: &mut Visit,
    act: VisitAct,
    reason: &str,
    concerned: bool,
) -> AppResult<()> {
    let to = permitted(tx, actor, visit, act, reason, concerned).await?;
    visit.state = to.id().to_owned();
    visit.took_place = to.took_place();
    visits::update(tx, visit).await?;
    let record = visit.as_record();
    let on = tx.at().date().to_string();
    let change = Change {
        kind: "visit",
        id: visit.id,
        expected: None,
        act: act.id(),
        reason,
        basis: "",
        on: &on,
        state: &record,
    };
    history::record(tx, &change).await.map(|_| ())
}

/// Whether the visit concerns the actor: the helper's visit of his kin, or a household of the actor's own kin.
pub(crate) async fn concerned(app: &App, tx: &RecordedTx, actor: &Actor, visit: &Visit) -> AppResult<bool> {
    let person = actor.person.map(|p| p.0);
    Ok(kin::conflict(app, &**tx, &actor.name, person, visit.household_id)
        .await?
        .is_some())
}

/// Plans one visit for every paired household of an area that has none in a month. Returns how many.
///
/// # Errors
/// Invalid for a month that is over.
pub async fn plan_month(
    app: &App,
    actor: &Actor,
    request_id: &str,
    area: Option<RegionCode>,
    month: &str,
) -> AppResult<u64> {
    let month: Month = month.parse().map_err(|e| AppError::invalid(format!("月份：{e}。")))?;
    let today = app.clock.today();
    if month.last_day() < today || month > Month::of(today).plus(12) {
        return Err(AppError::invalid("月份：只能为本月起一年之内的月份制订计划。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(0),
    };
    let due = month.last_day();
    let rows = visits::without_any(&*tx, &actor.scope, area, &month.to_string()).await?;
    let plans: Vec<Visit> = rows
        .into_iter()
        .map(|(household, region, helper)| planned(app.next_id(), household, region, helper, due))
        .collect();
    let first: Vec<_> = plans.iter().map(|v| (v.id, v.day.clone(), v.as_record())).collect();
    let new = visits::insert(&tx, plans).await?;
    history::bulk(&tx, "visit", "plan", first).await?;
    let act = Act::new("visit.plan", format!("month:{month}")).with(json!({"visits": new}));
    tx.commit(area.map_or(act.clone(), |area| act.in_region(area))).await?;
    Ok(new)
}

fn planned(id: i64, household: i64, region: i64, helper: i64, day: Date) -> Visit {
    Visit {
        id,
        household_id: household,
        region,
        helper_id: helper,
        month: Month::of(day).to_string(),
        day: day.to_string(),
        state: VisitState::Planned.id().to_owned(),
        household_confirm: "none".to_owned(),
        ..Visit::default()
    }
}

fn measure_titles(ids: &[String]) -> String {
    let titles = ids.iter().filter_map(|id| MeasureKind::parse(id)).map(Code::title);
    titles.collect::<Vec<_>>().join("、")
}

/// A time of day in China.
fn time_of(day: Date, label: &str, text: &str) -> AppResult<Timestamp> {
    let wrong = || AppError::invalid(format!("{label}：应写作 09:30。"));
    let (hour, minute) = text.trim().split_once(':').ok_or_else(wrong)?;
    let hour: i64 = hour.parse().ok().filter(|h| (0..24).contains(h)).ok_or_else(wrong)?;
    let minute: i64 = minute
        .get(..2)
        .and_then(|m| m.parse().ok())
        .filter(|m| (0..60).contains(m))
        .ok_or_else(wrong)?;
    Ok(Timestamp::at_start_of(day).plus_minutes(hour * 60 + minute))
}
