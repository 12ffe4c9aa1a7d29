//! A month of a place as it is printed and published: what was there, what came, what went, what is left.

use ::store::{FromQueryResult, Query, Sql};
use kernel::{AppResult, Money, Month, RegionCode};
use records::flow::Code;

use super::{
    accounts,
    entry::{COLUMNS, Entry, WORDS},
    totals::{self, Span, Sums},
};
use crate::model::{Category, Direction};

/// The sums of a month with what stood before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub month: Month,
    pub opening: Money,
    pub sums: Sums,
    pub lines: Vec<Line>,
}

/// One category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub category: Category,
    pub rows: i64,
    pub amount: Money,
}

impl Statement {
    /// What is left at the end of the month.
    pub fn closing(&self) -> Money {
        Money(self.opening.fen() + self.sums.left().fen())
    }

    /// The lines of one direction.
    pub fn of(&self, direction: Direction) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |l| l.category.direction() == direction)
    }
}

/// The balance of an area before a month: what its accounts began with and all that was checked until then.
pub async fn balance_before(db: &impl Query, area: RegionCode, month: Month) -> AppResult<Money> {
    let began = accounts::openings(db, area).await?;
    let moved = totals::total(db, area, Span::before(month)).await?;
    Ok(Money(began.fen() + moved.left().fen()))
}

/// The statement of an area for a month; checked entries only.
pub async fn statement(db: &impl Query, area: RegionCode, month: Month) -> AppResult<Statement> {
    #[derive(FromQueryResult)]
    struct Row {
        category: String,
        rows: i64,
        amount_fen: i64,
    }
    let range = area.range();
    let mut sql;
    if totals::by_town(area) {
        sql = Sql::new(
            "SELECT t.category, CAST(SUM(t.rows) AS BIGINT) AS rows, CAST(SUM(t.amount_fen) AS BIGINT) AS amount_fen \
             FROM village_town_month t WHERE t.month = ",
        );
        sql.bind(month.to_string());
        sql.push(" AND t.town >= ").bind(range.start);
        sql.push(" AND t.town < ").bind(range.end);
    } else {
        sql = Sql::new(
            "SELECT t.category, COUNT(*) AS rows, CAST(SUM(t.amount_fen) AS BIGINT) AS amount_fen FROM village_entry t \
             WHERE t.state = 'checked' AND t.day >= ",
        );
        sql.bind(month.first_day().to_string());
        sql.push(" AND t.day <= ").bind(month.last_day().to_string());
        sql.push(" AND t.region >= ").bind(range.start);
        sql.push(" AND t.region < ").bind(range.end);
    }
    sql.push(" GROUP BY t.category");
    let rows: Vec<Row> = db.fetch(sql).await?;
    let line = |category: &Category| {
        let row = rows.iter().find(|r| r.category == category.id())?;
        Some(Line {
            category: *category,
            rows: row.rows,
            amount: Money(row.amount_fen),
        })
    };
    let lines: Vec<Line> = Category::ALL.iter().filter_map(line).collect();
    let mut sums = Sums::default();
    for line in &lines {
        match line.category.direction() {
            Direction::Income => {
                sums.income_rows += line.rows;
                sums.income_fen += line.amount.fen();
            }
            Direction::Expense => {
                sums.expense_rows += line.rows;
                sums.expense_fen += line.amount.fen();
            }
        }
    }
    Ok(Statement {
        month,
        opening: balance_before(db, area, month).await?,
        sums,
        lines,
    })
}

/// The checked entries of a village in a month, by voucher.
pub async fn entries(db: &impl Query, village: RegionCode, month: Month) -> AppResult<Vec<Entry>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM village_entry e").push(WORDS);
    sql.push(" WHERE e.state = 'checked' AND e.region = ")
        .bind(village.as_i64());
    sql.push(" AND e.day >= ").bind(month.first_day().to_string());
    sql.push(" AND e.day <= ").bind(month.last_day().to_string());
    sql.push(" ORDER BY e.day, e.voucher_no LIMIT 2000");
    db.fetch(sql).await
}

/// Entries of a month that wait for signature or check.
pub async fn under_way(db: &impl Query, area: RegionCode, month: Month) -> AppResult<i64> {
    let range = area.range();
    let mut sql =
        Sql::new("SELECT COUNT(*) FROM village_entry e WHERE e.state <> 'checked' AND e.state <> 'withdrawn'");
    sql.push(" AND e.region >= ").bind(range.start);
    sql.push(" AND e.region < ").bind(range.end);
    sql.push(" AND e.day >= ").bind(month.first_day().to_string());
    sql.push(" AND e.day <= ").bind(month.last_day().to_string());
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}
