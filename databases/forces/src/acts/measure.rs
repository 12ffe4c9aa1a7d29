//! Entering a measure: who did what for whom, and with whose money.

use access::Actor;
use kernel::{AppError, AppResult, RegionCode};
use records::flow::Code;
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{helper::within, id_of, missing, past_day, words};
use crate::{
    model::measure::{FundOrigin, MeasureKind, amount},
    store::{helpers, measures, measures::Measure, targets, teams},
};

/// A measure as typed. `who` is `helper:ID` or `team:ID`; `target` is `household:ID`, `village:CODE` or `project:ID`.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct MeasureForm {
    pub request_id: String,
    pub who: String,
    pub kind: String,
    pub target: String,
    pub day: String,
    pub content: String,
    pub amount: String,
    pub fund_origin: String,
}

/// Enters a measure; returns its id.
///
/// # Errors
/// Invalid with the field; 404 outside the actor's area.
pub async fn enter(app: &App, actor: &Actor, form: &MeasureForm) -> AppResult<i64> {
    let kind = MeasureKind::parse(&form.kind).ok_or_else(|| AppError::invalid("措施类别：请选择。"))?;
    let origin = FundOrigin::parse(&form.fund_origin);
    let money = amount(&form.amount, origin)?;
    let day = past_day("日期", &form.day, app.clock.today())?;
    let content = words("措施内容", &form.content, 4, 500)?;
    let (helper_id, team_id) = who(app, actor, &form.who).await?;
    let (target_kind, target_id, target_title, region) = target(app, actor, &form.target).await?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_of(&earlier)),
    };
    let id = app.next_id();
    let measure = Measure {
        id,
        helper_id,
        team_id,
        kind: kind.id().to_owned(),
        target_kind: target_kind.to_owned(),
        target_id,
        target_title,
        region: region.as_i64(),
        day: day.to_string(),
        content,
        amount_fen: money.fen(),
        fund_origin: origin
            .filter(|_| money.fen() > 0)
            .map_or(String::new(), |origin| origin.id().to_owned()),
    };
    measures::insert(&tx, [measure]).await?;
    let act = Act::new("measure.enter", format!("measure:{id}")).in_region(region);
    tx.commit(act.with(json!({"kind": kind.id(), "amount_fen": money.fen()})))
        .await?;
    Ok(id)
}

async fn who(app: &App, actor: &Actor, text: &str) -> AppResult<(Option<i64>, Option<i64>)> {
    let unclear = || AppError::invalid("帮扶人员或队伍：请选择。");
    let (sort, id) = text.split_once(':').ok_or_else(unclear)?;
    let id: i64 = id.parse().map_err(|_| unclear())?;
    match sort {
        "helper" => {
            let helper = helpers::one(&app.db, &actor.scope, id)
                .await?
                .ok_or_else(|| missing("这名帮扶人员"))?;
            Ok((Some(helper.id), None))
        }
        "team" => {
            let team = teams::one(&app.db, &actor.scope, id)
                .await?
                .ok_or_else(|| missing("这支队伍"))?;
            Ok((None, Some(team.id)))
        }
        _ => Err(unclear()),
    }
}

async fn target(app: &App, actor: &Actor, text: &str) -> AppResult<(&'static str, i64, String, RegionCode)> {
    let unclear = || AppError::invalid("帮扶对象：请选择。");
    let (sort, id) = text.split_once(':').ok_or_else(unclear)?;
    match sort {
        "household" => {
            let id: i64 = id.parse().map_err(|_| unclear())?;
            let row = households::household(&app.db, &actor.scope, id)
                .await?
                .ok_or_else(|| missing("这一户"))?
                .row;
            Ok((
                "household",
                id,
                format!("{}户", row.head_name),
                super::place(row.region),
            ))
        }
        "village" => {
            let code: RegionCode = id.parse().map_err(|_| unclear())?;
            within(actor, code)?;
            let tree = directory::regions(app).await?;
            tree.get(code).ok_or_else(|| missing("这个村"))?;
            Ok(("village", code.as_i64(), tree.path_in_county(code), code))
        }
        "project" => {
            let id: i64 = id.parse().map_err(|_| unclear())?;
            let project = targets::project(app, &actor.scope, id)
                .await?
                .ok_or_else(|| missing("这个项目"))?;
            Ok(("project", id, project.title, super::place(project.region)))
        }
        _ => Err(unclear()),
    }
}
