//! The books of a scope as one reading: what every page of sums, rates and traces is computed from.
//!
//! A county has a few thousand movements; a reading takes milliseconds, and the same reading answers any past day.

use std::collections::HashMap;

use access::Scope;
use kernel::{AppResult, Date, Money, period::parse_date};
use records::flow::Code;
use store::{FromQueryResult, Query, Sql};

use super::{
    allocation::{AllocationRow, allocations_of},
    indicator::{IndicatorRow, indicator_rows},
};
use crate::model::{
    idle::{Move, Part},
    ledger::{Kind, Stage},
};

/// One movement as stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BookEntry {
    pub id: i64,
    pub indicator_id: i64,
    pub kind: String,
    pub from_stage: String,
    pub from_allocation: i64,
    pub from_holder: i64,
    pub to_stage: String,
    pub to_allocation: i64,
    pub to_holder: i64,
    pub amount_fen: i64,
    pub on_day: String,
    pub doc: String,
}

impl BookEntry {
    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    fn stages(&self) -> (Option<Stage>, Option<Stage>) {
        (Stage::parse(&self.from_stage), Stage::parse(&self.to_stage))
    }
}

/// Documents, shares and movements within a scope.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub indicators: Vec<IndicatorRow>,
    pub allocations: Vec<AllocationRow>,
    pub entries: Vec<BookEntry>,
    /// Whether the scope reaches whole documents, or shares only.
    pub whole: bool,
}

/// Sums of a set of documents or shares on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub appropriated_fen: i64,
    pub allocated_fen: i64,
    /// At the document: not allocated yet.
    pub balance_fen: i64,
    /// Decided, not disbursed.
    pub waiting_fen: i64,
    /// On an account on the way down.
    pub at_hop_fen: i64,
    pub on_the_way_fen: i64,
    pub returned_fen: i64,
    pub used_fen: i64,
    pub recovered_fen: i64,
}

impl Standing {
    fn add(&mut self, stage: Stage, fen: i64) {
        match stage {
            Stage::Source => {}
            Stage::Indicator | Stage::CarriedOver => self.balance_fen += fen,
            Stage::Allocation => self.waiting_fen += fen,
            Stage::Hop => self.at_hop_fen += fen,
            Stage::OnTheWay => self.on_the_way_fen += fen,
            Stage::Returned => self.returned_fen += fen,
            Stage::Used => self.used_fen += fen,
            Stage::Recovered => self.recovered_fen += fen,
        }
    }

    /// What came is what lies somewhere.
    pub fn holds(&self) -> bool {
        self.appropriated_fen
            == self.balance_fen
                + self.waiting_fen
                + self.at_hop_fen
                + self.on_the_way_fen
                + self.returned_fen
                + self.used_fen
                + self.recovered_fen
    }
}

/// Reads the books of a scope.
pub async fn books(db: &impl Query, scope: &Scope) -> AppResult<Books> {
    let whole = scope
        .region()
        .is_some_and(|area| area.level() <= kernel::RegionLevel::County);
    let indicators = indicator_rows(db, scope).await?;
    let allocations = allocations_of(db, scope, None).await?;
    let mut sql = Sql::new(
        "SELECT e.id, e.indicator_id, e.kind, e.from_stage, e.from_allocation, e.from_holder, e.to_stage, e.to_allocation, \
         e.to_holder, e.amount_fen, e.on_day, e.doc FROM fund_entry e",
    );
    if scope.department().is_some() {
        sql.push(" JOIN indicator i ON i.id = e.indicator_id JOIN programme g ON g.code = i.programme WHERE 1 = 1");
        scope.restrict_department(&mut sql, "g.org");
    }
    sql.push(" ORDER BY e.on_day, e.id");
    let mut entries: Vec<BookEntry> = db.fetch(sql).await?;
    if !whole {
        let ours: std::collections::HashSet<i64> = allocations.iter().map(|a| a.id).collect();
        entries.retain(|e| ours.contains(&e.from_allocation) || ours.contains(&e.to_allocation));
    }
    Ok(Books {
        indicators,
        allocations,
        entries,
        whole,
    })
}

