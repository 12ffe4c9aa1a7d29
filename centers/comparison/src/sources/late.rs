//! J-10: a data set whose last delivery is older than its cycle and ten days more is a question to the department that
//! owes it. It follows from the record, so it ends by itself when the department delivers.

use access::{Actor, Resource};
use async_trait::async_trait;
use directory::{Waiting, WaitingWork};
use intake::contract::Contract;
use kernel::{AppResult, Timestamp};
use web::App;

use super::{CurrentSource, Sources, current_sources};

/// Days of grace after the cycle (rule J-10).
pub const GRACE_DAYS: i64 = 10;

const DAY_MILLIS: i64 = 86_400_000;

/// How the last delivery stands against the cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Never,
    InCycle,
    /// The next delivery is due.
    Due,
    /// J-10: days since the delivery.
    Late(i64),
}

/// A clock set back makes a delivery no younger than today.
pub fn freshness(last: Option<&CurrentSource>, contract: &Contract, now: Timestamp) -> Freshness {
    let Some(last) = last else { return Freshness::Never };
    let age_days = ((now.millis() - last.started_at) / DAY_MILLIS).max(0);
    let cycle = i64::from(contract.cycle_days);
    if now.millis() - last.started_at <= cycle * DAY_MILLIS {
        Freshness::InCycle
    } else if age_days <= cycle + GRACE_DAYS {
        Freshness::Due
    } else {
        Freshness::Late(age_days)
    }
}

/// Data sets that the actor's own department owes.
pub struct LateSources;

#[async_trait]
impl WaitingWork for LateSources {
    async fn waiting(&self, app: &App, actor: &Actor) -> AppResult<Vec<Waiting>> {
        let Some(own) = actor.department.as_deref() else {
            return Ok(Vec::new());
        };
        if !app.policies.permits(
            actor,
            "source.import",
            &Resource::in_region(app.config.area).of_department(own),
        ) {
            return Ok(Vec::new());
        }
        let sources = app.part::<Sources>()?;
        let current = current_sources(&app.db).await?;
        let now = app.clock.now();
        let late = sources.contracts.iter().filter(|c| c.owner == own).filter(|c| {
            let last = current.iter().find(|s| s.data_set == c.name);
            matches!(freshness(last, c, now), Freshness::Late(_))
        });
        let count = late.count() as u64;
        if count == 0 {
            return Ok(Vec::new());
        }
        Ok(vec![Waiting {
            title: "数据源过期（J-10）".to_owned(),
            count,
            href: "/desk/sources".to_owned(),
            urgent: true,
        }])
    }
}
