//! Teams: founding, members, and pairing with a village or project.

use access::Actor;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use records::{
    flow::Code,
    history::{self, Change},
};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{helper::within, id_of, missing, past_day, words};
use crate::{
    model::team::{Part, TargetKind, TeamKind},
    store::{
        helpers,
        targets::{self, HelpedProject},
        teams::{self, Team, TeamPairing},
    },
};

/// The form of a team, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct TeamForm {
    pub request_id: String,
    pub name: String,
    pub kind: String,
    pub unit: String,
    pub region: String,
    pub founded_on: String,
}

/// Founds a team; returns its id.
///
/// # Errors
/// Invalid with the field; 404 for a place outside the actor's area.
pub async fn found(app: &App, actor: &Actor, form: &TeamForm) -> AppResult<i64> {
    let kind = TeamKind::parse(&form.kind).ok_or_else(|| AppError::invalid("队伍类别：请选择。"))?;
    let region: RegionCode = form
        .region
        .parse()
        .map_err(|e: &str| AppError::invalid(format!("所在区域：{e}。")))?;
    within(actor, region)?;
    let id = app.next_id();
    let team = Team {
        id,
        name: words("队伍名称", &form.name, 2, 60)?,
        kind: kind.id().to_owned(),
        unit: words("派出（牵头）单位", &form.unit, 0, 60)?,
        region: region.as_i64(),
        founded_on: past_day("成立日期", &form.founded_on, app.clock.today())?.to_string(),
        closed_on: None,
    };
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_of(&earlier)),
    };
    teams::insert(&tx, &team).await?;
    let record = team.as_record();
    let change = Change {
        kind: "team",
        id,
        expected: None,
        act: "found",
        reason: "",
        basis: "",
        on: &team.founded_on,
        state: &record,
    };
    history::record(&tx, &change).await?;
    let act = Act::new("team.found", format!("team:{id}")).in_region(region);
    tx.commit(act.with(json!({"kind": team.kind, "name": team.name})))
        .await?;
    Ok(id)
}

/// The form of a membership, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct MemberForm {
    pub request_id: String,
    pub helper: String,
    pub part: String,
    pub on: String,
    pub reason: String,
}

/// Adds a helper to a team.
///
/// # Errors
/// Conflict when the helper is a member; invalid beyond the prescribed number.
pub async fn join(app: &App, actor: &Actor, team: i64, form: &MemberForm) -> AppResult<()> {
    let team = own_team(app, actor, team).await?;
    let part = Part::parse(&form.part).ok_or_else(|| AppError::invalid("队内职务：请选择。"))?;
    let on = past_day("日期", &form.on, app.clock.today())?;
    let helper = form
        .helper
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("人员：请选择。"))?;
    let helper = helpers::one(&app.db, &actor.scope, helper)
        .await?
        .filter(helpers::Helper::is_active)
        .ok_or_else(|| missing("这名帮扶人员"))?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let present: Vec<_> = teams::members(&*tx, team.id)
        .await?
        .into_iter()
        .filter(|m| m.to_on.is_none())
        .collect();
    if present.iter().any(|m| m.helper_id == helper.id) {
        return Err(AppError::conflict(format!("{}已在这支队伍中。", helper.name)));
    }
    if team.kind().size().is_some_and(|(_, most)| present.len() >= most) {
        let problem = team.kind().size_problem(present.len() + 1).unwrap_or_default();
        return Err(AppError::invalid(format!("{problem}不能再增加。")));
    }
    teams::add_member(&tx, team.id, helper.id, part, on).await?;
    note(
        &tx,
        &team,
        "join",
        "",
        &on.to_string(),
        &json!({"member": helper.name, "part": part.title()}),
    )
    .await?;
    let act = Act::new("team.join", format!("team:{}", team.id)).in_region(team.region());
    tx.commit(act.with(json!({"helper": helper.id, "part": part.id()})))
        .await
        .map(|_| ())
}

/// Takes a helper out of a team.
///
/// # Errors
/// Conflict when the helper is no member.
pub async fn part_with(app: &App, actor: &Actor, team: i64, form: &MemberForm) -> AppResult<()> {
    let team = own_team(app, actor, team).await?;
    let on = past_day("日期", &form.on, app.clock.today())?;
    let reason = words("调出理由", &form.reason, 2, 200)?;
    let helper: i64 = form
        .helper
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("人员：请选择。"))?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    if teams::end_member(&tx, team.id, helper, on).await? == 0 {
        return Err(AppError::conflict("该人员不在这支队伍中，可能已由他人调出。"));
    }
    note(&tx, &team, "part", &reason, &on.to_string(), &json!({"helper": helper})).await?;
    let act = Act::new("team.part", format!("team:{}", team.id)).in_region(team.region());
    tx.commit(act.with(json!({"helper": helper, "reason": reason})))
        .await
        .map(|_| ())
}

/// The form of a pairing of a team, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct TargetForm {
    pub request_id: String,
    /// A community's code, or a project's id.
    pub target: String,
    pub on: String,
    pub reason: String,
}

