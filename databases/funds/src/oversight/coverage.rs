//! Full coverage (全口径、全覆盖): of every programme that pays people, which months and towns have reported and which
//! are missing, in one reading of the kept sums.

use std::collections::{BTreeMap, BTreeSet};

use access::Scope;
use kernel::{AppResult, Month, RegionCode};
use store::{FromQueryResult, Query, Sql};

use crate::programme::Programme;

#[derive(FromQueryResult)]
struct Reported {
    programme: String,
    town: i64,
    month: String,
    rows: i64,
    amount_fen: i64,
}

/// One programme, town or department over the months asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub rows: i64,
    pub amount_fen: i64,
    /// Items (a programme in a month) reported, by month.
    pub reported: BTreeMap<Month, i64>,
    /// Items that were due and are not there, by month.
    pub missing: BTreeMap<Month, i64>,
}

impl Line {
    fn add(&mut self, month: Month, sum: Option<(i64, i64)>) {
        match sum {
            Some((rows, amount_fen)) => {
                self.rows += rows;
                self.amount_fen += amount_fen;
                *self.reported.entry(month).or_default() += 1;
            }
            None => *self.missing.entry(month).or_default() += 1,
        }
    }

    pub fn missing_items(&self) -> i64 {
        self.missing.values().sum()
    }
}

/// The same reading by three keys.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    pub by_programme: BTreeMap<String, Line>,
    pub by_town: BTreeMap<i64, Line>,
    pub by_department: BTreeMap<String, Line>,
}

/// Whether a programme of this cycle has to report for a month.
fn is_due(cycle: &str, month: Month) -> bool {
    match cycle {
        "月" => true,
        "季" => month.month().is_multiple_of(3),
        "半年" => month.month().is_multiple_of(6),
        "年" => month.month() == 12,
        _ => false,
    }
}

/// What was reported for the months `first..=last`. A month is due where the programme's cycle says so and the month has
/// ended, or where any town has reported it; then every town that is not there is missing.
pub async fn coverage(
    db: &impl Query,
    scope: &Scope,
    programmes: &[Programme],
    towns: &[RegionCode],
    (first, last): (Month, Month),
    today: Month,
) -> AppResult<Coverage> {
    let mut sql = Sql::new(
        "SELECT programme, town, month, CAST(SUM(rows) AS BIGINT) AS rows, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen \
         FROM payment_total WHERE month >= ",
    );
    sql.bind(first.to_string())
        .push(" AND month <= ")
        .bind(last.to_string());
    scope.restrict(&mut sql, "village");
    sql.push(" GROUP BY programme, town, month HAVING SUM(rows) > 0");
    let mut sums: BTreeMap<(&str, Month), BTreeMap<i64, (i64, i64)>> = BTreeMap::new();
    let reported: Vec<Reported> = db.fetch(sql).await?;
    for r in &reported {
        if let Ok(month) = r.month.parse() {
            let of = sums.entry((r.programme.as_str(), month)).or_default();
            of.insert(r.town, (r.rows, r.amount_fen));
        }
    }
    let towns: BTreeSet<i64> = towns.iter().map(|t| t.as_i64()).collect();
    let mut coverage = Coverage::default();
    for programme in programmes.iter().filter(|p| p.pays_people()) {
        for index in first.index()..=last.index() {
            let month = first.plus(index - first.index());
            let found = sums.get(&(programme.code.as_str(), month));
            let due = found.is_some() || (is_due(&programme.cycle, month) && month < today);
            if !due {
                continue;
            }
            let whole = found.map(|f| {
                f.values()
                    .fold((0, 0), |(rows, fen), more| (rows + more.0, fen + more.1))
            });
            let of = coverage.by_programme.entry(programme.code.clone()).or_default();
            of.add(month, whole);
            let of = coverage.by_department.entry(programme.org.clone()).or_default();
            of.add(month, whole);
            for town in &towns {
                let of = coverage.by_town.entry(*town).or_default();
                of.add(month, found.and_then(|f| f.get(town)).copied());
            }
        }
    }
    Ok(coverage)
}
