//! A form as it was sent, with or without files, read within bounds.

use std::collections::HashMap;

use axum::{
    RequestExt,
    extract::{Form, FromRequest, Multipart, Request},
    http::header,
};
use kernel::AppError;
use web::{App, WebError};

use crate::papers::{MAX_PAPER_BYTES, MAX_PAPERS, Upload};

/// All text fields of one form together.
const MAX_TEXT_BYTES: usize = 64 << 10;

/// How much a form may bring.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: usize,
    pub files: usize,
    /// What is said when a file or the text is larger.
    pub too_large: &'static str,
}

impl Limits {
    /// Papers of a step.
    pub const PAPERS: Limits = Limits {
        file_bytes: MAX_PAPER_BYTES,
        files: MAX_PAPERS,
        too_large: "附件超过 10 MB 或文字过长，请压缩、精简后再提交。",
    };
}

/// Texts by field name, and the files. A field that a form with files sends several times, as ticked boxes do, holds
/// one value a line.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub texts: HashMap<String, String>,
    pub files: Vec<Upload>,
}

impl Sent {
    /// Reads the form, whichever way it was sent.
    ///
    /// # Errors
    /// Invalid when it is cut off or beyond the limits; nothing of it is kept.
    pub async fn read(request: Request, state: &App, limits: Limits) -> Result<Sent, WebError> {
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
            return with_files(multipart, limits).await;
        }
        let Form(texts) = request
            .extract::<Form<HashMap<String, String>>, _>()
            .await
            .map_err(unreadable)?;
        Ok(Sent {
            texts,
            files: Vec::new(),
        })
    }
}

impl FromRequest<App> for Sent {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &App) -> Result<Sent, WebError> {
        Sent::read(request, state, Limits::PAPERS).await
    }
}

async fn with_files(mut multipart: Multipart, limits: Limits) -> Result<Sent, WebError> {
    let mut sent = Sent::default();
    let mut text_bytes = 0;
    while let Some(mut part) = multipart.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let limit = if file_name.is_some() {
            limits.file_bytes
        } else {
            MAX_TEXT_BYTES
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
            if bytes.len() + chunk.len() > limit {
                return Err(AppError::invalid(limits.too_large).into());
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            // A file field left empty is sent as a part without a name.
            Some(file_name) if file_name.is_empty() && bytes.is_empty() => {}
            Some(file_name) if sent.files.len() < limits.files => sent.files.push(Upload { file_name, bytes }),
            Some(_) => return Err(AppError::invalid(format!("一次最多上传 {} 个附件。", limits.files)).into()),
            None => {
                text_bytes += bytes.len();
                if text_bytes > MAX_TEXT_BYTES {
                    return Err(AppError::invalid("文字过长，请精简或放入附件。").into());
                }
                let text = String::from_utf8_lossy(&bytes);
                sent.texts
                    .entry(name)
                    .and_modify(|before| {
                        before.push('\n');
                        before.push_str(&text);
                    })
                    .or_insert_with(|| text.clone().into_owned());
            }
        }
    }
    Ok(sent)
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WebError {
    AppError::invalid("表单没有传完整，请检查网络后重新提交。")
        .caused_by(cause)
        .into()
}
