//! Notices at three levels: at the desk what is owed, posted and objected to; for everyone what hangs and what hung.

mod desk;
mod export;
mod one;
mod open;
mod post;

use kernel::AppResult;
use web::{Ctx, Routes};

use crate::notices::{Body, Notice};

const DESK: &str = "/desk/notices";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/notices", "public.read", open::list)
        .get("/notices/{id}", "public.read", open::one)
        .get("/desk/notices", "notice.view", desk::show)
        .get("/desk/notices.xlsx", "notice.view", export::posted)
        .get("/desk/notices/new", "notice.post", post::ask)
        .post("/desk/notices/new", "notice.post", post::send)
        .get("/desk/notices/{id}", "notice.view", one::show)
        .post("/desk/notices/{id}/end", "notice.end", one::end)
        .post("/desk/notices/{id}/withdraw", "notice.post", one::withdraw)
        .post("/desk/notices/{id}/object", "notice.object", one::object)
        .post("/desk/notices/{id}/answer", "notice.post", one::answer)
}

/// What a notice showed.
fn body(notice: &Notice) -> AppResult<Body> {
    serde_json::from_str(&notice.body).map_err(kernel::AppError::internal)
}

/// `公示 10 天，已 3 天，2026-03-12 期满`.
fn counted(ctx: &Ctx, notice: &Notice) -> String {
    let hung = crate::notices::days_hung(notice.from(), ctx.clock.today());
    if hung >= notice.days {
        format!("须公示 {} 天，已满", notice.days)
    } else {
        format!("须公示 {} 天，已 {hung} 天，{} 期满", notice.days, notice.full_on())
    }
}
