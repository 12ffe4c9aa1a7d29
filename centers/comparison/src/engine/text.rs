//! How long and how deep the text of a rule may be. The planner walks a text by recursion: a chain of thousands of
//! conditions would not be refused but end the process. The longest rule of the catalogue stays far below.

use datafusion::sql::sqlparser::{
    dialect::GenericDialect,
    keywords::Keyword,
    tokenizer::{Token, Tokenizer},
};

use super::EngineError;

/// Characters of a condition.
const MOST_CHARACTERS: usize = 20_000;
/// Operators, each a level of the tree when they stand in one chain. Unoptimised, the planner was seen to take 25 KB of
/// stack for a level; the threads of the server have 16 MB.
const MOST_OPERATORS: usize = 120;
/// Parentheses and CASE within each other.
const DEEPEST: usize = 24;
/// Tables and subqueries put together.
const MOST_QUERIES: usize = 40;
/// Functions that fill memory from nothing, without a row read.
const CONJURING: [&str; 8] = [
    "repeat",
    "range",
    "generate_series",
    "lpad",
    "rpad",
    "array_repeat",
    "list_repeat",
    "array_resize",
];

/// Whether a planner may be given this text at all.
pub(super) fn fits(rule: &str, sql: &str) -> Result<(), EngineError> {
    let too_long = |most, what| Err(EngineError::TooLongText(rule.to_owned(), most, what));
    if sql.chars().count() > MOST_CHARACTERS {
        return too_long(MOST_CHARACTERS, "characters");
    }
    // What cannot be cut into words is named by the parser, with its line.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else {
        return Ok(());
    };
    let (mut operators, mut queries, mut depth, mut deepest) = (0, 0, 0_usize, 0);
    let mut among_tables = false;
    let mut before: Option<String> = None;
    for token in tokens {
        match &token {
            Token::Whitespace(_) => continue,
            Token::LParen => {
                if let Some(name) = before.take().filter(|name| CONJURING.contains(&name.as_str())) {
                    return Err(EngineError::Conjured(rule.to_owned(), name));
                }
                depth += 1;
                deepest = deepest.max(depth);
            }
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Comma if among_tables => queries += 1,
            Token::Word(word) => match word.keyword {
                Keyword::FROM => among_tables = true,
                Keyword::WHERE | Keyword::ON | Keyword::GROUP | Keyword::ORDER | Keyword::HAVING => {
                    among_tables = false
                }
                Keyword::AND | Keyword::OR | Keyword::NOT => operators += 1,
                Keyword::SELECT | Keyword::JOIN | Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => {
                    among_tables = false;
                    queries += 1;
                }
                // Without end as soon as its own rows bring it again.
                Keyword::RECURSIVE => return Err(EngineError::Conjured(rule.to_owned(), "RECURSIVE".to_owned())),
                Keyword::CASE => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                Keyword::END => depth = depth.saturating_sub(1),
                _ => {}
            },
            Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::Mod
            | Token::StringConcat
            | Token::Eq
            | Token::Neq
            | Token::Lt
            | Token::Gt
            | Token::LtEq
            | Token::GtEq
            | Token::DoubleColon => operators += 1,
            _ => {}
        }
        before = match token {
            Token::Word(word) => Some(word.value.to_lowercase()),
            _ => None,
        };
    }
    if operators > MOST_OPERATORS {
        return too_long(MOST_OPERATORS, "operators");
    }
    if deepest > DEEPEST {
        return too_long(DEEPEST, "levels");
    }
    if queries > MOST_QUERIES {
        return too_long(MOST_QUERIES, "queries");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sql: &str) -> String {
        fits("A-99", sql).unwrap_err().to_string()
    }

    #[test]
    fn a_text_that_would_exhaust_the_planner_is_refused_before_it_is_planned() {
        let chain = format!("SELECT 1 FROM assisted WHERE TRUE{}", " OR TRUE".repeat(400));
        assert!(refused(&chain).contains("120 operators"));
        let nested = format!("SELECT {}1{} FROM assisted", "(".repeat(60), ")".repeat(60));
        assert!(refused(&nested).contains("24 levels"));
        let cases = format!("SELECT {}1{}", "CASE WHEN TRUE THEN ".repeat(30), " END".repeat(30));
        assert!(refused(&cases).contains("24 levels"));
        let united = ["SELECT 1"; 50].join(" UNION ALL ");
        assert!(refused(&united).contains("40 queries"));
        assert!(refused(&format!("SELECT 1 FROM {}", ["assisted"; 60].join(", "))).contains("40 queries"));
        assert!(refused(&" ".repeat(30_000)).contains("characters"));
    }

    #[test]
    fn nothing_is_made_out_of_nothing() {
        assert!(refused("SELECT repeat('x', 1000000000) FROM assisted").contains("repeat"));
        assert!(refused("SELECT value FROM Range (1, 10000000)").contains("range"));
        assert!(
            refused("WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT 1 FROM n").contains("RECURSIVE")
        );
        let codes = ["'K33'"; 500].join(", ");
        assert!(
            fits(
                "A-99",
                &format!("SELECT 1 FROM vehicles v WHERE v.vehicle_type IN ({codes})")
            )
            .is_ok()
        );
        assert!(fits("A-99", "SELECT a.range FROM assisted a WHERE a.repeat = 1").is_ok());
    }

    #[test]
    fn every_rule_of_the_catalogue_fits() {
        for rule in crate::rules::Rules::embedded().unwrap().iter() {
            assert!(fits(&rule.id, &rule.condition).is_ok(), "{}", rule.id);
        }
    }
}
