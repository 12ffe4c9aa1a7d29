//! What the desk tells helpers and those who lead them: homes still to be visited this month, leave to be decided.

use access::{Actor, Resource};
use async_trait::async_trait;
use directory::{Waiting, WaitingWork};
use kernel::{AppResult, Month};
use web::App;

use crate::store::duties::{self, DutyMonth};

/// From this day of the month on, a home not yet visited is urgent.
const LATE_IN_MONTH: u8 = 25;

/// Visits and leave that wait for the actor.
pub struct WaitingVisits;

#[async_trait]
impl WaitingWork for WaitingVisits {
    async fn waiting(&self, app: &App, actor: &Actor) -> AppResult<Vec<Waiting>> {
        let mut all = Vec::new();
        let today = app.clock.today();
        if app.policies.permits(actor, "visit.enter", &Resource::any()) {
            let month = Month::of(today);
            let duty = duties::duty_on(&app.db, month.last_day()).await?;
            let asked = DutyMonth {
                month,
                duty,
                area: None,
            };
            let missing = duties::totals(&app.db, &actor.scope, &asked).await?.missing();
            all.push(Waiting {
                title: "本月待走访的户".to_owned(),
                count: missing.unsigned_abs(),
                href: "/desk/forces/mine".to_owned(),
                urgent: missing > 0 && today.day() >= LATE_IN_MONTH,
            });
        }
        if app.policies.permits(actor, "leave.decide", &Resource::any()) {
            let open = duties::open_leaves(&app.db, &actor.scope).await?;
            all.push(Waiting {
                title: "待审批的请假".to_owned(),
                count: open.unsigned_abs(),
                href: "/desk/forces/leaves".to_owned(),
                urgent: false,
            });
        }
        Ok(all)
    }
}
