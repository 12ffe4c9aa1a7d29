//! A form as it was filled in, with at most one file.

use std::collections::HashMap;

use axum::{
    RequestExt,
    extract::{Form, FromRequest, Multipart, Request},
    http::header,
};
use kernel::{AppError, AppResult, Date, Money, period::parse_date};
use web::{App, WebError};

use crate::chain::Asked;

/// A list of 100,000 payees is about 12 MB.
const MAX_FILE_BYTES: usize = 64 << 20;
const MAX_TEXT_BYTES: usize = 64 << 10;

/// Texts by field name, and the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    texts: HashMap<String, String>,
    pub file: Option<(String, Vec<u8>)>,
}

impl Filled {
    pub(crate) fn get(&self, field: &str) -> &str {
        self.texts.get(field).map(|t| t.trim()).unwrap_or_default()
    }

    /// A field of one act's form.
    pub(crate) fn of(&self, act: &str, field: &str) -> &str {
        let own = self.texts.get(&format!("{act}_{field}"));
        own.or_else(|| self.texts.get(field))
            .map(|t| t.trim())
            .unwrap_or_default()
    }

    pub(crate) fn request_id(&self) -> &str {
        self.get("request_id")
    }

    pub(crate) fn ticked(&self, field: &str) -> bool {
        self.get(field) == "1"
    }

    /// An amount in yuan, greater than nothing.
    pub(crate) fn money(&self, field: &str, label: &str) -> AppResult<Money> {
        money(self.get(field), label)
    }

    /// A day; empty is none.
    pub(crate) fn day(&self, field: &str, label: &str) -> AppResult<Option<Date>> {
        day(self.get(field), label)
    }

    /// The step as asked for.
    pub(crate) fn asked<'a>(&'a self, act: &str, today: Date) -> AppResult<Asked<'a>> {
        let on = day(self.of(act, "on"), "办理日期")?.unwrap_or(today);
        let mut asked = Asked::on(self.request_id(), on)
            .because(self.of(act, "reason"))
            .by(self.of(act, "basis"));
        if [asked.reason, asked.basis].iter().any(|t| t.chars().count() > 200) {
            return Err(AppError::invalid("理由和依据各不超过 200 字。"));
        }
        asked.expected = self.get("version").parse().ok();
        let amount = self.of(act, "amount");
        if !amount.is_empty() {
            asked.amount = Some(money(amount, "金额")?);
        }
        asked.from_account = self.of(act, "from_account").parse().ok();
        asked.to_account = self.of(act, "to_account").parse().ok();
        asked.purpose = self.of(act, "purpose");
        Ok(asked)
    }
}

fn money(text: &str, label: &str) -> AppResult<Money> {
    let amount =
        Money::parse(text).map_err(|e| AppError::invalid(format!("{label}：{e}。请写成 1200 或 1200.50。")))?;
    if amount <= Money::ZERO {
        return Err(AppError::invalid(format!("{label}：必须大于零。")));
    }
    Ok(amount)
}

fn day(text: &str, label: &str) -> AppResult<Option<Date>> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = parse_date(text).ok_or_else(|| AppError::invalid(format!("{label}：没有这一天，请写成 2026-03-02。")))?;
    if day.year() < 1900 {
        return Err(AppError::invalid(format!("{label}：不能早于 1900 年。")));
    }
    Ok(Some(day))
}

impl FromRequest<App> for Filled {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &App) -> Result<Filled, WebError> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        if !kind.unwrap_or_default().starts_with("multipart/form-data") {
            let Form(texts) = request
                .extract::<Form<HashMap<String, String>>, _>()
                .await
                .map_err(unreadable)?;
            return Ok(Filled { texts, file: None });
        }
        let mut multipart = request
            .extract_with_state::<Multipart, _, _>(state)
            .await
            .map_err(unreadable)?;
        let mut filled = Filled::default();
        while let Some(mut part) = multipart.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let limit = if file_name.is_some() {
                MAX_FILE_BYTES
            } else {
                MAX_TEXT_BYTES
            };
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
                if bytes.len() + chunk.len() > limit {
                    return Err(AppError::invalid("文件超过 64 MB 或文字过长，请拆分后再提交。").into());
                }
                bytes.extend_from_slice(&chunk);
            }
            match file_name {
                Some(file_name) if !bytes.is_empty() => filled.file = Some((file_name, bytes)),
                Some(_) => {}
                None => {
                    filled.texts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
                }
            }
        }
        Ok(filled)
    }
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WebError {
    AppError::invalid("表单没有传完整，请检查网络后重新提交。")
        .caused_by(cause)
        .into()
}
