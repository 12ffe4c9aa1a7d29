//! Many payments at once, with the totals that go with them: the demo, and imports of paid batches.

use std::collections::HashMap;

use kernel::{AppError, AppResult, Date, KeyRing, Money, Month, PersonKey, RegionCode, RegionLevel, Timestamp};
use store::{BulkInsert, Query, WriteTx, args};
use trail::RecordedTx;

use crate::{
    payment::{self, PaymentState},
    programme::{Allocation, Indicator, Programme},
};

/// A payment to be entered.
#[derive(Clone, Debug)]
pub struct NewPayment<'a> {
    /// From the platform's id source; ids grow with the day of payment so that lists page quickly.
    pub id: i64,
    /// One programme, month and town; the batch is made when it first comes up.
    pub batch_no: &'a str,
    pub programme: &'a str,
    /// The department that pays, as the organisation's id.
    pub org: &'a str,
    pub person: PersonKey,
    pub payee_name: &'a str,
    pub household: Option<i64>,
    pub region: RegionCode,
    pub month: Month,
    /// Hundredths of the programme's unit.
    pub qty: i64,
    pub rate: Money,
    pub amount: Money,
    pub paid_on: Date,
    /// The full account number; only its keyed digest and last four digits are kept.
    pub account: &'a str,
    /// Whether the number passed its check when it was read: Luhn for cards, `None` for passbooks.
    pub account_valid: Option<bool>,
    pub account_name: &'a str,
    /// Marked by the paying department as arrears (补发), so a second payment for the month is no double.
    pub arrears: bool,
    pub state: PaymentState,
}

/// Enters programmes; the same code again takes the new facts.
pub async fn programmes(tx: &WriteTx, programmes: impl IntoIterator<Item = Programme>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "programme",
        &[
            "code",
            "name",
            "org",
            "fund_class",
            "unit",
            "rate_fen",
            "cycle",
            "payee_kind",
            "targeted",
            "public_name_mode",
            "basis",
            "what_done",
            "effect",
        ],
        "ON CONFLICT (code) DO UPDATE SET name = excluded.name, org = excluded.org, fund_class = excluded.fund_class, \
         unit = excluded.unit, rate_fen = excluded.rate_fen, cycle = excluded.cycle, payee_kind = excluded.payee_kind, \
         targeted = excluded.targeted, public_name_mode = excluded.public_name_mode, basis = excluded.basis, \
         what_done = excluded.what_done, effect = excluded.effect, version = programme.version + 1",
    );
    for p in programmes {
        rows.push(args![
            p.code,
            p.name,
            p.org,
            p.fund_class,
            p.unit,
            p.rate_fen,
            p.cycle,
            p.payee_kind,
            p.targeted,
            p.public_name_mode,
            p.basis,
            p.what_done,
            p.effect
        ])
        .await?;
    }
    rows.finish().await
}

/// Enters indicators under fresh ids.
pub async fn indicators(
    tx: &WriteTx,
    next_id: impl Fn() -> i64,
    indicators: impl IntoIterator<Item = Indicator>,
) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "indicator",
        &["id", "programme", "doc_no", "level", "amount_fen", "arrived_on"],
        "",
    );
    for i in indicators {
        rows.push(args![
            next_id(),
            i.programme,
            i.doc_no,
            i.level,
            i.amount_fen,
            i.arrived_on
        ])
        .await?;
    }
    rows.finish().await
}

/// Enters the shares of towns; the same town and year again takes the new amount.
pub async fn allocations(tx: &WriteTx, allocations: impl IntoIterator<Item = Allocation>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "allocation",
        &["programme", "region", "year", "amount_fen", "decided_on"],
        "ON CONFLICT (programme, year, region) DO UPDATE SET amount_fen = excluded.amount_fen, \
         decided_on = excluded.decided_on",
    );
    for a in allocations {
        rows.push(args![a.programme, a.region, a.year, a.amount_fen, a.decided_on])
            .await?;
    }
    rows.finish().await
}

/// The indexes of `payment`, one statement a line. A first load builds them afterwards, which takes half the time.
pub(crate) const PAYMENT_INDEXES: &str = include_str!("../migrations/0002_payment_indexes.sql");

/// Rows of a batch in the order of its list.
const BATCH_INDEX: &str = "CREATE INDEX payment_batch_row ON payment (batch_id, row_no)";

async fn drop_indexes(tx: &WriteTx) -> AppResult<()> {
    for statement in PAYMENT_INDEXES.lines().chain([BATCH_INDEX]) {
        let name = statement.split_whitespace().nth(2).unwrap_or_default();
        tx.execute(&format!("DROP INDEX {name}"), args![]).await?;
    }
    Ok(())
}

