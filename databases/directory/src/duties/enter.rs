//! Naming who bears a duty, setting an entry right, and the hand-over to a successor without a day in between.

use access::{Actor, Resource};
use kernel::{AppError, AppResult, Date, RegionCode, period::parse_date};
use records::{
    flow::Code,
    history::{self, Change},
};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    Duty, KIND, Matter,
    rows::{self, DutyRow},
};

/// The form of an entry, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct DutyForm {
    pub request_id: String,
    /// The version the form was filled from; empty for a new entry.
    pub version: String,
    pub duty: String,
    pub matter: String,
    pub region: String,
    pub unit: String,
    pub post: String,
    pub holder: String,
    pub basis: String,
    pub from_on: String,
    pub to_on: String,
    pub reason: String,
}

/// Names who bears a duty; returns the entry's id.
///
/// # Errors
/// Invalid with the field; 404 for a place outside the actor's area; conflict when this post has somebody already.
pub async fn enter(app: &App, actor: &Actor, form: &DutyForm) -> AppResult<i64> {
    let duty = Duty::parse(&form.duty).ok_or_else(|| AppError::invalid("职责：请选择。"))?;
    let region: RegionCode = form.region.parse().map_err(|_| AppError::invalid("区域：请选择。"))?;
    let row = filled(
        DutyRow {
            id: app.next_id(),
            duty: duty.id().to_owned(),
            region: region.as_i64(),
            ..DutyRow::default()
        },
        form,
    )?;
    if region.level() != duty.level() {
        let whose = if duty.is_of_a_town() {
            "乡镇（街道）"
        } else {
            "县（市、区）"
        };
        return Err(AppError::invalid(format!(
            "区域：“{}”由{whose}承担，请选{whose}。",
            duty.title()
        )));
    }
    permitted(app, actor, region)?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    refuse_a_second(&tx, &row).await?;
    rows::insert(&tx, &row).await?;
    note(&tx, &row, Some(0), "enter", "").await?;
    let act = Act::new("duty.enter", format!("duty:{}", row.id)).in_region(region);
    tx.commit(act.with(json!({"duty": row.duty, "unit": row.unit, "holder": row.holder})))
        .await?;
    Ok(row.id)
}

/// Sets an entry right, or ends it.
///
/// # Errors
/// As [`enter`]; conflict when somebody changed it since the form was filled.
pub async fn change(app: &App, actor: &Actor, id: i64, form: &DutyForm) -> AppResult<()> {
    let reason = words("理由", &form.reason, 2, 200)?;
    let before = found(app, actor, id).await?;
    let after = filled(before, form)?;
    let Once::New(tx) = app.trail.begin_once(actor, &form.request_id).await? else {
        return Ok(());
    };
    if after.to_on.is_none() {
        refuse_a_second(&tx, &after).await?;
    }
    rows::update(&tx, &after).await?;
    note(&tx, &after, form.version.parse().ok(), "change", &reason).await?;
    let act = Act::new("duty.change", format!("duty:{id}")).in_region(after.place());
    tx.commit(act.with(json!({"reason": reason}))).await.map(|_| ())
}

/// Hands the duty to a successor: the predecessor's last day is the day before.
///
/// # Errors
/// As [`enter`]; invalid when the day is not after the predecessor's first; conflict when he has a successor already.
pub async fn replace(app: &App, actor: &Actor, id: i64, form: &DutyForm) -> AppResult<i64> {
    let reason = words("理由", &form.reason, 2, 200)?;
    let mut before = found(app, actor, id).await?;
    let on = day("接任日期", &form.from_on)?;
    if on.to_string() <= before.from_on {
        return Err(AppError::invalid(format!(
            "接任日期：须晚于现任起始日期 {}。",
            before.from_on
        )));
    }
    let after = DutyRow {
        id: app.next_id(),
        holder: words("责任人", &form.holder, 2, 20)?,
        basis: words("依据", &form.basis, 2, 100)?,
        from_on: on.to_string(),
        to_on: None,
        ..before.clone()
    };
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    if before.to_on.is_some() {
        return Err(AppError::conflict("这项职责已经交接或终止，请从最新的一条办理。"));
    }
    before.to_on = Some(on.to_string());
    rows::update(&tx, &before).await?;
    note(&tx, &before, form.version.parse().ok(), "replace", &reason).await?;
    rows::insert(&tx, &after).await?;
    note(&tx, &after, Some(0), "enter", &reason).await?;
    let act = Act::new("duty.replace", format!("duty:{}", after.id)).in_region(after.place());
    tx.commit(act.with(json!({"from": before.holder, "to": after.holder, "on": after.from_on})))
        .await?;
    Ok(after.id)
}

