//! The pages about oneself: ask, what is public, the code, the detail, the end.

pub(crate) mod ask;
pub(crate) mod close;
pub(crate) mod code;
pub(crate) mod detail;
pub(crate) mod found;
pub(crate) mod open;

use axum::response::{IntoResponse, Redirect, Response};

/// Back to the beginning, because the question is over or was never asked.
fn over() -> Response {
    Redirect::to("/mine?over=1").into_response()
}
