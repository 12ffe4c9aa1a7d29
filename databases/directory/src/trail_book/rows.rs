//! The queries behind the page of the record.

use access::Scope;
use kernel::{AppResult, Date, Timestamp};
use store::{Db, FromQueryResult, Query, Sql, args};

/// What the record is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrailFilter {
    /// Part of the actor's name.
    pub(crate) actor: String,
    /// An account's id.
    pub(crate) account: Option<i64>,
    /// The whole name of an act, or its first part (`account`).
    pub(crate) act: String,
    /// A subject such as `finding:12`.
    pub(crate) subject: String,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
}

/// One event.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) at_millis: i64,
    pub(crate) actor_name: String,
    pub(crate) role: String,
    pub(crate) act: String,
    pub(crate) subject: String,
    pub(crate) region: i64,
    pub(crate) purpose: Option<String>,
    pub(crate) payload: String,
    pub(crate) hash: String,
}

/// A page of events, newest first, and how many there are. With a scope, only acts in its area.
pub(crate) async fn entries(
    db: &Db,
    scope: Option<&Scope>,
    filter: &TrailFilter,
    page: u64,
    page_size: u64,
) -> AppResult<(Vec<Entry>, u64)> {
    let condition = condition(scope, filter);
    let mut count = Sql::new("SELECT COUNT(*) FROM trail_event WHERE 1 = 1");
    count.append(&condition);
    let (text, values) = count.into_parts();
    let total = db.number(&text, values).await?.max(0) as u64;

    let offset = (page.max(1) - 1).saturating_mul(page_size).min(i64::MAX as u64) as i64;
    let mut sql = Sql::new(
        "SELECT seq, at_millis, actor_name, role, act, subject, region, purpose, payload, hash FROM trail_event WHERE 1 = 1",
    );
    sql.append(&condition)
        .push(" ORDER BY seq DESC LIMIT ")
        .bind(page_size as i64)
        .push(" OFFSET ")
        .bind(offset);
    Ok((db.fetch(sql).await?, total))
}

fn condition(scope: Option<&Scope>, filter: &TrailFilter) -> Sql {
    let mut sql = Sql::default();
    if let Some(scope) = scope {
        scope.restrict(&mut sql, "region");
    }
    if let Some(account) = filter.account {
        sql.push(" AND account = ").bind(account);
    }
    let actor: String = filter
        .actor
        .trim()
        .chars()
        .filter(|c| !matches!(c, '%' | '_' | '\\'))
        .collect();
    if !actor.is_empty() {
        sql.push(" AND actor_name LIKE ").bind(format!("%{actor}%"));
    }
    let act: String = filter
        .act
        .trim()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
        .collect();
    if !act.is_empty() {
        // One act, or all of a module: `account` and `account.sign_in` alike.
        let of_module = format!("{act}.%");
        sql.push(" AND (act = ")
            .bind(act)
            .push(" OR act LIKE ")
            .bind(of_module)
            .push(")");
    }
    let subject = filter.subject.trim();
    if !subject.is_empty() {
        sql.push(" AND subject = ").bind(subject);
    }
    if let Some(from) = filter.from {
        sql.push(" AND at_millis >= ")
            .bind(Timestamp::at_start_of(from).millis());
    }
    if let Some(to) = filter.to {
        let end = to.next_day().unwrap_or(to);
        sql.push(" AND at_millis < ").bind(Timestamp::at_start_of(end).millis());
    }
    sql
}

/// The acts that occur, for the filter's choices.
pub(crate) async fn acts(db: &Db) -> AppResult<Vec<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        act: String,
    }
    let rows: Vec<Row> = db
        .rows("SELECT DISTINCT act FROM trail_event ORDER BY act", args![])
        .await?;
    Ok(rows.into_iter().map(|row| row.act).collect())
}
