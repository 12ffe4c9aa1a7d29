//! Documents of higher levels that announce money, and whether it was collected and filed here (应进尽进; rule D-04).

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Calendar, Date, Money, checks::clean_code, period::parse_date};
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once};
use web::App;

use super::sized;
use crate::chain::{Books, IndicatorRow, LEVELS, day_within, filing_due, id_in};

/// Working days within which announced money is registered.
const COLLECT_WITHIN_WORKING_DAYS: u32 = 10;

/// A document as known from above.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Upper {
    pub id: i64,
    pub doc_no: String,
    pub level: String,
    pub org: String,
    pub title: String,
    pub amount_fen: i64,
    pub issued_on: String,
}

/// A document to be noted.
#[derive(Clone, Copy, Debug)]
pub struct NewUpper<'a> {
    pub doc_no: &'a str,
    pub level: &'a str,
    pub org: &'a str,
    pub title: &'a str,
    pub amount: Money,
    pub issued_on: Date,
}

/// How a document from above stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Registered with the same amount, and filed where it has to be.
    Collected,
    /// Not registered yet, until this day in time.
    Waiting(Date),
    /// Not registered and the day has passed.
    Missing(Date),
    /// Registered with another amount.
    Differs(Money),
    /// Registered, but not filed with the city in time.
    Unfiled(Date),
}

impl Standing {
    pub fn title(&self) -> String {
        match self {
            Standing::Collected => "已归集".into(),
            Standing::Waiting(day) => format!("待登记，期限 {day}"),
            Standing::Missing(day) => format!("未归集，已过 {day}"),
            Standing::Differs(amount) => format!("金额不一致：已登记 {amount} 元"),
            Standing::Unfiled(day) => format!("已登记，未报备，已过 {day}"),
        }
    }

    pub fn tone(&self) -> &'static str {
        match self {
            Standing::Collected => "done",
            Standing::Waiting(_) => "wait",
            _ => "late",
        }
    }

    /// Whether somebody has to look.
    pub fn asks(&self) -> bool {
        !matches!(self, Standing::Collected | Standing::Waiting(_))
    }
}

impl Upper {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    /// Compares with what is registered: the same number, written in any way.
    pub fn standing(&self, books: &Books, calendar: &Calendar, today: Date) -> Standing {
        let number = clean_code(&self.doc_no);
        let same: Vec<&IndicatorRow> = books
            .indicators
            .iter()
            .filter(|i| clean_code(&i.doc_no) == number)
            .collect();
        if same.is_empty() {
            let from = parse_date(&self.issued_on).unwrap_or(today);
            let due = calendar.add_working_days(from, COLLECT_WITHIN_WORKING_DAYS);
            return if due < today {
                Standing::Missing(due)
            } else {
                Standing::Waiting(due)
            };
        }
        let registered: Money = same.iter().map(|i| i.amount()).sum();
        if registered != self.amount() {
            return Standing::Differs(registered);
        }
        let late = same
            .iter()
            .filter(|i| i.filed_on.is_none())
            .filter_map(|i| filing_due(i, calendar))
            .find(|due| *due < today);
        late.map_or(Standing::Collected, Standing::Unfiled)
    }
}

/// Documents from above of one's department, newest first.
pub async fn uppers(db: &impl Query, scope: &Scope) -> AppResult<Vec<Upper>> {
    let mut sql =
        Sql::new("SELECT id, doc_no, level, org, title, amount_fen, issued_on FROM upper_document WHERE 1 = 1");
    scope.restrict_department(&mut sql, "org");
    sql.push(" ORDER BY issued_on DESC, id DESC");
    db.fetch(sql).await
}

/// Notes a document.
///
/// # Errors
/// Invalid fields; `Conflict` for a number that is there.
pub async fn enter_upper(app: &App, actor: &Actor, request_id: &str, new: &NewUpper<'_>) -> AppResult<i64> {
    let doc_no = sized(new.doc_no, "文号", 2, 60)?;
    let title = sized(new.title, "文件名称", 2, 100)?;
    if !LEVELS.contains(&new.level) {
        return Err(AppError::invalid("请选择来源层级。"));
    }
    if new.org.is_empty() || !actor.scope.covers_department(new.org) {
        return Err(AppError::invalid("请选择主管部门。"));
    }
    let issued_on = day_within("发文日期", new.issued_on, app.clock.today())?;
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let id = app.next_id();
    let written = tx
        .execute(
            "INSERT INTO upper_document (id, doc_no, level, org, title, amount_fen, issued_on, entered_by) \
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (doc_no) DO NOTHING",
            args![
                id,
                doc_no.as_str(),
                new.level,
                new.org,
                title.as_str(),
                new.amount.fen(),
                issued_on,
                actor.account.map_or(-1, |a| a.0)
            ],
        )
        .await?;
    if written == 0 {
        return Err(AppError::conflict("这个文号已经登记过，没有重复登记。"));
    }
    let act = Act::new("fund_source.enter", format!("upper_document:{id}"));
    tx.commit(act.with(json!({ "doc_no": doc_no, "amount_fen": new.amount.fen() })))
        .await?;
    Ok(id)
}
