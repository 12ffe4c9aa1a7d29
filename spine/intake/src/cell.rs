//! From a delivered cell to a value, or to a sentence the clerk understands.
//!
//! Nothing here allocates for a well-written cell: a county's month is ten million of them.

use std::borrow::Cow;

use kernel::{
    Money, Month,
    checks::{clean_code, half_width},
    period::{epoch_days, ymd},
};

/// Why a cell is refused; the text after 「header」：.
pub(crate) type Refusal = Cow<'static, str>;

const OLDEST_YEAR: i32 = 1900;
const NEWEST_YEAR: i32 = 2200;
/// Day 1 of spreadsheet programs is 1900-01-01, and they believe in 1900-02-29.
const SERIAL_OF_1970: i64 = 25_569;
const DAYS_1900_TO_1904: i64 = 1_462;

/// Without blanks and invisible marks at the ends.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Half-width and without blanks, borrowed when it already is.
pub(crate) fn narrow(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_graphic() && b != b'\'' && b != b'`') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(clean_code(text))
    }
}

/// A cell as it may be quoted in a message: short, and with long digit runs hidden, because a shifted row can
/// put an ID number anywhere.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    let mut run = 0;
    for (at, c) in text.chars().enumerate() {
        if at == 20 {
            out.push('…');
            break;
        }
        run = if half_width(c).is_ascii_digit() { run + 1 } else { 0 };
        match run {
            0..=8 => out.push(c),
            9 => out.push_str("***"),
            _ => {}
        }
    }
    out
}

/// A calendar day, as days since 1970: 2024-05-01, 2024/5/1, 2024.5.1, 2024年5月1日, 20240501, with or without
/// a time of day, or a spreadsheet's serial number.
pub(crate) fn date(text: &str, from_1904: bool) -> Result<i32, Refusal> {
    let narrow = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(half_width).collect())
    };
    let (parts, count, separated) = numbers(&narrow, 3).ok_or_else(|| not_a_date(text))?;
    let [a, b, c] = parts;
    let (year, month, day) = match (count, separated) {
        (3, true) => (a, b, c),
        (1, false) if (19_000_101..=99_991_231).contains(&a) || narrow.trim().len() == 8 => {
            (a / 10_000, a / 100 % 100, a % 100)
        }
        (1, false) if (10_000..=109_575).contains(&a) => return serial(a, from_1904),
        _ => return Err(not_a_date(text)),
    };
    let date = u8::try_from(month)
        .ok()
        .zip(u8::try_from(day).ok())
        .and_then(|(m, d)| ymd(i32::try_from(year).ok()?, m, d));
    let date = date.ok_or_else(|| Refusal::from(format!("{} 不是存在的日期", quoted(text))))?;
    check_year(date.year(), text)?;
    Ok(epoch_days(date))
}

/// A month: 2024-05, 2024/5, 202405, 2024年5月, a full date, or the serial number a spreadsheet made of it.
pub(crate) fn month(text: &str, from_1904: bool) -> Result<i32, Refusal> {
    let bad = || Refusal::from(format!("{} 不是年月，应写作 2024-05", quoted(text)));
    let narrow = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(half_width).collect())
    };
    let (parts, count, separated) = numbers(&narrow, 3).ok_or_else(bad)?;
    let (year, month) = match (count, separated) {
        (2 | 3, true) => (parts[0], parts[1]),
        (1, false) if (100_000..=999_999).contains(&parts[0]) => (parts[0] / 100, parts[0] % 100),
        (1, false) if (10_000_000..=99_999_999).contains(&parts[0]) => (parts[0] / 10_000, parts[0] / 100 % 100),
        (1, false) if (10_000..=99_999).contains(&parts[0]) => {
            let days = serial(parts[0], from_1904)?;
            return kernel::period::from_epoch_days(days)
                .map(|d| Month::of(d).index())
                .ok_or_else(bad);
        }
        _ => return Err(bad()),
    };
    check_year(i32::try_from(year).unwrap_or(0), text)?;
    u8::try_from(month)
        .ok()
        .and_then(|m| Month::new(i32::try_from(year).ok()?, m))
        .map(Month::index)
        .ok_or_else(bad)
}

