//! Parameters of duty, presence of residents, and the report of posts.

use access::Actor;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use records::flow::Code;
use serde_json::json;
use time::Duration;
use trail::{Act, Once};
use web::App;

use super::{day, helper::within, missing, past_day, words};
use crate::{
    model::duty::{Parameter, Setting, value},
    store::{
        duties,
        staffing::{self, Staffing},
        teams,
    },
};

/// A parameter's new value as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SettingForm {
    pub request_id: String,
    pub parameter: String,
    pub from_on: String,
    pub value: String,
    pub basis: String,
}

/// Sets a parameter from a day on.
///
/// # Errors
/// Invalid with the field; the document must be named.
pub async fn set(app: &App, actor: &Actor, form: &SettingForm) -> AppResult<()> {
    let parameter = Parameter::parse(&form.parameter).ok_or_else(|| AppError::invalid("参数：请选择。"))?;
    let from = day("生效日期", &form.from_on)?;
    let value = value(parameter, &form.value).map_err(AppError::invalid)?;
    let basis = words("依据", &form.basis, 2, 100)?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let setting = Setting { parameter, from, value };
    duties::set(&tx, &setting, &basis).await?;
    let act = Act::new("duty.set", format!("duty:{}", parameter.id()));
    tx.commit(act.with(json!({"from": from.to_string(), "value": value, "basis": basis})))
        .await
        .map(|_| ())
}

/// Days of presence as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PresenceForm {
    pub request_id: String,
    pub helper: String,
    pub from_on: String,
    pub to_on: String,
}

/// Enters days on which a member of a resident team was in the village. Days entered before count once.
///
/// # Errors
/// Invalid for days to come, more than 31, or a team that need not be present.
pub async fn present(app: &App, actor: &Actor, team: i64, form: &PresenceForm) -> AppResult<u64> {
    let today = app.clock.today();
    let team = teams::one(&app.db, &actor.scope, team)
        .await?
        .ok_or_else(|| missing("这支队伍"))?;
    if !team.kind().is_present() {
        return Err(AppError::invalid("只有驻村工作队登记在村天数。"));
    }
    let from = past_day("开始日期", &form.from_on, today)?;
    let to = past_day("结束日期", &form.to_on, today)?;
    if to < from || (to - from).whole_days() > 30 {
        return Err(AppError::invalid("结束日期：不能早于开始日期，一次最多登记 31 天。"));
    }
    let helper: i64 = form
        .helper
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("队员：请选择。"))?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(0),
    };
    let members = teams::members(&*tx, team.id).await?;
    let first = from.to_string();
    let is_member = |m: &teams::Member| m.helper_id == helper && m.from_on <= first && m.to_on.is_none();
    if !members.iter().any(is_member) {
        return Err(AppError::invalid("队员：开始日期时不在这支队伍中。"));
    }
    let days = (0..=(to - from).whole_days()).map(|n| from + Duration::days(n));
    let new = duties::add_presence(&tx, team.id, team.region, helper, days).await?;
    let act = Act::new("presence.enter", format!("team:{}", team.id)).in_region(team.region());
    tx.commit(act.with(json!({"helper": helper, "from": first, "to": to.to_string(), "new": new})))
        .await?;
    Ok(new)
}

/// The report of posts of a centre as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct StaffingForm {
    pub request_id: String,
    pub region: String,
    pub day: String,
    pub key_county: String,
    pub posts: String,
    pub in_post: String,
    pub added: String,
    pub basis: String,
}

/// Enters the report of one centre.
///
/// # Errors
/// Invalid with the field; more people than posts is refused.
pub async fn report_posts(app: &App, actor: &Actor, form: &StaffingForm) -> AppResult<()> {
    let region: RegionCode = form
        .region
        .parse()
        .map_err(|_| AppError::invalid("县（区）：请选择。"))?;
    if region.level() != RegionLevel::County {
        return Err(AppError::invalid("县（区）：请选择县（区）。"));
    }
    within(actor, region)?;
    let on = past_day("填报日期", &form.day, app.clock.today())?;
    let number = |label: &str, text: &str| {
        text.trim()
            .parse::<i64>()
            .ok()
            .filter(|n| (0..=999).contains(n))
            .ok_or_else(|| AppError::invalid(format!("{label}：应为 0 至 999 的整数。")))
    };
    let report = Staffing {
        region: region.as_i64(),
        day: on.to_string(),
        key_county: form.key_county == "1",
        posts: number("编制数", &form.posts)?,
        in_post: number("实有人数", &form.in_post)?,
        added: number("新增专职", &form.added)?,
        basis: words("依据", &form.basis, 0, 100)?,
    };
    if report.in_post > report.posts {
        return Err(AppError::invalid("实有人数：不能多于编制数。"));
    }
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    staffing::set(&tx, &report).await?;
    let act = Act::new("staffing.enter", format!("region:{region}")).in_region(region);
    tx.commit(act.with(json!({"posts": report.posts, "in_post": report.in_post, "added": report.added})))
        .await
        .map(|_| ())
}
