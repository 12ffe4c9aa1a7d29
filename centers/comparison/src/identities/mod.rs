//! Whose rows are these: where department rows meet the register of people before a rule reads them.
//!
//! A number that is right and known decides by itself. One with a slip is repaired; a missing one is linked by name, birth
//! and place where that leaves no doubt; what leaves doubt waits for a person. Linked rows then stand beside their table
//! under their person's key, with the reason, so that a rule finds them and a finding says how its record was found.

mod concern;
mod link;
mod people;
mod places;
pub mod review;
mod rows;
mod store;
#[cfg(test)]
mod tests;
mod words;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use ::store::{Db, SqlMigration};
use kernel::{AppError, AppResult};

pub(crate) use concern::Concern;
pub use link::{Classes, Doubt, How, LinkedRow, LinkedSet, Misused};
pub(crate) use store::{keep, kept, latest, read_object};
use web::App;

use crate::{
    engine::{EngineError, Inputs, Link, Linked, Table, freeze_persons},
    snapshot::Snapshot,
};
use people::Register;
use places::Places;
use review::Answers;

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[SqlMigration {
    name: "comparison_0006_identities",
    up: include_str!("../../migrations/0006_identities.sql"),
}];

/// Deliveries linked side by side.
const SIDE_BY_SIDE: usize = 2;

/// Links these deliveries with the register, each by itself. `go_on` is told how many are done.
pub(crate) async fn link_all(
    db: &Db,
    persons: &Table,
    snapshots: &[Snapshot],
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<Vec<LinkedSet>> {
    let places = Places::load(db).await?;
    let answers = review::answers(db).await?;
    let (persons, snapshots) = (persons.clone(), snapshots.to_vec());
    if !go_on(0, snapshots.len() as u64) {
        return Err(AppError::conflict("比对已停止。"));
    }
    let work = move || side_by_side(&persons, &snapshots, &places, &answers);
    tokio::task::spawn_blocking(work)
        .await
        .map_err(AppError::internal)?
        .map_err(|e| AppError::conflict(e.in_words()).caused_by(e))
}

/// The links of these deliveries as they were found before; one that no comparison has read is linked now.
pub(crate) async fn of_deliveries(
    app: &App,
    snapshots: &[Snapshot],
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<Vec<LinkedSet>> {
    let (mut sets, mut new) = (Vec::new(), Vec::new());
    for snapshot in snapshots {
        match latest(&app.db, &app.objects, &snapshot.contract.name, &snapshot.hash).await? {
            Some(set) => sets.push(set),
            None => new.push(snapshot.clone()),
        }
    }
    if !new.is_empty() {
        let persons = freeze_persons(&app.db).await?;
        sets.extend(link_all(&app.db, &persons, &new, go_on).await?);
    }
    sets.sort_by(|a, b| a.data_set.cmp(&b.data_set));
    Ok(sets)
}

fn side_by_side(
    persons: &Table,
    snapshots: &[Snapshot],
    places: &Places,
    answers: &Answers,
) -> Result<Vec<LinkedSet>, EngineError> {
    let register = Register::read(persons)?;
    // The largest last in the list is taken first.
    let mut queue: Vec<&Snapshot> = snapshots.iter().collect();
    queue.sort_by_key(|snapshot| snapshot.rows());
    let queue = Mutex::new(queue);
    let done = Mutex::new(Vec::new());
    let labour = || {
        let mut places = places.clone();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(snapshot) = next else { return };
            let set = link::link(&register, &mut places, snapshot, answers);
            done.lock().unwrap_or_else(PoisonError::into_inner).push(set);
        }
    };
    std::thread::scope(|scope| {
        (1..SIDE_BY_SIDE).for_each(|_| {
            scope.spawn(labour);
        });
        labour();
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut sets = done.into_iter().collect::<Result<Vec<LinkedSet>, EngineError>>()?;
    sets.sort_by(|a, b| a.data_set.cmp(&b.data_set));
    Ok(sets)
}

/// Puts the linked rows beside their tables.
///
/// # Errors
/// Links that were made for another snapshot of the table.
pub(crate) fn beside(inputs: &mut Inputs, sets: &[LinkedSet]) -> Result<(), EngineError> {
    sets.iter().try_for_each(|set| beside_table(inputs, set, None))
}

/// The same for a few people: of the linked rows only theirs are read.
///
/// # Errors
/// As of [`beside`].
pub(crate) fn beside_people(inputs: &mut Inputs, sets: &[Arc<LinkedSet>], people: &[i64]) -> Result<(), EngineError> {
    let people: HashSet<i64> = people.iter().copied().collect();
    sets.iter().try_for_each(|set| beside_table(inputs, set, Some(&people)))
}

fn beside_table(inputs: &mut Inputs, set: &LinkedSet, among: Option<&HashSet<i64>>) -> Result<(), EngineError> {
    let mut tables = inputs.snapshots.iter().map(|(table, _)| table);
    let table = tables.find(|table| table.name == set.data_set && table.digest == set.snapshot);
    let Some(table) = table.filter(|_| !set.linked.is_empty() || !set.set_aside.is_empty()) else {
        return Ok(());
    };
    let concerned = |row: &&LinkedRow| among.is_none_or(|among| among.contains(&row.person_key));
    let links = set.linked.iter().filter(concerned).map(|row| {
        let link = Link {
            confidence: row.confidence,
            told: row.told.clone(),
        };
        (row.at, row.row_no, row.person_key, link)
    });
    let linked = Linked::of(table, links, set.set_aside.clone())?;
    inputs.linked.insert(set.data_set.clone(), linked);
    Ok(())
}
