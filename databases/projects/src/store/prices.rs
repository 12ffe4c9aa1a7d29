//! Prices by item: the bill of quantities of each project, and beside each price what other projects of the county paid
//! for the same item, spec and unit in the same year and the one before. The mean leaves out the project itself, so that
//! one dear line cannot excuse itself, and is not told of fewer than [`LEAST_OTHERS`] others.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money, RegionCode};
use store::{Db, FromQueryResult, Query, Sql, args};
use trail::RecordedTx;
use web::App;

use super::{
    list::PAGE_ROWS,
    project::{concerns, project, refuse_own_kin, write_version},
};
use crate::model::{EntryKind, Filled};

/// How many other projects a mean needs.
pub const LEAST_OTHERS: i64 = 3;

/// A line as it is written down. Quantities are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPrice {
    pub item: String,
    pub spec: String,
    pub unit: String,
    pub quantity: i64,
    pub price: Money,
}

/// A line with its project and what others paid.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PriceLine {
    pub id: i64,
    pub project: i64,
    pub project_no: String,
    pub project_name: String,
    pub region: i64,
    pub item: String,
    pub spec: String,
    pub unit: String,
    pub quantity: i64,
    pub price_fen: i64,
    pub entered_name: String,
    /// Mean of at least [`LEAST_OTHERS`] other projects.
    pub mean_fen: Option<i64>,
}

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct PriceFilter {
    pub area: Option<RegionCode>,
    /// Part of item or spec.
    pub text: String,
    /// Part of the project's name or number.
    pub project: String,
    pub of_project: Option<i64>,
    /// The dearest beside the mean first; else by item.
    pub dearest: bool,
}

impl NewPrice {
    /// Reads a line by the names of its fields.
    ///
    /// # Errors
    /// The field and what is wrong with it.
    pub fn read(form: &Filled) -> AppResult<NewPrice> {
        let spec = tidy(form.get("spec"));
        if spec.chars().count() > 80 {
            return Err(AppError::invalid("规格型号最多 80 个字。"));
        }
        Ok(NewPrice {
            item: tidy(&form.words("item", "清单项目", 60)?),
            spec,
            unit: tidy(&form.words("unit", "单位", 12)?),
            quantity: quantity(form.get("quantity"))?,
            price: form.some_money("price", "单价")?,
        })
    }
}

/// One blank between words, none around.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Hundredths above zero.
fn quantity(text: &str) -> AppResult<i64> {
    match Money::parse(text) {
        Ok(hundredths) if hundredths.fen() > 0 => Ok(hundredths.fen()),
        _ => Err(AppError::invalid("数量须大于零，最多两位小数。")),
    }
}

pub(super) async fn enter(app: &App, tx: &RecordedTx, id: i64, form: &Filled, today: Date) -> AppResult<()> {
    put(app, tx, id, &NewPrice::read(form)?, today).await
}

/// Writes a line; one of the same item, spec and unit is corrected.
async fn put(app: &App, tx: &RecordedTx, project: i64, line: &NewPrice, today: Date) -> AppResult<()> {
    let actor = tx.actor();
    tx.execute(
        "INSERT INTO project_price (id, project, item, spec, unit, quantity, price_fen, entered_by, entered_name, \
         entered_on) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (project, item, spec, unit) DO UPDATE SET \
         quantity = excluded.quantity, price_fen = excluded.price_fen, entered_by = excluded.entered_by, \
         entered_name = excluded.entered_name, entered_on = excluded.entered_on",
        args![
            app.next_id(),
            project,
            line.item.as_str(),
            line.spec.as_str(),
            line.unit.as_str(),
            line.quantity,
            line.price.fen(),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            today.to_string()
        ],
    )
    .await
    .map(|_| ())
}

