//! Whom a doubt matters to: people on benefits come first, all others can wait.

use std::collections::HashMap;

use ::store::{FromQueryResult, Query, Sql};
use kernel::AppResult;

/// Keys in one statement.
const CHUNK_KEYS: usize = 800;

/// How near people stand to public money.
#[derive(Clone, Debug, Default)]
pub(crate) struct Concern(HashMap<i64, i64>);

#[derive(FromQueryResult)]
struct Row {
    person_key: i64,
}

impl Concern {
    /// Of these people.
    pub(crate) async fn load(db: &impl Query, mut people: Vec<i64>) -> AppResult<Concern> {
        const PAID: &str = "SELECT DISTINCT person_key FROM payment WHERE state = 'paid' AND person_key IN ";
        const REGISTERED: &str = "SELECT DISTINCT person_key FROM household_member WHERE person_key IN ";
        people.sort_unstable();
        people.dedup();
        let mut out = HashMap::new();
        for (base, weight) in [(PAID, 1), (REGISTERED, 2)] {
            for chunk in people.chunks(CHUNK_KEYS) {
                let mut sql = Sql::new(base);
                sql.bind_list(chunk.iter().copied());
                let found = db.fetch::<Row>(sql).await?;
                out.extend(found.into_iter().map(|row| (row.person_key, weight)));
            }
        }
        Ok(Concern(out))
    }

    /// 2 member of a registered household, 1 paid something, 0 neither.
    pub(crate) fn of(&self, person: i64) -> i64 {
        self.0.get(&person).copied().unwrap_or(0)
    }
}
