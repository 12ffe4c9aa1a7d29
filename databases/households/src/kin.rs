//! Who lives, or lived, in one household: what the kin graph reads of this register.

use ::store::{FromQueryResult, Query, Sql};
use access::Scope;
use kernel::AppResult;

use crate::Person;

/// A member of a household, present or past.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Housemate {
    pub household_id: i64,
    pub person_key: i64,
    /// GB/T 4761 to the head.
    pub kin: String,
    pub left_on: Option<String>,
}

/// All members, present and past, of every household to which one of these people belongs or belonged.
pub async fn housemates(db: &impl Query, people: &[i64]) -> AppResult<Vec<Housemate>> {
    let mut out = Vec::new();
    for part in people.chunks(500) {
        let mut sql = Sql::new(
            "SELECT o.household_id, o.person_key, o.kin, o.left_on FROM household_member o WHERE o.household_id IN \
             (SELECT m.household_id FROM household_member m WHERE m.person_key IN ",
        );
        sql.bind_list(part.iter().copied());
        sql.push(") ORDER BY o.household_id, o.person_key, o.joined_on");
        out.extend(db.fetch::<Housemate>(sql).await?);
    }
    Ok(out)
}

/// People within reach whose name begins so, by name and place.
pub async fn named(db: &impl Query, scope: &Scope, name: &str, most: i64) -> AppResult<Vec<Person>> {
    let name = kernel::name::clean(name).replace(['%', '_', '\\'], "");
    if name.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT p.person_key, p.name, p.sex, p.birth, p.region, p.kin, p.household_id, p.death_date FROM person p \
         WHERE p.name LIKE ",
    );
    sql.bind(format!("{name}%"));
    scope.restrict(&mut sql, "p.region");
    sql.push(" ORDER BY p.name, p.region, p.person_key LIMIT ").bind(most);
    db.fetch(sql).await
}
