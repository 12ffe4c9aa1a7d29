//! Managing accounts: the list, one account with its acts, entering a new one, asking for another post.

mod act;
mod enter;
mod list;
mod post_form;
mod show;

use web::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/desk/accounts", "account.list", list::show)
        .get("/desk/accounts/new", "account.create", enter::show)
        .post("/desk/accounts", "account.create", enter::submit)
        .get("/desk/accounts/{id}", "account.list", show::show)
        .get("/desk/accounts/{id}/post", "account.change", post_form::show)
        .post("/desk/accounts/{id}/post", "account.change", post_form::submit)
        .post("/desk/accounts/{id}/grant", "account.grant", act::grant)
        .post("/desk/accounts/{id}/refuse", "account.grant", act::refuse)
        .post("/desk/accounts/{id}/close", "account.close", act::close)
        .post("/desk/accounts/{id}/reopen", "account.close", act::reopen)
        .post("/desk/accounts/{id}/reset", "account.reset", act::reset)
        .post("/desk/accounts/{id}/unlock", "account.unlock", act::unlock)
}
