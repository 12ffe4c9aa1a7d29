//! Sums of checked entries, kept with each check: by village and month, and by town with category and channel.

use ::store::{FromQueryResult, Query, Sql, args};
use kernel::{AppResult, Money, Month, RegionCode, RegionLevel};
use trail::RecordedTx;

use super::entry::Entry;

/// Receipts and spending of some entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Sums {
    pub income_rows: i64,
    pub income_fen: i64,
    pub expense_rows: i64,
    pub expense_fen: i64,
}

impl Sums {
    pub fn rows(&self) -> i64 {
        self.income_rows + self.expense_rows
    }

    pub fn income(&self) -> Money {
        Money(self.income_fen)
    }

    pub fn expense(&self) -> Money {
        Money(self.expense_fen)
    }

    /// Received less spent.
    pub fn left(&self) -> Money {
        Money(self.income_fen - self.expense_fen)
    }

    pub(crate) fn and(self, other: Sums) -> Sums {
        Sums {
            income_rows: self.income_rows + other.income_rows,
            income_fen: self.income_fen + other.income_fen,
            expense_rows: self.expense_rows + other.expense_rows,
            expense_fen: self.expense_fen + other.expense_fen,
        }
    }
}

impl Sums {
    fn less(self, other: Sums) -> Sums {
        Sums {
            income_rows: self.income_rows - other.income_rows,
            income_fen: self.income_fen - other.income_fen,
            expense_rows: self.expense_rows - other.expense_rows,
            expense_fen: self.expense_fen - other.expense_fen,
        }
    }
}

/// Columns of [`Sums`] from kept sums `t`.
pub(super) const KEPT: &str = "CAST(COALESCE(SUM(CASE WHEN t.direction = 'income' THEN t.rows ELSE 0 END), 0) AS BIGINT) AS income_rows, \
     CAST(COALESCE(SUM(CASE WHEN t.direction = 'income' THEN t.amount_fen ELSE 0 END), 0) AS BIGINT) AS income_fen, \
     CAST(COALESCE(SUM(CASE WHEN t.direction = 'expense' THEN t.rows ELSE 0 END), 0) AS BIGINT) AS expense_rows, \
     CAST(COALESCE(SUM(CASE WHEN t.direction = 'expense' THEN t.amount_fen ELSE 0 END), 0) AS BIGINT) AS expense_fen";

/// The months of a view, both ends included; an open end has no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Month>,
    pub to: Option<Month>,
}

impl Span {
    pub fn year(year: i32) -> Span {
        Span {
            from: Month::new(year, 1),
            to: Month::new(year, 12),
        }
    }

    pub fn month(month: Month) -> Span {
        Span {
            from: Some(month),
            to: Some(month),
        }
    }

    pub fn before(month: Month) -> Span {
        Span {
            from: None,
            to: Some(month.plus(-1)),
        }
    }

    pub(super) fn narrow(self, sql: &mut Sql) {
        if let Some(from) = self.from {
            sql.push(" AND t.month >= ").bind(from.to_string());
        }
        if let Some(to) = self.to {
            sql.push(" AND t.month <= ").bind(to.to_string());
        }
    }
}

/// From towns upwards the sums by town answer with fewer rows.
pub(super) fn by_town(area: RegionCode) -> bool {
    area.level() <= RegionLevel::Town
}

