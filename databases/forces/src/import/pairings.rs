//! Pairings by template: a household without a helper is paired, one with another helper handed over on that day.

use std::collections::HashMap;

use access::Actor;
use async_trait::async_trait;
use households::pairing::{HelpFilter, HelpedHousehold, helped_households};
use intake::{
    contract::Contract,
    table::{Row, Table},
};
use kernel::{AppError, AppResult, Date};
use records::import::{self, Effect, Outlook, Register};
use trail::RecordedTx;
use web::App;

use super::{ALL, reason};
use crate::{
    acts::pairing::{Wanted, change},
    store::{
        helpers::{self, Helper, HelperFilter},
        kin,
    },
};

pub(crate) struct PairingImport;

pub(crate) struct Change {
    household: HelpedHousehold,
    helper: Helper,
    wanted: Wanted,
    on: Date,
    why: String,
}

#[async_trait]
impl Register for PairingImport {
    type Change = Change;
    const PATH: &'static str = "/desk/forces/pairings/import";
    const BACK: (&'static str, &'static str) = ("结对帮扶", "/desk/forces/pairings");
    const NOTE: &'static str = "一行一户。没有责任人的结对，已有其他责任人的从当日移交，中间不留空档；近亲属退回。";

    fn contract() -> AppResult<Contract> {
        import::contract("pairings", include_str!("../../data/import-pairings.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Change>) -> AppResult<()> {
        let today = app.clock.today();
        let homes = helped_households(&app.db, &actor.scope, &HelpFilter::default(), today, ALL, 0).await?;
        let homes: HashMap<String, HelpedHousehold> = homes.into_iter().map(|h| (h.household_no.clone(), h)).collect();
        let mut takers: HashMap<String, Vec<Helper>> = HashMap::new();
        for helper in helpers::rows(&app.db, &actor.scope, &HelperFilter::default(), ALL, 0).await? {
            if helper.kind().is_some_and(|kind| kind.helps_households()) {
                takers.entry(helper.name.clone()).or_default().push(helper);
            }
        }
        for row in table.good() {
            let Some(home) = homes.get(row.text("household_no")) else {
                out.aside(table.fault(row.line, "household_no", "管理范围内没有这个应帮扶户"));
                continue;
            };
            let helper = match taker(row, &takers) {
                Ok(helper) => helper,
                // The row says what stands; who it is need not be found among those of this area.
                Err(_) if stands(row, home) => {
                    out.unchanged();
                    continue;
                }
                Err(why) => {
                    out.aside(table.fault(row.line, "helper", why));
                    continue;
                }
            };
            if home.account == Some(helper.pair_key) {
                out.unchanged();
                continue;
            }
            let on = row.day("from_on").unwrap_or(today);
            let since = home.from_on.as_deref().and_then(kernel::period::parse_date);
            if on > today || since.is_some_and(|since| on < since) {
                let why = "不能晚于今天，也不能早于现有结对的开始日期";
                out.aside(table.fault(row.line, "from_on", why));
                continue;
            }
            if let Some(refusal) = kin::conflict_of(app, &app.db, helper, home.id).await? {
                out.aside(table.fault(row.line, "helper", reason(&AppError::from(refusal))));
                continue;
            }
            let (effect, wanted, what) = match &home.helper_name {
                None => (
                    Effect::New,
                    Wanted::Pair,
                    format!("{}户：结对{}", home.head_name, helper.name),
                ),
                Some(old) => {
                    let what = format!("{}户：{old}→{}", home.head_name, helper.name);
                    (Effect::Updated, Wanted::HandOver, what)
                }
            };
            let why = match row.text("reason") {
                "" => "批量导入".to_owned(),
                text => text.to_owned(),
            };
            let change = Change {
                household: home.clone(),
                helper: helper.clone(),
                wanted,
                on,
                why,
            };
            out.change(vec![row.line], effect, what, change);
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
        let today = app.clock.today();
        for c in &changes {
            change(app, tx, c.household.id, c.wanted, Some(&c.helper), c.on, today, &c.why)
                .await
                .map_err(|e| AppError::new(e.kind, format!("{}户：{}", c.household.head_name, e.message)))?;
        }
        Ok(())
    }
}

/// Whether the row repeats the pairing there is.
fn stands(row: &Row, home: &HelpedHousehold) -> bool {
    let from = row.day("from_on").map(|day| day.to_string());
    home.helper_name.as_deref() == Some(row.text("helper")) && from.is_some() && from == home.from_on
}

/// Whom the row means; those of one name are told apart by their unit.
fn taker<'a>(row: &Row, takers: &'a HashMap<String, Vec<Helper>>) -> Result<&'a Helper, String> {
    let named = takers.get(row.text("helper")).map_or(&[][..], Vec::as_slice);
    let unit = row.text("unit");
    let mut fitting = named.iter().filter(|h| unit.is_empty() || h.unit == unit);
    match (fitting.next(), fitting.count()) {
        (Some(one), 0) => Ok(one),
        (Some(_), more) => Err(format!("同名的有 {} 人，请填写责任人单位", more + 1)),
        (None, _) if named.is_empty() => Err("没有这名在岗的帮扶责任人，请先登记".to_owned()),
        (None, _) => Err("登记的单位与此不同，请核对".to_owned()),
    }
}
