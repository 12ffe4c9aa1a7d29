//! The list of accounts with its filters.

use access::{Role, Scope};
use kernel::{AppResult, RegionCode};
use store::{Db, FromQueryResult, Query, Sql, args};

use super::{Account, AccountState, rows};

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    pub role: Option<Role>,
    pub state: Option<AccountState>,
    pub area: Option<RegionCode>,
    /// Part of the name or the login.
    pub text: String,
    /// Only accounts whose post waits for a grant.
    pub asked: bool,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct AccountLine {
    pub account: Account,
    pub org_name: String,
}

/// A page of accounts within reach, newest first, and how many there are. `page` counts from 1.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &AccountFilter,
    page: u64,
    page_size: u64,
) -> AppResult<(Vec<AccountLine>, u64)> {
    let condition = condition(scope, filter);
    let mut count = Sql::new("SELECT COUNT(*) FROM account a WHERE 1 = 1");
    count.append(&condition);
    let (text, values) = count.into_parts();
    let total = db.number(&text, values).await?.max(0) as u64;

    let offset = (page.max(1) - 1).saturating_mul(page_size).min(i64::MAX as u64) as i64;
    let (tail, values) = condition.into_parts();
    let limits = values.len();
    let sql = format!(
        "SELECT {} FROM account a WHERE 1 = 1{tail} ORDER BY a.id DESC LIMIT ${} OFFSET ${}",
        rows::COLUMNS,
        limits + 1,
        limits + 2
    );
    let mut values = values;
    values.extend(args![page_size as i64, offset]);
    let found: Vec<rows::Row> = db.rows(&sql, values).await?;
    let names = org_names(db).await?;
    let mut lines = Vec::with_capacity(found.len());
    for row in found {
        let account = Account::try_from(row)?;
        let org_name = account
            .post
            .org
            .as_ref()
            .and_then(|id| names.get(id))
            .cloned()
            .unwrap_or_default();
        lines.push(AccountLine { account, org_name });
    }
    Ok((lines, total))
}

async fn org_names(db: &Db) -> AppResult<std::collections::HashMap<String, String>> {
    #[derive(FromQueryResult)]
    struct Named {
        id: String,
        name: String,
    }
    let rows: Vec<Named> = db.rows("SELECT id, name FROM org", args![]).await?;
    Ok(rows.into_iter().map(|n| (n.id, n.name)).collect())
}

fn condition(scope: &Scope, filter: &AccountFilter) -> Sql {
    let mut sql = Sql::default();
    scope.restrict(&mut sql, "a.region");
    if let Some(area) = filter.area {
        Scope::area(area).restrict(&mut sql, "a.region");
    }
    if let Some(role) = filter.role {
        sql.push(" AND a.role = ").bind(role.id());
    }
    if let Some(state) = filter.state {
        sql.push(" AND a.state = ").bind(state.id());
    }
    if filter.asked {
        sql.push(" AND a.asked_role IS NOT NULL");
    }
    let text = filter.text.trim();
    if !text.is_empty() {
        let literal: String = text.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
        let part = format!("%{}%", literal.to_lowercase());
        sql.push(" AND (a.login LIKE ")
            .bind(part.clone())
            .push(" OR LOWER(a.name) LIKE ")
            .bind(part)
            .push(")");
    }
    sql
}
