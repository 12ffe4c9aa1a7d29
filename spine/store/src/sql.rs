//! A statement put together from fixed pieces and bound values; text from outside can only be a value.

use sea_orm::Value;

/// SQL text with numbered placeholders and their values.
///
/// Pieces are `&'static str`, so a sort column from a URL has to be mapped to one the code wrote.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Sql {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Appends fixed text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends the next placeholder and its value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Appends `(…, …)` with one placeholder for each value; an empty list becomes `(NULL)`, which matches nothing.
    pub fn bind_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.text.push('(');
        let before = self.values.len();
        for value in values {
            if self.values.len() > before {
                self.text.push_str(", ");
            }
            self.bind(value);
        }
        if self.values.len() == before {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Appends another statement, renumbering its placeholders.
    pub fn append(&mut self, other: &Sql) -> &mut Self {
        let shift = self.values.len();
        let mut rest = other.text.as_str();
        while let Some(at) = rest.find('$') {
            self.text.push_str(&rest[..=at]);
            let digits: String = rest[at + 1..].chars().take_while(char::is_ascii_digit).collect();
            self.text
                .push_str(&(digits.parse::<usize>().unwrap_or(0) + shift).to_string());
            rest = &rest[at + 1 + digits.len()..];
        }
        self.text.push_str(rest);
        self.values.extend(other.values.iter().cloned());
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appended_statements_are_renumbered() {
        let mut filter = Sql::new(" AND region >= ");
        filter.bind(1_i64).push(" AND state IN ").bind_list(["a", "b"]);
        let mut whole = Sql::new("SELECT 1 WHERE x = ");
        whole.bind(7_i64).append(&filter);
        assert_eq!(
            whole.text(),
            "SELECT 1 WHERE x = $1 AND region >= $2 AND state IN ($3, $4)"
        );
    }
}
