//! Who a session is, asked at every request: a demoted, expired or closed account is so at once.

use std::sync::Arc;

use access::{AccountId, Role, Scope};
use async_trait::async_trait;
use kernel::AppResult;
use store::{FromQueryResult, Query, args};
use web::{Accounts, App, SignedIn};

use super::{Account, rows};
use crate::regions;

/// The accounts of the database.
pub struct Living;

/// For `AppBuilder::accounts`.
pub fn living() -> Arc<dyn Accounts> {
    Arc::new(Living)
}

#[async_trait]
impl Accounts for Living {
    async fn signed_in(&self, app: &App, account: AccountId) -> AppResult<Option<SignedIn>> {
        let Some(account) = rows::account(&app.db, account).await? else {
            return Ok(None);
        };
        if !account.is_usable(app.clock.today()) {
            return Ok(None);
        }
        let area_title = area_title(app, &account).await?;
        let mut actor = account.actor();
        if account.must_change {
            // A password that others have seen opens nothing but the page where it is replaced.
            actor.role = Role::Citizen;
            actor.scope = Scope::nothing();
            actor.department = None;
        }
        Ok(Some(SignedIn { actor, area_title }))
    }
}

/// `惠民县民政局`, or `惠民县 淄角镇` where there is no organisation.
async fn area_title(app: &App, account: &Account) -> AppResult<String> {
    #[derive(FromQueryResult)]
    struct Named {
        name: String,
    }
    if account.post.role.is_platform_admin() {
        return Ok(app.config.area_title.clone());
    }
    if let Some(org) = &account.post.org {
        let named: Option<Named> = app
            .db
            .row("SELECT name FROM org WHERE id = $1", args![org.as_str()])
            .await?;
        if let Some(named) = named {
            return Ok(named.name);
        }
    }
    Ok(regions(app).await?.path_in_county(account.post.region))
}
