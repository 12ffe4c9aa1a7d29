//! `GET /desk/identities/{id}`: the row and the person side by side, what was said, and what the reader says.

use access::Resource;
use askama::Template;
use axum::{Form, extract::Path};
use intake::contract::{ColumnType, Sensitivity};
use kernel::{AppError, AppResult, ErrorKind, PersonKey, RegionCode, Timestamp};
use records::flow::Code;
use serde::Deserialize;
use serde_json::json;
use trail::{Act, Once};
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, TimelineItem},
};

use super::{
    LIST, Standing, hidden, layer, share,
    sides::{Line, known, lines},
    standing, title,
};
use crate::{
    identities::review::{
        model::{Said, State, may_answer, may_take_back, reason},
        store::{self, Case, Narrow},
    },
    runs::open_snapshot,
    snapshot::EvidenceRow,
    sources::Sources,
};

#[derive(Template)]
#[template(path = "identities/review/pages/one.html")]
struct OnePage {
    shell: Shell,
    id: i64,
    source: String,
    row_no: i64,
    state: &'static str,
    tone: &'static str,
    share: String,
    missing: bool,
    second: bool,
    rows: Vec<Line>,
    others: Vec<(String, String)>,
    history: Vec<TimelineItem>,
    answer: Option<Answering>,
    refused: String,
    may_return: bool,
    request_id: String,
    next: Option<String>,
    standing: Standing,
    /// Why what was sent was not taken.
    problem: String,
    /// The reason typed for taking an answer back, kept.
    return_reason: String,
}

struct Answering {
    said: Field,
    reason: Field,
}

#[derive(Default, Deserialize)]
pub(in super::super) struct Filled {
    #[serde(default)]
    said: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    request_id: String,
}

async fn reached(ctx: &Ctx, id: i64, action: &str) -> AppResult<Case> {
    let case = store::case(&ctx.db, ctx.scope(), id).await?;
    let hides = hidden(ctx)?;
    let case = case.filter(|case| !hides.contains(&case.data_set));
    let case = case.ok_or_else(|| AppError::not_found("没有这条记录，或不在您的管理范围内。"))?;
    ctx.require(action, &Resource::in_region(place_of(&case)))?;
    Ok(case)
}

fn place_of(case: &Case) -> RegionCode {
    RegionCode::from_i64(case.region).unwrap_or(RegionCode::NATION)
}

pub(in super::super) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let case = reached(&ctx, id, "identity.list").await?;
    html(one(&ctx, &case, &Filled::default(), String::new()).await?)
}

/// The case once more, with what was sent and why it was not taken.
async fn refused(ctx: &Ctx, case: &Case, filled: &Filled, error: AppError) -> Page {
    if error.kind != ErrorKind::Invalid {
        return Err(error.into());
    }
    let page = html(one(ctx, case, filled, error.message).await?)?;
    Ok(web::refused(page))
}

async fn one(ctx: &Ctx, case: &Case, filled: &Filled, problem: String) -> AppResult<OnePage> {
    let id = case.id;
    let act = Act::new("identity.view", format!("identity:{id}")).in_region(place_of(case));
    ctx.trail.note(ctx.actor(), act).await?;
    let record = record(ctx, case).await?;
    let mut people = Vec::new();
    for key in [Some(case.person_key), case.second_key].into_iter().flatten() {
        people.push(known(ctx, key).await?);
    }
    let state = case.state();
    let may = ctx.may("identity.answer", &Resource::in_region(place_of(case)));
    let allowed = may_answer(state, about_self(ctx, case).await?);
    let open = matches!(state, State::Open | State::CannotTell);
    let history = store::events(&ctx.db, id).await?.into_iter().map(event).collect();
    let next = next_open(ctx, id).await?;
    Ok(OnePage {
        shell: ctx
            .shell(layer(ctx))
            .crumb("身份核对", format!("{LIST}?state=open"))
            .here("对照核对"),
        id,
        source: title(ctx, &case.data_set)?,
        row_no: case.row_no,
        state: state.title(),
        tone: state.tone(),
        share: share(case.per_mille),
        missing: record.is_none(),
        second: people.len() > 1,
        rows: lines(case, record.as_ref(), &people),
        standing: standing(ctx, &hidden(ctx)?).await?,
        others: record
            .as_ref()
            .map(|r| others(ctx, case, r))
            .transpose()?
            .unwrap_or_default(),
        history,
        refused: allowed
            .as_ref()
            .err()
            .filter(|_| may && open)
            .map(|e| e.message.clone())
            .unwrap_or_default(),
        answer: (may && allowed.is_ok()).then(|| Answering {
            said: Field::radio("said", "您的判断", Said::ALL.iter().map(|s| (s.id(), s.title())))
                .value(filled.said.clone())
                .required(),
            reason: Field::area("reason", "理由")
                .value(filled.reason.clone())
                .hint("4 至 200 字，写明怎样核对的，例如“电话问过本人，车是他的”。")
                .required(),
        }),
        may_return: may && may_take_back(state).is_ok(),
        request_id: format!("identity-{:x}", ctx.next_id()),
        next,
        problem,
        return_reason: filled.reason.clone(),
    })
}