impl Books {
    /// Keeps the documents that `keep` accepts, with their shares and movements.
    pub fn narrowed(mut self, keep: impl Fn(&IndicatorRow) -> bool) -> Books {
        let kept: std::collections::HashSet<i64> = self.indicators.iter().filter(|i| keep(i)).map(|i| i.id).collect();
        self.indicators.retain(|i| kept.contains(&i.id));
        self.allocations.retain(|a| kept.contains(&a.indicator_id));
        self.entries.retain(|e| kept.contains(&e.indicator_id));
        self
    }

    /// Sums by document at the end of a day.
    pub fn standing_by_indicator(&self, day: Date) -> HashMap<i64, Standing> {
        self.standing(day, |e, _| e.indicator_id)
    }

    /// Sums by share at the end of a day; 0 is what is not allocated.
    pub fn standing_by_allocation(&self, day: Date) -> HashMap<i64, Standing> {
        self.standing(day, |_, allocation| allocation)
    }

    fn standing(&self, day: Date, key: impl Fn(&BookEntry, i64) -> i64) -> HashMap<i64, Standing> {
        let until = day.to_string();
        let mut sums: HashMap<i64, Standing> = HashMap::new();
        for entry in self.entries.iter().filter(|e| e.on_day <= until) {
            let (Some(from), Some(to)) = entry.stages() else {
                continue;
            };
            let giver = sums.entry(key(entry, entry.from_allocation)).or_default();
            giver.add(from, -entry.amount_fen);
            if entry.kind() == Some(Kind::Withdraw) {
                giver.allocated_fen -= entry.amount_fen;
            }
            let taker = sums.entry(key(entry, entry.to_allocation)).or_default();
            taker.add(to, entry.amount_fen);
            match entry.kind() {
                Some(Kind::Arrive) => taker.appropriated_fen += entry.amount_fen,
                Some(Kind::Allocate) => taker.allocated_fen += entry.amount_fen,
                _ => {}
            }
        }
        sums
    }

    /// The parts of which idle rates are made: each share, and for whole documents what is not allocated.
    pub fn parts(&self) -> Vec<Part> {
        let mut arrived: HashMap<i64, Date> = HashMap::new();
        for i in &self.indicators {
            if let Some(day) = parse_date(&i.arrived_on) {
                arrived.insert(i.id, day);
            }
        }
        let day_of = |text: &Option<String>| text.as_deref().and_then(parse_date);
        let due: HashMap<i64, Option<Date>> = self.allocations.iter().map(|a| (a.id, day_of(&a.due_on))).collect();
        let rest_due: HashMap<i64, Option<Date>> = self.indicators.iter().map(|i| (i.id, day_of(&i.due_on))).collect();
        let mut parts: HashMap<(i64, i64), Part> = HashMap::new();
        for entry in &self.entries {
            let (Some(from), Some(to)) = entry.stages() else {
                continue;
            };
            let Some(on) = parse_date(&entry.on_day) else { continue };
            let fen = entry.amount_fen;
            let crosses = entry.from_allocation != entry.to_allocation || from == Stage::Source;
            let leaves = to == Stage::Recovered;
            let mut change = |allocation: i64, received_fen: i64, used_fen: i64| {
                let within = if allocation == 0 {
                    self.whole
                } else {
                    due.contains_key(&allocation)
                };
                if !within || (received_fen == 0 && used_fen == 0) {
                    return;
                }
                let part = parts.entry((entry.indicator_id, allocation)).or_insert_with(|| Part {
                    arrived_on: arrived.get(&entry.indicator_id).copied().unwrap_or(on),
                    due_on: if allocation == 0 {
                        rest_due.get(&entry.indicator_id).copied().flatten()
                    } else {
                        due.get(&allocation).copied().flatten()
                    },
                    moves: Vec::new(),
                });
                part.moves.push(Move {
                    on,
                    received_fen,
                    used_fen,
                });
            };
            let given = if from != Stage::Source && (crosses || leaves) {
                -fen
            } else {
                0
            };
            change(entry.from_allocation, given, if from == Stage::Used { -fen } else { 0 });
            let taken = if crosses && !leaves { fen } else { 0 };
            change(entry.to_allocation, taken, if to == Stage::Used { fen } else { 0 });
        }
        let mut ordered: Vec<((i64, i64), Part)> = parts.into_iter().collect();
        ordered.sort_by_key(|(key, _)| *key);
        ordered.into_iter().map(|(_, part)| part).collect()
    }
}
