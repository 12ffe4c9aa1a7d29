//! What was done to help, by kind. The five forms of the political advisers (政协委员五种形式) are among them.

use kernel::{AppError, AppResult, Money};
use records::flow::Code;

records::codes! {
    /// What a measure is.
    pub enum MeasureKind {
        Pairing = "pairing" "结对帮扶",
        Project = "project" "项目帮扶",
        Industry = "industry" "产业帮扶",
        Charity = "charity" "慈善帮扶",
        Knowledge = "knowledge" "智力帮扶",
        Employment = "employment" "就业帮扶",
        Education = "education" "教育帮扶",
        Health = "health" "健康帮扶",
        Housing = "housing" "住房帮扶",
        Safety = "safety" "兜底保障",
        Finance = "finance" "金融帮扶",
        Lecture = "lecture" "政策宣讲",
        Supervision = "supervision" "监督走访",
        Clipping = "clipping" "媒体报道",
    }
}

records::codes! {
    /// Where the money of a measure came from.
    pub enum FundOrigin {
        Own = "own" "自有资金",
        Coordinated = "coordinated" "协调资金",
    }
}

/// The five forms in which political advisers help.
pub const ADVISER_FORMS: [MeasureKind; 5] = [
    MeasureKind::Pairing,
    MeasureKind::Project,
    MeasureKind::Industry,
    MeasureKind::Charity,
    MeasureKind::Knowledge,
];

/// Reads the amount of a measure: empty is none; with money, its origin must be named.
///
/// # Errors
/// Invalid, naming the field.
pub fn amount(text: &str, origin: Option<FundOrigin>) -> AppResult<Money> {
    if text.trim().is_empty() {
        return Ok(Money::ZERO);
    }
    let money = Money::parse(text).map_err(|e| AppError::invalid(format!("投入金额：{e}。")))?;
    if money.is_negative() {
        return Err(AppError::invalid("投入金额：不能为负数。"));
    }
    if money > Money::ZERO && origin.is_none() {
        return Err(AppError::invalid(format!(
            "资金来源：填写了金额，请注明是{}还是{}。",
            FundOrigin::Own.title(),
            FundOrigin::Coordinated.title()
        )));
    }
    Ok(money)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_fen_and_names_its_origin() {
        assert_eq!(amount("", None).unwrap(), Money::ZERO);
        assert_eq!(amount("1200.50", Some(FundOrigin::Own)).unwrap(), Money(120_050));
        for (text, origin) in [
            ("-1", Some(FundOrigin::Own)),
            ("1.234", Some(FundOrigin::Own)),
            ("99999999999999999999", Some(FundOrigin::Own)),
            ("100", None),
        ] {
            assert!(amount(text, origin).is_err(), "{text}");
        }
    }
}