pub(in super::super) async fn answer(ctx: Ctx, Path(id): Path<i64>, Form(filled): Form<Filled>) -> Page {
    let case = reached(&ctx, id, "identity.answer").await?;
    let said = Said::parse(&filled.said)
        .ok_or_else(|| AppError::invalid("请先选择您的判断：是同一人、不是同一人，或无法判断。"));
    let (said, why) = match said.and_then(|said| Ok((said, reason(&filled.reason)?))) {
        Ok(checked) => checked,
        Err(error) => return refused(&ctx, &case, &filled, error).await,
    };
    match ctx.trail.begin_once(ctx.actor(), &filled.request_id).await? {
        Once::Done(_) => return ctx.done("已经记下，没有重复记录。", &format!("{LIST}/{id}")).await,
        Once::New(tx) => {
            may_answer(case.state(), about_self(&ctx, &case).await?)?;
            store::answer(&tx, ctx.app(), &case, said, why).await?;
            let act = Act::new("identity.answer", format!("identity:{id}")).in_region(place_of(&case));
            tx.commit(act.with(json!({ "said": said.id(), "reason": why, "data_set": case.data_set })))
                .await?;
        }
    }
    let to = next_open(&ctx, id)
        .await?
        .unwrap_or_else(|| format!("{LIST}?state=open"));
    ctx.done(format!("已记下：{}。下一次比对会用到。", said.title()), &to)
        .await
}

pub(in super::super) async fn take_back(ctx: Ctx, Path(id): Path<i64>, Form(filled): Form<Filled>) -> Page {
    let case = reached(&ctx, id, "identity.answer").await?;
    let why = match reason(&filled.reason) {
        Ok(why) => why,
        Err(error) => return refused(&ctx, &case, &filled, error).await,
    };
    if let Once::New(tx) = ctx.trail.begin_once(ctx.actor(), &filled.request_id).await? {
        may_take_back(case.state())?;
        store::take_back(&tx, ctx.app(), &case, why).await?;
        let act = Act::new("identity.return", format!("identity:{id}")).in_region(place_of(&case));
        tx.commit(act.with(json!({ "was": case.state().id(), "reason": why })))
            .await?;
    }
    ctx.done("已退回，可以重新核对。", &format!("{LIST}/{id}")).await
}

/// The weightiest other case that waits.
async fn next_open(ctx: &Ctx, but: i64) -> AppResult<Option<String>> {
    let by = Narrow {
        state: State::Open.id().to_owned(),
        concerned: true,
        hidden: hidden(ctx)?,
        ..Narrow::default()
    };
    let waiting = store::page(&ctx.db, ctx.scope(), &by, 0, 2).await?;
    Ok(waiting
        .iter()
        .find(|case| case.id != but)
        .map(|case| format!("{LIST}/{}", case.id)))
}

/// Whether the row may be about the reader or who lives with them.
async fn about_self(ctx: &Ctx, case: &Case) -> AppResult<bool> {
    let Some(me) = ctx.actor().person else { return Ok(false) };
    let keys: Vec<i64> = [Some(case.person_key), case.second_key].into_iter().flatten().collect();
    if keys.contains(&me.0) {
        return Ok(true);
    }
    let home = households::person(&ctx.db, me).await?.and_then(|p| p.household_id);
    for key in keys {
        let theirs = households::person(&ctx.db, PersonKey(key))
            .await?
            .and_then(|p| p.household_id);
        if home.is_some() && theirs == home {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The delivered row; `None` when its snapshot is gone.
async fn record(ctx: &Ctx, case: &Case) -> AppResult<Option<EvidenceRow>> {
    let sources = ctx.part::<Sources>()?;
    let Ok(snapshot) = open_snapshot(&sources, &case.data_set, &case.snapshot) else {
        return Ok(None);
    };
    let row_no = case.row_no;
    let read = tokio::task::spawn_blocking(move || snapshot.row(row_no))
        .await
        .map_err(AppError::internal)?;
    Ok(read.unwrap_or_default())
}

/// What else stands in the row and may be seen without a purpose.
fn others(ctx: &Ctx, case: &Case, record: &EvidenceRow) -> AppResult<Vec<(String, String)>> {
    let sources = ctx.part::<Sources>()?;
    let contract = sources.contracts.get(&case.data_set);
    let name = contract
        .and_then(|c| c.person_name())
        .map(|c| c.id.clone())
        .unwrap_or_default();
    let shown = ["id_no", "birth", "sex", "address", "region", name.as_str()];
    let number = |id: &str| {
        let column = contract.and_then(|c| c.columns.iter().find(|column| column.id == id));
        column.is_some_and(|column| column.kind == ColumnType::IdNo)
    };
    let secret = contract.is_some_and(|c| c.authorisation);
    let fields = record
        .fields
        .iter()
        .filter(|f| !shown.contains(&f.id.as_str()) && !f.text.is_empty());
    let fields = fields.filter(|f| f.sensitivity != Sensitivity::S && !secret && !number(&f.id));
    Ok(fields.map(|f| (f.header.clone(), f.text.clone())).collect())
}

fn event(event: store::Event) -> TimelineItem {
    TimelineItem {
        time: Timestamp(event.at).to_string(),
        actor: event.actor_name,
        act: Said::parse(&event.act).map_or("退回重新核对", Said::title).to_owned(),
        note: event.reason,
        tone: if event.act == "return" { "back" } else { "done" },
    }
}
