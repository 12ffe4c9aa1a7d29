//! A form as it was sent, with or without files, and its fields read into values with the field named on error.

use std::collections::HashMap;

use axum::{
    RequestExt,
    extract::{Form, FromRequest, Multipart, Request},
    http::header,
};
use kernel::{AppError, AppResult, Date, Money};
use records::papers::{MAX_PAPER_BYTES, MAX_PAPERS, Upload};
use web::{App, WebError};

use crate::model::guards;

/// Texts by field name, and files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    pub texts: HashMap<String, String>,
    pub files: Vec<Upload>,
}

const MAX_TEXT_BYTES: usize = 64 << 10;

impl Filled {
    pub(crate) fn of(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text.trim())
    }

    pub(crate) fn request_id(&self) -> &str {
        self.of("request_id")
    }

    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.of(name) == "1"
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.of(name).parse().unwrap_or(0)
    }

    /// A text of a given length.
    pub(crate) fn text(&self, name: &str, label: &str, max: usize) -> AppResult<String> {
        let text = self.of(name);
        if text.chars().count() > max {
            return Err(AppError::invalid(format!("{label}：最多 {max} 个字。")));
        }
        Ok(text.to_owned())
    }

    /// A day; empty is none.
    pub(crate) fn day(&self, name: &str, label: &str) -> AppResult<Option<Date>> {
        guards::day(self.of(name), label)
    }

    pub(crate) fn day_or(&self, name: &str, label: &str, today: Date) -> AppResult<Date> {
        Ok(self.day(name, label)?.unwrap_or(today))
    }

    /// An amount that is not negative; empty is zero.
    pub(crate) fn money(&self, name: &str, label: &str) -> AppResult<Money> {
        amount(self.of(name), label)
    }

    /// Names divided by the usual marks.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        self.of(name)
            .split(['、', '，', ',', ';', '；', '\n', ' ', '\u{3000}'])
            .map(kernel::name::clean)
            .filter(|n| !n.is_empty())
            .take(20)
            .collect()
    }
}

/// Reads an amount of a form.
pub(crate) fn amount(text: &str, label: &str) -> AppResult<Money> {
    if text.trim().is_empty() {
        return Ok(Money::ZERO);
    }
    let money = Money::parse(text).map_err(|e| AppError::invalid(format!("{label}：{e}。请写成 1200 或 1200.50。")))?;
    if money.is_negative() {
        return Err(AppError::invalid(format!("{label}：金额不能是负数。")));
    }
    Ok(money)
}

impl FromRequest<App> for Filled {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &App) -> Result<Filled, WebError> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let multipart = request
                .extract_with_state::<Multipart, _, _>(state)
                .await
                .map_err(unreadable)?;
            return with_files(multipart).await;
        }
        let Form(texts) = request
            .extract::<Form<HashMap<String, String>>, _>()
            .await
            .map_err(unreadable)?;
        Ok(Filled {
            texts,
            files: Vec::new(),
        })
    }
}

async fn with_files(mut multipart: Multipart) -> Result<Filled, WebError> {
    let mut filled = Filled::default();
    let mut text_bytes = 0;
    while let Some(mut part) = multipart.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let limit = if file_name.is_some() {
            MAX_PAPER_BYTES
        } else {
            MAX_TEXT_BYTES
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
            if bytes.len() + chunk.len() > limit {
                return Err(AppError::invalid("附件超过 10 MB 或文字过长，请压缩、精简后再提交。").into());
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            // A file field left empty is sent as a part without a name.
            Some(file_name) if file_name.is_empty() && bytes.is_empty() => {}
            Some(file_name) if filled.files.len() < MAX_PAPERS => filled.files.push(Upload { file_name, bytes }),
            Some(_) => return Err(AppError::invalid(format!("一次最多上传 {MAX_PAPERS} 个附件。")).into()),
            None => {
                text_bytes += bytes.len();
                if text_bytes > MAX_TEXT_BYTES {
                    return Err(AppError::invalid("文字过长，请精简或放入附件。").into());
                }
                filled.texts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(filled)
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WebError {
    AppError::invalid("表单没有传完整，请检查网络后重新提交。")
        .caused_by(cause)
        .into()
}
