//! The list of entries: one filter and one scope for rows, sums and export.
//!
//! What can be answered from kept sums is: a county's list does not count its 756,200 entries. What remains (a search,
//! entries under way, a community or less) reads an index; a search that means very many entries is cut, not counted.

use std::collections::BTreeMap;

use ::store::{Query, Sql};
use access::Scope;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use records::flow::Code;

use super::{
    entry::{COLUMNS, Entry, WORDS},
    totals::{KEPT, Span, Sums},
    words,
};
use crate::model::{Category, Channel, Direction, EntryState};

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct LedgerFilter {
    pub area: Option<RegionCode>,
    pub span: Span,
    pub direction: Option<Direction>,
    pub category: Option<Category>,
    pub channel: Option<Channel>,
    pub state: Option<EntryState>,
    /// A voucher number, or part of the summary or of the other party's name.
    pub text: String,
}

/// Rows on a page.
pub const PAGE_ROWS: u64 = 50;
/// So many entries of a search are counted and paged; beyond, the reader narrows it.
pub const MOST_FOUND: u64 = 5_000;
/// So many words of a search are read latest first, each on its own.
const MOST_ALONE: usize = 30;

/// The filter with the words of its search looked up.
struct Narrowed<'a> {
    filter: &'a LedgerFilter,
    scope: Scope,
    /// The area the scope reaches.
    area: RegionCode,
    words: Option<Vec<i64>>,
}

async fn narrowed<'a>(db: &impl Query, scope: &Scope, filter: &'a LedgerFilter) -> AppResult<Option<Narrowed<'a>>> {
    let scope = filter.area.map_or_else(|| scope.clone(), |area| scope.within(area));
    let Some(area) = scope.region() else { return Ok(None) };
    let text = filter.text.trim();
    let words = if text.is_empty() {
        None
    } else {
        let mut found = words::containing(db, text)
            .await?
            .ok_or_else(|| AppError::invalid(format!("含“{text}”的说法太多，请多输入一两个字，例如“付路灯电费”。")))?;
        // No word has the number 0: `NOT IN` an empty list would hold for nothing.
        found.push(0);
        Some(found)
    };
    Ok(Some(Narrowed {
        filter,
        scope,
        area,
        words,
    }))
}

const FOUND: &str = "SELECT e.id, e.day, e.region, e.state, e.direction, e.category, e.channel, e.amount_fen \
     FROM village_entry e WHERE ";

