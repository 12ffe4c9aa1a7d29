//! Documents that announce money (指标), of five levels and of those who give, and their steps.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Calendar, Date, Money, RegionLevel, period::parse_date};
use records::flow::Code;
use serde_json::{Value, json};
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    act::{Asked, conflicting, day_within, who},
    posting::post,
};
use crate::model::{
    flows::{INDICATOR, IndicatorAct, IndicatorState},
    ledger::{Kind, Movement, Node, Stage},
};

/// The five levels money comes from.
pub const LEVELS: [&str; 5] = ["中央", "省", "市", "县", "社会"];

/// The two families that are counted apart.
pub const FAMILIES: [&str; 2] = ["扶贫", "涉农"];

/// The three classes of funds.
pub const FUND_CLASSES: [(&str, &str); 3] = [
    ("1", "财政扶贫专项资金"),
    ("2", "社会帮扶资金"),
    ("3", "政策性惠农资金"),
];

/// Whose money it was before it came here.
pub const ORIGINS: [(&str, &str); 4] = [
    ("fiscal", "财政资金"),
    ("own", "帮扶单位自有资金"),
    ("coordinated", "帮扶单位协调资金"),
    ("donation", "社会捐助"),
];

/// The title of a code in one of the lists above.
pub fn title_of(list: &[(&'static str, &'static str)], code: &str) -> String {
    let found = list.iter().find(|(id, _)| *id == code);
    found.map_or_else(|| code.to_owned(), |(_, title)| (*title).to_owned())
}

/// Working days within which money that bypassed the city treasury is filed with it.
const FILE_WITHIN_WORKING_DAYS: u32 = 10;

/// A document with its programme and state.
#[derive(Clone, Debug, FromQueryResult)]
pub struct IndicatorRow {
    pub id: i64,
    pub programme: String,
    pub programme_name: String,
    pub org: String,
    pub doc_no: String,
    pub level: String,
    pub amount_fen: i64,
    /// The day it arrived, or is expected.
    pub arrived_on: String,
    pub state: String,
    pub fund_class: i64,
    pub family: String,
    pub origin: String,
    pub giver: String,
    pub need: String,
    pub destination: String,
    /// Central or provincial money that did not pass the city treasury.
    pub bypass_city: bool,
    pub filed_on: Option<String>,
    pub due_on: Option<String>,
    pub carried_on: Option<String>,
    pub entered_by: i64,
    pub last_by: i64,
    pub version: i64,
}

impl IndicatorRow {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn state(&self) -> IndicatorState {
        IndicatorState::parse(&self.state).unwrap_or(IndicatorState::Announced)
    }

    fn as_json(&self) -> Value {
        json!({
            "programme": self.programme, "doc_no": self.doc_no, "level": self.level, "amount_fen": self.amount_fen,
            "arrived_on": self.arrived_on, "state": self.state().title(), "fund_class": self.fund_class,
            "family": self.family, "origin": self.origin, "giver": self.giver, "need": self.need,
            "destination": self.destination, "bypass_city": self.bypass_city, "filed_on": self.filed_on,
            "due_on": self.due_on, "carried_on": self.carried_on,
        })
    }
}

/// A document to be entered.
#[derive(Clone, Debug)]
pub struct NewIndicator {
    pub programme: String,
    pub doc_no: String,
    pub level: String,
    pub amount: Money,
    /// `None`: announced, not arrived yet.
    pub arrived_on: Option<Date>,
    pub fund_class: i64,
    pub family: String,
    pub origin: String,
    pub giver: String,
    pub need: String,
    pub destination: String,
    pub bypass_city: bool,
    pub due_on: Option<Date>,
}

const SELECT: &str = "SELECT i.id, i.programme, COALESCE(g.name, i.programme) AS programme_name, COALESCE(g.org, '') AS org, \
     i.doc_no, i.level, i.amount_fen, i.arrived_on, i.state, i.fund_class, i.family, i.origin, i.giver, i.need, \
     i.destination, i.bypass_city, i.filed_on, i.due_on, i.carried_on, i.entered_by, i.last_by, i.version \
     FROM indicator i LEFT JOIN programme g ON g.code = i.programme WHERE 1 = 1";

/// Documents within reach, newest first. Offices below the county reach those of which a share is theirs.
pub async fn indicator_rows(db: &impl Query, scope: &Scope) -> AppResult<Vec<IndicatorRow>> {
    let mut sql = Sql::new("");
    reach(scope, &mut sql);
    sql.push(" ORDER BY i.arrived_on DESC, i.doc_no, i.id");
    let (tail, values) = sql.into_parts();
    db.rows(&format!("{SELECT}{tail}"), values).await
}