/// Lines of one project out of a file, as one correction of it.
///
/// # Errors
/// Not found outside the scope; conflict where the project has no contract yet or is closed; forbidden for near kin.
pub(crate) async fn put_all(app: &App, tx: &RecordedTx, id: i64, lines: &[NewPrice], today: Date) -> AppResult<()> {
    let actor: &Actor = tx.actor();
    let row = project(&**tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个项目，或不在您的管理范围内。"))?;
    if !EntryKind::Price.by().contains(&actor.role) || !EntryKind::Price.when().contains(&row.state()) {
        return Err(AppError::conflict(format!("{}目前不能登记清单单价。", row.name)));
    }
    if concerns(&**tx, id, actor).await? {
        return Err(refuse_own_kin());
    }
    for line in lines {
        put(app, tx, id, line, today).await?;
    }
    write_version(tx, id, "price", "表格导入", "", today).await.map(|_| ())
}

pub(super) async fn drop_line(tx: &RecordedTx, id: i64, target: i64, form: &Filled) -> AppResult<()> {
    form.words("note", "删去的原因", 300)?;
    let done = tx
        .execute(
            "DELETE FROM project_price WHERE id = $1 AND project = $2",
            args![target, id],
        )
        .await?;
    if done == 0 {
        Err(AppError::conflict("这一行已经删去，或不属于本项目。"))
    } else {
        Ok(())
    }
}

/// Means are told over the whole county, whatever the reader's area: prices of contracts are public.
const LINES: &str = "WITH line AS (SELECT x.id, x.project, p.no AS project_no, p.name AS project_name, p.region, x.item, \
    x.spec, x.unit, x.quantity, x.price_fen, x.entered_name, COUNT(*) OVER alike AS found, SUM(x.price_fen) OVER alike AS total \
    FROM project_price x JOIN project p ON p.id = x.project WINDOW alike AS (PARTITION BY p.region / 1000000000, x.item, \
    x.spec, x.unit ORDER BY p.year RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)), priced AS (SELECT l.*, \
    CASE WHEN l.found > 3 THEN CAST((l.total - l.price_fen) / (l.found - 1) AS BIGINT) END AS mean_fen FROM line l) ";

const COLUMNS: &str = "a.id, a.project, a.project_no, a.project_name, a.region, a.item, a.spec, a.unit, a.quantity, \
    a.price_fen, a.entered_name, a.mean_fen";

impl PriceFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql, columns: [&'static str; 4]) {
        let [item, spec, name, no] = columns;
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        scope.restrict(sql, if item.starts_with("a.") { "a.region" } else { "p.region" });
        if let Some(like) = part(&self.text) {
            sql.push(" AND (").push(item).push(" LIKE ").bind(like.clone());
            sql.push(" OR ").push(spec).push(" LIKE ").bind(like).push(")");
        }
        if let Some(like) = part(&self.project) {
            sql.push(" AND (").push(name).push(" LIKE ").bind(like.clone());
            sql.push(" OR ").push(no).push(" LIKE ").bind(like).push(")");
        }
        if let Some(id) = self.of_project {
            sql.push(" AND project = ").bind(id);
        }
    }
}

/// What `LIKE` takes for a part of a name.
fn part(typed: &str) -> Option<String> {
    let text = typed.trim().replace(['%', '_', '\\'], "");
    (!text.is_empty()).then(|| format!("%{text}%"))
}

/// How many lines the filter holds.
pub async fn count(db: &Db, scope: &Scope, filter: &PriceFilter) -> AppResult<u64> {
    #[derive(FromQueryResult)]
    struct Found {
        n: i64,
    }
    let mut sql = Sql::new("SELECT COUNT(*) AS n FROM project_price x JOIN project p ON p.id = x.project WHERE 1 = 1");
    filter.narrow(scope, &mut sql, ["x.item", "x.spec", "p.name", "p.no"]);
    let found: Vec<Found> = db.fetch(sql).await?;
    Ok(found.first().map_or(0, |f| f.n.unsigned_abs()))
}

/// One page of the list (from 1).
pub async fn page_of(db: &Db, scope: &Scope, filter: &PriceFilter, page: u64) -> AppResult<Vec<PriceLine>> {
    let offset = (page.saturating_sub(1) * PAGE_ROWS) as i64;
    rows(db, scope, filter, PAGE_ROWS as i64, offset).await
}

/// So many rows after so many others.
pub async fn rows(db: &Db, scope: &Scope, filter: &PriceFilter, limit: i64, offset: i64) -> AppResult<Vec<PriceLine>> {
    let mut sql = Sql::new(LINES);
    sql.push("SELECT ").push(COLUMNS).push(" FROM priced a WHERE 1 = 1");
    filter.narrow(scope, &mut sql, ["a.item", "a.spec", "a.project_name", "a.project_no"]);
    if filter.dearest {
        // Lines without a mean come last in both databases.
        sql.push(" ORDER BY COALESCE(a.price_fen * 10000 / a.mean_fen, 0) DESC, a.item, a.id LIMIT ");
    } else {
        sql.push(" ORDER BY a.item, a.unit, a.spec, a.price_fen DESC, a.id LIMIT ");
    }
    sql.bind(limit);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_its_faults_named() {
        let line = |quantity, price| {
            let form = Filled::of([
                ("item", "  C25  混凝土路面 "),
                ("unit", "平方米"),
                ("quantity", quantity),
                ("price", price),
            ]);
            NewPrice::read(&form).map_err(|e| e.message)
        };
        let read = line("1200.5", "86").unwrap();
        assert_eq!(
            (read.item.as_str(), read.quantity, read.price.fen()),
            ("C25 混凝土路面", 120_050, 8_600)
        );
        for quantity in ["0", "-1", "1.234", "许多", ""] {
            assert_eq!(line(quantity, "86").unwrap_err(), "数量须大于零，最多两位小数。");
        }
        assert_eq!(line("1", "0").unwrap_err(), "单价须大于零。");
    }
}
