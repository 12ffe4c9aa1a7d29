//! What a rule is called. Its name may be changed here, so a finding and a run keep the name they were asked under, and
//! everything else uses the one in force.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::store::{FromQueryResult, Query, Sql};
use kernel::AppResult;
use web::App;

use super::in_force::rules_in_force;

/// Names of rules, looked up once for a page.
#[derive(Clone, Debug, Default)]
pub struct RuleNames {
    /// Version and name in force, by rule.
    now: BTreeMap<String, (i64, String)>,
    /// Names of other versions, as runs recorded them.
    before: HashMap<(String, i64), String>,
}

impl RuleNames {
    /// The names in force.
    pub async fn in_force(app: &App) -> AppResult<RuleNames> {
        let rules = rules_in_force(app).await?;
        let now = rules.iter().map(|r| (r.id.clone(), (r.version, r.name.clone())));
        Ok(RuleNames {
            now: now.collect(),
            before: HashMap::new(),
        })
    }

    /// Learns what rules were called in these versions.
    pub async fn learn<'a>(
        &mut self,
        db: &impl Query,
        asked: impl IntoIterator<Item = (&'a str, i64)>,
    ) -> AppResult<()> {
        let unknown: BTreeSet<(&str, i64)> = asked
            .into_iter()
            .filter(|(rule, version)| self.now.get(*rule).is_none_or(|(now, _)| now != version))
            .filter(|(rule, version)| !self.before.contains_key(&((*rule).to_owned(), *version)))
            .collect();
        let Some(found) = recorded(db, &unknown).await? else {
            return Ok(());
        };
        // In the order of the runs: the last record of a version holds.
        for name in found {
            self.before.insert((name.rule_id, name.rule_version), name.rule_name);
        }
        Ok(())
    }

    /// What the rule is called now.
    pub fn now(&self, rule: &str) -> Option<&str> {
        self.now.get(rule).map(|(_, name)| name.as_str())
    }

    /// What it was called in that version; its name of now where no run recorded another.
    pub fn asked(&self, rule: &str, version: i64) -> Option<&str> {
        let before = self.before.get(&(rule.to_owned(), version));
        before.map(String::as_str).or_else(|| self.now(rule))
    }
}

#[derive(FromQueryResult)]
struct Recorded {
    rule_id: String,
    rule_version: i64,
    rule_name: String,
}

/// What runs wrote down of these versions, by the order of the runs; `None` where nothing is asked.
async fn recorded(db: &impl Query, versions: &BTreeSet<(&str, i64)>) -> AppResult<Option<Vec<Recorded>>> {
    if versions.is_empty() {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT rule_id, rule_version, rule_name FROM run_rule WHERE 1 = 0");
    for (rule, version) in versions {
        sql.push(" OR (rule_id = ").bind(*rule);
        sql.push(" AND rule_version = ").bind(*version).push(")");
    }
    sql.push(" GROUP BY rule_id, rule_version, rule_name ORDER BY MAX(run_id)");
    db.fetch(sql).await.map(Some)
}