/// One document within reach.
pub async fn indicator(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<IndicatorRow>> {
    let mut sql = Sql::new(" AND i.id = ");
    sql.bind(id);
    reach(scope, &mut sql);
    let (tail, values) = sql.into_parts();
    db.row(&format!("{SELECT}{tail}"), values).await
}

fn reach(scope: &Scope, sql: &mut Sql) {
    scope.restrict_department(sql, "g.org");
    if scope.region().is_none_or(|area| area.level() > RegionLevel::County) {
        sql.push(" AND EXISTS (SELECT 1 FROM fund_allocation a WHERE a.indicator_id = i.id");
        scope.restrict(sql, "a.region");
        sql.push(")");
    }
}

/// The last day of filing, for money that has to be filed.
pub fn filing_due(row: &IndicatorRow, calendar: &Calendar) -> Option<Date> {
    if !row.bypass_city || row.state() == IndicatorState::Announced {
        return None;
    }
    parse_date(&row.arrived_on).map(|day| calendar.add_working_days(day, FILE_WITHIN_WORKING_DAYS))
}

/// What is wrong with a document to be entered: the field and what to do; `None` when nothing is.
pub(crate) fn wrong_in(new: &NewIndicator, today: Date) -> Option<(&'static str, String)> {
    let one_of = |list: &[&str], value: &str, id: &'static str, field: &str| {
        (!list.contains(&value)).then(|| (id, format!("请选择{field}。")))
    };
    let length = |value: &str, id: &'static str, field: &str, least: usize| {
        let length = value.trim().chars().count();
        (!(least..=100).contains(&length)).then(|| (id, format!("{field}应为 {least} 至 100 字。")))
    };
    let day = |id: &'static str, field: &str, day: Option<Date>| {
        let wrong = day.and_then(|day| day_within(field, day, today).err());
        wrong.map(|e| (id, e.message))
    };
    let given = if new.origin == "fiscal" { 0 } else { 2 };
    let too_soon = |due: Date| due.year() < 1900 || new.arrived_on.is_some_and(|day| due < day);
    length(&new.doc_no, "doc_no", "指标文号", 2)
        .or_else(|| one_of(&LEVELS, &new.level, "level", "来源层级"))
        .or_else(|| one_of(&FAMILIES, &new.family, "family", "资金大类"))
        .or_else(|| one_of(&["1", "2", "3"], &new.fund_class.to_string(), "fund_class", "资金类别"))
        .or_else(|| one_of(&ORIGINS.map(|o| o.0), &new.origin, "origin", "资金渠道"))
        .or_else(|| length(&new.giver, "giver", "出资单位或捐赠人", given))
        .or_else(|| length(&new.need, "need", "需求", 0))
        .or_else(|| length(&new.destination, "destination", "去向", 0))
        .or_else(|| (new.amount <= Money::ZERO).then(|| ("amount", "指标金额：必须大于零。请核对。".to_owned())))
        .or_else(|| day("arrived_on", "到位日期", new.arrived_on))
        .or_else(|| {
            let why = "约定使用日期不能早于到位日期，也不能早于 1900 年。";
            new.due_on.is_some_and(too_soon).then(|| ("due_on", why.to_owned()))
        })
}