/// Pairs a team with a village or project. A target that has a team of the same kind passes from it on that day.
///
/// # Errors
/// Invalid for a target of the wrong kind; 404 outside the area; conflict when this very team is paired already.
pub async fn pair(app: &App, actor: &Actor, team: i64, form: &TargetForm) -> AppResult<()> {
    let team = own_team(app, actor, team).await?;
    let on = past_day("日期", &form.on, app.clock.today())?;
    let (target_id, title, region) = target_of(app, actor, team.kind(), &form.target).await?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let held = teams::pairings_with(&*tx, team.kind().target(), target_id).await?;
    let held: Vec<_> = held
        .into_iter()
        .filter(|p| p.to_on.is_none() && p.kind() == team.kind())
        .collect();
    if held.iter().any(|p| p.team_id == team.id) {
        return Err(AppError::conflict(format!("{}已与{title}结对。", team.name)));
    }
    if team.kind().one_for_each_target() {
        for old in &held {
            if old.from_on > on.to_string() {
                return Err(AppError::invalid(format!(
                    "日期：早于现有结对的开始日期 {}。",
                    old.from_on
                )));
            }
            teams::end_pairing(&tx, old.id, on).await?;
        }
    }
    let pairing = TeamPairing {
        id: app.next_id(),
        team_id: team.id,
        team_name: team.name.clone(),
        team_kind: team.kind.clone(),
        unit: team.unit.clone(),
        target_kind: team.kind().target().id().to_owned(),
        target_id,
        title: title.clone(),
        region: region.as_i64(),
        from_on: on.to_string(),
        to_on: None,
    };
    teams::insert_pairing(&tx, &pairing).await?;
    let record = json!({"target": title, "took_over_from": held.first().map(|p| p.team_name.clone())});
    note(&tx, &team, "pair", &form.reason, &on.to_string(), &record).await?;
    let act = Act::new("team.pair", format!("team:{}", team.id)).in_region(region);
    tx.commit(act.with(json!({"target": title, "on": on.to_string()})))
        .await
        .map(|_| ())
}

/// Ends a pairing of a team.
///
/// # Errors
/// Conflict when it ended before.
pub async fn unpair(app: &App, actor: &Actor, team: i64, form: &TargetForm) -> AppResult<()> {
    let team = own_team(app, actor, team).await?;
    let on = past_day("日期", &form.on, app.clock.today())?;
    let reason = words("结束理由", &form.reason, 2, 200)?;
    let id = form
        .target
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("结对对象：请选择。"))?;
    let pairing = teams::pairing(&app.db, id)
        .await?
        .filter(|p| p.team_id == team.id)
        .ok_or_else(|| missing("这项结对"))?;
    if pairing.from_on > on.to_string() {
        return Err(AppError::invalid(format!(
            "日期：早于结对的开始日期 {}。",
            pairing.from_on
        )));
    }
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    if teams::end_pairing(&tx, id, on).await? == 0 {
        return Err(AppError::conflict("这项结对已经结束。"));
    }
    note(
        &tx,
        &team,
        "unpair",
        &reason,
        &on.to_string(),
        &json!({"target": pairing.title}),
    )
    .await?;
    let act = Act::new("team.unpair", format!("team:{}", team.id)).in_region(pairing.region());
    tx.commit(act.with(json!({"target": pairing.title, "reason": reason})))
        .await
        .map(|_| ())
}

/// The form of a project that wants a group, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ProjectForm {
    pub request_id: String,
    pub no: String,
    pub title: String,
    pub region: String,
    pub from_on: String,
}

/// Makes a project known to the force database.
///
/// # Errors
/// Invalid with the field; 404 for a place outside the area.
pub async fn know_project(app: &App, actor: &Actor, form: &ProjectForm) -> AppResult<i64> {
    let region: RegionCode = form
        .region
        .parse()
        .map_err(|e: &str| AppError::invalid(format!("建设地点：{e}。")))?;
    within(actor, region)?;
    let id = app.next_id();
    let project = HelpedProject {
        id,
        no: words("项目编号", &form.no, 1, 40)?,
        title: words("项目名称", &form.title, 2, 80)?,
        region: region.as_i64(),
        from_on: past_day("开始日期", &form.from_on, app.clock.today())?.to_string(),
        to_on: None,
    };
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_of(&earlier)),
    };
    let detail = json!({"title": project.title});
    targets::know_projects(&tx, [project]).await?;
    let act = Act::new("team.project", format!("project:{id}")).in_region(region);
    tx.commit(act.with(detail)).await?;
    Ok(id)
}

async fn own_team(app: &App, actor: &Actor, id: i64) -> AppResult<Team> {
    let team = teams::one(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| missing("这支队伍"))?;
    if team.closed_on.is_some() {
        return Err(AppError::conflict("这支队伍已撤销。"));
    }
    Ok(team)
}

async fn target_of(app: &App, actor: &Actor, kind: TeamKind, text: &str) -> AppResult<(i64, String, RegionCode)> {
    match kind.target() {
        TargetKind::Village => {
            let code: RegionCode = text.parse().map_err(|_| AppError::invalid("结对的村：请选择。"))?;
            let tree = directory::regions(app).await?;
            let known = tree
                .get(code)
                .filter(|r| r.level() == RegionLevel::Community && actor.scope.covers(r.code));
            let region = known.ok_or_else(|| missing("这个村"))?;
            Ok((code.as_i64(), tree.path_in_county(region.code), code))
        }
        TargetKind::Project => {
            let id = text
                .trim()
                .parse()
                .map_err(|_| AppError::invalid("结对的项目：请选择。"))?;
            let project = targets::project(app, &actor.scope, id)
                .await?
                .ok_or_else(|| missing("这个项目"))?;
            let region = super::place(project.region);
            Ok((id, project.title, region))
        }
    }
}

async fn note(
    tx: &trail::RecordedTx,
    team: &Team,
    act: &'static str,
    reason: &str,
    on: &str,
    state: &serde_json::Value,
) -> AppResult<()> {
    let change = Change {
        kind: "team",
        id: team.id,
        expected: None,
        act,
        reason,
        basis: "",
        on,
        state,
    };
    history::record(tx, &change).await.map(|_| ())
}
