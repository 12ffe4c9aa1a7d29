//! A spot check in the home. Where it belongs to a visit, the visit is sampled with it.

use access::Actor;
use kernel::{AppError, AppResult};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{id_of, missing, past_day, place, visit, words};
use crate::{
    model::{spot::QUESTIONS, visit::VisitAct},
    store::{
        helpers,
        spots::{self, SpotCheck},
        visits,
    },
};

/// A spot check as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SpotForm {
    pub request_id: String,
    pub household: String,
    /// The visit that is checked; empty when the home is checked as such.
    pub visit: String,
    pub day: String,
    /// `1`, `0` or empty for each question.
    pub q1: String,
    pub q2: String,
    pub q3: String,
    pub q4: String,
    pub q5: String,
    pub note: String,
}

/// Enters a spot check; returns its id.
///
/// # Errors
/// Invalid for an unanswered question; forbidden for one's own visit or near kin's home; 404 outside the area.
pub async fn enter(app: &App, actor: &Actor, form: &SpotForm) -> AppResult<i64> {
    let day = past_day("抽查日期", &form.day, app.clock.today())?;
    let given = [&form.q1, &form.q2, &form.q3, &form.q4, &form.q5];
    for (question, answer) in QUESTIONS.iter().zip(given) {
        if !matches!(answer.as_str(), "0" | "1") {
            return Err(AppError::invalid(format!("“{question}”：请选择是或否。")));
        }
    }
    let note = words("备注", &form.note, 0, 500)?;
    let household: i64 = form
        .household
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("抽查户：请选择。"))?;
    let row = households::household(&app.db, &actor.scope, household)
        .await?
        .ok_or_else(|| missing("这一户"))?
        .row;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_of(&earlier)),
    };
    let sampled = match form.visit.trim().parse() {
        Ok(id) => Some(
            visits::held(&tx, id)
                .await?
                .filter(|v| v.household_id == household)
                .ok_or_else(|| missing("这次走访"))?,
        ),
        Err(_) => None,
    };
    let probe = sampled.clone().unwrap_or(visits::Visit {
        household_id: household,
        ..visits::Visit::default()
    });
    let concerned = visit::concerned(app, &tx, actor, &probe).await?;
    if concerned {
        return Err(records::flow::Refusal::Concerned.into());
    }
    let current = households::pairing::of_household(&*tx, household).await?;
    let key = current.iter().find(|p| p.to_on.is_none()).map(|p| p.account);
    let helper = match (&sampled, key) {
        (Some(visit), _) => Some(visit.helper_id),
        (None, Some(key)) => helpers::by_pair_key(&*tx, key).await?.map(|h| h.id),
        (None, None) => None,
    };
    let check = SpotCheck {
        id: app.next_id(),
        visit_id: sampled.as_ref().map(|v| v.id),
        household_id: household,
        region: row.region,
        helper_id: helper,
        day: day.to_string(),
        answers: given.iter().map(|a| a.as_str()).collect(),
        note,
        checker_name: actor.name.clone(),
    };
    let (id, yes) = (check.id, check.yes());
    if let Some(mut sampled) = sampled {
        visit::advance(&tx, actor, &mut sampled, VisitAct::Sample, &check.note, concerned).await?;
    }
    spots::insert(&tx, [check]).await?;
    let act = Act::new("spot.enter", format!("spot:{id}")).in_region(place(row.region));
    tx.commit(act.with(json!({"household": household, "yes": yes, "asked": QUESTIONS.len()})))
        .await?;
    Ok(id)
}
