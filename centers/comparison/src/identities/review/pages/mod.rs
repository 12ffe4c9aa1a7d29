//! Pages of the review of identities.

pub(super) mod list;
pub(super) mod one;

use access::Role;
use kernel::AppResult;
use web::{Ctx, Layer};

use crate::sources::Sources;

const LIST: &str = "/desk/identities";

fn layer(ctx: &Ctx) -> Layer {
    if ctx.actor().role.supervises() {
        Layer::Supervision
    } else {
        Layer::Management
    }
}

/// Data sets whose rows the reader does not see: who reads verdicts only sees none that needs each person's authorisation.
fn hidden(ctx: &Ctx) -> AppResult<Vec<String>> {
    let sources = ctx.part::<Sources>()?;
    let verdict_only = matches!(ctx.actor().role, Role::CountyAdmin | Role::TownPoverty);
    let secret = sources.contracts.iter().filter(|c| verdict_only && c.authorisation);
    Ok(secret.map(|c| c.name.clone()).collect())
}

/// The title of a data set.
fn title(ctx: &Ctx, data_set: &str) -> AppResult<String> {
    let sources = ctx.part::<Sources>()?;
    let contract = sources.contracts.get(data_set);
    Ok(contract.map_or_else(|| data_set.to_owned(), |c| c.title.clone()))
}

/// `可能性 82%`: never 100, for then nobody would have been asked.
fn share(per_mille: i64) -> String {
    format!("{}%", (per_mille / 10).clamp(1, 99))
}
