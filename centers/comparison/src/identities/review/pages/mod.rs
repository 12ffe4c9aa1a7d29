//! Pages of the review of identities.

pub(super) mod list;
pub(super) mod one;
mod sides;

use access::Role;
use kernel::AppResult;
use records::flow::Code;
use web::{Ctx, Layer};

use super::store;
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

/// How long an answer can be taken back with one press of a key.
const UNDO_MINUTES: i64 = 30;

/// How far the reader's area is, and what the reader said last.
struct Standing {
    answered: u64,
    all: u64,
    undo: Option<Undo>,
}

/// The reader's last answer, to be taken back at once.
struct Undo {
    href: String,
    action: String,
    text: String,
    request_id: String,
}

async fn standing(ctx: &Ctx, hidden: &[String]) -> AppResult<Standing> {
    let (answered, all) = store::progress(&ctx.db, ctx.scope(), hidden).await?;
    let account = ctx.actor().account.map_or(-1, |account| account.0);
    let since = ctx.clock.now().plus_minutes(-UNDO_MINUTES);
    let last = store::just_answered(&ctx.db, ctx.scope(), account, since).await?;
    let undo = match last.filter(|case| !hidden.contains(&case.data_set)) {
        None => None,
        Some(case) => Some(Undo {
            href: format!("{LIST}/{}", case.id),
            action: format!("{LIST}/{}/return", case.id),
            text: format!(
                "{}（{}第 {} 行）：{}",
                case.name,
                title(ctx, &case.data_set)?,
                case.row_no,
                case.state().title()
            ),
            request_id: format!("identity-undo-{:x}", ctx.next_id()),
        }),
    };
    Ok(Standing { answered, all, undo })
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
