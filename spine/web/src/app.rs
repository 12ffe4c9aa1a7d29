//! The running platform: what every handler may reach.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    ops::Deref,
    path::PathBuf,
    sync::Arc,
};

use access::{AccountId, Actor, Policies};
use async_trait::async_trait;
use kernel::{AppError, AppResult, Calendar, Clock, IdSource, KeyRing, RegionCode};
use store::{Db, Objects, SqlMigration};
use trail::Trail;

use crate::{Module, Progress, RouteInfo, module::Routes};

/// Settings of one installation.
#[derive(Clone, Debug)]
pub struct Config {
    /// Name of the product as this county shows it.
    pub product: String,
    /// The county (or city) that is served.
    pub area: RegionCode,
    /// Its name.
    pub area_title: String,
    /// Cookies carry `Secure` and the `__Host-` prefix; only a trial over plain HTTP to another machine turns it off.
    pub secure_cookies: bool,
    /// Where keys, database, objects and logs lie.
    pub data_dir: PathBuf,
}

/// A signed-in actor and how the bar names the area.
pub struct SignedIn {
    pub actor: Actor,
    pub area_title: String,
}

/// Where accounts come from; module `directory` implements it. Asked at every request, so that a demotion or
/// a closed account takes effect at once.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// `None` when the account is closed, expired or unknown.
    async fn signed_in(&self, app: &App, account: AccountId) -> AppResult<Option<SignedIn>>;
}

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts of an [`App`].
pub struct Inner {
    pub config: Config,
    pub db: Db,
    pub trail: Trail,
    pub objects: Objects,
    pub keys: KeyRing,
    pub clock: Arc<dyn Clock>,
    pub ids: IdSource,
    pub policies: Policies,
    pub calendar: Calendar,
    pub progress: Progress,
    pub modules: Vec<Module>,
    pub(crate) accounts: Arc<dyn Accounts>,
    parts: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// A part that a module put in at start, e.g. the data-set contracts.
    pub fn part<T: Any + Send + Sync>(&self) -> AppResult<Arc<T>> {
        self.parts
            .get(&TypeId::of::<T>())
            .and_then(|part| part.clone().downcast::<T>().ok())
            .ok_or_else(|| AppError::internal(format!("missing part {}", std::any::type_name::<T>())))
    }

    /// A new id, larger than all before.
    pub fn next_id(&self) -> i64 {
        self.ids.next(self.clock.as_ref())
    }

    /// Twelve fresh random bytes for sealing.
    pub fn nonce(&self) -> AppResult<[u8; 12]> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes).map_err(|e| AppError::internal(e.to_string()))?;
        Ok(bytes)
    }

    /// Every route of every module, for the golden test of permissions.
    pub fn routes(&self) -> Vec<RouteInfo> {
        self.modules
            .iter()
            .flat_map(|module| (module.routes)(Routes::of(module.name)).infos)
            .collect()
    }
}

/// Puts an [`App`] together.
pub struct AppBuilder {
    pub config: Config,
    pub db: Db,
    pub objects: Objects,
    pub keys: KeyRing,
    pub clock: Arc<dyn Clock>,
    pub calendar: Calendar,
    pub modules: Vec<Module>,
    pub accounts: Arc<dyn Accounts>,
    pub parts: Vec<Arc<dyn Any + Send + Sync>>,
    /// Separates the ids of processes; give it something random.
    pub id_seed: u64,
}

impl AppBuilder {
    /// Brings the schema up to date, parses all policies and builds the app.
    pub async fn build(self) -> AppResult<App> {
        let mut steps: Vec<SqlMigration> = trail::MIGRATIONS.to_vec();
        steps.extend_from_slice(crate::MIGRATIONS);
        steps.extend(self.modules.iter().flat_map(|m| m.migrations.iter().copied()));
        store::migrate(&self.db, steps).await?;
        let policies = Policies::parse(self.modules.iter().map(|m| (m.name, m.policy))).map_err(AppError::internal)?;
        let parts = self.parts.into_iter().map(|part| ((*part).type_id(), part)).collect();
        Ok(App(Arc::new(Inner {
            trail: Trail::new(self.db.clone(), self.clock.clone()),
            config: self.config,
            db: self.db,
            objects: self.objects,
            keys: self.keys,
            clock: self.clock,
            ids: IdSource::new(self.id_seed),
            policies,
            calendar: self.calendar,
            progress: Progress::default(),
            modules: self.modules,
            accounts: self.accounts,
            parts,
        })))
    }
}
