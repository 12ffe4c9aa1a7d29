//! What became of findings: by rule, and from doubtful households to those struck off and taken in.

use std::collections::BTreeMap;

use ::store::{FromQueryResult, Query, Sql, args};
use access::Scope;
use comparison::finding::Precision;
use kernel::{AppResult, Date, RegionCode, Timestamp};

use super::reach;
use crate::model::{Params, Verdicts};

/// Which findings are reckoned: found within an area between two days, both included.
#[derive(Clone, Copy, Debug)]
pub struct Reckoned {
    pub area: Option<RegionCode>,
    pub from: Date,
    pub to: Date,
}

/// The findings of one rule.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RuleResult {
    pub rule_id: String,
    pub found: i64,
    pub borne_out: i64,
    pub unfounded: i64,
    pub excepted: i64,
    pub undecided: i64,
    pub confirmed_fen: i64,
    pub recovered_fen: i64,
}

impl RuleResult {
    pub fn verdicts(&self) -> Verdicts {
        Verdicts {
            borne_out: self.borne_out,
            cleared: self.unfounded + self.excepted,
        }
    }
}

/// Households that were doubted, by how far their findings came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Doubted {
    pub findings: i64,
    pub households: i64,
    /// With at least one verdict.
    pub verified: i64,
    /// With at least one finding borne out.
    pub confirmed: i64,
}

impl Reckoned {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        reach::restrict(sql, &scope);
        sql.push(" AND f.found_millis >= ")
            .bind(Timestamp::at_start_of(self.from).millis());
        sql.push(" AND f.found_millis < ")
            .bind(Timestamp::at_start_of(self.to + time::Duration::days(1)).millis());
    }
}

const SUMS: &str = "SELECT f.rule_id, COUNT(*) AS found, \
    CAST(SUM(CASE WHEN f.verdict = 'true' THEN 1 ELSE 0 END) AS BIGINT) AS borne_out, \
    CAST(SUM(CASE WHEN f.verdict = 'false' THEN 1 ELSE 0 END) AS BIGINT) AS unfounded, \
    CAST(SUM(CASE WHEN f.verdict = 'exception' THEN 1 ELSE 0 END) AS BIGINT) AS excepted, \
    CAST(SUM(CASE WHEN f.verdict = 'cannot_decide' THEN 1 ELSE 0 END) AS BIGINT) AS undecided, \
    CAST(COALESCE(SUM(f.confirmed_fen), 0) AS BIGINT) AS confirmed_fen, \
    CAST(COALESCE(SUM(f.recovered_fen), 0) AS BIGINT) AS recovered_fen \
    FROM finding f WHERE f.stage <> 'merged'";

/// Every rule with findings, by number. What was merged into another finding is counted there.
pub async fn by_rule(db: &impl Query, scope: &Scope, reckoned: &Reckoned) -> AppResult<Vec<RuleResult>> {
    let mut sql = Sql::new(SUMS);
    reckoned.narrow(scope, &mut sql);
    sql.push(" GROUP BY f.rule_id ORDER BY f.rule_id");
    db.fetch(sql).await
}

/// Households with findings of the given rules.
pub async fn doubted(db: &impl Query, scope: &Scope, reckoned: &Reckoned, rules: &[String]) -> AppResult<Doubted> {
    if rules.is_empty() {
        return Ok(Doubted::default());
    }
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS findings, COUNT(DISTINCT f.household_id) AS households, \
         COUNT(DISTINCT CASE WHEN f.verdict IS NOT NULL THEN f.household_id END) AS verified, \
         COUNT(DISTINCT CASE WHEN f.verdict = 'true' THEN f.household_id END) AS confirmed \
         FROM finding f WHERE f.stage <> 'merged' AND f.household_id IS NOT NULL",
    );
    reckoned.narrow(scope, &mut sql);
    sql.push(" AND f.rule_id IN ")
        .bind_list(rules.iter().map(String::as_str));
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// One rule's findings since a moment, wherever they stand.
pub(super) async fn precision(
    db: &impl Query,
    scope: &Scope,
    rule: &str,
    since: Timestamp,
    today: Date,
) -> AppResult<Precision> {
    let mut sql = Sql::new(SUMS);
    reach::restrict(&mut sql, scope);
    sql.push(" AND f.found_millis >= ").bind(since.millis());
    sql.push(" AND f.rule_id = ").bind(rule).push(" GROUP BY f.rule_id");
    let rows: Vec<RuleResult> = db.fetch(sql).await?;
    let Some(result) = rows.first() else {
        return Ok(Precision::default());
    };
    let verdicts = result.verdicts();
    let area = scope.region().unwrap_or(RegionCode::NATION);
    Ok(Precision {
        found: result.found,
        borne_out: result.borne_out,
        cleared: verdicts.cleared,
        undecided: result.undecided,
        share_bp: verdicts.share().map(|s| (s.share_bp, s.low_bp, s.high_bp)),
        misfires: verdicts.misfires(Params::of(area, today).misfire),
    })
}

/// Every rule's findings since a moment, in all areas and departments: the platform's own look at its rules.
pub(super) async fn since(db: &impl Query, rule: Option<&str>, since: Timestamp) -> AppResult<Vec<RuleResult>> {
    let mut sql = Sql::new(SUMS);
    sql.push(" AND f.found_millis >= ").bind(since.millis());
    if let Some(rule) = rule {
        sql.push(" AND f.rule_id = ").bind(rule);
    }
    sql.push(" GROUP BY f.rule_id ORDER BY f.rule_id");
    db.fetch(sql).await
}

/// Whether each judged finding of a rule was borne out, by its key. What could not be established is left out.
pub(super) async fn verdicts(db: &impl Query, rule: &str) -> AppResult<BTreeMap<String, bool>> {
    #[derive(FromQueryResult)]
    struct Judged {
        finding_key: String,
        verdict: String,
    }
    let rows: Vec<Judged> = db
        .rows(
            "SELECT finding_key, verdict FROM finding WHERE rule_id = $1 AND verdict IN ('true', 'false', 'exception')",
            args![rule],
        )
        .await?;
    Ok(rows.into_iter().map(|r| (r.finding_key, r.verdict == "true")).collect())
}
