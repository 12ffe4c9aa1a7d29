//! An installation with the modules that the kin graph stands on.

use std::{any::Any, sync::Arc};

use access::Actor;
use comparison::sources::Sources;
use directory::{Region, load_regions};
use kernel::RegionCode;
use testkit::{TestApp, TestDb};

/// The app over an empty database, with these regions by code and name.
pub(crate) async fn an_app(db: TestDb, regions: impl IntoIterator<Item = (RegionCode, String)>) -> TestApp {
    let sources: Arc<dyn Any + Send + Sync> = Arc::new(Sources::open(db.folder.path()).unwrap());
    let mut parts = vec![sources, Arc::new(directory::regions::RegionCache::default())];
    parts.extend(kin::parts());
    let modules = vec![
        records::module(),
        directory::module(),
        households::module(),
        funds::module(),
        forces::module(),
        comparison::module(),
        kin::module(),
    ];
    let app = TestApp::with_parts(db, modules, parts).await;
    let regions: Vec<Region> = regions
        .into_iter()
        .map(|(code, name)| Region::invented(code, name))
        .collect();
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    app
}
