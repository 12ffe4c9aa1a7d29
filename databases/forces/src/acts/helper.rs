//! Entering, changing and taking leave of a helper.

use access::Actor;
use kernel::{AppError, AppResult, IdNumber, RegionCode};
use records::{
    flow::Code,
    history::{self, Change},
};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{day, id_of, missing, past_day, words};
use crate::{
    model::helper::{ACTIVE, Branch, HelperKind, LEFT, check},
    store::helpers::{self, Helper},
};

/// The form of a helper, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct HelperForm {
    pub request_id: String,
    /// The version the form was filled from; empty for a new helper.
    pub version: String,
    pub name: String,
    pub kind: String,
    pub branch: String,
    pub unit: String,
    pub title: String,
    pub trade: String,
    pub place: String,
    pub region: String,
    /// Turned into a key at once; never stored.
    #[serde(skip_serializing)]
    pub id_number: String,
    pub login: String,
    pub until_on: String,
    pub reason: String,
}

/// Enters a helper; returns the id.
///
/// # Errors
/// Invalid with the field; 404 for a place outside the actor's area; conflict for an account that is taken.
pub async fn enter(app: &App, actor: &Actor, form: &HelperForm) -> AppResult<i64> {
    let id = app.next_id();
    let blank = Helper {
        id,
        pair_key: id,
        state: ACTIVE.to_owned(),
        entered_on: app.clock.today().to_string(),
        ..Helper::default()
    };
    let helper = filled(app, actor, blank, form).await?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_of(&earlier)),
    };
    write_new(&tx, &helper).await?;
    let act = Act::new("helper.enter", format!("helper:{id}")).in_region(helper.region());
    tx.commit(act.with(json!({"kind": helper.kind, "name": helper.name})))
        .await?;
    Ok(id)
}

