//! The pages about oneself: ask, what is public, the code, the detail, the end.

pub(crate) mod ask;
pub(crate) mod close;
pub(crate) mod code;
pub(crate) mod detail;
pub(crate) mod found;
pub(crate) mod open;

use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};

/// Back to the beginning, because the question is over or was never asked.
fn over() -> Response {
    Redirect::to("/mine?over=1").into_response()
}

/// A form shown again with what is wrong in it.
fn refused(mut response: Response) -> Response {
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    // The page says all itself.
    response
        .headers_mut()
        .insert("x-own-body", HeaderValue::from_static("1"));
    response
}
