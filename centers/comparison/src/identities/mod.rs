//! Whose rows are these: where department rows meet the register of people before a rule reads them.
//!
//! A number that is right and known decides by itself. One with a slip is repaired; a missing one is linked by name, birth
//! and place where that leaves no doubt; what leaves doubt waits for a person. Linked rows then stand beside their table
//! under their person's key, with the reason, so that a rule finds them and a finding says how its record was found.

mod bystanders;
mod carry;
mod changes;
mod concern;
mod incremental;
#[cfg(test)]
mod incremental_tests;
mod link;
mod misused;
mod near;
mod people;
mod places;
mod relatives;
pub mod review;
mod rows;
mod shelved;
mod store;
#[cfg(test)]
mod tests;
mod words;

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use ::store::{Db, SqlMigration};
use kernel::{AppError, AppResult};

pub(crate) use concern::Concern;
pub use incremental::Effort;
pub use link::{Classes, Doubt, How, LinkedRow, LinkedSet, Misused};
pub(crate) use misused::{ask_whose, is_asked};
pub(crate) use shelved::{Mark, Written, shelve};
pub(crate) use store::{keep, kept, latest, objects_of, read_object};
use web::App;

use crate::{
    engine::{EngineError, Inputs, Link, Linked, Table},
    snapshot::Snapshot,
    sources::Sources,
};
use bystanders::Bystanders;
use carry::decides_alike;
use incremental::{Everybody, blocking};
use people::Register;
use places::Places;
use review::Answers;
use shelved::Place;

/// The tables of this part.
pub const MIGRATIONS: &[SqlMigration] = &[
    SqlMigration {
        name: "comparison_0006_identities",
        up: include_str!("../../migrations/0006_identities.sql"),
    },
    SqlMigration {
        name: "comparison_0012_people_shelf",
        up: include_str!("../../migrations/0012_people_shelf.sql"),
    },
];

/// Deliveries linked side by side.
const SIDE_BY_SIDE: usize = 2;

