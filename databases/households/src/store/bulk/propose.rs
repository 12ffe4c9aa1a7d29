//! Whom an act would reach and whom it leaves out, changing nothing.

use std::collections::{BTreeMap, HashSet};

use ::store::{FromQueryResult, Query, Sql};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date};
use sha2::{Digest, Sha256};

use super::{Chosen, LeftOut, MOST_HOUSEHOLDS, MOST_TICKED, Wanted};
use crate::reach::restrict_households;

/// A household of the choice.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub region: i64,
    pub household_no: String,
    pub head_name: String,
    pub population: i64,
    pub status: i64,
}

/// What would be done, and what not.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    pub taken: Vec<Line>,
    pub left_out: BTreeMap<LeftOut, Vec<Line>>,
    /// Ticked ones that are not within the actor's reach.
    pub out_of_reach: usize,
    /// Digest of the act and of all who are taken: what is confirmed is what was shown.
    pub seal: String,
}

impl Proposal {
    /// All who are left out, those out of reach included.
    pub fn left(&self) -> usize {
        self.left_out.values().map(Vec::len).sum::<usize>() + self.out_of_reach
    }

    pub fn people(&self) -> i64 {
        self.taken.iter().map(|line| line.population).sum()
    }
}

/// # Errors
/// Invalid when a field of the act is wrong, or when more are chosen than one act takes.
pub async fn propose(
    q: &impl Query,
    actor: &Actor,
    today: Date,
    chosen: &Chosen,
    wanted: &Wanted,
) -> AppResult<Proposal> {
    wanted.check(today)?;
    if chosen.ticked.len() > MOST_TICKED {
        return Err(AppError::invalid(format!("一次最多勾选 {MOST_TICKED} 户。")));
    }
    let rows = households(q, &actor.scope, chosen).await?;
    if rows.len() as i64 > MOST_HOUSEHOLDS {
        return Err(AppError::invalid(format!(
            "一次最多办理 {MOST_HOUSEHOLDS} 户，请先按镇、村筛选后分次办理。"
        )));
    }
    let ticked: HashSet<i64> = chosen.ticked.iter().copied().collect();
    let mut proposal = Proposal {
        out_of_reach: if ticked.is_empty() {
            0
        } else {
            ticked.len() - rows.len()
        },
        ..Proposal::default()
    };
    let own = own(q, actor).await?;
    let has = already(q, &actor.scope, wanted).await?;
    for row in rows {
        let left_out = if row.status == 4 {
            LeftOut::Removed
        } else if own.contains(&row.id) {
            LeftOut::Own
        } else if has.contains(&row.id) {
            match wanted {
                Wanted::Tasks { .. } => LeftOut::HasTask,
                Wanted::Measure { .. } => LeftOut::HasSame,
            }
        } else {
            proposal.taken.push(row);
            continue;
        };
        proposal.left_out.entry(left_out).or_default().push(row);
    }
    proposal.seal = seal(wanted, &proposal.taken);
    Ok(proposal)
}

async fn households(q: &impl Query, scope: &Scope, chosen: &Chosen) -> AppResult<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT h.id, h.region, h.household_no, h.head_name, h.population, h.status FROM household h WHERE 1 = 1",
    );
    if chosen.ticked.is_empty() {
        chosen.filter.narrow(scope, &mut sql);
    } else {
        restrict_households(scope, &mut sql);
        sql.push(" AND h.id IN ").bind_list(chosen.ticked.iter().copied());
    }
    sql.push(" ORDER BY h.region, h.household_no LIMIT ")
        .bind(MOST_HOUSEHOLDS + 1);
    q.fetch(sql).await
}

#[derive(FromQueryResult)]
struct Id {
    household_id: i64,
}

/// The household the actor lives in.
async fn own(q: &impl Query, actor: &Actor) -> AppResult<HashSet<i64>> {
    let Some(person) = actor.person else {
        return Ok(HashSet::new());
    };
    let mut sql = Sql::new("SELECT household_id FROM household_member WHERE left_on IS NULL AND person_key = ");
    sql.bind(person.0);
    let rows: Vec<Id> = q.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| row.household_id).collect())
}

/// Those who have it already: a task of this kind and period from whomever, or the same measure on the same day, or
/// the same policy still going on.
async fn already(q: &impl Query, scope: &Scope, wanted: &Wanted) -> AppResult<HashSet<i64>> {
    let sql = match wanted {
        Wanted::Tasks { kind, period, .. } => {
            let mut sql = Sql::new(
                "SELECT t.subject AS household_id FROM campaign c JOIN collection_task t ON t.campaign_id = c.id \
                 WHERE t.target = 'household' AND c.kind = ",
            );
            sql.bind(kind.as_str()).push(" AND c.period = ").bind(period.as_str());
            scope.restrict(&mut sql, "t.region");
            sql
        }
        Wanted::Measure {
            policy,
            kind,
            content,
            on,
            ..
        } => {
            let mut sql = Sql::new("SELECT household_id FROM measure WHERE sort = ");
            sql.bind(if *policy { "policy" } else { "measure" });
            sql.push(" AND kind = ").bind(kind.as_str());
            sql.push(" AND content = ").bind(content.trim());
            if *policy {
                sql.push(" AND ended_on IS NULL");
            } else {
                sql.push(" AND on_day = ").bind(on.to_string());
            }
            sql
        }
    };
    let rows: Vec<Id> = q.fetch(sql).await?;
    Ok(rows.into_iter().map(|row| row.household_id).collect())
}

fn seal(wanted: &Wanted, taken: &[Line]) -> String {
    let mut hash = Sha256::new();
    hash.update(wanted.title().as_bytes());
    for line in taken {
        hash.update(line.id.to_be_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
