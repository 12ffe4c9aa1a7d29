//! Errors as pages: what happened, what to do, the way back, and a number to quote. The cause goes to the log.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use kernel::{AppError, ErrorKind};

use crate::{Caller, Ctx, Layer, Shell, paths};

/// What handlers return.
pub type Page = Result<Response, WebError>;

/// An [`AppError`] on its way to the browser.
#[derive(Debug)]
pub struct WebError(pub AppError);

impl From<AppError> for WebError {
    fn from(error: AppError) -> Self {
        WebError(error)
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        WebError(AppError::internal(error))
    }
}

/// Renders a template as a page.
pub fn html(template: impl Template) -> Page {
    Ok(Html(template.render()?).into_response())
}

/// Marks a page that says itself what was refused and why: [`render`] leaves it as it is.
#[derive(Clone, Copy)]
struct OwnWords;

/// The answer to a form that was not accepted: the page shows it as it was filled and says what is wrong.
pub fn refused(page: Response) -> Response {
    refused_as(ErrorKind::Invalid, page)
}

/// As [`refused`], for another reason than what was filled in.
pub fn refused_as(kind: ErrorKind, mut page: Response) -> Response {
    *page.status_mut() = status(kind);
    page.extensions_mut().insert(OwnWords);
    page
}

/// Travels from the handler to [`render`], which knows the caller.
#[derive(Clone)]
struct Shown {
    kind: ErrorKind,
    message: String,
    incident: String,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let incident = incident_number();
        match self.0.kind {
            ErrorKind::Internal => tracing::error!(%incident, error = ?self.0, "defect"),
            ErrorKind::Unavailable => tracing::error!(%incident, error = ?self.0, "outage"),
            _ => tracing::debug!(%incident, error = ?self.0, "refused"),
        }
        let mut response = status(self.0.kind).into_response();
        response.extensions_mut().insert(Shown {
            kind: self.0.kind,
            message: self.0.message,
            incident,
        });
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    message: String,
    todo: Vec<&'static str>,
    back_href: String,
    back_title: &'static str,
    /// The form that was refused is one step back, as it was filled in.
    go_back: bool,
    incident: String,
}

#[derive(Template)]
#[template(path = "error-fragment.html")]
struct ErrorFragment {
    message: String,
    todo: Vec<&'static str>,
    incident: String,
}

/// Fills in the page of a failed request; other responses pass through.
pub(crate) async fn render(caller: &Caller, response: Response) -> Response {
    let code = response.status();
    let shown = match response.extensions().get::<Shown>() {
        Some(shown) => shown.clone(),
        None => match bare_refusal(&response) {
            Some(kind) => Shown {
                kind,
                message: String::new(),
                incident: incident_number(),
            },
            None => return response,
        },
    };
    if shown.kind == ErrorKind::Unauthenticated && !caller.wants_fragment {
        let back = serde_urlencoded::to_string([("back", caller.path.as_str())]).unwrap_or_default();
        return Redirect::to(&format!("{}?{back}", paths::SIGN_IN)).into_response();
    }
    let (title, fallback, todo) = wording(shown.kind);
    let message = if shown.message.is_empty() {
        fallback.to_owned()
    } else {
        shown.message
    };
    if caller.wants_fragment {
        let page = ErrorFragment {
            message,
            todo,
            incident: shown.incident,
        };
        return (code, Html(page.render().unwrap_or_default())).into_response();
    }
    let signed_in = caller.actor.is_signed_in();
    let layer = if signed_in { Layer::Management } else { Layer::Public };
    let page = ErrorPage {
        shell: Ctx::for_errors(caller.clone()).shell(layer).here(title),
        status: code.as_u16(),
        message,
        todo,
        back_href: if signed_in {
            "/desk".to_owned()
        } else {
            paths::HOME.to_owned()
        },
        back_title: if signed_in { "回到工作台" } else { "回到首页" },
        go_back: matches!(shown.kind, ErrorKind::Invalid | ErrorKind::Conflict),
        incident: shown.incident,
    };
    (code, Html(page.render().unwrap_or_default())).into_response()
}

/// When not even the caller is known (the database is away): plain text.
pub(crate) fn render_bare(error: &AppError) -> Response {
    tracing::error!(error = ?error, "no caller");
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "平台暂时不可用，请稍后再试。已提交的内容不会丢失。",
    )
        .into_response()
}

/// Refusals that come from the framework without words of their own.
fn bare_refusal(response: &Response) -> Option<ErrorKind> {
    match response.status() {
        StatusCode::NOT_FOUND => Some(ErrorKind::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(ErrorKind::Forbidden),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Some(ErrorKind::Invalid)
        }
        StatusCode::PAYLOAD_TOO_LARGE => Some(ErrorKind::Invalid),
        StatusCode::INTERNAL_SERVER_ERROR => Some(ErrorKind::Internal),
        _ => None,
    }
    .filter(|_| response.extensions().get::<OwnWords>().is_none())
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn wording(kind: ErrorKind) -> (&'static str, &'static str, Vec<&'static str>) {
    match kind {
        ErrorKind::Invalid => (
            "填写有误",
            "提交的内容不符合要求。",
            vec!["返回上一页，按提示修改后再提交。"],
        ),
        ErrorKind::Unauthenticated => ("请先登录", "请先登录。", vec!["登录后会回到原来的页面。"]),
        ErrorKind::Forbidden => (
            "没有权限",
            "您没有办理此项的权限。",
            vec!["如确需办理，请联系县级管理员调整岗位权限。"],
        ),
        ErrorKind::NotFound => (
            "没有找到",
            "没有这个页面或这条记录，或不在您的管理范围内。",
            vec!["检查网址，或从菜单重新进入。"],
        ),
        ErrorKind::Conflict => (
            "情况已变化",
            "这条记录已被他人办理或修改，本次没有改动。",
            vec!["返回后刷新，查看最新情况再办理。"],
        ),
        ErrorKind::TooMany => ("过于频繁", "操作过于频繁，请稍后再试。", vec!["稍等片刻后再试。"]),
        ErrorKind::Unavailable => (
            "暂时不可用",
            "平台暂时不可用，请稍后再试。",
            vec!["已提交的内容不会丢失，请稍后重试。"],
        ),
        ErrorKind::Internal => (
            "出错了",
            "平台出了问题，本次没有改动任何内容。",
            vec!["稍后再试；仍不行时，把下面的编号告诉管理员。"],
        ),
    }
}

fn incident_number() -> String {
    let mut bytes = [0_u8; 5];
    let _ = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}