fn check_year(year: i32, text: &str) -> Result<(), Refusal> {
    if year < OLDEST_YEAR {
        return Err(format!("{} 早于 {OLDEST_YEAR} 年", quoted(text)).into());
    }
    if year > NEWEST_YEAR {
        return Err(format!("{} 晚于 {NEWEST_YEAR} 年", quoted(text)).into());
    }
    Ok(())
}

fn not_a_date(text: &str) -> Refusal {
    format!("{} 不是日期，应写作 2024-05-01", quoted(text)).into()
}

fn serial(days: i64, from_1904: bool) -> Result<i32, Refusal> {
    let days = days + if from_1904 { DAYS_1900_TO_1904 } else { 0 };
    i32::try_from(days - SERIAL_OF_1970).map_err(|_| "日期序号超出范围".into())
}

/// Up to `most` numbers between date separators; a time of day after them is dropped.
fn numbers(text: &str, most: usize) -> Option<([i64; 3], usize, bool)> {
    let mut parts = [0_i64; 3];
    let (mut count, mut digits, mut separated) = (0, 0, false);
    for c in text.trim().chars() {
        match c {
            '0'..='9' => {
                if digits == 0 {
                    if count == most {
                        return None;
                    }
                    count += 1;
                }
                digits += 1;
                if digits > 8 {
                    return None;
                }
                parts[count - 1] = parts[count - 1] * 10 + i64::from(c as u32 - '0' as u32);
            }
            '-' | '/' | '年' | '月' | '日' | '号' => {
                if digits == 0 {
                    return None;
                }
                (digits, separated) = (0, true);
            }
            // 2024.5.1, or the fraction of a day behind a serial number.
            '.' => {
                if digits == 0 || count == 1 && digits == 5 {
                    break;
                }
                (digits, separated) = (0, true);
            }
            ' ' | 'T' | 't' if count == most => break,
            ' ' => {}
            _ => return None,
        }
    }
    (count > 0).then_some((parts, count, separated))
}

/// An amount in fen. `per_unit` is 1 for yuan and 10,000 for 万元.
pub(crate) fn money(text: &str, per_unit: i64, is_number: bool) -> Result<i64, Refusal> {
    if per_unit == 1 {
        if let Some(fen) = plain_hundredths(text) {
            return Ok(fen);
        }
    }
    let plain = narrow(text);
    let digits = plain
        .trim_end_matches("万元")
        .trim_end_matches('元')
        .replace([',', '¥', '￥', '，'], "");
    // A spreadsheet's 0.1 + 0.2: the binary fraction is rounded, a third decimal that was written is not.
    let scaled = scaled_decimal(&digits, per_unit * 100, is_number);
    scaled.ok_or_else(|| match Money::parse(&digits) {
        Err(e) => format!("{}：{e}", quoted(text)).into(),
        Ok(_) => format!("{} 超出范围", quoted(text)).into(),
    })
}

/// Hundredths of a unit: mu or square metres.
pub(crate) fn hundredths(text: &str) -> Result<i64, Refusal> {
    if let Some(value) = plain_hundredths(text) {
        return Ok(value);
    }
    let plain = narrow(text);
    let digits = plain
        .trim_end_matches(['亩', '㎡'])
        .trim_end_matches("平方米")
        .trim_end_matches("m2")
        .replace(',', "");
    // Areas are measured finer than they are booked; two decimals are kept, as the registers print them.
    scaled_decimal(&digits, 100, true).ok_or_else(|| format!("{} 不是面积", quoted(text)).into())
}

/// A whole number; `3.0` from a spreadsheet is one.
pub(crate) fn int(text: &str) -> Result<i64, Refusal> {
    let plain = narrow(text);
    let plain = plain.trim_end_matches('%');
    let whole = match plain.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
        _ => plain,
    };
    whole
        .replace(',', "")
        .parse()
        .map_err(|_| format!("{} 不是整数", quoted(text)).into())
}

pub(crate) fn boolean(text: &str) -> Result<bool, Refusal> {
    match narrow(text).as_ref() {
        "是" | "1" | "有" | "Y" | "y" | "YES" | "Yes" | "yes" | "TRUE" | "True" | "true" | "√" | "已" => Ok(true),
        "否" | "0" | "无" | "N" | "n" | "NO" | "No" | "no" | "FALSE" | "False" | "false" | "×" | "未" => Ok(false),
        _ => Err(format!("{} 应填 是 或 否", quoted(text)).into()),
    }
}