/// Changes a helper's facts. A new account takes the helper's pairings along.
///
/// # Errors
/// As [`enter`]; conflict when someone changed the helper since the form was filled.
pub async fn change(app: &App, actor: &Actor, id: i64, form: &HelperForm) -> AppResult<()> {
    let reason = words("变更理由", &form.reason, 2, 200)?;
    let expected = form.version.parse().ok();
    let before = helpers::one(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    within(actor, before.region())?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let after = filled(app, actor, before.clone(), form).await?;
    let today = app.clock.today().to_string();
    write_changed(&tx, &before, &after, expected, &reason, &today).await?;
    let act = Act::new("helper.change", format!("helper:{id}")).in_region(after.region());
    tx.commit(act.with(json!({"reason": reason}))).await.map(|_| ())
}

/// Writes a new helper inside a transaction.
pub(crate) async fn write_new(tx: &RecordedTx, helper: &Helper) -> AppResult<()> {
    account_is_free(tx, helper).await?;
    helpers::insert(tx, helper).await?;
    let change = Change {
        kind: "helper",
        id: helper.id,
        expected: None,
        act: "enter",
        reason: "",
        basis: "",
        on: &helper.entered_on,
        state: &helper.as_record(),
    };
    history::record(tx, &change).await.map(|_| ())
}

/// Writes what changed of a helper; a new account and a new name go along to the pairings.
pub(crate) async fn write_changed(
    tx: &RecordedTx,
    before: &Helper,
    after: &Helper,
    expected: Option<i64>,
    reason: &str,
    on: &str,
) -> AppResult<()> {
    if after.pair_key != before.pair_key {
        account_is_free(tx, after).await?;
        households::pairing::rekey(tx, before.pair_key, after.pair_key).await?;
    }
    if after.name != before.name {
        households::pairing::rename(tx, after.pair_key, &after.name).await?;
    }
    helpers::update(tx, after).await?;
    let change = Change {
        kind: "helper",
        id: after.id,
        expected,
        act: "change",
        reason,
        basis: "",
        on,
        state: &after.as_record(),
    };
    history::record(tx, &change).await.map(|_| ())
}

/// Ends a helper's service. Whoever still has households or teams hands them over first.
///
/// # Errors
/// Conflict naming what is still held.
pub async fn leave(app: &App, actor: &Actor, request_id: &str, id: i64, on: &str, reason: &str) -> AppResult<()> {
    let on = past_day("离岗日期", on, app.clock.today())?;
    let reason = words("离岗理由", reason, 2, 200)?;
    let mut helper = helpers::one(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    within(actor, helper.region())?;
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    if !helper.is_active() {
        return Err(AppError::conflict("该人员已办理离岗。"));
    }
    let load = households::pairing::loads(&*tx, [helper.pair_key]).await?;
    if let Some((_, held)) = load.first() {
        return Err(AppError::conflict(format!(
            "{}仍结对 {held} 户，请先移交，再办理离岗。",
            helper.name
        )));
    }
    if !crate::store::teams::teams_of_helper(&*tx, id).await?.is_empty() {
        return Err(AppError::conflict(format!("{}仍在帮扶队伍中，请先调出。", helper.name)));
    }
    helper.state = LEFT.to_owned();
    helper.left_on = Some(on.to_string());
    helpers::update(&tx, &helper).await?;
    let on = on.to_string();
    let record = helper.as_record();
    let change = Change {
        kind: "helper",
        id,
        expected: None,
        act: "leave",
        reason: &reason,
        basis: "",
        on: &on,
        state: &record,
    };
    history::record(&tx, &change).await?;
    let act = Act::new("helper.leave", format!("helper:{id}")).in_region(helper.region());
    tx.commit(act.with(json!({"on": on, "reason": reason})))
        .await
        .map(|_| ())
}

/// The helper as the form says, everything checked.
pub(crate) async fn filled(app: &App, actor: &Actor, mut helper: Helper, form: &HelperForm) -> AppResult<Helper> {
    let kind = HelperKind::parse(&form.kind).ok_or_else(|| AppError::invalid("类别：请选择。"))?;
    let branch = match form.branch.as_str() {
        "" => None,
        id => Some(Branch::parse(id).ok_or_else(|| AppError::invalid("细类：请重新选择。"))?),
    };
    let until = match form.until_on.trim() {
        "" => None,
        text => Some(day("服务期至", text)?),
    };
    check(kind, branch, until)?;
    let name = kernel::name::clean(&form.name);
    helper.name = words("姓名", &name, 2, kernel::name::MAX_CHARS)?;
    helper.kind = kind.id().to_owned();
    helper.branch = branch.map_or(String::new(), |b| b.id().to_owned());
    helper.unit = words("单位", &form.unit, 0, 60)?;
    helper.title = words("职务", &form.title, 0, 40)?;
    helper.trade = words("行业（专长）", &form.trade, 0, 60)?;
    helper.place = words("现居地", &form.place, 0, 60)?;
    helper.until_on = until.map(|day| day.to_string());
    let region: RegionCode = form
        .region
        .parse()
        .map_err(|e: &str| AppError::invalid(format!("服务区域：{e}。")))?;
    within(actor, region)?;
    helper.region = region.as_i64();
    if !form.id_number.trim().is_empty() {
        let parsed = IdNumber::parse(&form.id_number).map_err(|e| AppError::invalid(format!("身份证号：{e}。")))?;
        helper.person_key = Some(app.keys.person_key(&parsed.number).0);
    }
    match form.login.trim() {
        "" => {}
        login => {
            let account = directory::accounts::account_by_login(&app.db, login)
                .await?
                .ok_or_else(|| AppError::invalid("登录名：没有这个账号，请先在“账号管理”中开通。"))?;
            helper.account = Some(account.id.0);
            helper.pair_key = account.id.0;
            helper.person_key = helper.person_key.or(account.person.map(|p| p.0));
        }
    }
    Ok(helper)
}

async fn account_is_free(tx: &store::WriteTx, helper: &Helper) -> AppResult<()> {
    match helpers::by_pair_key(tx, helper.pair_key).await? {
        Some(other) if other.id != helper.id => Err(AppError::conflict(format!(
            "登录名：这个账号已登记给{}，一个账号只对应一名帮扶人员。",
            other.name
        ))),
        _ => Ok(()),
    }
}

/// Refuses a place outside the actor's area.
pub(crate) fn within(actor: &Actor, region: RegionCode) -> AppResult<()> {
    if actor.scope.covers(region) {
        Ok(())
    } else {
        Err(AppError::not_found("服务区域不在您的管理范围内，请由上级办理。"))
    }
}
