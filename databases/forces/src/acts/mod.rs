//! What is done with the force database, one act a file. Each act is one recorded transaction with the client's
//! request id: the same request twice changes nothing twice.

pub mod bulk;
pub mod duty;
pub mod helper;
pub mod kin;
pub mod leave;
pub mod measure;
pub mod pairing;
pub mod remind;
pub mod spot;
pub mod team;
pub mod visit;

use kernel::{AppError, AppResult, Date, RegionCode, period::parse_date};
use trail::Earlier;

/// The id at the end of an earlier request's subject: `helper:123`.
pub(crate) fn id_of(earlier: &Earlier) -> i64 {
    earlier
        .subject
        .rsplit(':')
        .next()
        .and_then(|id| id.parse().ok())
        .unwrap_or(0)
}

/// Text of one field, trimmed and within its length.
pub(crate) fn words(label: &str, text: &str, least: usize, most: usize) -> AppResult<String> {
    let text = text.trim();
    let length = text.chars().count();
    if length < least {
        return Err(AppError::invalid(if length == 0 {
            format!("{label}：不能为空。")
        } else {
            format!("{label}：至少 {least} 个字。")
        }));
    }
    if length > most {
        return Err(AppError::invalid(format!("{label}：最多 {most} 个字。")));
    }
    if text.chars().filter(|c| c.is_numeric()).count() >= 15 {
        return Err(AppError::invalid(format!("{label}：请勿填写身份证号或银行账号。")));
    }
    Ok(text.to_owned())
}

/// A day not before 1900.
pub(crate) fn day(label: &str, text: &str) -> AppResult<Date> {
    parse_date(text)
        .filter(|day| day.year() >= 1900)
        .ok_or_else(|| AppError::invalid(format!("{label}：应写作 2026-01-31，且不早于 1900 年。")))
}

/// A day not after today.
pub(crate) fn past_day(label: &str, text: &str, today: Date) -> AppResult<Date> {
    let day = day(label, text)?;
    if day > today {
        return Err(AppError::invalid(format!("{label}：不能晚于今天。")));
    }
    Ok(day)
}

pub(crate) fn missing(what: &str) -> AppError {
    AppError::not_found(format!("没有找到{what}，或不在您的管理范围内。"))
}

pub(crate) fn place(code: i64) -> RegionCode {
    RegionCode::from_i64(code).unwrap_or(RegionCode::NATION)
}
