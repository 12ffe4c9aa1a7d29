//! What the register holds of the households and people a file names, read in few queries.

use std::collections::{HashMap, HashSet};

use ::store::{Db, FromQueryResult, Query as _, Sql};
use access::{Actor, Scope};
use intake::{
    CellError,
    table::{Row, Table},
};
use kernel::{AppResult, KeyRing};

use super::person_of;
use crate::reach::restrict_households;

/// Values of one query; both databases take many more.
const CHUNK: usize = 400;

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct HeldHousehold {
    pub id: i64,
    pub household_no: String,
    pub head_name: String,
    pub status: i64,
    pub attr: i64,
    pub main_cause: String,
    pub std: Option<i64>,
    pub address: Option<String>,
    pub other_causes: Option<String>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct HeldMember {
    pub household_id: i64,
    pub person_key: i64,
    pub name: String,
    pub kin: String,
    pub phone_digest: Option<i64>,
    pub health: Option<String>,
    pub labour: Option<String>,
    pub student: Option<String>,
    pub skill: Option<String>,
}

/// Households of a file within the scope, by number, with their members.
#[derive(Default)]
pub(super) struct Held {
    pub households: HashMap<String, HeldHousehold>,
    pub members: HashMap<i64, Vec<HeldMember>>,
}

impl Held {
    pub(super) async fn read(db: &Db, scope: &Scope, table: &Table) -> AppResult<Held> {
        let numbers: HashSet<&str> = table
            .good()
            .map(|r| r.text("household_no"))
            .filter(|n| !n.is_empty())
            .collect();
        let mut numbers: Vec<&str> = numbers.into_iter().collect();
        numbers.sort_unstable();
        let mut held = Held::default();
        for chunk in numbers.chunks(CHUNK) {
            let mut sql = Sql::new(
                "SELECT h.id, h.household_no, h.head_name, h.status, h.attr, h.main_cause, d.std, d.address, \
                 d.other_causes FROM household h LEFT JOIN household_detail d ON d.household_id = h.id \
                 WHERE h.household_no IN ",
            );
            sql.bind_list(chunk.iter().map(|n| (*n).to_owned()));
            restrict_households(scope, &mut sql);
            let found: Vec<HeldHousehold> = db.fetch(sql).await?;
            held.households
                .extend(found.into_iter().map(|h| (h.household_no.clone(), h)));
        }
        let ids: Vec<i64> = held.households.values().map(|h| h.id).collect();
        for chunk in ids.chunks(CHUNK) {
            let mut sql = Sql::new(
                "SELECT m.household_id, m.person_key, p.name, m.kin, p.phone_digest, p.health, p.labour, p.student, p.skill \
                 FROM household_member m JOIN person p ON p.person_key = m.person_key \
                 WHERE m.left_on IS NULL AND m.household_id IN ",
            );
            sql.bind_list(chunk.iter().copied());
            for member in db.fetch::<HeldMember>(sql).await? {
                held.members.entry(member.household_id).or_default().push(member);
            }
        }
        Ok(held)
    }

    /// The household of a row, or why the row is set aside.
    pub(super) fn household(&self, actor: &Actor, table: &Table, row: &Row) -> Result<&HeldHousehold, CellError> {
        let fault = |message: String| table.fault(row.line, "household_no", message);
        let found = self
            .households
            .get(row.text("household_no"))
            .ok_or_else(|| fault("没有这个户编号，或不在您的管理范围内".into()))?;
        if found.status == 4 {
            return Err(fault("本户已清退，不能再登记".into()));
        }
        let own = actor.person.is_some_and(|own| self.member(found.id, own.0).is_some());
        if own {
            return Err(fault("这是您本人所在的户，须由他人办理".into()));
        }
        Ok(found)
    }

    pub(super) fn member(&self, household: i64, key: i64) -> Option<&HeldMember> {
        self.members.get(&household)?.iter().find(|m| m.person_key == key)
    }
}

/// The person a row names by code or number; `None` when by neither.
pub(super) fn person(keys: &KeyRing, table: &Table, row: &Row) -> Result<Option<i64>, CellError> {
    let code = row.text("person");
    let by_number = row.number("id_no").map(|n| keys.person_key(n).0);
    if code.is_empty() {
        return Ok(by_number);
    }
    let by_code = person_of(code)
        .ok_or_else(|| table.fault(row.line, "person", "不是平台导出的人员编号，请留空并填写身份证号"))?;
    if by_number.is_some_and(|key| key != by_code) {
        return Err(table.fault(row.line, "id_no", "与人员编号不是同一个人"));
    }
    Ok(Some(by_code))
}

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Place {
    pub person_key: i64,
    pub household_no: String,
    pub head_name: String,
}

/// Where people belong already: members of a household, or of an open application.
pub(super) async fn places(db: &Db, people: &[i64]) -> AppResult<HashMap<i64, Place>> {
    let mut all = HashMap::new();
    for chunk in people.chunks(CHUNK) {
        let mut sql = Sql::new(
            "SELECT m.person_key, h.household_no, h.head_name FROM household_member m \
             JOIN household h ON h.id = m.household_id WHERE m.left_on IS NULL AND m.person_key IN ",
        );
        sql.bind_list(chunk.iter().copied()).push(
            " UNION ALL SELECT m.person_key, a.household_no, a.head_name FROM applicant_member m \
             JOIN applicant a ON a.household_id = m.household_id WHERE m.open AND m.person_key IN ",
        );
        sql.bind_list(chunk.iter().copied());
        all.extend(db.fetch::<Place>(sql).await?.into_iter().map(|p| (p.person_key, p)));
    }
    Ok(all)
}

#[derive(FromQueryResult)]
struct Known {
    person_key: i64,
    name: String,
}

/// Names of people the platform knows.
pub(super) async fn names(db: &Db, people: &[i64]) -> AppResult<HashMap<i64, String>> {
    let mut all = HashMap::new();
    for chunk in people.chunks(CHUNK) {
        let mut sql = Sql::new("SELECT person_key, name FROM person WHERE person_key IN ");
        sql.bind_list(chunk.iter().copied());
        all.extend(
            db.fetch::<Known>(sql)
                .await?
                .into_iter()
                .map(|k| (k.person_key, k.name)),
        );
    }
    Ok(all)
}
