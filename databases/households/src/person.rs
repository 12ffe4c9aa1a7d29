//! One person of the register.

use ::store::{FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::{AppResult, Date, PersonKey, Sealed, period::parse_date};

use crate::reach::restrict_households;

/// A person without the sealed columns: those are read by the reveal alone.
#[derive(Clone, Debug, PartialEq, Eq, ::store::FromQueryResult)]
pub struct Person {
    pub person_key: i64,
    pub name: String,
    /// GB/T 2261.1.
    pub sex: i64,
    /// `YYYY-MM-DD`
    pub birth: String,
    pub region: i64,
    /// GB/T 4761 to the head.
    pub kin: String,
    pub household_id: Option<i64>,
    pub death_date: Option<String>,
}

impl Person {
    pub fn key(&self) -> PersonKey {
        PersonKey(self.person_key)
    }

    /// Whole years on a day; 0 when the birth date does not read.
    pub fn age_on(&self, day: Date) -> i32 {
        age_on(&self.birth, day)
    }
}

/// Whole years between a birth date and a day.
pub fn age_on(birth: &str, day: Date) -> i32 {
    let Some(birth) = parse_date(birth) else { return 0 };
    let had_birthday = (day.month() as u8, day.day()) >= (birth.month() as u8, birth.day());
    day.year() - birth.year() - i32::from(!had_birthday)
}

const COLUMNS: &str = "person_key, name, sex, birth, region, kin, household_id, death_date";

/// A person by key, whoever asks. Pages for officials ask for those within reach.
pub async fn person(db: &impl Query, key: PersonKey) -> AppResult<Option<Person>> {
    db.row(
        &format!("SELECT {COLUMNS} FROM person WHERE person_key = $1"),
        args![key.0],
    )
    .await
}

/// The number as it lies sealed. Whoever opens it has put the purpose on the record.
pub(crate) async fn sealed_number(db: &impl Query, key: PersonKey) -> AppResult<Option<Sealed>> {
    #[derive(FromQueryResult)]
    struct Row {
        id_sealed: Vec<u8>,
    }
    let row: Option<Row> = db
        .row("SELECT id_sealed FROM person WHERE person_key = $1", args![key.0])
        .await?;
    Ok(row.map(|row| Sealed(row.id_sealed)))
}

/// Several people by key, in no particular order.
pub async fn people(db: &impl Query, keys: impl IntoIterator<Item = PersonKey>) -> AppResult<Vec<Person>> {
    let mut sql = Sql::new(
        "SELECT person_key, name, sex, birth, region, kin, household_id, death_date FROM person WHERE person_key IN ",
    );
    sql.bind_list(keys.into_iter().map(|k| k.0));
    db.fetch(sql).await
}

/// A person inside the scope; for helpers, a member of a household paired with them.
pub(crate) async fn within_reach(db: &impl Query, scope: &Scope, key: PersonKey) -> AppResult<Option<Person>> {
    let mut sql = Sql::new(
        "SELECT p.person_key, p.name, p.sex, p.birth, p.region, p.kin, p.household_id, p.death_date FROM person p \
         WHERE p.person_key = ",
    );
    sql.bind(key.0);
    scope.restrict(&mut sql, "p.region");
    if scope.helper().is_some() {
        sql.push(" AND EXISTS (SELECT 1 FROM household h WHERE h.id = p.household_id");
        restrict_households(scope, &mut sql);
        sql.push(")");
    }
    Ok(db.fetch(sql).await?.pop())
}
