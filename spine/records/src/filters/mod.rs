//! Saved filters of a list: a name for a query one asks again and again (常用筛选).

pub(crate) mod pages;

use kernel::{AppError, AppResult};
use store::{Query, args};
use trail::RecordedTx;

/// At most so many for one page of one account.
pub const MAX_FILTERS: i64 = 20;

/// One saved filter.
#[derive(Clone, Debug, PartialEq, Eq, store::FromQueryResult)]
pub struct SavedFilter {
    pub id: i64,
    pub name: String,
    /// The query as the URL spells it, without `?`.
    pub query: String,
}

/// The bar of saved filters above a list; templates print it with `parts/saved-filters.html`.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// Path of the list.
    pub page: String,
    /// The present query, to be saved.
    pub query: String,
    pub saved: Vec<SavedFilter>,
}

/// The bar of this list for this account.
pub async fn bar(db: &impl Query, account: Option<i64>, page: &str, query: &str) -> AppResult<Bar> {
    Ok(Bar {
        page: page.to_owned(),
        query: query.to_owned(),
        saved: match account {
            Some(account) => of(db, account, page).await?,
            None => Vec::new(),
        },
    })
}

/// The saved filters of an account for a page, by name.
pub async fn of(db: &impl Query, account: i64, page: &str) -> AppResult<Vec<SavedFilter>> {
    db.rows(
        "SELECT id, name, query FROM saved_filter WHERE account = $1 AND page = $2 ORDER BY name, id",
        args![account, page],
    )
    .await
}

/// Keeps a query under a name; the same name again replaces the query.
///
/// # Errors
/// Invalid when the name is empty or longer than 20 characters, or when there are [`MAX_FILTERS`] already.
pub(crate) async fn keep(tx: &RecordedTx, id: i64, page: &str, name: &str, query: &str) -> AppResult<()> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 20 {
        return Err(AppError::invalid("请给筛选起一个 1 到 20 字的名称。"));
    }
    let account = account(tx)?;
    let others = tx
        .number(
            "SELECT COUNT(*) FROM saved_filter WHERE account = $1 AND page = $2 AND name <> $3",
            args![account, page, name],
        )
        .await?;
    if others >= MAX_FILTERS {
        return Err(AppError::invalid(format!(
            "每个页面最多保存 {MAX_FILTERS} 个筛选，请先删除不用的。"
        )));
    }
    tx.execute(
        "INSERT INTO saved_filter (id, account, page, name, query) VALUES ($1,$2,$3,$4,$5) \
         ON CONFLICT (account, page, name) DO UPDATE SET query = excluded.query",
        args![id, account, page, name, query],
    )
    .await?;
    Ok(())
}

/// Removes one of the actor's own filters and returns its page.
pub(crate) async fn remove(tx: &RecordedTx, id: i64) -> AppResult<String> {
    let account = account(tx)?;
    let found: Option<Page> = tx
        .row(
            "DELETE FROM saved_filter WHERE id = $1 AND account = $2 RETURNING page",
            args![id, account],
        )
        .await?;
    found
        .map(|f| f.page)
        .ok_or_else(|| AppError::not_found("没有找到这个筛选。"))
}

#[derive(store::FromQueryResult)]
struct Page {
    page: String,
}

fn account(tx: &RecordedTx) -> AppResult<i64> {
    let account = tx.actor().account;
    account.map(|a| a.0).ok_or_else(|| AppError::forbidden("请先登录。"))
}
