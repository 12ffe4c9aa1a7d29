//! Posting a notice, objecting, answering, confirming its end, withdrawing it. Who posts does not confirm; an objection
//! without answer keeps a notice open; one that was right brings it down.

use access::{Actor, Resource};
use directory::RegionTree;
use kernel::{AppError, AppResult, Date, RegionCode, period::parse_date};
use projects::store::parameters::parameters;
use records::flow::Code;
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{
    Matter, Notice, NoticeFilter, NoticeLevel, NoticeState, Objection, content, days_hung,
    rows::{self, list, notice, objections},
};

/// What is posted, and where.
#[derive(Clone, Debug)]
pub(crate) struct Posting {
    pub request_id: String,
    pub level: NoticeLevel,
    pub matter: Matter,
    pub year: i64,
    pub region: RegionCode,
    pub places: String,
    pub from_on: String,
}

/// Posts what the registers say now; returns the notice's id.
///
/// # Errors
/// Forbidden for a role of another level; not found outside the area or when there is nothing to show; conflict while the
/// same hangs already.
pub(crate) async fn post(app: &App, actor: &Actor, tree: &RegionTree, new: &Posting) -> AppResult<i64> {
    app.policies
        .require(actor, "notice.post", &Resource::in_region(new.region))?;
    if actor.role != new.level.posts() {
        return Err(AppError::forbidden(format!(
            "{}公示由{}发布。",
            new.level.title(),
            new.level.posts().title()
        )));
    }
    let today = app.clock.today();
    let from = day("公示起始日期", &new.from_on, today)?;
    let places = words("公示地点", &new.places, 200)?;
    let body = content(app, tree, new.level, &new.matter, new.year, new.region).await?;
    let days = parameters(&app.db, from).await?.get("notice_days");
    let tx = match app.trail.begin_once(actor, &new.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return id_of(&earlier.subject),
    };
    let same = NoticeFilter {
        area: Some(new.region),
        level: Some(new.level),
        year: Some(new.year),
        matter: Some(new.matter.id()),
        ..NoticeFilter::default()
    };
    let earlier = list(&*tx, &same, 50, 0).await?;
    if let Some(hanging) = earlier
        .iter()
        .find(|n| n.region == new.region.as_i64() && n.state() == NoticeState::Posted)
    {
        return Err(AppError::conflict(format!(
            "这项内容 {} 起正在公示，内容有变请先撤回再重新公示。",
            hanging.from_on
        )));
    }
    let id = app.next_id();
    let row = Notice {
        id,
        level: new.level.id().to_owned(),
        matter: new.matter.id(),
        year: new.year,
        region: new.region.as_i64(),
        title: body.title.clone(),
        body: serde_json::to_string(&body).map_err(AppError::internal)?,
        places,
        from_on: from.to_string(),
        days,
        state: NoticeState::Posted.id().to_owned(),
        account: actor.account.map_or(-1, |a| a.0),
        actor_name: actor.name.clone(),
        ..Notice::default()
    };
    rows::insert(&tx, &row).await?;
    let act = Act::new("notice.post", format!("notice:{id}")).in_region(new.region);
    tx.commit(act.with(json!({"level": row.level, "matter": row.matter, "from": row.from_on})))
        .await?;
    Ok(id)
}

/// What stands against confirming the end of a notice.
pub(crate) fn against_ending(notice: &Notice, objections: &[Objection], today: Date) -> Vec<String> {
    let mut out = Vec::new();
    let hung = days_hung(notice.from(), today);
    if hung < notice.days {
        let full = notice.full_on();
        out.push(format!("公示须满 {} 天，已公示 {hung} 天，{full} 期满。", notice.days));
    }
    let open = objections.iter().filter(|o| o.answered_on.is_none()).count();
    if open > 0 {
        out.push(format!("还有 {open} 条异议没有答复。"));
    }
    if objections.iter().any(|o| o.upheld == Some(true)) {
        out.push("有异议成立，请撤回，更正后重新公示。".to_owned());
    }
    out
}