/// Links these deliveries with the register, each by itself. `go_on` is told how many are done.
pub(crate) async fn link_all(
    db: &Db,
    persons: &Table,
    snapshots: &[Snapshot],
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<Vec<LinkedSet>> {
    link_beside(db, persons, snapshots, None, go_on)
        .await
        .map(|(sets, _)| sets)
}

/// The same, and everybody is put on the shelf: `mark` was taken before they were read.
pub(crate) async fn link_and_shelve(
    app: &App,
    persons: &Table,
    mark: Mark,
    snapshots: &[Snapshot],
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<(Vec<LinkedSet>, Option<Written>)> {
    let place = Place::of(app, mark).await?;
    link_beside(&app.db, persons, snapshots, Some(place), go_on).await
}

async fn link_beside(
    db: &Db,
    persons: &Table,
    snapshots: &[Snapshot],
    place: Option<Place>,
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<(Vec<LinkedSet>, Option<Written>)> {
    let places = Places::load(db).await?;
    let answers = review::answers(db).await?;
    let (persons, snapshots) = (persons.clone(), snapshots.to_vec());
    if !go_on(0, snapshots.len() as u64) {
        return Err(AppError::conflict("比对已停止。"));
    }
    blocking(move || {
        let (register, written) = read_everybody(&persons, &snapshots, &places, place.as_ref())?;
        Ok((side_by_side(&register, &snapshots, &places, &answers)?, written))
    })
    .await
}

/// Everybody of the register, beside those whom only lists name; put on the shelf where a place for it is given.
fn read_everybody(
    persons: &Table,
    lists: &[Snapshot],
    places: &Places,
    shelf: Option<&Place>,
) -> Result<(Register, Option<Written>), EngineError> {
    let among =
        |known: &HashSet<i64>| Bystanders::of(lists, &mut places.clone(), &|key| known.contains(&key)).map(Some);
    let register = Register::read_among(persons, among)?;
    let written = shelf.and_then(|place| place.write(&register.registry, persons.rows() as u64, lists));
    Ok((register, written))
}

/// The links of these deliveries as they were found before. One that no comparison has read is linked by what it changed
/// from the one before it; only the first of its kind is searched as a whole.
pub(crate) async fn of_deliveries(
    app: &App,
    snapshots: &[Snapshot],
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<(Vec<LinkedSet>, Effort, Option<Written>)> {
    let (mut sets, mut pairs, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for snapshot in snapshots {
        let name = &snapshot.contract.name;
        if let Some(set) = latest(&app.db, &app.objects, name, &snapshot.hash).await? {
            sets.push(set);
            continue;
        }
        match earlier(app, snapshot).await? {
            Some(pair) => pairs.push(pair),
            None => whole.push(snapshot.clone()),
        }
    }
    if pairs.is_empty() && whole.is_empty() {
        return Ok((sets, Effort::default(), None));
    }
    let places = Places::load(&app.db).await?;
    let answers = review::answers(&app.db).await?;
    let changed = incremental::link_changed(app, pairs, &places, &answers, go_on).await?;
    let (mut effort, mut everybody) = (changed.effort, changed.everybody);
    sets.extend(changed.sets);
    whole.extend(changed.whole);
    if !whole.is_empty() {
        let all = match everybody {
            Some(all) => all,
            None => Everybody::read(app, &places, &mut effort).await?,
        };
        effort.rows_linked += whole.iter().map(Snapshot::rows).sum::<u64>();
        let register = all.register.clone();
        sets.extend(blocking(move || side_by_side(&register, &whole, &places, &answers)).await?);
        everybody = Some(all);
    }
    sets.sort_by(|a, b| a.data_set.cmp(&b.data_set));
    Ok((sets, effort, everybody.and_then(|all| all.written)))
}

/// The delivery before this one, and what was found out about it; `None` when there is none, or it is no longer there.
async fn earlier(app: &App, snapshot: &Snapshot) -> AppResult<Option<incremental::Pair>> {
    let name = &snapshot.contract.name;
    let Some(hash) = store::last_linked(&app.db, name).await? else {
        return Ok(None);
    };
    let sources = app.part::<Sources>()?;
    let before = Snapshot::open(&sources.store.path(name, &hash)).ok();
    // Columns that changed their meaning may link otherwise.
    let before = before.filter(|before| decides_alike(&before.contract, &snapshot.contract));
    let was = latest(&app.db, &app.objects, name, &hash).await?;
    Ok(before.zip(was).map(|(before, was)| incremental::Pair {
        before,
        after: snapshot.clone(),
        was,
    }))
}

/// People to whom a row is linked in one of two deliveries and not, or for other reasons, in the other.
pub(crate) fn linked_otherwise(was: Option<&LinkedSet>, is: Option<&LinkedSet>) -> HashSet<i64> {
    let links = |set: Option<&LinkedSet>| -> BTreeSet<(i64, u64, String)> {
        let rows = set.map_or(&[][..], |set| set.linked.as_slice());
        rows.iter()
            .map(|row| (row.person_key, row.content, row.told.clone()))
            .collect()
    };
    let (was, is) = (links(was), links(is));
    was.symmetric_difference(&is).map(|(person, ..)| *person).collect()
}

fn side_by_side(
    register: &Register,
    snapshots: &[Snapshot],
    places: &Places,
    answers: &Answers,
) -> Result<Vec<LinkedSet>, EngineError> {
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
            let set = link::link(register, &mut places, snapshot, answers);
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

/// Puts the linked rows beside their tables; of the linked rows only those of these people, where they are few.
///
/// # Errors
/// Links that were made for another snapshot of the table.
pub(crate) fn beside(inputs: &mut Inputs, sets: &[LinkedSet], few: Option<&BTreeSet<i64>>) -> Result<(), EngineError> {
    let among = few.map(|people| people.iter().copied().collect::<HashSet<i64>>());
    sets.iter()
        .try_for_each(|set| beside_table(inputs, set, among.as_ref()))
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
    let Some(table) = table.filter(|_| !set.linked.is_empty() || !set.set_aside.is_empty() || !set.misused.is_empty())
    else {
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
    let asked = set.misused.iter().filter(|_| !set.unasked);
    let misused = asked.map(|row| row.row_no).collect();
    let linked = Linked::of(table, links, set.set_aside.clone(), misused)?;
    inputs.linked.insert(set.data_set.clone(), linked);
    Ok(())
}
