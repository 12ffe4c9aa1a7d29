//! A file of incomes. The same household, member, period and kind is the same income: another amount replaces it,
//! and the replaced one stays in the history.

use std::collections::{BTreeMap, HashMap};

use ::store::{FromQueryResult, Query as _, Sql, args};
use access::Actor;
use async_trait::async_trait;
use intake::{
    CellError,
    contract::Contract,
    table::{Row, Table},
};
use kernel::{AppResult, Money, Month};
use records::import::{self, Effect, Outlook, Register};
use trail::RecordedTx;
use web::App;

use super::held::{self, Held};
use crate::{
    model::{income::IncomeKind, terms},
    store::{
        facts::{NewIncome, insert_income},
        lock,
        reading::{Why, keep, keep_first},
    },
};

/// Incomes of households.
pub(crate) struct IncomeImport;

/// One income to enter, and the one it replaces.
pub(crate) struct Change {
    household: i64,
    line: u64,
    new: NewIncome,
    replaces: Option<i64>,
}

#[derive(Clone, FromQueryResult)]
struct HeldIncome {
    id: i64,
    household_id: i64,
    person_key: Option<i64>,
    period: String,
    kind: String,
    gross_fen: i64,
    cost_fen: i64,
}

/// Household, member, period, kind.
type Same = (i64, Option<i64>, String, String);

#[async_trait]
impl Register for IncomeImport {
    type Change = Change;
    const PATH: &'static str = "/desk/households/incomes/import";
    const BACK: (&'static str, &'static str) = ("帮扶户", "/desk/households");
    const NOTE: &'static str = "一行一笔收入。户、成员、期间和小类都相同的是同一笔：金额不同的更正，原来的留在历史里。";

    fn contract() -> AppResult<Contract> {
        import::contract("household_incomes", include_str!("../../data/import-incomes.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Change>) -> AppResult<()> {
        let held = Held::read(&app.db, &actor.scope, table).await?;
        let mut known: HashMap<Same, Vec<HeldIncome>> = HashMap::new();
        let ids: Vec<i64> = held.households.values().map(|h| h.id).collect();
        for chunk in ids.chunks(400) {
            let mut sql = Sql::new(
                "SELECT id, household_id, person_key, period, kind, gross_fen, cost_fen FROM income_item \
                 WHERE removed_reason IS NULL AND household_id IN ",
            );
            sql.bind_list(chunk.iter().copied());
            for income in app.db.fetch::<HeldIncome>(sql).await? {
                let same = (
                    income.household_id,
                    income.person_key,
                    income.period.clone(),
                    income.kind.clone(),
                );
                known.entry(same).or_default().push(income);
            }
        }
        let mut seen: HashMap<Same, u64> = HashMap::new();
        for row in table.good() {
            match one(app, actor, table, &held, row) {
                Err(fault) => out.aside(fault),
                Ok((household, head, new)) => {
                    let same = (household, new.person_key, new.period.clone(), new.kind.id.to_owned());
                    if let Some(earlier) = seen.insert(same.clone(), row.line) {
                        out.aside(table.fault(row.line, "kind", format!("与第 {earlier} 行是同一笔，请合并")));
                        continue;
                    }
                    let earlier = known.get(&same).map_or(&[][..], Vec::as_slice);
                    let equal = |i: &HeldIncome| i.gross_fen == new.gross.fen() && i.cost_fen == new.cost.fen();
                    if earlier.iter().any(equal) {
                        out.unchanged();
                        continue;
                    }
                    let title = format!("{head}户 {} {}", new.period, new.kind.title);
                    let replaces = earlier.last();
                    let (effect, what) = match replaces {
                        Some(old) => (
                            Effect::Updated,
                            format!("{title} 毛收入 {}→{} 元", Money(old.gross_fen), new.gross),
                        ),
                        None => (Effect::New, format!("{title} 毛收入 {} 元", new.gross)),
                    };
                    let change = Change {
                        household,
                        line: row.line,
                        replaces: replaces.map(|old| old.id),
                        new,
                    };
                    out.change(vec![row.line], effect, what, change);
                }
            }
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
        let mut by_household: BTreeMap<i64, Vec<Change>> = BTreeMap::new();
        for change in changes {
            by_household.entry(change.household).or_default().push(change);
        }
        for (household, changes) in by_household {
            lock(tx, household).await?;
            keep_first(tx, household).await?;
            for change in &changes {
                if let Some(old) = change.replaces {
                    tx.execute(
                        "UPDATE income_item SET removed_reason = '表格导入更正' WHERE id = $1 AND removed_reason IS NULL",
                        args![old],
                    )
                    .await?;
                }
                insert_income(app, tx, household, &change.new).await?;
            }
            let lines: Vec<String> = changes.iter().map(|c| c.line.to_string()).collect();
            let (reason, today) = (format!("表格第 {} 行", lines.join("、")), tx.at().date().to_string());
            let why = Why {
                act: "import",
                reason: &reason,
                basis: "",
                on: &today,
                expected: None,
            };
            keep(tx, household, &why).await?;
        }
        Ok(())
    }
}

/// The household, its head's name, and the income a row states.
fn one<'h>(
    app: &App,
    actor: &Actor,
    table: &Table,
    held: &'h Held,
    row: &Row,
) -> Result<(i64, &'h str, NewIncome), CellError> {
    let fault = |column: &str, message: &str| table.fault(row.line, column, message);
    let household = held.household(actor, table, row)?;
    let person_key = held::person(&app.keys, table, row)?;
    if let Some(key) = person_key {
        let member = held
            .member(household.id, key)
            .ok_or_else(|| fault("person", "这个人不是本户成员"))?;
        let name = row.text("name");
        if !name.is_empty() && kernel::name::clean(&member.name) != name {
            return Err(fault("name", "与平台登记的姓名不一致，请核对"));
        }
    }
    let kind = IncomeKind::of(row.text("kind")).ok_or_else(|| fault("kind", "没有这个收入小类"))?;
    let gross = row.money("gross").unwrap_or(Money::ZERO);
    let cost = row.money("cost");
    if kind.needs_cost() && cost.is_none() {
        return Err(fault("cost", "生产经营性收入须填写成本，没有成本填 0"));
    }
    let cost = cost.unwrap_or(Money::ZERO);
    if cost.fen() > 0 && !kind.needs_cost() {
        return Err(fault("cost", "只有生产经营性收入填写成本"));
    }
    let period = row.text("period").to_ascii_uppercase();
    let (from, to) = terms::months_of(&period).ok_or_else(|| fault("period", "请写成 2026-03、2026Q1 或 2026"))?;
    let today = app.clock.today();
    if from > Month::of(today) || to.year() > today.year() {
        return Err(fault("period", "不能晚于本月"));
    }
    let new = NewIncome {
        person_key,
        period,
        kind,
        gross,
        cost,
        evidence: row.text("evidence").to_owned(),
        recorder: actor.role.title().to_owned(),
        excluded_reason: None,
    };
    Ok((household.id, household.head_name.as_str(), new))
}