impl Narrowed<'_> {
    fn conditions(&self, sql: &mut Sql, under_way: bool) {
        // Words, a community, or the few entries under way drive the query by themselves. In a wider area the day does:
        // the cast keeps SQLite from reading the whole area and sorting it; PostgreSQL drops it and asks its statistics.
        let under_way = under_way || self.filter.state.is_some_and(|s| s != EntryState::Checked);
        let wide = self.area.level() <= RegionLevel::Town && self.words.is_none() && !under_way;
        if under_way {
            sql.push(" AND e.state <> 'checked'");
        }
        if self.filter.state.is_none() {
            sql.push(" AND e.state <> 'withdrawn'");
        }
        if wide && self.area.level() == RegionLevel::Town {
            sql.push(" AND e.town = ").bind(self.area.as_i64());
        }
        self.scope
            .restrict(sql, if wide { "CAST(e.region AS BIGINT)" } else { "e.region" });
        if let Some(from) = self.filter.span.from {
            sql.push(" AND e.day >= ").bind(from.first_day().to_string());
        }
        if let Some(to) = self.filter.span.to {
            sql.push(" AND e.day <= ").bind(to.last_day().to_string());
        }
        for (column, code) in [
            (" AND e.direction = ", self.filter.direction.map(Code::id)),
            (" AND e.category = ", self.filter.category.map(Code::id)),
            (" AND e.channel = ", self.filter.channel.map(Code::id)),
            (" AND e.state = ", self.filter.state.map(Code::id)),
        ] {
            if let Some(code) = code {
                sql.push(column).bind(code);
            }
        }
    }

    /// What is read: all entries, or those with the words of the search, from indexes that hold all a filter asks.
    fn source(&self, sql: &mut Sql) {
        let Some(words) = &self.words else {
            sql.push(" FROM village_entry e");
            return;
        };
        let words = || words.iter().copied();
        sql.push(" FROM (").push(FOUND).push("e.summary IN ").bind_list(words());
        sql.push(" UNION ALL ")
            .push(FOUND)
            .push("e.party IN ")
            .bind_list(words());
        sql.push(" AND e.summary NOT IN ").bind_list(words());
        sql.push(" UNION ALL ");
        self.of_number(sql);
        sql.push(") e");
    }

    /// Entries whose voucher has the number that was asked for, none of those its words find.
    fn of_number(&self, sql: &mut Sql) {
        let words = || self.words.iter().flatten().copied();
        sql.push(FOUND).push("e.voucher_no = ").bind(self.filter.text.trim());
        sql.push(" AND e.party NOT IN ").bind_list(words());
        sql.push(" AND e.summary NOT IN ").bind_list(words());
    }

    /// As [`Self::source`] with its conditions, when the first `most` rows by day are enough: each word gives its own
    /// first rows in the order of an index, so that a word that stands in 20,000 entries is not read whole.
    fn latest(&self, sql: &mut Sql, most: i64) -> bool {
        let Some(words) = self.words.as_ref().filter(|w| w.len() <= MOST_ALONE) else {
            return false;
        };
        let first = |sql: &mut Sql| {
            self.conditions(sql, false);
            sql.push(" ORDER BY e.day DESC, e.id DESC LIMIT ").bind(most);
            sql.push(") w UNION ALL ");
        };
        sql.push(" FROM (");
        for word in words {
            sql.push("SELECT * FROM (").push(FOUND).push("e.summary = ").bind(*word);
            first(sql);
            sql.push("SELECT * FROM (").push(FOUND).push("e.party = ").bind(*word);
            sql.push(" AND e.summary NOT IN ").bind_list(words.iter().copied());
            first(sql);
        }
        self.of_number(sql);
        self.conditions(sql, false);
        sql.push(") e WHERE 1 = 1");
        true
    }

    /// Kept sums know towns, months, directions, categories and channels of checked entries.
    fn is_kept(&self) -> bool {
        self.words.is_none()
            && self.area.level() <= RegionLevel::Town
            && self.filter.state.is_none_or(|s| s == EntryState::Checked)
    }

    async fn kept(&self, db: &impl Query) -> AppResult<Sums> {
        let mut sql = Sql::new("SELECT ");
        sql.push(KEPT);
        self.from_kept(&mut sql);
        Ok(db.fetch(sql).await?.pop().unwrap_or_default())
    }

    /// Sums of the area itself where they suffice, else those of its towns by category and channel.
    fn from_kept(&self, sql: &mut Sql) {
        if self.filter.category.is_none() && self.filter.channel.is_none() {
            sql.push(" FROM village_month t WHERE t.region = ")
                .bind(self.area.as_i64());
        } else {
            sql.push(" FROM village_town_month t WHERE 1 = 1");
            self.scope.restrict(sql, "t.town");
        }
        self.filter.span.narrow(sql);
        for (column, code) in [
            (" AND t.direction = ", self.filter.direction.map(Code::id)),
            (" AND t.category = ", self.filter.category.map(Code::id)),
            (" AND t.channel = ", self.filter.channel.map(Code::id)),
        ] {
            if let Some(code) = code {
                sql.push(column).bind(code);
            }
        }
    }

    async fn counted(&self, db: &impl Query, under_way: bool) -> AppResult<Sums> {
        let mut sql = Sql::new(
            "SELECT CAST(COALESCE(SUM(CASE WHEN e.direction = 'income' THEN 1 ELSE 0 END), 0) AS BIGINT) AS income_rows, \
             CAST(COALESCE(SUM(CASE WHEN e.direction = 'income' THEN e.amount_fen ELSE 0 END), 0) AS BIGINT) AS income_fen, \
             CAST(COALESCE(SUM(CASE WHEN e.direction = 'expense' THEN 1 ELSE 0 END), 0) AS BIGINT) AS expense_rows, \
             CAST(COALESCE(SUM(CASE WHEN e.direction = 'expense' THEN e.amount_fen ELSE 0 END), 0) AS BIGINT) AS \
             expense_fen",
        );
        // Of a search one row more than is counted tells that there are more.
        sql.push(" FROM (SELECT e.direction, e.amount_fen");
        self.source(&mut sql);
        sql.push(" WHERE 1 = 1");
        self.conditions(&mut sql, under_way);
        if self.words.is_some() {
            sql.push(" LIMIT ").bind(MOST_FOUND as i64 + 1);
        }
        sql.push(") e");
        Ok(db.fetch(sql).await?.pop().unwrap_or_default())
    }
}

/// From here on kept counts say which month a page begins in.
const FAR: i64 = 1_000;

#[derive(::store::FromQueryResult)]
struct InMonth {
    month: String,
    rows: i64,
}

