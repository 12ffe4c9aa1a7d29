//! A form as it was sent, with or without files, and its fields read into values with the field named on error.

use std::collections::HashMap;

use axum::extract::{FromRequest, Request};
use kernel::{AppError, AppResult, Date, Money};
use records::{papers::Upload, sent::Sent};
use web::{App, WebError};

use crate::model::guards;

/// Texts by field name, and files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    pub texts: HashMap<String, String>,
    pub files: Vec<Upload>,
}

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
        let Sent { texts, files } = Sent::from_request(request, state).await?;
        Ok(Filled { texts, files })
    }
}