/// The sums of an area.
pub async fn total(db: &impl Query, area: RegionCode, span: Span) -> AppResult<Sums> {
    let mut sql = Sql::new("SELECT ");
    sql.push(KEPT)
        .push(" FROM village_month t WHERE t.region = ")
        .bind(area.as_i64());
    span.narrow(&mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// Sums of one of several places or months.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Part<K: sea_orm::TryGetable> {
    pub of: K,
    pub income_rows: i64,
    pub income_fen: i64,
    pub expense_rows: i64,
    pub expense_fen: i64,
}

impl<K: sea_orm::TryGetable> Part<K> {
    fn new(of: K, sums: Sums) -> Part<K> {
        Part {
            of,
            income_rows: sums.income_rows,
            income_fen: sums.income_fen,
            expense_rows: sums.expense_rows,
            expense_fen: sums.expense_fen,
        }
    }

    pub fn sums(&self) -> Sums {
        Sums {
            income_rows: self.income_rows,
            income_fen: self.income_fen,
            expense_rows: self.expense_rows,
            expense_fen: self.expense_fen,
        }
    }
}

/// Sums of the divisions directly below an area, by code; those without entries are left out. A book that the area
/// itself keeps beside theirs comes first, under the area's own code, so that the lines add up to the area.
pub async fn by_place(db: &impl Query, area: RegionCode, span: Span) -> AppResult<Vec<Part<i64>>> {
    let mut sql = Sql::new("SELECT t.region AS of, ");
    sql.push(KEPT)
        .push(" FROM village_month t WHERE t.parent = ")
        .bind(area.as_i64());
    span.narrow(&mut sql);
    sql.push(" GROUP BY t.region ORDER BY t.region");
    let mut parts: Vec<Part<i64>> = db.fetch(sql).await?;
    if area.level() == RegionLevel::Community && !parts.is_empty() {
        let inside = parts.iter().map(Part::sums).fold(Sums::default(), Sums::and);
        let own = total(db, area, span).await?.less(inside);
        if own.rows() > 0 {
            parts.insert(0, Part::new(area.as_i64(), own));
        }
    }
    Ok(parts)
}

/// Sums by month, the latest first.
pub async fn by_month(db: &impl Query, area: RegionCode, span: Span) -> AppResult<Vec<Part<String>>> {
    let mut sql = Sql::new("SELECT t.month AS of, ");
    sql.push(KEPT)
        .push(" FROM village_month t WHERE t.region = ")
        .bind(area.as_i64());
    span.narrow(&mut sql);
    sql.push(" GROUP BY t.month ORDER BY t.month DESC");
    db.fetch(sql).await
}

/// Years with entries, the latest first.
pub async fn years(db: &impl Query, area: RegionCode) -> AppResult<Vec<i32>> {
    #[derive(FromQueryResult)]
    struct Row {
        year: String,
    }
    let mut sql = Sql::new("SELECT DISTINCT SUBSTR(t.month, 1, 4) AS year FROM village_month t WHERE t.region = ");
    sql.bind(area.as_i64()).push(" ORDER BY 1 DESC");
    let rows: Vec<Row> = db.fetch(sql).await?;
    Ok(rows.into_iter().filter_map(|r| r.year.parse().ok()).collect())
}

/// A place and the divisions around it, up to the county: each has sums of its own.
pub(super) fn around(place: RegionCode) -> impl Iterator<Item = RegionCode> {
    let up = |code: &RegionCode| (code.level() > RegionLevel::County).then(|| code.parent());
    std::iter::successors(Some(place), up)
}

/// Adds a checked entry to the sums.
pub(super) async fn add(tx: &RecordedTx, e: &Entry) -> AppResult<()> {
    let town = e.place().at(RegionLevel::Town).as_i64();
    for place in around(e.place()) {
        tx.execute(
            "INSERT INTO village_month (region, parent, month, direction, rows, amount_fen) VALUES ($1, $2, $3, $4, 1, $5) \
             ON CONFLICT (region, month, direction) DO UPDATE SET rows = village_month.rows + 1, \
             amount_fen = village_month.amount_fen + excluded.amount_fen",
            args![
                place.as_i64(),
                place.parent().as_i64(),
                e.month(),
                e.direction.as_str(),
                e.amount_fen
            ],
        )
        .await?;
    }
    tx.execute(
        "INSERT INTO village_town_month (town, month, direction, category, channel, rows, amount_fen) \
         VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (town, month, direction, category, channel) DO UPDATE SET \
         rows = village_town_month.rows + 1, amount_fen = village_town_month.amount_fen + excluded.amount_fen",
        args![
            town,
            e.month(),
            e.direction.as_str(),
            e.category.as_str(),
            e.channel.as_str(),
            e.amount_fen
        ],
    )
    .await
    .map(|_| ())
}
