//! A form as it was filled in, with or without files.

use std::collections::HashMap;

use axum::{
    RequestExt,
    extract::{Form, FromRequest, Multipart, Request},
    http::header,
};
use kernel::{AppError, Money};
use records::papers::{MAX_PAPER_BYTES, MAX_PAPERS};
use web::{App, WebError};

use crate::{model::ActKind, store::Upload};

/// Texts by field name, and the files.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    texts: HashMap<String, String>,
    pub files: Vec<Upload>,
}

/// All text fields of one form together.
const MAX_TEXT_BYTES: usize = 64 << 10;

impl Filled {
    /// A field of the form of `act`; forms on one page keep their names apart by the act's.
    pub(super) fn of(&self, act: ActKind, field: &str) -> String {
        let own = self.texts.get(&format!("{}_{field}", act.id()));
        own.or_else(|| self.texts.get(field))
            .map(|text| text.trim().to_owned())
            .unwrap_or_default()
    }

    pub(super) fn request_id(&self) -> &str {
        self.texts.get("request_id").map(String::as_str).unwrap_or_default()
    }

    /// An amount in yuan; empty is none.
    pub(super) fn money(&self, act: ActKind, field: &str, label: &str) -> Result<Option<Money>, AppError> {
        let text = self.of(act, field);
        if text.is_empty() {
            return Ok(None);
        }
        Money::parse(&text)
            .map(Some)
            .map_err(|e| AppError::invalid(format!("{label}：{e}。请写成 1200 或 1200.50。")))
    }

    /// Names divided by any of the usual marks.
    pub(super) fn names(&self, act: ActKind, field: &str) -> Vec<String> {
        self.of(act, field)
            .split(['、', '，', ',', ';', '；', '\n', ' ', '\u{3000}'])
            .map(|n| kernel::name::clean(n))
            .filter(|n| !n.is_empty())
            .take(20)
            .collect()
    }
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
    while let Some(mut part) = multipart.next_part().await? {
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
            Some(file_name) => {
                if filled.files.len() == MAX_PAPERS {
                    return Err(AppError::invalid(format!("一次最多上传 {MAX_PAPERS} 个附件。")).into());
                }
                filled.files.push(Upload { file_name, bytes });
            }
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

/// The next part, with our own error.
trait NextPart {
    async fn next_part(&mut self) -> Result<Option<axum::extract::multipart::Field<'_>>, WebError>;
}

impl NextPart for Multipart {
    async fn next_part(&mut self) -> Result<Option<axum::extract::multipart::Field<'_>>, WebError> {
        self.next_field().await.map_err(unreadable)
    }
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WebError {
    AppError::invalid("表单没有传完整，请检查网络后重新提交。")
        .caused_by(cause)
        .into()
}
