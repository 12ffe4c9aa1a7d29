//! The register on a shelf beside the database, so that a monthly delivery finds whom its hard rows may mean without
//! reading everybody.
//!
//! A comparison that read everybody writes it; the database says which file it is and how far the register had come. Names,
//! births and villages of people who are registered never change, people who came since are counted and read, and who lives
//! in which household is asked of the database each time: what the shelf finds is what the register says today. Where the
//! count does not come out, the file is gone or was altered, or a list came that it knows nothing of, everybody is read, and
//! the shelf is written anew.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::PathBuf,
};

use ::store::{Db, FromQueryResult, Query, args};
use kernel::{AppError, AppResult};
use linkage::persons::{Registry, Shelf};
use trail::RecordedTx;
use web::App;

use super::bystanders::{tells, tells_people_apart};
use crate::{
    snapshot::Snapshot,
    sources::{Sources, current_sources},
};

/// More who came since are better read with everybody.
const MOST_ENTERED: usize = 5_000;

/// How far the register has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    people: i64,
    entered: i64,
}

impl Mark {
    /// Of now; to be taken before everybody is read.
    pub(crate) async fn of(db: &Db) -> AppResult<Mark> {
        Ok(Mark {
            people: count(db).await?,
            entered: db
                .number("SELECT COALESCE(MAX(entered), 0) FROM person", vec![])
                .await?,
        })
    }
}

async fn count(db: &Db) -> AppResult<i64> {
    db.number("SELECT COUNT(*) FROM person", vec![]).await
}

/// A shelf that may be searched.
pub(super) struct Ready {
    pub(super) shelf: Shelf,
    /// Who came to the register since.
    pub(super) entered: Vec<i64>,
    /// Lists that came since, each with the one the shelf knows.
    pub(super) newer: Vec<(Snapshot, Snapshot)>,
}

#[derive(FromQueryResult)]
struct Row {
    file: String,
    file_check: i64,
    entered: i64,
    lists: String,
}

async fn row(db: &impl Query) -> AppResult<Option<Row>> {
    db.row(
        "SELECT file, file_check, entered, lists FROM people_shelf WHERE id = 1",
        vec![],
    )
    .await
}

fn folder(app: &App) -> PathBuf {
    app.config.data_dir.join("shelf")
}

/// The shelf of the last comparison that read everybody, if the register and the lists of today can be told from it.
pub(super) async fn ready(app: &App) -> AppResult<Option<Ready>> {
    #[derive(FromQueryResult)]
    struct Key {
        person_key: i64,
    }
    let Some(row) = row(&app.db).await? else {
        return Ok(None);
    };
    let path = folder(app).join(&row.file);
    let shelf = File::open(path).and_then(|file| Shelf::open(file, row.file_check as u64));
    let shelf = match shelf {
        Ok(shelf) => shelf,
        Err(error) => {
            tracing::warn!(%error, "the register on the shelf cannot be used");
            return Ok(None);
        }
    };
    let entered: Vec<Key> = app
        .db
        .rows(
            "SELECT person_key FROM person WHERE entered > $1 ORDER BY person_key LIMIT $2",
            args![row.entered, MOST_ENTERED as i64 + 1],
        )
        .await?;
    let known = shelf.registered() + entered.len() as u64;
    if entered.len() > MOST_ENTERED || known != count(&app.db).await?.max(0) as u64 {
        return Ok(None);
    }
    let lists: Vec<(String, String)> = serde_json::from_str(&row.lists).map_err(AppError::internal)?;
    let Some(newer) = newer(app, &lists).await? else {
        return Ok(None);
    };
    Ok(Some(Ready {
        shelf,
        entered: entered.into_iter().map(|key| key.person_key).collect(),
        newer,
    }))
}

