//! A form of an entry, read or refused field by field.

use std::collections::BTreeMap;

use kernel::{Date, Money, RegionCode, RegionLevel, period::parse_date};
use records::flow::Code;

use super::{AccountKind, Category, Channel, Direction};

/// An entry as the form states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    pub village: RegionCode,
    /// Empty for the next number of the month.
    pub voucher_no: String,
    pub day: Date,
    pub category: Category,
    pub amount: Money,
    pub channel: Channel,
    pub party: String,
    pub party_is_person: bool,
    pub summary: String,
    pub decision_no: String,
}

impl NewEntry {
    pub fn direction(&self) -> Direction {
        self.category.direction()
    }

    /// The account the money goes through.
    pub fn account_kind(&self) -> AccountKind {
        if self.channel.is_card() {
            AccountKind::Card
        } else {
            AccountKind::Basic
        }
    }
}

/// What is wrong, by the name of the field.
pub type Problems = BTreeMap<&'static str, String>;

/// No book is older.
const FIRST_YEAR: i32 = 1900;
const SUMMARY_CHARS: usize = 60;
/// So many digits in a row are a phone, an account or an ID number.
const TELLING_DIGITS: usize = 9;

/// Reads the fields by their names.
///
/// # Errors
/// All problems at once, each with the way out.
pub fn read(get: impl Fn(&str) -> String, today: Date) -> Result<NewEntry, Problems> {
    let mut wrong = Problems::new();
    let village = get("village").parse::<RegionCode>().ok();
    let village = village.filter(|v| v.level() >= RegionLevel::Community);
    if village.is_none() {
        wrong.insert("village", "请选择村。".into());
    }
    let day = parse_date(&get("day"));
    match day {
        None => {
            wrong.insert("day", "日期应写作 2026-03-02。".into());
        }
        Some(day) if day.year() < FIRST_YEAR => {
            wrong.insert("day", "日期不能早于 1900 年。".into());
        }
        Some(day) if day > today => {
            wrong.insert("day", "日期不能晚于今天。".into());
        }
        Some(_) => {}
    }
    let category = Category::parse(&get("category"));
    if category.is_none() {
        wrong.insert("category", "请选择收支科目。".into());
    }
    let channel = Channel::parse(&get("channel"));
    if channel.is_none() {
        wrong.insert("channel", "请选择收付方式。".into());
    }
    let amount = amount(&get("amount"));
    if let Err(why) = &amount {
        wrong.insert("amount", why.clone());
    }
    let voucher_no = tidy(&get("voucher_no"));
    if voucher_no.chars().count() > 30 {
        wrong.insert("voucher_no", "凭证号不超过 30 个字。".into());
    }
    let party = words(&get("party"), 40).map_err(|why| wrong.insert("party", why)).ok();
    let summary = words(&get("summary"), SUMMARY_CHARS)
        .map_err(|why| wrong.insert("summary", why))
        .ok();
    let decision_no = tidy(&get("decision_no"));
    if decision_no.chars().count() > 40 || telling(&decision_no) {
        wrong.insert("decision_no", "决议号不超过 40 个字，不写电话、账号和身份证号。".into());
    }
    match (village, day, category, channel, amount, party, summary) {
        (Some(village), Some(day), Some(category), Some(channel), Ok(amount), Some(party), Some(summary))
            if wrong.is_empty() =>
        {
            Ok(NewEntry {
                village,
                voucher_no,
                day,
                category,
                amount,
                channel,
                party,
                party_is_person: get("party_is_person") == "1",
                summary,
                decision_no,
            })
        }
        _ => Err(wrong),
    }
}

fn amount(text: &str) -> Result<Money, String> {
    match Money::parse(text) {
        Ok(money) if money.fen() <= 0 => Err("金额应大于 0；记错的账用“冲销”改正。".into()),
        Ok(money) => Ok(money),
        Err(why) => Err(format!("金额：{why}")),
    }
}

fn words(text: &str, most: usize) -> Result<String, String> {
    let clean = tidy(text);
    if clean.is_empty() {
        Err("请填写。".into())
    } else if clean.chars().count() > most {
        Err(format!("不超过 {most} 个字。"))
    } else if telling(&clean) {
        Err("这一栏会公开，不要写电话、账号或身份证号。".into())
    } else {
        Ok(clean)
    }
}

/// Trimmed, without line breaks and other control characters.
fn tidy(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).collect()
}

/// Whether a text holds a number that tells too much.
fn telling(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        run >= TELLING_DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(changes: &[(&str, &str)]) -> Result<NewEntry, Problems> {
        let base = [
            ("village", "371621102001001"),
            ("day", "2026-03-02"),
            ("category", "office"),
            ("channel", "swipe"),
            ("amount", "128.50"),
            ("party", "石庙文具店"),
            ("summary", "购办公用品"),
        ];
        let get = |name: &str| {
            let of = |list: &[(&str, &str)]| list.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            of(changes).or_else(|| of(&base)).unwrap_or_default()
        };
        read(get, parse_date("2026-03-02").unwrap())
    }

    #[test]
    fn an_amount_must_be_a_positive_sum_of_fen() {
        for bad in ["", "-5", "0", "1.005", "99999999999999999999", "一百"] {
            assert!(form(&[("amount", bad)]).unwrap_err().contains_key("amount"), "{bad}");
        }
        assert_eq!(form(&[]).unwrap().amount, Money(12_850));
    }

    #[test]
    fn a_day_lies_between_1900_and_today() {
        for bad in ["1899-12-31", "2026-03-03", "2026-02-30", ""] {
            assert!(form(&[("day", bad)]).unwrap_err().contains_key("day"), "{bad}");
        }
    }

    #[test]
    fn what_becomes_public_carries_no_telling_number() {
        for field in ["summary", "party"] {
            let wrong = form(&[(field, "付张三 13812340001")]).unwrap_err();
            assert!(wrong[field].contains("会公开"), "{field}");
        }
        assert!(form(&[("summary", "付 2026 年 3 月电费")]).is_ok());
    }
}
