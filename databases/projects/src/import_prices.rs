//! Bills of quantities by template: a line of the same project, item, spec and unit is corrected, any other is new.

use std::collections::{BTreeMap, HashMap};

use access::Actor;
use async_trait::async_trait;
use intake::{contract::Contract, table::Table};
use kernel::{AppError, AppResult, Money};
use records::{
    flow::Code,
    import::{self, Effect, Outlook, Register},
};
use trail::RecordedTx;
use web::App;

use crate::{
    model::{EntryKind, Filled},
    store::{
        list::{ProjectFilter, rows},
        prices::{self, NewPrice, PriceFilter},
        project::Project,
    },
};

pub(crate) struct PriceImport;

/// A line and its project.
pub(crate) struct Change {
    project: i64,
    line: NewPrice,
}

#[async_trait]
impl Register for PriceImport {
    type Change = Change;
    const PATH: &'static str = "/desk/project-prices/import";
    const BACK: (&'static str, &'static str) = ("清单单价", "/desk/project-prices");
    const NOTE: &'static str = "一行一项清单，项目按编号认。同一项目里项目、规格和单位都相同的是同一行，再导入即为更正。\
         规格写全了才好与别的项目比较。";

    fn contract() -> AppResult<Contract> {
        import::contract("project_prices", include_str!("../data/import-prices.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Change>) -> AppResult<()> {
        let known = rows(&app.db, &actor.scope, &ProjectFilter::default(), 100_000, 0).await?;
        let by_no: HashMap<&str, &Project> = known.iter().map(|p| (p.no.as_str(), p)).collect();
        let lines = prices::rows(&app.db, &actor.scope, &PriceFilter::default(), 1_000_000, 0).await?;
        let before: HashMap<_, (i64, i64)> = lines
            .iter()
            .map(|l| {
                let key = (l.project, l.item.as_str(), l.spec.as_str(), l.unit.as_str());
                (key, (l.quantity, l.price_fen))
            })
            .collect();
        for row in table.good() {
            let Some(project) = by_no.get(row.text("no")) else {
                out.aside(table.fault(row.line, "no", "没有这个编号的项目，或不在您的管理范围内"));
                continue;
            };
            let told = row.text("name");
            if !told.is_empty() && told != project.name {
                let why = format!("编号 {} 的项目是“{}”，请核对", project.no, project.name);
                out.aside(table.fault(row.line, "name", why));
                continue;
            }
            if !EntryKind::Price.when().contains(&project.state()) {
                let why = format!("项目目前{}，签订合同以后才登记单价", project.state().title());
                out.aside(table.fault(row.line, "no", why));
                continue;
            }
            let typed = |field: &str| Money(row.whole(field).unwrap_or_default()).to_string().replace(',', "");
            let price = row.money("price").unwrap_or_default();
            let form = Filled::of([
                ("item", row.text("item")),
                ("spec", row.text("spec")),
                ("unit", row.text("unit")),
                ("quantity", &typed("quantity")),
                ("price", &price.to_string().replace(',', "")),
            ]);
            let line = match NewPrice::read(&form) {
                Ok(line) => line,
                Err(e) => {
                    out.aside(table.fault(row.line, "price", e.message.trim_end_matches('。')));
                    continue;
                }
            };
            let key = (project.id, line.item.as_str(), line.spec.as_str(), line.unit.as_str());
            let what = |was: String| format!("{} {} {}：{was}{} 元", project.name, line.item, line.spec, line.price);
            let (effect, what) = match before.get(&key) {
                Some((quantity, fen)) if (*quantity, *fen) == (line.quantity, line.price.fen()) => {
                    out.unchanged();
                    continue;
                }
                Some((_, fen)) => (Effect::Updated, what(format!("{} 元→", Money(*fen)))),
                None => (Effect::New, what(String::new())),
            };
            let project = project.id;
            out.change(vec![row.line], effect, what, Change { project, line });
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
        let today = app.clock.today();
        let mut of_project: BTreeMap<i64, Vec<NewPrice>> = BTreeMap::new();
        for Change { project, line } in changes {
            of_project.entry(project).or_default().push(line);
        }
        for (project, lines) in of_project {
            prices::put_all(app, tx, project, &lines, today)
                .await
                .map_err(|e| AppError::new(e.kind, e.message))?;
        }
        Ok(())
    }
}
