//! Documents of money by template: what is new is entered as by hand, what is there already is known by its number and
//! programme and never overwritten, for money that is in the books changes by steps only.

use std::collections::HashMap;

use access::{Actor, Scope};
use async_trait::async_trait;
use intake::{
    contract::Contract,
    table::{Row, Table},
};
use kernel::{AppError, AppResult, Date, Money, RegionLevel};
use records::import::{self, Effect, Outlook, Register};
use trail::RecordedTx;
use web::App;

use crate::{
    chain::{IndicatorRow, NewIndicator, bring, indicator_rows, wrong_in},
    model::flows::IndicatorState,
    named::Named,
};

/// Documents of money.
pub(crate) struct IndicatorImport;

#[async_trait]
impl Register for IndicatorImport {
    type Change = NewIndicator;
    const PATH: &'static str = "/desk/funds/indicators/import";
    const BACK: (&'static str, &'static str) = ("资金指标", "/desk/funds/indicators");
    const NOTE: &'static str = "一行一份指标。文号和项目代码都相同的是已登记的那一份，不会改动；到位、报备、结转在指标页面办理。\
         导出的表格可以原样导入。";

    fn contract() -> AppResult<Contract> {
        import::contract("fund_indicators", include_str!("../data/import-indicators.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<NewIndicator>) -> AppResult<()> {
        let today = app.clock.today();
        let named = Named::of(app, actor).await?;
        let everything = Scope::area(app.config.area.at(RegionLevel::County));
        let known: HashMap<(String, String), IndicatorRow> = indicator_rows(&app.db, &everything)
            .await?
            .into_iter()
            .map(|row| ((row.programme.clone(), row.doc_no.clone()), row))
            .collect();
        for row in table.good() {
            let programme = match named.by(table, row) {
                Ok(programme) => programme,
                Err(fault) => {
                    out.aside(fault);
                    continue;
                }
            };
            let new = read(row);
            if let Some(held) = known.get(&(new.programme.clone(), new.doc_no.clone())) {
                match differs(&new, row, held) {
                    None => out.unchanged(),
                    Some((column, why)) => out.aside(table.fault(row.line, column, why)),
                }
                continue;
            }
            if let Some((column, why)) = wrong_in(&new, today) {
                out.aside(table.fault(row.line, column, why));
                continue;
            }
            out.change(vec![row.line], Effect::New, told_of(&new, &programme.name), new);
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<NewIndicator>) -> AppResult<()> {
        let today = app.clock.today();
        for new in &changes {
            if let Some((_, why)) = wrong_in(new, today) {
                return Err(AppError::conflict(format!("{}：{why}", new.doc_no)));
            }
            bring(app, tx, new).await?;
        }
        Ok(())
    }
}

fn read(row: &Row) -> NewIndicator {
    let text = |column: &str| row.text(column).trim().to_owned();
    NewIndicator {
        programme: text("programme"),
        doc_no: text("doc_no"),
        level: text("level"),
        amount: row.money("amount").unwrap_or(Money::ZERO),
        arrived_on: row.day("arrived_on"),
        fund_class: text("fund_class").parse().unwrap_or(0),
        family: text("family"),
        origin: text("origin"),
        giver: text("giver"),
        need: text("need"),
        destination: text("destination"),
        bypass_city: row.yes("bypass_city").unwrap_or(false),
        due_on: row.day("due_on"),
    }
}

/// Where the row says something else than the register; a blank cell says nothing.
fn differs(new: &NewIndicator, row: &Row, held: &IndicatorRow) -> Option<(&'static str, String)> {
    let arrived = (held.state() != IndicatorState::Announced).then(|| held.arrived_on.clone());
    if let Some(day) = new.arrived_on {
        match &arrived {
            None => {
                let why = "这份指标已登记，还未办理到位；请在指标页面办理“到位”";
                return Some(("arrived_on", why.to_owned()));
            }
            Some(known) if *known != day.to_string() => return Some(("arrived_on", registered(known))),
            Some(_) => {}
        }
    }
    if new.amount != held.amount() {
        return Some(("amount", registered(&format!("{} 元", held.amount()))));
    }
    let class = held.fund_class.to_string();
    let bypass = if held.bypass_city { "是" } else { "否" };
    let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
    let due = held.due_on.clone().unwrap_or_default();
    let said = [
        ("level", new.level.clone(), held.level.as_str()),
        ("origin", new.origin.clone(), &held.origin),
        ("fund_class", new.fund_class.to_string(), &class),
        ("family", new.family.clone(), &held.family),
        ("giver", new.giver.clone(), &held.giver),
        ("need", new.need.clone(), &held.need),
        ("destination", new.destination.clone(), &held.destination),
        ("due_on", day(new.due_on), &due),
    ];
    let other = said.into_iter().find(|(_, says, is)| !says.is_empty() && says != is);
    if let Some((column, _, is)) = other {
        return Some((column, registered(if is.is_empty() { "空" } else { is })));
    }
    let says = row.yes("bypass_city");
    (says.is_some_and(|yes| yes != held.bypass_city)).then(|| ("bypass_city", registered(bypass)))
}

fn registered(is: &str) -> String {
    format!("这个项目下已登记同一文号的指标，登记的是“{is}”；登记过的不改动，请核对")
}

fn told_of(new: &NewIndicator, programme: &str) -> String {
    let arrived = new
        .arrived_on
        .map_or_else(|| "未到位".to_owned(), |day| format!("{day} 到位"));
    format!("{} {programme}：{} {} 元，{arrived}", new.doc_no, new.level, new.amount)
}