/// Confirms that a notice hung there to its end.
///
/// # Errors
/// Forbidden for whoever posted it and for roles of another level; conflict with each line of [`against_ending`].
pub(crate) async fn end(app: &App, actor: &Actor, request_id: &str, id: i64) -> AppResult<()> {
    let row = within(app, actor, id, "notice.end").await?;
    if !row.level().confirms().contains(&actor.role) {
        let who = row.level().confirms().map(|r| r.title()).join("或");
        return Err(AppError::forbidden(format!(
            "{}公示由{who}确认期满。",
            row.level().title()
        )));
    }
    if actor.account.map_or(-1, |a| a.0) == row.account {
        return Err(AppError::forbidden("公示由您发布，须由另一人确认期满。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let today = app.clock.today();
    let against = against_ending(&row, &objections(&*tx, id).await?, today);
    if !against.is_empty() {
        return Err(AppError::conflict(against.join("")));
    }
    let on = today.to_string();
    if rows::close(&tx, id, NoticeState::Ended, &on, &actor.name, "").await? == 0 {
        return Err(no_longer());
    }
    tx.commit(Act::new("notice.end", format!("notice:{id}")).in_region(row.place()))
        .await
        .map(|_| ())
}

/// Takes a notice down before its end, with the reason; it stays readable.
pub(crate) async fn withdraw(app: &App, actor: &Actor, request_id: &str, id: i64, reason: &str) -> AppResult<()> {
    let row = own(app, actor, id).await?;
    let reason = words("撤回理由", reason, 200)?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let on = app.clock.today().to_string();
    if rows::close(&tx, id, NoticeState::Withdrawn, &on, &actor.name, &reason).await? == 0 {
        return Err(no_longer());
    }
    let act = Act::new("notice.withdraw", format!("notice:{id}")).in_region(row.place());
    tx.commit(act.with(json!({"reason": reason}))).await.map(|_| ())
}

/// Writes down an objection; who objects is not public.
pub(crate) async fn object(
    app: &App,
    actor: &Actor,
    request_id: &str,
    id: i64,
    on: &str,
    who: &str,
    said: &str,
) -> AppResult<()> {
    let row = within(app, actor, id, "notice.object").await?;
    let on = day("日期", on, app.clock.today())?;
    if on < row.from() {
        return Err(AppError::invalid("日期：早于公示开始。"));
    }
    let (who, said) = (words("反映人", who, 20)?, words("异议内容", said, 500)?);
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    if row.state() != NoticeState::Posted {
        return Err(no_longer());
    }
    let objection = app.next_id();
    rows::insert_objection(&tx, objection, id, &on.to_string(), &who, &said, &actor.name).await?;
    tx.commit(Act::new("notice.object", format!("notice:{id}")).in_region(row.place()))
        .await
        .map(|_| ())
}

/// Answers an objection: right or not, and why.
pub(crate) async fn answer(
    app: &App,
    actor: &Actor,
    request_id: &str,
    id: i64,
    objection: i64,
    upheld: bool,
    said: &str,
) -> AppResult<()> {
    let row = own(app, actor, id).await?;
    let said = words("答复", said, 500)?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let on = app.clock.today().to_string();
    if rows::answer_objection(&tx, id, objection, &on, upheld, &said).await? == 0 {
        return Err(AppError::conflict("这条异议已经答复。"));
    }
    let act = Act::new("notice.answer", format!("notice:{id}")).in_region(row.place());
    tx.commit(act.with(json!({"upheld": upheld}))).await.map(|_| ())
}

async fn within(app: &App, actor: &Actor, id: i64, action: &str) -> AppResult<Notice> {
    let missing = || AppError::not_found("没有找到这项公示，或不在您的管理范围内。");
    let row = notice(&app.db, id)
        .await?
        .filter(|n| actor.scope.covers(n.place()))
        .ok_or_else(missing)?;
    app.policies.require(actor, action, &Resource::in_region(row.place()))?;
    Ok(row)
}

/// A notice of the actor's own level.
async fn own(app: &App, actor: &Actor, id: i64) -> AppResult<Notice> {
    let row = within(app, actor, id, "notice.post").await?;
    if actor.role != row.level().posts() {
        return Err(AppError::forbidden(format!(
            "{}公示由{}办理。",
            row.level().title(),
            row.level().posts().title()
        )));
    }
    Ok(row)
}

fn no_longer() -> AppError {
    AppError::conflict("这项公示已经结束或撤回，请刷新页面查看。")
}

fn words(field: &str, text: &str, most: usize) -> AppResult<String> {
    let text = text.trim();
    if text.chars().count() < 2 {
        return Err(AppError::invalid(format!("{field}：请填写。")));
    }
    if text.chars().count() > most {
        return Err(AppError::invalid(format!("{field}：不超过 {most} 个字。")));
    }
    Ok(text.to_owned())
}

fn day(field: &str, text: &str, today: Date) -> AppResult<Date> {
    let day = parse_date(text.trim()).filter(|d| d.year() >= 1900);
    let day = day.ok_or_else(|| AppError::invalid(format!("{field}：请填写日期。")))?;
    if day > today {
        return Err(AppError::invalid(format!("{field}：不能晚于今天（{today}）。")));
    }
    Ok(day)
}

fn id_of(subject: &str) -> AppResult<i64> {
    let id = subject.strip_prefix("notice:").and_then(|n| n.parse().ok());
    id.ok_or_else(|| AppError::conflict("这个请求已经办理过别的事，请刷新页面。"))
}
