//! The app in process, with accounts that need no password.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex},
};

use access::{AccountId, Actor, Role, Scope};
use async_trait::async_trait;
use axum::{Router, extract::Path, response::IntoResponse};
use kernel::{AppResult, Calendar, FixedClock, KeyRing, RegionCode};
use store::Objects;
use web::{Accounts, App, AppBuilder, Config, Ctx, Module, Page, Routes, SignedIn};

use crate::{Client, TestDb, test_day};

/// The modules under test, running in process over one fresh database.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub(crate) router: Router,
    accounts: Arc<TestAccounts>,
    _db: TestDb,
}

#[derive(Default)]
struct TestAccounts(Mutex<HashMap<i64, Actor>>);

#[async_trait]
impl Accounts for TestAccounts {
    async fn signed_in(&self, _app: &App, account: AccountId) -> AppResult<Option<SignedIn>> {
        let actor = self.0.lock().unwrap().get(&account.0).cloned();
        Ok(actor.map(|actor| SignedIn {
            actor,
            area_title: "测试县".to_owned(),
        }))
    }
}

/// An actor of a role over an area (`371621`), with an account id made from the role.
pub fn an_actor(role: Role, area: &str) -> Actor {
    let place = Role::ALL.iter().position(|r| *r == role).unwrap_or(0) as i64;
    let area: RegionCode = area.parse().expect("a region code");
    Actor {
        account: Some(AccountId(1000 + place)),
        name: format!("测试{}", role.title()),
        role,
        scope: if role.is_platform_admin() {
            Scope::nothing()
        } else {
            Scope::area(area)
        },
        department: None,
        person: None,
    }
}

impl TestApp {
    pub async fn new(db: TestDb, modules: Vec<Module>) -> TestApp {
        Self::with_parts(db, modules, Vec::new()).await
    }

    /// With parts that modules look up by type.
    pub async fn with_parts(db: TestDb, modules: Vec<Module>, parts: Vec<Arc<dyn Any + Send + Sync>>) -> TestApp {
        Self::put_together(db, modules, parts, None).await
    }

    /// As an installation runs it: accounts from the database, cookies over HTTPS only. `as_role` and
    /// `signed_in` do not work here; sign in with a password.
    pub async fn installed(
        db: TestDb,
        modules: Vec<Module>,
        parts: Vec<Arc<dyn Any + Send + Sync>>,
        accounts: Arc<dyn Accounts>,
    ) -> TestApp {
        Self::put_together(db, modules, parts, Some(accounts)).await
    }

    async fn put_together(
        db: TestDb,
        mut modules: Vec<Module>,
        parts: Vec<Arc<dyn Any + Send + Sync>>,
        real_accounts: Option<Arc<dyn Accounts>>,
    ) -> TestApp {
        modules.push(SIGN_IN);
        let clock = Arc::new(FixedClock::on(test_day()));
        let accounts = Arc::new(TestAccounts::default());
        let app = AppBuilder {
            config: Config {
                product: "阳光惠民".to_owned(),
                area: "371621".parse().expect("a region code"),
                area_title: "惠民县".to_owned(),
                secure_cookies: real_accounts.is_some(),
                data_dir: db.folder.path().to_owned(),
            },
            db: db.db.clone(),
            objects: Objects::open(&db.folder.path().join("objects")).expect("objects folder"),
            keys: KeyRing::for_tests(1),
            clock: clock.clone(),
            calendar: Calendar::default(),
            modules,
            accounts: real_accounts.unwrap_or_else(|| accounts.clone()),
            parts,
            id_seed: 1,
        }
        .build()
        .await
        .expect("the app builds");
        let router = web::router(app.clone());
        TestApp {
            app,
            clock,
            router,
            accounts,
            _db: db,
        }
    }

    /// A visitor who has not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Someone signed in as this actor. The actor needs an account id.
    pub async fn signed_in(&self, actor: Actor) -> Client {
        let id = actor.account.expect("an account id").0;
        self.set_actor(actor);
        let mut client = self.visitor();
        client.get(&format!("/test/sign-in/{id}")).await;
        let token = client.get("/test/csrf").await;
        client.csrf = token.body;
        client
    }

    pub async fn as_role(&self, role: Role, area: &str) -> Client {
        self.signed_in(an_actor(role, area)).await
    }

    /// Changes what an account is, as an administrator would while its session goes on.
    pub fn set_actor(&self, actor: Actor) {
        let id = actor.account.expect("an account id").0;
        self.accounts.0.lock().unwrap().insert(id, actor);
    }

    /// Closes an account while its session goes on.
    pub fn close_account(&self, account: AccountId) {
        self.accounts.0.lock().unwrap().remove(&account.0);
    }
}

const SIGN_IN: Module = Module {
    name: "testkit",
    migrations: &[],
    policy: r#"permit(principal, action == Action::"test.sign_in", resource);"#,
    menu: &[],
    routes,
};

fn routes(routes: Routes) -> Routes {
    routes
        .get("/test/sign-in/{account}", "test.sign_in", sign_in)
        .get("/test/csrf", "test.sign_in", csrf)
}

async fn sign_in(ctx: Ctx, Path(account): Path<i64>) -> Page {
    ctx.sign_in(AccountId(account)).await?;
    Ok("signed in".into_response())
}

async fn csrf(ctx: Ctx) -> Page {
    Ok(ctx.csrf().to_owned().into_response())
}
