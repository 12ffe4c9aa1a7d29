//! Whom the changed rows of a delivery may mean: the people of their numbers, and for rows without a usable one those whom a
//! search among everybody would look at, no more.
//!
//! The register is asked twice. First for whom the rows name by number and for the heads of families they name, because the
//! household of a relative is a way to a person too; then for everybody whom the shelf finds for name, birth or place.

use std::collections::{BTreeSet, HashSet};

use ::store::{Db, FromQueryResult, Query, Sql};
use kernel::AppResult;
use web::App;

use super::{
    bystanders::Bystanders,
    changes::{Changes, changes},
    incremental::{Effort, Pair, blocking},
    people::Register,
    places::Places,
    review::Answers,
    rows::{Columns, Decoded},
    shelved,
};
use crate::{
    engine::{EngineError, freeze_people},
    snapshot::Snapshot,
};

/// Keys in one statement.
const CHUNK_KEYS: usize = 250;

/// Changed rows, and whom they name by number.
pub(super) struct Asked {
    decoded: Decoded,
    numbers: BTreeSet<i64>,
}

/// The rows, and the people among whom they are judged.
pub(super) struct Near {
    pub(super) register: Register,
    pub(super) columns: Columns,
}

impl Asked {
    /// Reads what the changed rows of a delivery say.
    pub(super) async fn of(pair: &Pair, changed: &Changes, places: &Places, answers: &Answers) -> AppResult<Asked> {
        let (snapshot, mut places) = (pair.after.clone(), places.clone());
        let some: Vec<u32> = changed.fresh.iter().map(|row| row.at).collect();
        let name = snapshot.contract.name.clone();
        let decoded =
            blocking(move || Decoded::read(&snapshot, &mut places, Some(some)).map_err(|e| unreadable(&snapshot, &e)));
        let decoded = decoded.await?;
        let mut numbers = decoded.numbers();
        let met = changed.fresh.iter().chain(&changed.gone).filter(|row| row.has_number);
        numbers.extend(met.map(|row| row.key));
        let said = answers.given.get(&name).map_or(&[][..], Vec::as_slice);
        numbers.extend(said.iter().filter(|answer| answer.same).map(|answer| answer.key));
        Ok(Asked { decoded, numbers })
    }

    /// The rows among a whole register.
    pub(super) fn among(self, register: &Register) -> Columns {
        self.decoded.among(register)
    }

    /// Rows that their numbers decide need the people of these alone, and those who head the families they name.
    pub(super) async fn numbered(self, app: &App, effort: &mut Effort) -> AppResult<Near> {
        let persons = freeze_people(&app.db, &self.numbers).await?;
        effort.people_read += persons.rows() as u64;
        blocking(move || {
            let register = Register::read(&persons)?;
            let columns = self.decoded.among(&register);
            Ok(Near { register, columns })
        })
        .await
    }

    /// Rows some of which have to be searched for, among those who may be meant; `None` where the shelf cannot say who.
    pub(super) async fn near(mut self, app: &App, places: &Places, effort: &mut Effort) -> AppResult<Option<Near>> {
        let Some(ready) = shelved::ready(app).await? else {
            return Ok(None);
        };
        let mut shelf = ready.shelf;
        let entered: HashSet<i64> = ready.entered.iter().copied().collect();
        self.numbers.extend(ready.entered);
        let heads = self.decoded.heads();
        let named = blocking(move || {
            let named = shelf.of_names(heads.iter().map(|(name, region)| (name.as_str(), *region)));
            named.map(|named| (shelf, named)).map_err(|e| altered(&e))
        });
        let (mut shelf, named) = named.await?;
        self.numbers.extend(named);
        let first = freeze_people(&app.db, &self.numbers).await?;
        let Asked { decoded, mut numbers } = self;
        let columns = blocking(move || Ok(decoded.among(&Register::read(&first)?))).await?;
        numbers.extend(who_lives_in(&app.db, &columns.households()).await?);
        let searched = blocking(move || {
            let near = shelf.near(&columns.rows(), &columns.searched());
            near.map(|near| (shelf, columns, near)).map_err(|e| altered(&e))
        });
        let (mut shelf, columns, near) = searched.await?;
        numbers.extend(near.registered);
        let mut others = Bystanders::default();
        others.extend(near.others).map_err(kernel::AppError::internal)?;
        for (before, after) in ready.newer {
            let mut places = places.clone();
            let came = blocking(move || came_since(&before, &after, &mut places)).await?;
            others.append(came).map_err(kernel::AppError::internal)?;
        }
        // Of people who are registered the register tells; they are no others, whatever lists say.
        let known = registered(&app.db, others.keys()).await?;
        others.leave_out(&known).map_err(kernel::AppError::internal)?;
        let persons = freeze_people(&app.db, &numbers).await?;
        effort.people_read += persons.rows() as u64 + others.len() as u64;
        let register = blocking(move || Register::read_of_many(&persons, others, &mut shelf, &entered)).await?;
        Ok(Some(Near { register, columns }))
    }
}

/// People of a list that were not on it before, or otherwise.
fn came_since(before: &Snapshot, after: &Snapshot, places: &mut Places) -> Result<Bystanders, EngineError> {
    let mut out = Bystanders::default();
    let read = changes(before, after, &|_| false).and_then(|changed| {
        let fresh: Vec<u32> = changed.fresh.iter().map(|row| row.at).collect();
        out.read(after, Some(&fresh), places, &|_| false)
    });
    read.map(|()| out).map_err(|e| unreadable(after, &e))
}

fn unreadable(snapshot: &Snapshot, error: &dyn std::fmt::Display) -> EngineError {
    EngineError::Table(snapshot.contract.name.clone(), error.to_string())
}

fn altered(error: &std::io::Error) -> EngineError {
    EngineError::Table("persons".into(), error.to_string())
}

#[derive(FromQueryResult)]
struct Key {
    person_key: i64,
}

async fn who_lives_in(db: &Db, households: &BTreeSet<i64>) -> AppResult<Vec<i64>> {
    let households: Vec<i64> = households.iter().copied().collect();
    of_keys(db, "SELECT person_key FROM person WHERE household_id IN ", &households).await
}

async fn registered(db: &Db, keys: &[i64]) -> AppResult<HashSet<i64>> {
    let found = of_keys(db, "SELECT person_key FROM person WHERE person_key IN ", keys).await?;
    Ok(found.into_iter().collect())
}

async fn of_keys(db: &Db, base: &'static str, keys: &[i64]) -> AppResult<Vec<i64>> {
    let mut out = Vec::new();
    for chunk in keys.chunks(CHUNK_KEYS) {
        let mut sql = Sql::new(base);
        sql.bind_list(chunk.iter().copied());
        let found: Vec<Key> = db.fetch(sql).await?;
        out.extend(found.into_iter().map(|row| row.person_key));
    }
    Ok(out)
}
