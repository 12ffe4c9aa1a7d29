//! What every step brings along, and who is taking it.

use access::Actor;
use kernel::{AppError, AppResult, Date, Money};
use records::{
    flow::Who,
    history::{self, Change},
};
use serde_json::Value;
use trail::RecordedTx;

/// A step as someone asked for it.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Made by the form; the same request twice changes nothing twice.
    pub request_id: &'a str,
    /// The version the form was filled from.
    pub expected: Option<i64>,
    /// The day it takes effect.
    pub on: Date,
    pub reason: &'a str,
    /// Number or title of the document it rests on.
    pub basis: &'a str,
    /// For the steps that move part of the money.
    pub amount: Option<Money>,
    /// The accounts of a disbursement.
    pub from_account: Option<i64>,
    pub to_account: Option<i64>,
    /// Economic class of a disbursement.
    pub purpose: &'a str,
}

impl<'a> Asked<'a> {
    /// A step without anything but its day.
    pub fn on(request_id: &'a str, on: Date) -> Asked<'a> {
        Asked {
            request_id,
            expected: None,
            on,
            reason: "",
            basis: "",
            amount: None,
            from_account: None,
            to_account: None,
            purpose: "",
        }
    }

    pub fn because(mut self, reason: &'a str) -> Asked<'a> {
        self.reason = reason;
        self
    }

    pub fn by(mut self, basis: &'a str) -> Asked<'a> {
        self.basis = basis;
        self
    }

    pub fn of(mut self, amount: Money) -> Asked<'a> {
        self.amount = Some(amount);
        self
    }

    /// Keeps the record as this step left it as its next version; answers its number.
    pub(crate) async fn kept(
        &self,
        tx: &RecordedTx,
        kind: &'static str,
        id: i64,
        act: &str,
        state: &Value,
    ) -> AppResult<i64> {
        let change = Change {
            kind,
            id,
            expected: None,
            act,
            reason: self.reason,
            basis: self.basis,
            on: &self.on.to_string(),
            state,
        };
        history::record(tx, &change).await
    }
}

pub(crate) fn who<'a>(actor: &Actor, last_by: i64, concerned: bool, asked: &Asked<'a>) -> Who<'a> {
    Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor: (last_by != 0).then_some(last_by),
        concerned,
        reason: asked.reason,
        basis: asked.basis,
    }
}

/// The day as stored, when it is not before 1900 and not after today.
pub(crate) fn day_within(field: &str, day: Date, today: Date) -> AppResult<String> {
    if day.year() < 1900 {
        return Err(AppError::invalid(format!("{field}不能早于 1900 年，请核对。")));
    }
    if day > today {
        return Err(AppError::invalid(format!("{field}不能晚于今天，请核对。")));
    }
    Ok(day.to_string())
}

/// Someone changed the record in between.
pub(crate) fn conflicting() -> AppError {
    AppError::conflict("在您办理期间，这份记录已由他人办理，没有改动任何内容。请刷新页面后再办。")
}
