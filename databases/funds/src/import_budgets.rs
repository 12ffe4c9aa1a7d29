//! Budgets by template: a line of a year, programme and code that is there is adjusted by another document; any other is new.

use std::collections::HashMap;

use access::Actor;
use async_trait::async_trait;
use intake::{contract::Contract, table::Table};
use kernel::{AppError, AppResult, Money};
use records::import::{self, Effect, Outlook, Register};
use trail::RecordedTx;
use web::App;

use crate::{
    budget::{Budget, NewBudget, budgets, put, wrong_in},
    named::Named,
};

pub(crate) struct BudgetImport;

#[async_trait]
impl Register for BudgetImport {
    type Change = NewBudget;
    const PATH: &'static str = "/desk/funds/budgets/import";
    const BACK: (&'static str, &'static str) = ("年度预算", "/desk/funds/budgets");
    const NOTE: &'static str = "一行一项预算。年度、项目和经济分类都相同的是同一项；金额不同、文号也不同的是预算调整，\
         原批复金额保留。导出的表格可以原样导入。";

    fn contract() -> AppResult<Contract> {
        import::contract("fund_budgets", include_str!("../data/import-budgets.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<NewBudget>) -> AppResult<()> {
        let today = app.clock.today();
        let named = Named::of(app, actor).await?;
        let known: HashMap<(i64, String, String), Budget> = budgets(&app.db, &actor.scope, None)
            .await?
            .into_iter()
            .map(|b| ((b.year, b.programme.clone(), b.code.clone()), b))
            .collect();
        for row in table.good() {
            let programme = match named.by(table, row) {
                Ok(programme) => programme,
                Err(fault) => {
                    out.aside(fault);
                    continue;
                }
            };
            let new = NewBudget {
                programme: programme.code.clone(),
                year: row.whole("year").unwrap_or_default(),
                code: row.text("code").trim().to_owned(),
                amount: row.money("amount").unwrap_or(Money(-1)),
                doc_no: row.text("doc_no").trim().to_owned(),
                approved_on: row.day("approved_on").unwrap_or(today),
            };
            if let Some((column, why)) = wrong_in(&new, today) {
                out.aside(table.fault(row.line, column, why));
                continue;
            }
            let name = format!("{} 年 {} {}", new.year, programme.name, new.code);
            let held = known.get(&(new.year, new.programme.clone(), new.code.clone()));
            let what = match held {
                None => format!("{name}：{} 元", new.amount),
                Some(held) if held.amount_fen == new.amount.fen() => {
                    out.unchanged();
                    continue;
                }
                Some(held) => {
                    let last = held.adjusted_doc.as_ref().unwrap_or(&held.doc_no);
                    if *last == new.doc_no {
                        let why = format!("{last} 批复的是 {} 元，调整预算须填另一个文号", Money(held.amount_fen));
                        out.aside(table.fault(row.line, "doc_no", why));
                        continue;
                    }
                    format!("{name}：{} 元→{} 元", Money(held.amount_fen), new.amount)
                }
            };
            let effect = if held.is_some() { Effect::Updated } else { Effect::New };
            out.change(vec![row.line], effect, what, new);
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<NewBudget>) -> AppResult<()> {
        let today = app.clock.today();
        for new in &changes {
            if let Some((_, why)) = wrong_in(new, today) {
                return Err(AppError::conflict(format!("{}：{why}", new.programme)));
            }
            put(app, tx, new).await?;
        }
        Ok(())
    }
}