async fn found(app: &App, actor: &Actor, id: i64) -> AppResult<DutyRow> {
    let row = rows::one(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这项职责，或不在您的管理范围内。"))?;
    permitted(app, actor, row.place())?;
    Ok(row)
}

fn permitted(app: &App, actor: &Actor, region: RegionCode) -> AppResult<()> {
    app.policies.require(actor, "duty.enter", &Resource::in_region(region))
}

/// One post has one holder for one kind of money at a time.
async fn refuse_a_second(tx: &RecordedTx, row: &DutyRow) -> AppResult<()> {
    let others = rows::all(&**tx, row.place(), None).await?;
    let same = |o: &&DutyRow| {
        o.id != row.id
            && (&o.duty, &o.matter, o.region) == (&row.duty, &row.matter, row.region)
            && (&o.unit, &o.post) == (&row.unit, &row.post)
            && o.to_on.as_ref().is_none_or(|end| *end > row.from_on)
    };
    match others.iter().find(same) {
        Some(other) => Err(AppError::conflict(format!(
            "{}{}已登记为{}（{} 起）。换人请打开那一条办理“交接”。",
            other.unit, other.post, other.holder, other.from_on
        ))),
        None => Ok(()),
    }
}

async fn note(tx: &RecordedTx, row: &DutyRow, expected: Option<i64>, act: &str, reason: &str) -> AppResult<()> {
    let change = Change {
        kind: KIND,
        id: row.id,
        expected,
        act,
        reason,
        basis: &row.basis,
        on: row.to_on.as_deref().unwrap_or(&row.from_on),
        state: &row.as_record(),
    };
    history::record(tx, &change).await.map(|_| ())
}

/// The entry as the form says, everything checked; duty and place stay.
fn filled(row: DutyRow, form: &DutyForm) -> AppResult<DutyRow> {
    let matter = Matter::parse(&form.matter).ok_or_else(|| AppError::invalid("资金（项目）：请选择。"))?;
    let from_on = day("起始日期", &form.from_on)?.to_string();
    let to_on = match form.to_on.trim() {
        "" => None,
        text => Some(day("截止日期", text)?.to_string()),
    };
    if to_on.as_ref().is_some_and(|to| *to <= from_on) {
        return Err(AppError::invalid("截止日期：须晚于起始日期。"));
    }
    Ok(DutyRow {
        matter: matter.id().to_owned(),
        unit: words("责任单位", &form.unit, 2, 60)?,
        post: words("职务", &form.post, 2, 40)?,
        holder: words("责任人", &form.holder, 2, 20)?,
        basis: words("依据", &form.basis, 2, 100)?,
        from_on,
        to_on,
        ..row
    })
}

fn words(field: &str, text: &str, least: usize, most: usize) -> AppResult<String> {
    let text = text.trim();
    let count = text.chars().count();
    if count < least {
        return Err(AppError::invalid(format!("{field}：请填写。")));
    }
    if count > most || text.chars().any(char::is_control) {
        return Err(AppError::invalid(format!("{field}：不超过 {most} 个字，写在一行内。")));
    }
    Ok(text.to_owned())
}

fn day(field: &str, text: &str) -> AppResult<Date> {
    parse_date(text.trim())
        .filter(|day| day.year() >= 1900)
        .ok_or_else(|| AppError::invalid(format!("{field}：请填写日期，例如 2026-03-01。")))
}

fn id_of(subject: &str) -> AppResult<i64> {
    let id = subject.strip_prefix("duty:").and_then(|n| n.parse().ok());
    id.ok_or_else(|| AppError::conflict("这个请求已经办理过别的事，请刷新页面。"))
}

/// Brings a whole table of duties in at once, as an installation or a trial does; returns how many.
pub async fn load(app: &App, actor: &Actor, rows: Vec<DutyRow>) -> AppResult<usize> {
    let tx = app.trail.begin(actor).await?;
    let versions = rows.iter().map(|row| (row.id, row.from_on.clone(), row.as_record()));
    history::bulk(&tx, KIND, "enter", versions).await?;
    for row in &rows {
        rows::insert(&tx, row).await?;
    }
    let act = Act::new("duty.load", "duty:list").with(json!({"rows": rows.len()}));
    tx.commit(act).await?;
    Ok(rows.len())
}