impl Narrowed<'_> {
    /// The last day of the month in which a far offset falls, and how much of that month comes before it.
    async fn far(&self, db: &impl Query, offset: i64) -> AppResult<Option<(String, i64)>> {
        if offset < FAR || !self.is_kept() {
            return Ok(None);
        }
        let mut sql = Sql::new("SELECT t.month, CAST(SUM(t.rows) AS BIGINT) AS rows");
        self.from_kept(&mut sql);
        sql.push(" GROUP BY t.month");
        let mut months: BTreeMap<String, i64> = BTreeMap::new();
        let mut add = |found: Vec<InMonth>| {
            for InMonth { month, rows } in found {
                *months.entry(month).or_default() += rows;
            }
        };
        add(db.fetch(sql).await?);
        if self.filter.state.is_none() {
            let mut sql =
                Sql::new("SELECT SUBSTR(e.day, 1, 7) AS month, COUNT(*) AS rows FROM village_entry e WHERE 1 = 1");
            self.conditions(&mut sql, true);
            sql.push(" GROUP BY SUBSTR(e.day, 1, 7)");
            add(db.fetch(sql).await?);
        }
        let months: Vec<(String, i64)> = months.into_iter().rev().collect();
        // No day of a month is later than its 31st.
        Ok(::store::part_at(&months, offset).map(|(month, rest)| (format!("{month}-31"), rest)))
    }
}

/// Count and amounts of the whole filtered set, withdrawn entries aside unless asked for; `None` when a search finds
/// more than [`MOST_FOUND`].
pub async fn sums(db: &impl Query, scope: &Scope, filter: &LedgerFilter) -> AppResult<Option<Sums>> {
    let Some(narrowed) = narrowed(db, scope, filter).await? else {
        return Ok(Some(Sums::default()));
    };
    if !narrowed.is_kept() {
        let counted = narrowed.counted(db, false).await?;
        let whole = narrowed.words.is_none() || counted.rows().unsigned_abs() <= MOST_FOUND;
        return Ok(whole.then_some(counted));
    }
    let kept = narrowed.kept(db).await?;
    if filter.state == Some(EntryState::Checked) {
        return Ok(Some(kept));
    }
    Ok(Some(kept.and(narrowed.counted(db, true).await?)))
}

/// One page of the list (from 1), the latest day first.
pub async fn page_of(db: &impl Query, scope: &Scope, filter: &LedgerFilter, page: u64) -> AppResult<Vec<Entry>> {
    let offset = page.saturating_sub(1).min(100_000) * PAGE_ROWS;
    cut(db, scope, filter, None, PAGE_ROWS as i64, offset as i64).await
}

/// The rows behind an entry (its day and id), for exports of any length.
pub async fn rows_after(
    db: &impl Query,
    scope: &Scope,
    filter: &LedgerFilter,
    after: Option<(&str, i64)>,
    limit: i64,
) -> AppResult<Vec<Entry>> {
    cut(db, scope, filter, after, limit, 0).await
}

async fn cut(
    db: &impl Query,
    scope: &Scope,
    filter: &LedgerFilter,
    after: Option<(&str, i64)>,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<Entry>> {
    let Some(narrowed) = narrowed(db, scope, filter).await? else {
        return Ok(Vec::new());
    };
    let mut sql = Sql::new("SELECT ");
    let far = match after {
        None => narrowed.far(db, offset).await?,
        Some(_) => None,
    };
    // The page is cut before the words are fetched for its rows.
    sql.push(COLUMNS).push(" FROM (SELECT e.id, e.day");
    let first = after.is_none() && (offset as u64) < MOST_FOUND;
    if !(first && narrowed.latest(&mut sql, limit + offset)) {
        narrowed.source(&mut sql);
        sql.push(" WHERE 1 = 1");
        narrowed.conditions(&mut sql, false);
    }
    if let Some((day, id)) = after {
        sql.push(" AND e.day <= ").bind(day);
        sql.push(" AND (e.day < ")
            .bind(day)
            .push(" OR e.id < ")
            .bind(id)
            .push(")");
    }
    let mut skip = offset;
    if let Some((last_day, rest)) = far {
        sql.push(" AND e.day <= ").bind(last_day);
        skip = rest;
    }
    sql.push(" ORDER BY e.day DESC, e.id DESC LIMIT ").bind(limit);
    sql.push(" OFFSET ").bind(skip);
    sql.push(") h JOIN village_entry e ON e.id = h.id").push(WORDS);
    sql.push(" ORDER BY e.day DESC, e.id DESC");
    db.fetch(sql).await
}

/// How many entries of an area wait for each step: state and count.
pub async fn waiting(db: &impl Query, scope: &Scope) -> AppResult<Vec<(EntryState, i64)>> {
    #[derive(::store::FromQueryResult)]
    struct Row {
        state: String,
        rows: i64,
    }
    let mut sql = Sql::new(
        "SELECT e.state, COUNT(*) AS rows FROM village_entry e WHERE e.state <> 'checked' AND e.state <> 'withdrawn'",
    );
    scope.restrict(&mut sql, "e.region");
    sql.push(" GROUP BY e.state");
    let rows: Vec<Row> = db.fetch(sql).await?;
    let known = |r: &Row| Some((EntryState::parse(&r.state)?, r.rows));
    Ok(rows.iter().filter_map(known).collect())
}
