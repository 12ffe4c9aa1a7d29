//! A new delivery linked by what it changed: rows that stood in the delivery before keep what was found out about them,
//! the others are judged as that delivery taught.
//!
//! Rows with a right number need their own few people of the register and no more. One without keeps its person while it
//! says the same of them. By one that is new or says something else anybody may be meant: those who may are found on the
//! shelf ([`super::shelved`]), and everybody is read only where that is not there.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use kernel::{AppError, AppResult};
use linkage::persons::Learned;
use web::App;

use super::{
    Classes, How, LinkedSet,
    changes::{Changes, Met, changes},
    link::link_some,
    near::{Asked, Near},
    people::Register,
    places::Places,
    read_everybody,
    review::Answers,
    rows::{Columns, PLACEHOLDER_NAMES},
    shelved::{Mark, Place, Written, current_lists},
};
use crate::{
    engine::{EngineError, freeze_persons},
    snapshot::Snapshot,
};

/// More rows than this are searched for among everybody: reading these once is cheaper then.
const MOST_NEAR: usize = 5_000;

/// What linking cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// People of the register that were read.
    pub people_read: u64,
    /// Rows whose identity was settled anew.
    pub rows_linked: u64,
    /// Rows that kept what was known.
    pub rows_kept: u64,
}

/// A delivery, the one before it, and what was found out about that one.
pub(super) struct Pair {
    pub(super) before: Snapshot,
    pub(super) after: Snapshot,
    pub(super) was: LinkedSet,
}

impl Pair {
    /// What changed; `None` where the earlier delivery does not say enough.
    fn changes(&self) -> Result<Option<Changes>, EngineError> {
        if self.was.learned.is_none() {
            return Ok(None);
        }
        let was = &self.was;
        let contents: HashSet<u64> = was
            .linked
            .iter()
            .map(|row| row.content)
            .chain(was.doubts.iter().map(|row| row.content))
            .chain(was.misused.iter().map(|row| row.content))
            .chain(was.aside_content.iter().copied())
            .collect();
        if contents.contains(&0) {
            return Ok(None);
        }
        let wanted = |content: u64| contents.contains(&content);
        let found = changes(&self.before, &self.after, &wanted).and_then(|mut found| {
            found.carry(&self.before, &self.after, &wanted)?;
            Ok(found)
        });
        found
            .map(Some)
            .map_err(|e| EngineError::Table(self.after.contract.name.clone(), e.to_string()))
    }
}

/// By how many changed rows anybody of the register may be meant.
fn meaning_anybody(changes: &Changes) -> usize {
    let numbers = changes.fresh.chunk_by(|a, b| a.key == b.key);
    let searched = numbers.filter(|rows| !rows[0].has_number || rows.len() >= PLACEHOLDER_NAMES);
    searched.map(<[Met]>::len).sum()
}

/// What became of the pairs: linked by their changes, or left to a search among everybody.
pub(super) struct Linked {
    pub(super) sets: Vec<LinkedSet>,
    /// Deliveries to be linked as a whole.
    pub(super) whole: Vec<Snapshot>,
    pub(super) effort: Effort,
    /// Everybody, where they had to be read.
    pub(super) everybody: Option<Everybody>,
}

/// Everybody of the register, with those whom only lists name, and what was put on the shelf of them.
pub(super) struct Everybody {
    pub(super) register: Arc<Register>,
    pub(super) written: Option<Written>,
}

impl Everybody {
    pub(super) async fn read(app: &App, places: &Places, effort: &mut Effort) -> AppResult<Everybody> {
        let place = Place::of(app, Mark::of(&app.db).await?).await?;
        let persons = freeze_persons(&app.db).await?;
        effort.people_read += persons.rows() as u64;
        let (lists, places) = (current_lists(app).await?, places.clone());
        let work = move || read_everybody(&persons, &lists, &places, Some(&place));
        let (register, written) = blocking(work).await?;
        Ok(Everybody {
            register: Arc::new(register),
            written,
        })
    }
}

