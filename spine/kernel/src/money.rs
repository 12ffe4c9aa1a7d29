//! Money is whole fen. No floating point ever touches an amount.

use std::{fmt, iter::Sum, ops::Neg};

use serde::{Deserialize, Serialize};

/// An amount in fen (0.01 yuan). May be negative (a recovery, a correction).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

/// Why a text is not an amount; the message is for the clerk who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("金额为空")]
    Empty,
    #[error("不是金额")]
    NotANumber,
    #[error("金额最多两位小数")]
    TooPrecise,
    #[error("金额超出范围")]
    OutOfRange,
}

/// One hundred billion yuan: above any county's budget, far below overflow of a sum.
const LIMIT_FEN: i64 = 10_000_000_000_000;

impl Money {
    pub const ZERO: Money = Money(0);

    pub fn from_yuan(yuan: i64) -> Self {
        Money(yuan * 100)
    }

    pub fn fen(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }

    pub fn checked_sub(self, other: Money) -> Option<Money> {
        self.0.checked_sub(other.0).map(Money)
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Reads what offices write: `1200`, `1,200.50`, `￥1２00`, `1200元`, full-width digits, trailing zeros.
    pub fn parse(text: &str) -> Result<Money, MoneyError> {
        let mut plain = String::with_capacity(text.len());
        for c in text.trim().chars() {
            match crate::checks::half_width(c) {
                ',' | ' ' | '\u{3000}' | '¥' | '￥' => {}
                '元' => {}
                c => plain.push(c),
            }
        }
        if plain.is_empty() {
            return Err(MoneyError::Empty);
        }
        let (negative, digits) = match plain.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, plain.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(MoneyError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 2 {
            return Err(MoneyError::TooPrecise);
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError::OutOfRange)?;
        let fen_part: i64 = format!("{fraction:0<2}").parse().map_err(|_| MoneyError::NotANumber)?;
        let fen = whole
            .checked_mul(100)
            .and_then(|f| f.checked_add(fen_part))
            .ok_or(MoneyError::OutOfRange)?;
        if fen > LIMIT_FEN {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Money(if negative { -fen } else { fen }))
    }
}

/// Yuan with two decimals and thousands separators: `1,234.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let digits = (fen / 100).to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 4);
        if self.0 < 0 {
            grouped.push('-');
        }
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        write!(f, "{grouped}.{:02}", fen % 100)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Money {
        Money(iter.map(|m| m.0).sum())
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_offices_write() {
        for (text, fen) in [
            ("1200", 120_000),
            ("1,200.5", 120_050),
            ("￥１２.３４", 1234),
            ("-3元", -300),
            ("7.500", 750),
        ] {
            assert_eq!(Money::parse(text), Ok(Money(fen)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        assert_eq!(Money::parse("1.234"), Err(MoneyError::TooPrecise));
        assert_eq!(Money::parse(""), Err(MoneyError::Empty));
        assert_eq!(Money::parse("壹佰"), Err(MoneyError::NotANumber));
        assert_eq!(Money::parse("99999999999999999999"), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn shows_thousands() {
        assert_eq!(Money(123_456_789).to_string(), "1,234,567.89");
        assert_eq!(Money(-5).to_string(), "-0.05");
    }
}
