//! A book by template: what is new is entered and goes the whole way of signature and check; what is there already is
//! known by its voucher number and never overwritten.

use std::collections::{HashMap, HashSet};

use access::Actor;
use async_trait::async_trait;
use intake::{
    contract::Contract,
    table::{Row, Table},
};
use kernel::{AppResult, Money, RegionCode};
use records::{
    flow::Code,
    import::{self, Effect, Outlook, Register},
};
use trail::RecordedTx;
use web::App;

use crate::{
    model::{Category, Direction, EntryState, NewEntry, Problems, read},
    store::{
        accounts,
        enter::bring,
        entry::{Entry, by_vouchers},
    },
};

pub(crate) struct LedgerImport;

#[async_trait]
impl Register for LedgerImport {
    type Change = NewEntry;
    const PATH: &'static str = "/desk/village-ledger/import";
    const BACK: (&'static str, &'static str) = ("收支账", "/desk/village-ledger");
    const NOTE: &'static str =
        "一行一笔；导入的账同样要签字、核账。已记过的凭证号不改动，记错的账用“冲销”改正。导出的表格可以原样导入。";

    fn contract() -> AppResult<Contract> {
        import::contract("village_ledger", include_str!("../data/import-ledger.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<NewEntry>) -> AppResult<()> {
        let today = app.clock.today();
        let in_use: HashSet<(i64, String)> = accounts::in_use(&app.db, &actor.scope).await?.into_iter().collect();
        let numbers: Vec<&str> = table.good().map(|row| row.text("voucher_no")).collect();
        let mut known: HashMap<(String, i64), Entry> = HashMap::new();
        for e in by_vouchers(&app.db, &actor.scope, &numbers).await? {
            known.insert((e.voucher_no.clone(), e.region), e);
        }
        for row in table.good() {
            let village = row.whole("village").unwrap_or(0);
            if !RegionCode::from_i64(village).is_some_and(|v| actor.scope.covers(v)) {
                out.aside(table.fault(row.line, "village", "没有这个村，或不在您的管理范围内"));
                continue;
            }
            let amount = match amount(row) {
                Ok(amount) => amount,
                Err((column, why)) => {
                    out.aside(table.fault(row.line, column, why));
                    continue;
                }
            };
            let number = row.text("voucher_no");
            if let Some(entry) = known.get(&(number.to_owned(), village)) {
                if entry.state() == EntryState::Withdrawn {
                    out.aside(table.fault(row.line, "voucher_no", "这个凭证号的账已经撤回，请换一个号"));
                } else if says(row, amount, entry) {
                    out.unchanged();
                } else {
                    let why = "这个凭证号在这个村已记过另一笔账；记错的请冲销，新的请换一个号";
                    out.aside(table.fault(row.line, "voucher_no", why));
                }
                continue;
            }
            let new = match read(|name| typed(row, amount, name), today) {
                Ok(new) => new,
                Err(wrong) => {
                    set_aside(table, row, &wrong, out);
                    continue;
                }
            };
            let kind = new.account_kind();
            if !in_use.contains(&(village, kind.id().to_owned())) {
                let why = format!("这个村没有在用的{}，请先由经管站登记", kind.title());
                out.aside(table.fault(row.line, "village", why));
                continue;
            }
            let what = format!(
                "{number} {}：{} {} 元，{}",
                new.day,
                new.category.title(),
                new.amount,
                new.summary
            );
            out.change(vec![row.line], Effect::New, what, new);
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<NewEntry>) -> AppResult<()> {
        for new in &changes {
            bring(app, tx, new).await?;
        }
        Ok(())
    }
}

/// The one amount of a row, in the column its category belongs to.
fn amount(row: &Row) -> Result<Money, (&'static str, &'static str)> {
    let income = Category::parse(row.text("category")).map(Category::direction) == Some(Direction::Income);
    let (own, other) = if income {
        ("income", "expense")
    } else {
        ("expense", "income")
    };
    match (row.money(own), row.money(other)) {
        (Some(amount), None) => Ok(amount),
        (Some(_), Some(_)) => Err((other, "收入和支出只填一栏")),
        (None, Some(_)) if income => Err((other, "科目是收入，金额应填在收入一栏")),
        (None, Some(_)) => Err((other, "科目是支出，金额应填在支出一栏")),
        (None, None) => Err((own, "没有填金额")),
    }
}

/// Whether the row says what the book says.
fn says(row: &Row, amount: Money, e: &Entry) -> bool {
    row.day("day").is_some_and(|day| day.to_string() == e.day)
        && amount == e.amount()
        && row.text("category") == e.category
        && row.text("channel") == e.channel
        && row.text("party") == e.party
        && row.yes("party_is_person").unwrap_or(false) == e.party_is_person
        && row.text("summary") == e.summary
        && row.text("decision_no") == e.decision_no
}

/// The row as the form would send it.
fn typed(row: &Row, amount: Money, name: &str) -> String {
    match name {
        "village" => row
            .whole("village")
            .and_then(RegionCode::from_i64)
            .map_or_else(String::new, |v| v.to_string()),
        "day" => row.day("day").map_or_else(String::new, |day| day.to_string()),
        "amount" => amount.to_string(),
        "party_is_person" => if row.yes(name).unwrap_or(false) { "1" } else { "" }.to_owned(),
        text => row.text(text).to_owned(),
    }
}

fn set_aside(table: &Table, row: &Row, wrong: &Problems, out: &mut Outlook<NewEntry>) {
    for (field, why) in wrong {
        let column = match *field {
            "amount" if row.money("income").is_some() => "income",
            "amount" => "expense",
            field => field,
        };
        out.aside(table.fault(row.line, column, why.trim_end_matches('。')));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Channel;

    #[test]
    fn the_template_names_every_category_and_channel_as_pages_do() {
        let text = include_str!("../data/import-ledger.toml");
        for (id, title) in Category::ALL
            .iter()
            .map(|c| (c.id(), c.title()))
            .chain(Channel::ALL.iter().map(|c| (c.id(), c.title())))
        {
            assert!(text.contains(&format!("{id} = \"{title}\"")), "{id}");
        }
        assert!(LedgerImport::contract().is_ok());
    }
}