/// Links new deliveries by what they changed. Everybody is read at most once, and only where the shelf cannot be searched.
pub(super) async fn link_changed(
    app: &App,
    pairs: Vec<Pair>,
    places: &Places,
    answers: &Answers,
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> AppResult<Linked> {
    let mut out = Linked {
        sets: Vec::new(),
        whole: Vec::new(),
        effort: Effort::default(),
        everybody: None,
    };
    let total = pairs.len() as u64;
    for (done, pair) in pairs.into_iter().enumerate() {
        if !go_on(done as u64, total) {
            return Err(AppError::conflict("比对已停止。"));
        }
        let (pair, changed) = blocking(move || pair.changes().map(|changed| (pair, changed))).await?;
        let (Some(changed), Some(learned)) = (changed, pair.was.learned.clone()) else {
            out.whole.push(pair.after);
            continue;
        };
        out.effort.rows_linked += changed.fresh.len() as u64;
        out.effort.rows_kept += changed.unchanged;
        let asked = Asked::of(&pair, &changed, places, answers).await?;
        let searched = meaning_anybody(&changed);
        let near = if searched == 0 {
            Ok(asked.numbered(app, &mut out.effort).await?)
        } else if out.everybody.is_some() || searched > MOST_NEAR {
            Err(asked)
        } else {
            match asked.near(app, places, &mut out.effort).await? {
                Some(near) => Ok(near),
                None => Err(Asked::of(&pair, &changed, places, answers).await?),
            }
        };
        let (register, columns) = match near {
            Ok(Near { register, columns }) => (Arc::new(register), columns),
            Err(asked) => {
                let everybody = match out.everybody.take() {
                    Some(everybody) => everybody,
                    None => Everybody::read(app, places, &mut out.effort).await?,
                };
                let register = everybody.register.clone();
                out.everybody = Some(everybody);
                let columns = asked.among(&register);
                (register, columns)
            }
        };
        let answers = answers.clone();
        let work = move || Ok(relink(&register, &columns, &pair, &learned, &changed, &answers));
        out.sets.push(blocking(work).await?);
    }
    Ok(out)
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> AppResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(AppError::internal)?
        .map_err(|e| AppError::conflict(e.in_words()).caused_by(e))
}

/// The changed rows judged, and beside them what the others keep.
fn relink(
    register: &Register,
    columns: &Columns,
    pair: &Pair,
    learned: &Learned,
    changed: &Changes,
    answers: &Answers,
) -> LinkedSet {
    let was = &pair.was;
    let mut set = link_some(register, &pair.after, columns, answers, learned.clone());
    set.learned = Some(learned.clone());
    set.classes = counted(&was.classes, &set.classes, &lost(register, was, &changed.gone));
    let now = |content: u64| changed.kept.get(&content).map_or(&[][..], Vec::as_slice);
    let mut once = HashSet::new();
    for row in was.linked.iter().filter(|row| once.insert(row.content)) {
        set.linked.extend(now(row.content).iter().map(|now| {
            let mut row = row.clone();
            (row.at, row.row_no, row.content) = (now.at, now.row_no, now.content);
            row
        }));
    }
    once.clear();
    for doubt in was.doubts.iter().filter(|row| once.insert(row.content)) {
        set.doubts.extend(now(doubt.content).iter().map(|now| {
            let mut doubt = doubt.clone();
            (doubt.row_no, doubt.content) = (now.row_no, now.content);
            doubt
        }));
    }
    once.clear();
    for misused in was.misused.iter().filter(|row| once.insert(row.content)) {
        set.misused.extend(now(misused.content).iter().map(|now| {
            let mut misused = misused.clone();
            (misused.row_no, misused.content) = (now.row_no, now.content);
            misused
        }));
    }
    let fresh = set.set_aside.iter().copied().zip(set.aside_content.iter().copied());
    let mut aside: Vec<(u32, u64)> = fresh.collect();
    once.clear();
    for content in was.aside_content.iter().filter(|content| once.insert(**content)) {
        aside.extend(now(*content).iter().map(|now| (now.at, now.content)));
    }
    aside.sort_unstable();
    (set.set_aside, set.aside_content) = aside.into_iter().unzip();
    set.linked.sort_by_key(|row| row.at);
    set.doubts.sort_by_key(|row| row.row_no);
    set.misused.sort_by_key(|row| row.row_no);
    set
}

/// How the rows that are gone had been counted.
fn lost(register: &Register, was: &LinkedSet, gone: &[Met]) -> Classes {
    let linked: HashMap<u64, How> = was.linked.iter().map(|row| (row.content, row.how)).collect();
    let doubts: HashSet<u64> = was.doubts.iter().map(|row| row.content).collect();
    let misused: HashSet<u64> = was.misused.iter().map(|row| row.content).collect();
    let aside: HashSet<u64> = was.aside_content.iter().copied().collect();
    let mut out = Classes::default();
    for row in gone {
        out.rows += 1;
        let placeholder = row.has_number && aside.contains(&row.content);
        out.placeholder_rows += u64::from(placeholder);
        let count = match linked.get(&row.content) {
            Some(How::Repaired) => &mut out.repaired,
            Some(_) => &mut out.linked,
            None if doubts.contains(&row.content) => &mut out.undecided,
            None if misused.contains(&row.content) => &mut out.misused,
            None if !row.has_number || placeholder => &mut out.unlinked,
            None if register.registry.knows(row.key) => &mut out.exact,
            None => &mut out.outsider,
        };
        *count += 1;
    }
    out
}

/// The counts of the delivery before, without what is gone, with what is new. Groups of rows are counted anew by the next
/// full comparison.
fn counted(was: &Classes, new: &Classes, lost: &Classes) -> Classes {
    let of = |get: fn(&Classes) -> u64| (get(was) + get(new)).saturating_sub(get(lost));
    Classes {
        rows: of(|c| c.rows),
        exact: of(|c| c.exact),
        repaired: of(|c| c.repaired),
        linked: of(|c| c.linked),
        undecided: of(|c| c.undecided),
        outsider: of(|c| c.outsider),
        unlinked: of(|c| c.unlinked),
        misused: of(|c| c.misused),
        placeholder_rows: of(|c| c.placeholder_rows),
        placeholders: was.placeholders.max(new.placeholders),
        crowds: was.crowds.max(new.crowds),
    }
}
