//! One household with its members and its helpers.

use ::store::{Db, FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::AppResult;

use crate::{list::HouseholdRow, reach::restrict_households};

/// A household as its page shows it.
#[derive(Clone, Debug)]
pub struct Household {
    pub row: HouseholdRow,
    /// Present members first, then those who left.
    pub members: Vec<Member>,
    /// Present helpers first.
    pub helpers: Vec<PairedHelper>,
}

/// A person's place in a household.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Member {
    pub person_key: i64,
    pub name: String,
    pub sex: i64,
    pub birth: String,
    pub kin: String,
    pub joined_on: String,
    pub left_on: Option<String>,
    pub death_date: Option<String>,
}

/// Who helps the household (结对), and since when.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PairedHelper {
    pub account: i64,
    pub helper_name: String,
    pub from_on: String,
    pub to_on: Option<String>,
}

/// A household inside the scope; `None` when it does not exist or lies outside.
pub async fn household(db: &Db, scope: &Scope, id: i64) -> AppResult<Option<Household>> {
    let mut sql = Sql::new(
        "SELECT h.id, h.household_no, h.region, h.head_key, h.head_name, h.population, h.status, h.attr, h.monitor_class, \
         h.main_cause, h.registered_on, h.exited_on, h.removed_on FROM household h WHERE h.id = ",
    );
    sql.bind(id);
    restrict_households(scope, &mut sql);
    let Some(row) = db.fetch::<HouseholdRow>(sql).await?.pop() else {
        return Ok(None);
    };
    let members = db
        .rows(
            "SELECT m.person_key, COALESCE(p.name, '') AS name, COALESCE(p.sex, 0) AS sex, COALESCE(p.birth, '') AS birth, \
             m.kin, m.joined_on, m.left_on, p.death_date FROM household_member m \
             LEFT JOIN person p ON p.person_key = m.person_key WHERE m.household_id = $1 \
             ORDER BY CASE WHEN m.left_on IS NULL THEN 0 ELSE 1 END, m.kin, p.birth, m.person_key",
            args![id],
        )
        .await?;
    let helpers = db
        .rows(
            "SELECT account, helper_name, from_on, to_on FROM pairing WHERE household_id = $1 \
             ORDER BY CASE WHEN to_on IS NULL THEN 0 ELSE 1 END, from_on DESC",
            args![id],
        )
        .await?;
    Ok(Some(Household { row, members, helpers }))
}
