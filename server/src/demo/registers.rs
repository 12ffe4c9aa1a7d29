//! The directory of the demo county: divisions, offices, working days, accounts.

use access::Actor;
use kernel::AppResult;
use simulate::County;
use web::App;

use super::{forces, money, people, people::HouseholdIds};

pub(super) async fn load(app: &App, county: &County) -> AppResult<HouseholdIds> {
    places(app, &county.regions, &county.orgs).await?;
    let households = people::load(app, county).await?;
    money::load(app, county, &households).await?;
    forces::load(app, county, &households).await?;
    Ok(households)
}

/// Divisions, offices, working days and accounts.
pub(super) async fn places(app: &App, divisions: &[simulate::Region], offices: &[simulate::Org]) -> AppResult<()> {
    let system = Actor::system();
    directory::load_regions(app, &system, &regions(divisions)).await?;
    directory::load_orgs(app, &system, &orgs(offices)).await?;
    directory::load_holidays(app, &system, &directory::holidays::published()).await?;
    directory::seed_demo_accounts(app, None).await.map(|_| ())
}

fn regions(divisions: &[simulate::Region]) -> Vec<directory::Region> {
    divisions
        .iter()
        .map(|r| directory::Region {
            code: r.code,
            name: r.name.to_string(),
            kind: r.code.level().title().to_owned(),
            synthetic: r.synthetic,
        })
        .collect()
}

fn orgs(offices: &[simulate::Org]) -> Vec<directory::Org> {
    offices
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
