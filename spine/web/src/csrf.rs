//! Requests that change something must come from our own pages.
//!
//! The browser's own word (`Sec-Fetch-Site`, `Origin`) refuses every foreign page; signed-in callers prove
//! besides that they hold the token of their session: as the form field `csrf`, the header `x-csrf-token`,
//! or, for file uploads whose body is streamed, the query parameter `csrf`.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, header},
};
use kernel::{AppError, AppResult};

use crate::Caller;

/// Forms are small; files go through streamed uploads.
const MAX_FORM_BYTES: usize = 2 << 20;

/// Hands the request back when it may go on.
pub(crate) async fn check(caller: &Caller, request: Request) -> AppResult<Request> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(request);
    }
    refuse_foreign_pages(&request)?;
    if caller.csrf.is_empty() {
        return Ok(request);
    }
    if let Some(token) = request.headers().get("x-csrf-token") {
        return accept(token.as_bytes() == caller.csrf.as_bytes(), request);
    }
    let is_form = content_type(&request).starts_with("application/x-www-form-urlencoded");
    if !is_form {
        let query = request.uri().query().unwrap_or_default();
        let fits = pairs(query.as_bytes())
            .iter()
            .any(|(n, v)| n == "csrf" && *v == caller.csrf);
        return accept(fits, request);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MAX_FORM_BYTES)
        .await
        .map_err(|e| AppError::invalid("表单内容过大，请分次提交或改用文件导入。").caused_by(e))?;
    let fits = pairs(&bytes).iter().any(|(n, v)| n == "csrf" && *v == caller.csrf);
    accept(fits, Request::from_parts(parts, Body::from(bytes)))
}

fn refuse_foreign_pages(request: &Request) -> AppResult<()> {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    let foreign_site = header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let host = header(header::HOST.as_str()).unwrap_or_default();
    let foreign_origin = header(header::ORIGIN.as_str())
        .is_some_and(|origin| origin.split_once("://").map(|(_, h)| h) != Some(host) || host.is_empty());
    if foreign_site || foreign_origin {
        Err(refusal())
    } else {
        Ok(())
    }
}

fn accept(fits: bool, request: Request) -> AppResult<Request> {
    if fits { Ok(request) } else { Err(refusal()) }
}

fn refusal() -> AppError {
    AppError::forbidden("这个请求不是从本平台的页面发出的，或页面已过期。请返回原页面，刷新后重试。")
}

fn content_type(request: &Request) -> &str {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
}

fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(bytes).unwrap_or_default()
}
