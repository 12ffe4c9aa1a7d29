//! The pages of this module.

mod accounts;
mod desk;
mod duties;
mod password;
mod sign_in;
mod trail;

use web::{Routes, paths};

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(paths::SIGN_IN, "session.open", sign_in::show)
        .post(paths::SIGN_IN, "session.open", sign_in::submit)
        .post(paths::SIGN_OUT, "session.close", sign_in::leave)
        .get("/desk", "desk.open", desk::show)
        .get("/desk/password", "account.own", password::show)
        .post("/desk/password", "account.own", password::submit)
        .get("/desk/trail", "trail.read", trail::show)
        .post("/desk/trail/verify", "trail.verify", trail::check);
    duties::routes(accounts::routes(routes))
}

/// A list's page size.
const PAGE_SIZE: u64 = 50;