/// Enters a document; money that has arrived is in the books at once.
///
/// # Errors
/// Invalid fields; `Conflict` when the programme has a document of this number already.
pub async fn enter(app: &App, actor: &Actor, request_id: &str, new: &NewIndicator) -> AppResult<i64> {
    if let Some((_, why)) = wrong_in(new, app.clock.today()) {
        return Err(AppError::invalid(why));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let id = bring(app, &tx, new).await?;
    let detail = json!({ "doc_no": new.doc_no.trim(), "amount_fen": new.amount.fen() });
    tx.commit(Act::new("indicator.enter", format!("indicator:{id}")).with(detail))
        .await?;
    Ok(id)
}

/// Writes a document whose fields are right into the books of this transaction's actor.
///
/// # Errors
/// Invalid when the programme is none of the actor's; `Conflict` when it has a document of this number already.
pub(crate) async fn bring(app: &App, tx: &RecordedTx, new: &NewIndicator) -> AppResult<i64> {
    let (actor, today) = (tx.actor().clone(), app.clock.today());
    #[derive(FromQueryResult)]
    struct Org {
        org: String,
    }
    let programme: Option<Org> = tx
        .row(
            "SELECT org FROM programme WHERE code = $1",
            args![new.programme.as_str()],
        )
        .await?;
    if !programme.is_some_and(|p| actor.scope.covers_department(&p.org)) {
        return Err(AppError::invalid("请选择资金项目。"));
    }
    let known = tx
        .number(
            "SELECT COUNT(*) FROM indicator WHERE programme = $1 AND doc_no = $2",
            args![new.programme.as_str(), new.doc_no.trim()],
        )
        .await?;
    if known > 0 {
        return Err(AppError::conflict(
            "这个项目下已有同一文号的指标，没有重复登记。请核对文号。",
        ));
    }
    let id = app.next_id();
    let account = actor.account.map_or(-1, |a| a.0);
    let state = if new.arrived_on.is_some() {
        IndicatorState::Arrived
    } else {
        IndicatorState::Announced
    };
    let day = new.arrived_on.unwrap_or(today).to_string();
    tx.execute(
        "INSERT INTO indicator (id, programme, doc_no, level, amount_fen, arrived_on, state, fund_class, family, origin, \
         giver, need, destination, bypass_city, due_on, entered_by, last_by, version) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,1)",
        args![
            id,
            new.programme.as_str(),
            new.doc_no.trim(),
            new.level.as_str(),
            new.amount.fen(),
            day.as_str(),
            state.id(),
            new.fund_class,
            new.family.as_str(),
            new.origin.as_str(),
            new.giver.trim(),
            new.need.trim(),
            new.destination.trim(),
            new.bypass_city,
            new.due_on.map(|d| d.to_string()),
            account,
            account
        ],
    )
    .await?;
    if state == IndicatorState::Arrived {
        post(tx, app.next_id(), &arrival(id, new.amount), &day, new.doc_no.trim()).await?;
    }
    remember(tx, &everything(app), id, "enter", &Asked::on("", today)).await?;
    Ok(id)
}

fn arrival(id: i64, amount: Money) -> Movement {
    Movement {
        kind: Kind::Arrive,
        from: Node::of(id, Stage::Source),
        to: Node::of(id, Stage::Indicator),
        amount,
    }
}

/// `indicator:12` -> 12
pub(crate) fn id_in(subject: &str) -> i64 {
    subject.rsplit(':').next().and_then(|id| id.parse().ok()).unwrap_or(0)
}

/// What one installation holds, whoever acts.
fn everything(app: &App) -> Scope {
    Scope::area(app.config.area.at(RegionLevel::County))
}

async fn remember(tx: &trail::RecordedTx, everything: &Scope, id: i64, act: &str, asked: &Asked<'_>) -> AppResult<i64> {
    let row = indicator(&**tx, everything, id)
        .await?
        .ok_or_else(|| AppError::internal("indicator"))?;
    asked.kept(tx, "indicator", id, act, &row.as_json()).await
}

/// Takes a step of [`INDICATOR`].
///
/// # Errors
/// Not found outside the scope; what the flow refuses; no balance to carry over or recover; stale version.
pub async fn step(app: &App, actor: &Actor, id: i64, act: IndicatorAct, asked: &Asked<'_>) -> AppResult<()> {
    let on = day_within("办理日期", asked.on, app.clock.today())?;
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(());
    };
    let row = indicator(&*tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份指标。"))?;
    let step = INDICATOR.permit(row.state(), act, &who(actor, row.last_by, false, asked))?;
    let doc = if asked.basis.is_empty() {
        &row.doc_no
    } else {
        asked.basis
    };
    match act {
        IndicatorAct::Arrive => {
            post(&tx, app.next_id(), &arrival(id, row.amount()), &on, doc).await?;
            tx.execute(
                "UPDATE indicator SET arrived_on = $2 WHERE id = $1",
                args![id, on.as_str()],
            )
            .await?;
        }
        IndicatorAct::File => {
            if !row.bypass_city {
                return Err(AppError::invalid("这笔资金经市级财政下达，不需要报备。"));
            }
            tx.execute(
                "UPDATE indicator SET filed_on = $2 WHERE id = $1",
                args![id, on.as_str()],
            )
            .await?;
        }
        IndicatorAct::CarryOver | IndicatorAct::Recover => {
            let (kind, to) = if act == IndicatorAct::CarryOver {
                (Kind::CarryOver, Stage::CarriedOver)
            } else {
                (Kind::Recover, Stage::Recovered)
            };
            let mut moved = false;
            for node in super::posting::nodes_of_allocation(&*tx, 0).await? {
                let lies_here = node.indicator_id == id && node.balance() > Money::ZERO;
                let stage = node.node().stage;
                if lies_here && kind.allows(stage, to) {
                    let movement = Movement {
                        kind,
                        from: node.node(),
                        to: Node::of(id, to),
                        amount: node.balance(),
                    };
                    post(&tx, app.next_id(), &movement, &on, doc).await?;
                    moved = true;
                }
            }
            if !moved {
                return Err(AppError::invalid("这份指标没有结余，无需结转或收回。"));
            }
            if act == IndicatorAct::CarryOver {
                tx.execute(
                    "UPDATE indicator SET carried_on = $2 WHERE id = $1",
                    args![id, on.as_str()],
                )
                .await?;
            }
        }
    }
    let changed = tx
        .execute(
            "UPDATE indicator SET state = $2, last_by = $3, version = version + 1 WHERE id = $1 AND version = $4",
            args![
                id,
                step.to.id(),
                actor.account.map_or(-1, |a| a.0),
                asked.expected.unwrap_or(row.version)
            ],
        )
        .await?;
    if changed != 1 {
        return Err(conflicting());
    }
    remember(&tx, &everything(app), id, act.id(), asked).await?;
    let detail = json!({ "act": act.id(), "from": row.state, "to": step.to.id() });
    tx.commit(Act::new("indicator.step", format!("indicator:{id}")).with(detail))
        .await?;
    Ok(())
}