/// `1234`, `1234.5`, `-3.25`: the common case, in hundredths.
fn plain_hundredths(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    if digits.is_empty() || digits.len() > 14 {
        return None;
    }
    let (mut value, mut decimals, mut any) = (0_i64, None, false);
    for b in digits {
        match b {
            b'0'..=b'9' => {
                decimals = match decimals {
                    Some(2) => return None,
                    Some(n) => Some(n + 1),
                    None => None,
                };
                any = true;
                value = value * 10 + i64::from(b - b'0');
            }
            b'.' if decimals.is_none() && any => decimals = Some(0),
            _ => return None,
        }
    }
    let value = value * 10_i64.pow(2 - decimals.unwrap_or(0));
    Some(if negative { -value } else { value })
}

/// A decimal times `scale`, exactly; further decimals are refused unless `rounds`.
fn scaled_decimal(text: &str, scale: i64, rounds: bool) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |d| (true, d));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || whole.len() > 13 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut value = whole.parse::<i64>().ok()?.checked_mul(scale)?;
    let mut unit = scale;
    for (at, b) in fraction.bytes().enumerate() {
        let digit = i64::from(b - b'0');
        if unit % 10 != 0 {
            match (rounds, digit, at) {
                (true, ..) => {
                    value += i64::from(digit >= 5);
                    break;
                }
                (false, 0, _) => continue,
                _ => return None,
            }
        }
        unit /= 10;
        value += digit * unit;
    }
    (value <= 10_000_000_000_000).then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_however_offices_write_it() {
        for text in [
            "2024-05-01",
            "2024/5/1",
            "2024.5.1",
            "2024年5月1日",
            "20240501",
            "２０２４－５－１",
            "2024-05-01 00:00:00",
            "2024-05-01T08:30:00",
            "45413",
            "45413.5",
            "2024-5-1 ",
        ] {
            assert_eq!(date(text, false).as_ref(), Ok(&19_844), "{text}");
        }
        assert_eq!(date("43951", true).as_ref(), Ok(&19_844));
    }

    #[test]
    fn a_year_of_three_digits_is_refused_with_its_reason() {
        assert_eq!(date("0205-03-01", false).unwrap_err(), "0205-03-01 早于 1900 年");
        assert!(date("2024-02-30", false).unwrap_err().contains("不是存在的日期"));
        for text in ["昨天", "2024-05", "12", "2024-05-01-02", "99999999", "----", "2024//5"] {
            assert!(date(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn a_month_is_read_however_offices_write_it() {
        let may = Month::new(2024, 5).unwrap().index();
        for text in [
            "2024-05",
            "2024/5",
            "202405",
            "2024年5月",
            "2024.05",
            "45413",
            "2024-05-01",
            "20240501",
        ] {
            assert_eq!(month(text, false).as_ref(), Ok(&may), "{text}");
        }
        assert!(month("2024-13", false).is_err());
        assert!(month("0205-03", false).unwrap_err().contains("早于"));
    }

    #[test]
    fn money_is_exact_and_ten_thousands_are_scaled() {
        assert_eq!(money("1,234.50", 1, false).as_ref(), Ok(&123_450));
        assert_eq!(money("￥１２.3元", 1, false).as_ref(), Ok(&1_230));
        assert_eq!(money("-5", 1, false).as_ref(), Ok(&-500));
        assert_eq!(money("12.345", 1, false).unwrap_err(), "12.345：金额最多两位小数");
        assert_eq!(money("0.30000000000000004", 1, true).as_ref(), Ok(&30));
        assert_eq!(money("50.5", 10_000, false).as_ref(), Ok(&50_500_000));
        assert_eq!(money("10万元", 10_000, false).as_ref(), Ok(&10_000_000));
        assert!(money("壹佰", 1, false).is_err());
        assert!(money("9".repeat(40).as_str(), 1, false).is_err());
    }

    #[test]
    fn an_area_keeps_two_decimals() {
        assert_eq!(hundredths("98.56").as_ref(), Ok(&9_856));
        assert_eq!(hundredths("98.566平方米").as_ref(), Ok(&9_857));
        assert_eq!(hundredths("3亩").as_ref(), Ok(&300));
    }

    #[test]
    fn a_quoted_cell_never_shows_a_whole_number() {
        assert_eq!(quoted("11010519491231002X"), "11010519***X");
        assert!(quoted(&"长".repeat(10_000)).chars().count() < 25);
    }
}