async fn build_indexes(tx: &WriteTx) -> AppResult<()> {
    for statement in PAYMENT_INDEXES.lines().chain([BATCH_INDEX]) {
        tx.execute(statement.trim_end_matches(';'), args![]).await?;
    }
    Ok(())
}

struct Batch {
    id: i64,
    programme: String,
    org: String,
    month: Month,
    town: RegionCode,
    rows: i64,
    amount_fen: i64,
}

/// Enters payments, their batches and the totals. A batch that is there already refuses the whole load
/// (`Err(Conflict)`), so the same file twice counts once.
pub async fn payments<'a>(
    tx: &RecordedTx,
    keys: &KeyRing,
    next_id: impl Fn() -> i64,
    payments: impl IntoIterator<Item = NewPayment<'a>>,
) -> AppResult<u64> {
    let first_load = tx
        .number(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM payment LIMIT 1) first",
            args![],
        )
        .await?
        == 0;
    if first_load {
        drop_indexes(tx).await?;
    }
    let mut batches: HashMap<String, Batch> = HashMap::new();
    let mut sums = Sums::default();
    let mut rows = BulkInsert::new(tx, "payment", &payment::WRITTEN, "");
    for p in payments {
        if !batches.contains_key(p.batch_no) {
            let batch = Batch {
                id: next_id(),
                programme: p.programme.to_owned(),
                org: p.org.to_owned(),
                month: p.month,
                town: p.region.at(RegionLevel::Town),
                rows: 0,
                amount_fen: 0,
            };
            batches.insert(p.batch_no.to_owned(), batch);
        }
        let batch = batches.get_mut(p.batch_no).ok_or_else(|| AppError::internal("batch"))?;
        batch.rows += 1;
        batch.amount_fen += p.amount.fen();
        let (month, paid_on) = (p.month.to_string(), p.paid_on.to_string());
        if p.state == PaymentState::Paid {
            sums.add(p.programme, p.region, &month, &paid_on, 1, p.amount.fen());
        }
        rows.push(args![
            p.id,
            batch.id,
            p.programme,
            p.person.0,
            p.payee_name,
            p.household,
            p.region.as_i64(),
            month,
            p.qty,
            p.rate.fen(),
            p.amount.fen(),
            paid_on,
            keys.digest("account", p.account) as i64,
            tail(p.account),
            p.account_name,
            p.arrears,
            p.state.id(),
            p.account_valid,
            batch.rows
        ])
        .await?;
    }
    let count = rows.finish().await?;
    if first_load {
        build_indexes(tx).await?;
    }
    write_batches(tx, batches).await?;
    sums.write(tx, tx.at()).await?;
    Ok(count)
}

async fn write_batches(tx: &WriteTx, batches: HashMap<String, Batch>) -> AppResult<()> {
    let expected = batches.len() as u64;
    let mut rows = BulkInsert::new(
        tx,
        "payment_batch",
        &[
            "id",
            "batch_no",
            "programme",
            "org",
            "month",
            "state",
            "rows",
            "amount_fen",
            "region",
        ],
        "ON CONFLICT (batch_no) DO NOTHING",
    );
    for (no, b) in batches {
        rows.push(args![
            b.id,
            no,
            b.programme,
            b.org,
            b.month.to_string(),
            "paid",
            b.rows,
            b.amount_fen,
            b.town.as_i64()
        ])
        .await?;
    }
    if rows.finish().await? != expected {
        return Err(AppError::conflict(
            "其中有批次已经入库，本次没有改动任何内容。请核对批次号。",
        ));
    }
    Ok(())
}

fn tail(account: &str) -> String {
    let chars: Vec<char> = account.chars().collect();
    chars[chars.len().saturating_sub(4)..].iter().collect()
}

/// Changes to the totals, collected while payments are entered.
#[derive(Default)]
pub(crate) struct Sums {
    programmes: Vec<String>,
    /// By programme, place, month of the benefit and month of payment.
    cells: HashMap<(usize, i64, String, String), Cell>,
}

#[derive(Default)]
struct Cell {
    rows: i64,
    amount_fen: i64,
    last_paid_on: String,
}

impl Cell {
    fn add(&mut self, rows: i64, amount_fen: i64, paid_on: &str) {
        self.rows += rows;
        self.amount_fen += amount_fen;
        if paid_on > self.last_paid_on.as_str() {
            self.last_paid_on = paid_on.to_owned();
        }
    }
}