/// Lists that are not those on the shelf, each with the one that is; `None` where one is new or the old one is gone.
async fn newer(app: &App, lists: &[(String, String)]) -> AppResult<Option<Vec<(Snapshot, Snapshot)>>> {
    let sources = app.part::<Sources>()?;
    let mut out = Vec::new();
    for current in current_sources(&app.db).await? {
        let name = &current.data_set;
        let known = lists.iter().find(|(of, _)| of == name).map(|(_, hash)| hash);
        // Opening a table reads its contract and all its pages' places: of a dozen tables that takes longer than the search.
        let may_tell = sources.contracts.get(name).is_none_or(|contract| tells(contract));
        if known == Some(&current.snapshot) || known.is_none() && !may_tell {
            continue;
        }
        let list = Snapshot::open(&sources.store.path(name, &current.snapshot)).ok();
        let Some(list) = list.filter(tells_people_apart) else {
            continue;
        };
        let Some(known) = known else {
            return Ok(None);
        };
        match Snapshot::open(&sources.store.path(name, known)) {
            Ok(before) => out.push((before, list)),
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(out))
}

/// The lists of today that tell of people who are not registered.
pub(super) async fn current_lists(app: &App) -> AppResult<Vec<Snapshot>> {
    let sources = app.part::<Sources>()?;
    let mut out = Vec::new();
    for current in current_sources(&app.db).await? {
        // One that cannot be read tells of nobody, as in a comparison of everything, which stops there.
        let list = Snapshot::open(&sources.store.path(&current.data_set, &current.snapshot)).ok();
        out.extend(list.filter(tells_people_apart));
    }
    Ok(out)
}

/// Where the shelf is written, and which file stays until the new one is known to the database.
pub(super) struct Place {
    folder: PathBuf,
    current: String,
    mark: Mark,
}

impl Place {
    /// For a register that will be read from now on, or was since `mark`.
    pub(super) async fn of(app: &App, mark: Mark) -> AppResult<Place> {
        Ok(Place {
            folder: folder(app),
            current: row(&app.db).await?.map(|row| row.file).unwrap_or_default(),
            mark,
        })
    }

    /// Writes everybody; `None` where somebody came to the register while it was read, or the disk does not take it: the
    /// comparison does not depend on it.
    pub(super) fn write(&self, registry: &Registry, registered: u64, lists: &[Snapshot]) -> Option<Written> {
        if registered != self.mark.people.max(0) as u64 {
            return None;
        }
        let written = self.file(registry);
        let check = written
            .inspect_err(|error| tracing::warn!(%error, "the register was not put on the shelf"))
            .ok()?;
        let lists = lists.iter().filter(|list| tells_people_apart(list));
        Some(Written {
            check,
            entered: self.mark.entered,
            lists: lists
                .map(|list| (list.contract.name.clone(), list.hash.clone()))
                .collect(),
        })
    }

    fn file(&self, registry: &Registry) -> io::Result<u64> {
        fs::create_dir_all(&self.folder)?;
        // Runs take turns: what else lies here was left by one that did not end.
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if *entry.file_name() != *self.current {
                fs::remove_file(entry.path())?;
            }
        }
        let unfinished = self.folder.join("unfinished");
        let check = registry.shelve(&mut BufWriter::with_capacity(1 << 20, File::create(&unfinished)?))?;
        fs::rename(unfinished, self.folder.join(name_of(check)))?;
        Ok(check)
    }
}

fn name_of(check: u64) -> String {
    format!("{check:016x}")
}

/// A file that was written and is not yet known to the database.
pub(crate) struct Written {
    check: u64,
    entered: i64,
    lists: Vec<(String, String)>,
}

/// Makes a written shelf the one to be searched.
pub(crate) async fn shelve(tx: &RecordedTx, written: &Written) -> AppResult<()> {
    let lists = serde_json::to_string(&written.lists).map_err(AppError::internal)?;
    tx.execute(
        "INSERT INTO people_shelf (id, file, file_check, entered, lists) VALUES (1, $1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET file = excluded.file, file_check = excluded.file_check, \
         entered = excluded.entered, lists = excluded.lists",
        args![name_of(written.check), written.check as i64, written.entered, lists],
    )
    .await
    .map(|_| ())
}
