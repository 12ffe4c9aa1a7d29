//! A helper's own visits by template, each checked as the form checks it.

use std::collections::HashMap;

use access::Actor;
use async_trait::async_trait;
use households::pairing::{HelpFilter, helped_households};
use intake::{contract::Contract, table::Table};
use kernel::{AppError, AppResult, ErrorKind};
use records::{
    flow::Code,
    import::{self, Effect, Outlook, Register},
};
use trail::RecordedTx;
use web::App;

use super::{ALL, reason};
use crate::{
    acts::visit::{Ready, VisitForm, own_helper, prepare, write},
    model::measure::MeasureKind,
    store::visits,
};

pub(crate) struct VisitImport;

#[async_trait]
impl Register for VisitImport {
    type Change = Ready;
    const PATH: &'static str = "/desk/forces/visits/import";
    const BACK: (&'static str, &'static str) = ("走访记录", "/desk/forces/visits");
    const NOTE: &'static str = "只填报本人的走访，一行一次；照片导入后在走访页补传。已填报过的同户同日不重复登记。";

    fn contract() -> AppResult<Contract> {
        import::contract("visits", include_str!("../../data/import-visits.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Ready>) -> AppResult<()> {
        let today = app.clock.today();
        let homes = helped_households(&app.db, &actor.scope, &HelpFilter::default(), today, ALL, 0).await?;
        let homes: HashMap<String, (i64, String)> = homes
            .into_iter()
            .map(|h| (h.household_no, (h.id, h.head_name)))
            .collect();
        // An actor who is no helper is told so by the check of each row.
        let own = own_helper(&app.db, actor).await.ok();
        for row in table.good() {
            let Some((household, head)) = homes.get(row.text("household_no")) else {
                out.aside(table.fault(row.line, "household_no", "不是您结对或驻村范围内的户"));
                continue;
            };
            if let (Some(own), Some(day)) = (&own, row.day("day"))
                && visits::took_place(&app.db, *household, own.id, day).await?
            {
                out.unchanged();
                continue;
            }
            let mut measures = Vec::new();
            let titles = row.text("measures").split(['、', '，', ',', ';', '；']);
            let titles = titles.map(str::trim).filter(|t| !t.is_empty());
            let unknown = titles.filter_map(|title| {
                let kind = MeasureKind::ALL.iter().find(|kind| kind.title() == title);
                measures.extend(kind.map(|kind| kind.id().to_owned()));
                kind.is_none().then_some(title)
            });
            let unknown: Vec<&str> = unknown.collect();
            if !unknown.is_empty() {
                out.aside(table.fault(row.line, "measures", format!("没有这类措施：{}", unknown.join("、"))));
                continue;
            }
            let form = VisitForm {
                household: household.to_string(),
                day: row.day("day").map_or_else(String::new, |day| day.to_string()),
                arrived: row.text("arrived").to_owned(),
                left: row.text("left").to_owned(),
                note: row.text("note").to_owned(),
                measures,
                late_reason: row.text("late_reason").to_owned(),
                ..VisitForm::default()
            };
            let ready = match prepare(app, actor, &form).await {
                Ok(ready) => ready,
                Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::NotFound) => {
                    out.aside(table.fault(row.line, "", reason(&e)));
                    continue;
                }
                Err(e) => return Err(e),
            };
            let what = format!("{head}户：{} 走访", ready.day);
            out.change(vec![row.line], Effect::New, what, ready);
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Ready>) -> AppResult<()> {
        for ready in &changes {
            if visits::took_place(&**tx, ready.household, ready.helper.id, ready.day).await? {
                return Err(AppError::conflict("其中有走访刚刚已经填报，请重新导入。"));
            }
            write(app, tx, ready, Vec::new()).await?;
        }
        Ok(())
    }
}
