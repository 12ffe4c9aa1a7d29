//! Style and script, embedded in the binary and served under a URL that changes with their content.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

#[allow(dead_code, unreachable_pub)] // generated
mod bundle {
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// The URL of an asset with its content hash; the bare path when there is no such file.
pub(crate) fn url(path: &str) -> String {
    match bundle::ASSETS.iter().find(|a| a.0 == path) {
        Some(asset) => format!("/assets/{path}?v={}", asset.2),
        None => format!("/assets/{path}"),
    }
}

/// `GET /assets/{path}`: cached for a year, because the URL names the content.
pub(crate) async fn serve(Path(path): Path<String>) -> Response {
    match bundle::ASSETS.iter().find(|a| a.0 == path) {
        Some((_, mime, _, bytes)) => (
            [
                (header::CONTENT_TYPE, *mime),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            *bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
