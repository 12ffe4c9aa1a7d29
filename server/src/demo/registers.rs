//! The directory of the demo county: divisions, offices, working days, accounts.

use access::Actor;
use kernel::AppResult;
use simulate::County;
use web::App;

use super::{forces, money, people};

pub(super) async fn load(app: &App, county: &County) -> AppResult<()> {
    let system = Actor::system();
    directory::load_regions(app, &system, &regions(county)).await?;
    directory::load_orgs(app, &system, &orgs(county)).await?;
    directory::load_holidays(app, &system, &directory::holidays::published()).await?;
    directory::seed_demo_accounts(app, None).await?;
    let households = people::load(app, county).await?;
    money::load(app, county, &households).await?;
    forces::load(app, county, &households).await
}

fn regions(county: &County) -> Vec<directory::Region> {
    county
        .regions
        .iter()
        .map(|r| directory::Region {
            code: r.code,
            name: r.name.to_string(),
            kind: r.code.level().title().to_owned(),
            synthetic: r.synthetic,
        })
        .collect()
}

fn orgs(county: &County) -> Vec<directory::Org> {
    county
        .orgs
        .iter()
        .map(|o| directory::Org {
            id: o.code.to_string(),
            name: o.name.to_string(),
            kind: o.kind.to_owned(),
            region: o.region,
            uscc: None,
            hotline: None,
        })
        .collect()
}
