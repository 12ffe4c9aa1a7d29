//! A filled form: texts by field name, read with the field's title in every complaint.

use std::collections::BTreeMap;

use kernel::{AppError, AppResult, Date, Money, period::parse_date};

/// What a form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled(pub BTreeMap<String, String>);

impl Filled {
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Filled {
        Filled(pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
    }

    /// The text of a field, trimmed; empty when not sent.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", |text| text.trim())
    }

    pub fn ticked(&self, field: &str) -> bool {
        self.get(field) == "1"
    }

    /// A text that must be there.
    pub fn words(&self, field: &str, title: &str, most: usize) -> AppResult<String> {
        let text = self.get(field);
        if text.is_empty() {
            return Err(AppError::invalid(format!("请填写{title}。")));
        }
        if text.chars().count() > most {
            return Err(AppError::invalid(format!("{title}最多 {most} 个字。")));
        }
        Ok(text.to_owned())
    }

    /// A day from 1900 on.
    pub fn date(&self, field: &str, title: &str) -> AppResult<Date> {
        match parse_date(self.get(field)) {
            Some(day) if (1900..=2200).contains(&day.year()) => Ok(day),
            Some(_) => Err(AppError::invalid(format!("{title}须在 1900 年以后。"))),
            None => Err(AppError::invalid(format!("请填写{title}，例如 2026-03-01。"))),
        }
    }

    /// A day that has come.
    pub fn past_date(&self, field: &str, title: &str, today: Date) -> AppResult<Date> {
        let day = self.date(field, title)?;
        if day > today {
            return Err(AppError::invalid(format!("{title}不能晚于今天（{today}）。")));
        }
        Ok(day)
    }

    /// An amount in yuan: not negative, at most two decimals.
    pub fn money(&self, field: &str, title: &str) -> AppResult<Money> {
        match Money::parse(self.get(field)) {
            Ok(amount) if amount.is_negative() => Err(AppError::invalid(format!("{title}不能为负。"))),
            Ok(amount) => Ok(amount),
            Err(e) => Err(AppError::invalid(format!("{title}：{e}。"))),
        }
    }

    /// An amount above zero.
    pub fn some_money(&self, field: &str, title: &str) -> AppResult<Money> {
        match self.money(field, title)? {
            Money(0) => Err(AppError::invalid(format!("{title}须大于零。"))),
            amount => Ok(amount),
        }
    }

    /// A number of things, from 0 to a million.
    pub fn count(&self, field: &str, title: &str) -> AppResult<i64> {
        self.get(field)
            .parse()
            .ok()
            .filter(|n| (0..=1_000_000).contains(n))
            .ok_or_else(|| AppError::invalid(format!("{title}应为数字。")))
    }

    /// Names, one a line or separated by `、`.
    pub fn names(&self, field: &str) -> Vec<String> {
        names(self.get(field))
    }
}

/// Names in a text, cleaned, without repetition.
pub fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(['\n', '\r', '、', ',', '，', ';', '；']) {
        let name = kernel::name::clean(part);
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_are_refused_with_the_name_of_their_field() {
        let f = Filled::of([
            ("a", "-1"),
            ("b", "1.234"),
            ("c", "99999999999999999999"),
            ("d", "1899-12-31"),
            ("e", "0"),
        ]);
        let money = |field| f.money(field, "合同金额").unwrap_err().message;
        assert_eq!(money("a"), "合同金额不能为负。");
        assert_eq!(money("b"), "合同金额：金额最多两位小数。");
        assert_eq!(money("c"), "合同金额：金额超出范围。");
        assert_eq!(
            f.date("d", "签订日期").unwrap_err().message,
            "签订日期须在 1900 年以后。"
        );
        assert!(f.some_money("e", "拨付金额").is_err());
    }

    #[test]
    fn names_are_read_however_they_are_separated() {
        assert_eq!(names("张三、李四\n王五，张三"), ["张三", "李四", "王五"]);
    }
}
