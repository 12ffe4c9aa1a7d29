//! The lists of the library: one filter for rows, their number, the export and what the public sees.

use ::store::{FromQueryResult, Query, Sql};
use kernel::AppResult;

use super::Policy;

/// What a list asks for; an empty field asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    /// Words of the title, the number, the summary or the interpretation.
    pub text: &'a str,
    pub category: &'a str,
    pub issuer: &'a str,
    pub state: &'a str,
    /// Whether drafts stay out, whatever the state asked for.
    pub public: bool,
}

/// Rows on a page.
pub const PAGE_ROWS: u64 = 50;

/// The columns a search looks into.
const SEARCHED: &str = "LOWER(title || ' ' || doc_no || ' ' || summary || ' ' || plain_words)";

impl Asked<'_> {
    fn conditions(&self, sql: &mut Sql) {
        if self.public {
            sql.push(" AND state <> 'draft'");
        }
        for (column, value) in [
            (" AND category = ", self.category),
            (" AND issuer = ", self.issuer),
            (" AND state = ", self.state),
        ] {
            if !value.is_empty() {
                sql.push(column).bind(value);
            }
        }
        for word in self.text.split_whitespace().take(5) {
            let word: String = word.chars().take(40).collect();
            sql.push(" AND ").push(SEARCHED).push(" LIKE ").bind(holding(&word));
            sql.push(" ESCAPE '!'");
        }
    }
}

/// A pattern for texts that hold these very characters.
fn holding(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern + "%"
}

#[derive(FromQueryResult)]
struct Counted {
    rows: i64,
}

/// How many documents match.
pub async fn count(db: &impl Query, asked: &Asked<'_>) -> AppResult<u64> {
    let mut sql = Sql::new("SELECT COUNT(*) AS rows FROM policy WHERE 1 = 1");
    asked.conditions(&mut sql);
    let found: Vec<Counted> = db.fetch(sql).await?;
    Ok(found.first().map_or(0, |c| c.rows.unsigned_abs()))
}

/// One page of the documents that match, the newest first, those without a day last.
pub async fn page_of(db: &impl Query, asked: &Asked<'_>, page: u64) -> AppResult<Vec<Policy>> {
    let mut sql = Sql::new("SELECT * FROM policy WHERE 1 = 1");
    asked.conditions(&mut sql);
    sql.push(" ORDER BY issued DESC, id DESC LIMIT ").bind(PAGE_ROWS as i64);
    let before = page.max(1).saturating_sub(1).saturating_mul(PAGE_ROWS);
    sql.push(" OFFSET ").bind(before.min(i64::MAX.unsigned_abs()) as i64);
    db.fetch(sql).await
}

/// The documents that match and were entered after `after`, by their number: an export in portions.
pub async fn rows_after(db: &impl Query, asked: &Asked<'_>, after: i64, most: i64) -> AppResult<Vec<Policy>> {
    let mut sql = Sql::new("SELECT * FROM policy WHERE id > ");
    sql.bind(after);
    asked.conditions(&mut sql);
    sql.push(" ORDER BY id LIMIT ").bind(most);
    db.fetch(sql).await
}

#[derive(FromQueryResult)]
struct Issuer {
    issuer: String,
}

/// Who issued the documents the public sees, by name.
pub async fn issuers(db: &impl Query) -> AppResult<Vec<String>> {
    let sql = Sql::new("SELECT DISTINCT issuer FROM policy WHERE state <> 'draft' ORDER BY issuer");
    let found: Vec<Issuer> = db.fetch(sql).await?;
    Ok(found.into_iter().map(|i| i.issuer).collect())
}

#[cfg(test)]
mod tests {
    use super::holding;

    #[test]
    fn signs_that_stand_for_others_in_a_pattern_are_searched_as_themselves() {
        assert_eq!(holding("100%"), "%100!%%");
        assert_eq!(holding("a_B!"), "%a!_b!!%");
    }
}
