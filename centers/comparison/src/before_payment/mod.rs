//! Before the money moves: a submitted batch, or an application for aid, is compared with all sources by the same
//! rules as a run, but among its own people only, so that the answer comes while the clerk waits.
//!
//! The people's registers are read as they stand, the planned payments as if they were made; of the department
//! tables only the keys are decoded, and of the rows found only the columns a rule names.

mod ask;
mod case;
mod pages;
mod params;
pub(crate) mod people;
#[cfg(test)]
mod tests;
mod warm;
mod weigh;

use std::{
    collections::BTreeSet,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
pub use case::{CaseChecked, CaseConcern, last_check};
use funds::batch::{BatchAnswer, BatchCheck};
use kernel::{AppError, AppResult, Month};
pub use params::Params;
use store::{FromQueryResult, Query, SqlMigration, args};
use web::{App, Routes};

use crate::engine::Plans;

use self::{
    ask::{ask, ground, named},
    people::Planned,
    warm::Warm,
};

/// Compares batches and applications; wired by the server as `funds::batch::BatchCheckPart` and
/// `households::CaseCheckPart`.
pub struct BeforePayment {
    params: Params,
    warm: Warm,
    plans: Arc<Plans>,
    /// For which day, rules and deliveries everything was made ready.
    ready_for: Mutex<String>,
}

/// Of so many people a check is made to have everything ready for the next.
const REHEARSED: i64 = 50;

impl BeforePayment {
    /// What a check does with its questions.
    pub(crate) fn params(&self) -> &Params {
        &self.params
    }

    /// With the parameters of a data folder.
    ///
    /// # Errors
    /// A parameter file that does not parse.
    pub fn open(data_dir: &std::path::Path) -> AppResult<BeforePayment> {
        Ok(BeforePayment {
            params: Params::load(&data_dir.join("before-payment.toml"))?,
            warm: Warm::default(),
            plans: Arc::default(),
            ready_for: Mutex::default(),
        })
    }

    /// Makes ready what the first check after a start, a delivery, a changed rule or midnight would wait for: snapshots
    /// examined and open, links read, every rule planned. Nothing is asked twice; `false` when everything was ready.
    ///
    /// # Errors
    /// A snapshot that is not what was sealed; the check itself will say so in its place.
    pub async fn make_ready(&self, app: &App) -> AppResult<bool> {
        #[derive(FromQueryResult)]
        struct Payee {
            person_key: i64,
        }
        let (rules, current) = named(app, self).await?;
        let today = app.clock.today();
        let mut state = today.to_string();
        for rule in &rules {
            let _ = write!(state, "|{} {}", rule.id, rule.hash);
        }
        for source in &current {
            let _ = write!(state, "|{} {}", source.data_set, source.snapshot);
        }
        if *self.ready_for.lock().unwrap_or_else(PoisonError::into_inner) == state {
            return Ok(false);
        }
        let payees: Vec<Payee> = app
            .db
            .rows(
                "SELECT person_key FROM payment WHERE state = 'paid' ORDER BY paid_on DESC, id DESC LIMIT $1",
                args![REHEARSED],
            )
            .await?;
        let people: BTreeSet<i64> = payees.iter().map(|p| p.person_key).collect();
        let (registers, ground) = tokio::try_join!(people::registers_of_people(&app.db, &people), ground(app, self))?;
        ask(app, self, ground, &registers, Month::of(today)).await?;
        *self.ready_for.lock().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(true)
    }
}

#[async_trait]
impl BatchCheck for BeforePayment {
    async fn check(&self, app: &App, batch: i64) -> AppResult<BatchAnswer> {
        let planned = people::planned(&app.db, batch).await?;
        let Some(first) = planned.first() else {
            return Ok(BatchAnswer {
                hold_working_days: self.params.hold_working_days,
                told: "没有待发放的行。".into(),
                ..BatchAnswer::default()
            });
        };
        let month: Month = first.month.parse().map_err(|e: &str| AppError::internal(e))?;
        let (registers, ground) = tokio::try_join!(
            people::registers_of_batch(&app.db, &planned, month, app.clock.today(), &self.params),
            ground(app, self)
        )?;
        let answer = ask(app, self, ground, &registers, month).await?;
        Ok(BatchAnswer {
            concerns: weigh::rows(&answer, &registers, &planned, month, &self.params),
            hold_working_days: self.params.hold_working_days,
            told: answer.told,
        })
    }
}

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[SqlMigration {
    name: "comparison_0003_before_payment",
    up: include_str!("../../migrations/0003_before_payment.sql"),
}];

/// Who may compare a household and read the answer.
pub const POLICY: &str = include_str!("policy.cedar");

/// Its pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/households/{id}/check", "case.check_view", pages::show)
        .post("/desk/households/{id}/check", "case.check_view", pages::take)
}
