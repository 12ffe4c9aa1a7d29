//! A form as it was filled in, with or without files.

use std::collections::HashMap;

use axum::extract::{FromRequest, Request};
use kernel::{AppError, Money};
use records::{papers::Upload, sent::Sent};
use web::{App, WebError};

use crate::model::ActKind;

/// Texts by field name, and the files.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    texts: HashMap<String, String>,
    pub files: Vec<Upload>,
}

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
        let Sent { texts, files } = Sent::from_request(request, state).await?;
        Ok(Filled { texts, files })
    }
}
