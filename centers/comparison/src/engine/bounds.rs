//! What one rule may take, so that a badly written one costs a message and not the machine.

use std::time::Duration;

use datafusion::error::DataFusionError;

use super::EngineError;

/// Rows of the answer, time, and memory of all rules of a session together.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub rows: usize,
    pub time: Duration,
    pub memory_bytes: usize,
}

impl Default for Bounds {
    /// A million questions are more than a province can ask; a county's slowest rule takes seconds.
    fn default() -> Bounds {
        Bounds {
            rows: 1_000_000,
            time: Duration::from_secs(600),
            memory_bytes: 3 << 30,
        }
    }
}

impl Bounds {
    /// For a text that was written a minute ago, over the few rows of its examples.
    pub const AT_THE_DESK: Bounds = Bounds {
        rows: 10_000,
        time: Duration::from_secs(10),
        memory_bytes: 256 << 20,
    };

    /// For a trial over a whole county, while somebody waits.
    pub const OF_A_TRIAL: Bounds = Bounds {
        rows: 1_000_000,
        time: Duration::from_secs(120),
        memory_bytes: 1 << 30,
    };

    pub(super) fn failed(&self, rule: &str, error: DataFusionError) -> EngineError {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => {
                EngineError::TooMuchMemory(rule.to_owned(), self.memory_bytes >> 20)
            }
            _ => EngineError::Rule(rule.to_owned(), error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::{
        engine::{Inputs, Session},
        rules::contract_tables,
    };

    fn session(bounds: Bounds) -> Session {
        let contracts = intake::contract::Contracts::embedded().unwrap();
        let tables: Inputs = contract_tables(&["assisted".into()], &["vehicles".into()], &contracts).unwrap();
        Session::open(&Inputs { bounds, ..tables }, &HashMap::new()).unwrap()
    }

    /// Asked by whoever may read everything, so that nothing but the bounds stands in the way.
    fn ask_freely(bounds: Bounds, sql: &str) -> EngineError {
        testkit::run(async { session(bounds).query("A-99", sql).await.unwrap_err() })
    }

    fn ask(bounds: Bounds, sql: &str) -> EngineError {
        let may = ["assisted".to_owned()];
        testkit::run(async { session(bounds).query_tables("A-99", sql, &may).await.unwrap_err() })
    }

    const TEN_MILLION: &str = "SELECT a.value FROM range(1, 3163) a CROSS JOIN range(1, 3163) b";
    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT SUM(i) AS i FROM n";

    #[test]
    fn a_rule_that_does_not_parse_is_named() {
        let error = ask(Bounds::default(), "SELEKT person_key FROM assisted");
        assert!(
            matches!(&error, EngineError::Rule(rule, _) if rule == "A-99"),
            "{error}"
        );
        assert!(
            error.in_words().contains("A-99") && error.in_words().contains("写法"),
            "{}",
            error.in_words()
        );
    }

    #[test]
    fn a_rule_reads_only_what_it_declares_and_changes_nothing() {
        let hidden = "SELECT person_key FROM assisted WHERE person_key IN (SELECT person_key FROM vehicles)";
        let error = ask(Bounds::default(), hidden);
        assert!(
            matches!(&error, EngineError::Undeclared(_, table) if table == "vehicles"),
            "{error}"
        );
        assert!(error.in_words().contains("vehicles"));
        for sql in [
            "DROP TABLE assisted",
            "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
            "COPY assisted TO 'x.csv'",
            "SET datafusion.execution.batch_size = 1",
        ] {
            assert!(matches!(ask(Bounds::default(), sql), EngineError::Rule(..)), "{sql}");
        }
        let made_up = ask(Bounds::default(), TEN_MILLION);
        assert!(
            matches!(made_up, EngineError::Conjured(..)),
            "rows out of nothing: {made_up}"
        );
    }

    #[test]
    fn ten_million_rows_are_refused_long_before_they_are_there() {
        let bounds = Bounds {
            rows: 100_000,
            ..Bounds::default()
        };
        let error = ask_freely(bounds, TEN_MILLION);
        assert!(matches!(error, EngineError::TooManyRows(_, 100_000)), "{error}");
        assert!(error.in_words().contains("100000"));
    }

    #[test]
    fn a_rule_that_never_ends_is_stopped() {
        let bounds = Bounds {
            time: Duration::from_millis(300),
            ..Bounds::default()
        };
        let error = ask_freely(bounds, ENDLESS);
        assert!(
            matches!(error, EngineError::TooLong(..) | EngineError::TooMuchMemory(..)),
            "{error}"
        );
    }

    #[test]
    fn everybody_with_everybody_is_stopped_even_where_nobody_fits() {
        let bounds = Bounds {
            time: Duration::from_millis(300),
            ..Bounds::default()
        };
        let sql = "SELECT a.value FROM range(1, 900) a CROSS JOIN range(1, 900) b CROSS JOIN range(1, 900) c \
                   WHERE a.value + b.value + c.value < 0";
        let started = std::time::Instant::now();
        let error = ask_freely(bounds, sql);
        assert!(matches!(error, EngineError::TooLong(..)), "{error}");
        assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    }

    #[test]
    fn a_rule_that_needs_too_much_memory_is_stopped() {
        let bounds = Bounds {
            memory_bytes: 2 << 20,
            ..Bounds::default()
        };
        let sql = "SELECT a.value, COUNT(DISTINCT b.value) AS n FROM range(1, 800) a CROSS JOIN range(1, 800) b \
                   GROUP BY a.value, b.value";
        let error = ask_freely(bounds, sql);
        assert!(matches!(error, EngineError::TooMuchMemory(_, 2)), "{error}");
        assert!(error.in_words().contains("内存"));
    }
}