impl Sums {
    /// Dates as `YYYY-MM-DD`, months as `YYYY-MM`.
    pub(crate) fn add(&mut self, programme: &str, place: RegionCode, month: &str, paid_on: &str, rows: i64, fen: i64) {
        let programme = self.programme(programme);
        let paid_in = paid_on.get(..7).unwrap_or_default().to_owned();
        let cell = self
            .cells
            .entry((programme, place.as_i64(), month.to_owned(), paid_in))
            .or_default();
        cell.add(rows, fen, paid_on);
    }

    /// How many payments were made in each month, for far pages of the list; a village's list is short without.
    async fn write_paid(&self, tx: &WriteTx, paid: HashMap<(i64, usize, &str), i64>) -> AppResult<()> {
        let mut rows = BulkInsert::new(
            tx,
            "payment_paid_month",
            &["region", "programme", "month", "rows"],
            "ON CONFLICT (region, month, programme) DO UPDATE SET rows = payment_paid_month.rows + excluded.rows",
        );
        for ((place, programme, month), count) in paid {
            if RegionCode::from_i64(place).is_some_and(|area| area.level() <= RegionLevel::Town) {
                rows.push(args![place, self.programmes[programme].as_str(), month, count])
                    .await?;
            }
        }
        rows.finish().await?;
        Ok(())
    }

    pub(crate) async fn write(self, tx: &WriteTx, at: Timestamp) -> AppResult<()> {
        let mut months: HashMap<(usize, i64, &str), (i64, i64)> = HashMap::new();
        let mut years: HashMap<(i64, usize, i64), Cell> = HashMap::new();
        let mut paid: HashMap<(i64, usize, &str), i64> = HashMap::new();
        for ((programme, place, month, paid_in), cell) in &self.cells {
            let year = paid_in.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0);
            let sum = months.entry((*programme, *place, month)).or_default();
            sum.0 += cell.rows;
            sum.1 += cell.amount_fen;
            for around in enclosing(*place) {
                let sum = years.entry((around, *programme, year)).or_default();
                sum.add(cell.rows, cell.amount_fen, &cell.last_paid_on);
                *paid.entry((around, *programme, paid_in)).or_default() += cell.rows;
            }
        }
        let mut rows = BulkInsert::new(
            tx,
            "payment_total",
            &["programme", "town", "village", "month", "rows", "amount_fen"],
            "ON CONFLICT (month, village, programme) DO UPDATE SET rows = payment_total.rows + excluded.rows, \
             amount_fen = payment_total.amount_fen + excluded.amount_fen",
        );
        for ((programme, place, month), (count, fen)) in months {
            let town = RegionCode::from_i64(place).map_or(place, |c| c.at(RegionLevel::Town).as_i64());
            rows.push(args![
                self.programmes[programme].as_str(),
                town,
                place,
                month,
                count,
                fen
            ])
            .await?;
        }
        rows.finish().await?;
        self.write_paid(tx, paid).await?;
        let mut rows = BulkInsert::new(
            tx,
            "payment_rollup",
            &[
                "region",
                "programme",
                "year",
                "rows",
                "amount_fen",
                "last_paid_on",
                "updated_millis",
            ],
            "ON CONFLICT (region, programme, year) DO UPDATE SET rows = payment_rollup.rows + excluded.rows, \
             amount_fen = payment_rollup.amount_fen + excluded.amount_fen, updated_millis = excluded.updated_millis, \
             last_paid_on = CASE WHEN excluded.last_paid_on > payment_rollup.last_paid_on \
             THEN excluded.last_paid_on ELSE payment_rollup.last_paid_on END",
        );
        for ((place, programme, year), cell) in years {
            let programme = self.programmes[programme].as_str();
            rows.push(args![
                place,
                programme,
                year,
                cell.rows,
                cell.amount_fen,
                cell.last_paid_on,
                at.millis()
            ])
            .await?;
        }
        rows.finish().await?;
        Ok(())
    }

    /// Programmes are few: their place in a list is a smaller key than their code.
    fn programme(&mut self, code: &str) -> usize {
        self.programmes.iter().position(|p| p == code).unwrap_or_else(|| {
            self.programmes.push(code.to_owned());
            self.programmes.len() - 1
        })
    }
}

/// A division and all that enclose it, each once.
fn enclosing(place: i64) -> Vec<i64> {
    let mut around = vec![place];
    let mut code = RegionCode::from_i64(place).unwrap_or(RegionCode::NATION);
    while code.parent() != code {
        code = code.parent();
        around.push(code.as_i64());
    }
    around
}
