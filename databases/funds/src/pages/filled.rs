//! A form as it was filled in, with at most one file.

use std::collections::HashMap;

use axum::extract::{FromRequest, Request};
use kernel::{AppError, AppResult, Date, Money, period::parse_date};
use records::sent::{Limits, Sent};
use web::{App, WebError};

use crate::chain::Asked;

/// A list of 100,000 payees is about 12 MB.
const LIST: Limits = Limits {
    file_bytes: 64 << 20,
    files: 1,
    too_large: "文件超过 64 MB 或文字过长，请拆分后再提交。",
};

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
        let Sent { texts, files } = Sent::read(request, state, LIST).await?;
        let chosen = files.into_iter().find(|file| !file.bytes.is_empty());
        Ok(Filled {
            texts,
            file: chosen.map(|file| (file.file_name, file.bytes)),
        })
    }
}
