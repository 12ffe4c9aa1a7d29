//! Near kin of a helper: those of one household, present or past, those he declared, and whomever the kin graph names.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{AppResult, PersonKey};
use store::{FromQueryResult, Query, Sql, WriteTx, args};
use web::App;

use super::helpers::Helper;
use crate::model::pairing::{Near, Refusal, kin_conflict};

/// Where near kin outside one's household are known (干部亲属关系图谱). The server puts it in as a part.
#[async_trait]
pub trait KinOf: Send + Sync {
    /// Everyone near to a person.
    async fn near_kin(&self, app: &App, person: PersonKey) -> AppResult<Vec<PersonKey>>;
}

/// The part that holds it; without one, households and declarations are asked.
pub struct KinPart(pub Arc<dyn KinOf>);

/// A relative whom a helper declared.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Declared {
    pub helper_id: i64,
    pub relative_key: i64,
    pub relative_name: String,
    /// GB/T 4761: what the relative is to the helper.
    pub code: String,
    pub declared_on: String,
    pub entered_by: String,
}

/// What a helper declared, by name.
pub(crate) async fn declared_by(db: &impl Query, helper: i64) -> AppResult<Vec<Declared>> {
    db.rows(
        "SELECT helper_id, relative_key, relative_name, code, declared_on, entered_by FROM declared_kin \
         WHERE helper_id = $1 ORDER BY relative_name, relative_key",
        args![helper],
    )
    .await
}

/// A declaration between two people known by number, as the kin graph reads it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DeclaredKin {
    pub helper_key: i64,
    pub helper_name: String,
    pub relative_key: i64,
    pub relative_name: String,
    /// GB/T 4761: what the relative is to the helper.
    pub code: String,
}

/// Declarations by or about one of these people.
pub async fn declared_among(db: &impl Query, people: &[i64]) -> AppResult<Vec<DeclaredKin>> {
    let mut out = Vec::new();
    for part in people.chunks(500) {
        let mut sql = Sql::new(
            "SELECT f.person_key AS helper_key, f.name AS helper_name, k.relative_key, k.relative_name, k.code \
             FROM declared_kin k JOIN helper f ON f.id = k.helper_id WHERE f.person_key IS NOT NULL AND (k.relative_key IN ",
        );
        sql.bind_list(part.iter().copied());
        sql.push(" OR f.person_key IN ").bind_list(part.iter().copied());
        sql.push(") ORDER BY f.person_key, k.relative_key");
        out.extend(db.fetch::<DeclaredKin>(sql).await?);
    }
    Ok(out)
}

/// Writes a declaration; one declared before is corrected.
pub(crate) async fn declare(tx: &WriteTx, d: &Declared) -> AppResult<()> {
    tx.execute(
        "INSERT INTO declared_kin (helper_id, relative_key, relative_name, code, declared_on, entered_by) \
         VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (helper_id, relative_key) DO UPDATE SET \
         relative_name = excluded.relative_name, code = excluded.code, declared_on = excluded.declared_on, \
         entered_by = excluded.entered_by",
        args![
            d.helper_id,
            d.relative_key,
            d.relative_name.as_str(),
            d.code.as_str(),
            d.declared_on.as_str(),
            d.entered_by.as_str()
        ],
    )
    .await
    .map(|_| ())
}

/// Both sides of declarations: whom he names, and who names him.
async fn declared_near(db: &impl Query, helper: Option<i64>, person: Option<i64>) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        near: i64,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT k.relative_key AS near FROM declared_kin k WHERE k.helper_id = $1 \
             UNION SELECT k.relative_key FROM declared_kin k JOIN helper f ON f.id = k.helper_id WHERE f.person_key = $2 \
             UNION SELECT f.person_key FROM declared_kin k JOIN helper f ON f.id = k.helper_id \
             WHERE k.relative_key = $2 AND f.person_key IS NOT NULL",
            args![helper.unwrap_or(-1), person],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.near).collect())
}

/// Everyone near to somebody who deals with households.
pub(crate) async fn near(app: &App, db: &impl Query, helper: Option<i64>, person: Option<i64>) -> AppResult<Vec<Near>> {
    let mut near = Vec::new();
    if let Some(person) = person {
        let same_roof = households::pairing::same_roof(db, person).await?;
        near.extend(same_roof.into_iter().map(|kin| Near {
            person: kin.person_key,
            from_graph: false,
        }));
    }
    let beyond = |person: i64| Near {
        person,
        from_graph: true,
    };
    near.extend(declared_near(db, helper, person).await?.into_iter().map(beyond));
    if let (Ok(graph), Some(person)) = (app.part::<KinPart>(), person) {
        let kin = graph.0.near_kin(app, PersonKey(person)).await?;
        near.extend(kin.into_iter().map(|person| beyond(person.0)));
    }
    Ok(near)
}

/// Why this person may not deal with this household, if there is a reason.
pub(crate) async fn conflict(
    app: &App,
    db: &impl Query,
    name: &str,
    person: Option<i64>,
    household: i64,
) -> AppResult<Option<Refusal>> {
    let Some(person) = person else { return Ok(None) };
    let members = households::pairing::present_members(db, household).await?;
    let near = near(app, db, None, Some(person)).await?;
    Ok(kin_conflict(name, Some(person), &near, &members))
}

/// [`conflict`] of a helper, whose declarations count even when his own number is not registered.
pub(crate) async fn conflict_of(
    app: &App,
    db: &impl Query,
    helper: &Helper,
    household: i64,
) -> AppResult<Option<Refusal>> {
    let members = households::pairing::present_members(db, household).await?;
    let near = near(app, db, Some(helper.id), helper.person_key).await?;
    Ok(kin_conflict(&helper.name, helper.person_key, &near, &members))
}
