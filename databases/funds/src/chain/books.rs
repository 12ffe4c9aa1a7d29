//! The books of a scope as one reading: what every page of sums, rates and traces is computed from.
//!
//! The same reading answers any past day. `kept.rs` keeps it between requests.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use access::Scope;
use kernel::{AppError, AppResult, Date, Money, RegionLevel, period::parse_date};
use records::flow::Code;
use store::{FromQueryResult, Query, args};

use super::{
    allocation::{AllocationRow, allocations_of},
    indicator::{IndicatorRow, indicator_rows},
};
use crate::model::{
    idle::{Move, Part},
    ledger::{Kind, Node, Stage},
};

#[derive(FromQueryResult)]
struct StoredEntry {
    id: i64,
    indicator_id: i64,
    kind: String,
    from_stage: String,
    from_allocation: i64,
    from_holder: i64,
    to_stage: String,
    to_allocation: i64,
    to_holder: i64,
    amount_fen: i64,
    on_day: String,
    doc: String,
}

/// One movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookEntry {
    pub id: i64,
    pub kind: Kind,
    pub from: Node,
    pub to: Node,
    pub amount_fen: i64,
    pub on: Date,
    pub doc: Arc<str>,
}

impl BookEntry {
    fn of(stored: StoredEntry) -> AppResult<BookEntry> {
        let broken = || AppError::internal(format!("fund_entry {}", stored.id));
        let node = |stage: &str, allocation, holder| {
            Stage::parse(stage).map(|stage| Node::at(stored.indicator_id, allocation, stage, holder))
        };
        Ok(BookEntry {
            id: stored.id,
            kind: Kind::parse(&stored.kind).ok_or_else(broken)?,
            from: node(&stored.from_stage, stored.from_allocation, stored.from_holder).ok_or_else(broken)?,
            to: node(&stored.to_stage, stored.to_allocation, stored.to_holder).ok_or_else(broken)?,
            amount_fen: stored.amount_fen,
            on: parse_date(&stored.on_day).ok_or_else(broken)?,
            doc: stored.doc.into(),
        })
    }

    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn indicator(&self) -> i64 {
        self.from.indicator
    }

    /// Whether it takes from or gives to one of these shares.
    fn touches(&self, shares: &HashSet<i64>) -> bool {
        shares.contains(&self.from.allocation) || shares.contains(&self.to.allocation)
    }
}

/// Documents, shares and movements within a scope.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub indicators: Vec<IndicatorRow>,
    pub allocations: Vec<AllocationRow>,
    /// In the order of their days.
    pub entries: Vec<BookEntry>,
    /// Whether the scope reaches whole documents, or shares only.
    pub whole: bool,
    /// Made at the first use.
    parts: OnceLock<Vec<Part>>,
    /// Made at the first use.
    places: OnceLock<Places>,
}

/// Where in the entries the movements of a share stand, so that a page about few shares does not walk all books.
#[derive(Clone, Debug, Default)]
struct Places {
    by_share: HashMap<i64, Vec<usize>>,
    /// By document: what reached no share.
    unallocated: HashMap<i64, Vec<usize>>,
}

impl Places {
    fn of(entries: &[BookEntry]) -> Places {
        let mut places = Places::default();
        for (at, entry) in entries.iter().enumerate() {
            let (from, to) = (entry.from.allocation, entry.to.allocation);
            places.by_share.entry(from).or_default().push(at);
            if to != from {
                places.by_share.entry(to).or_default().push(at);
            }
            if to == 0 {
                places.unallocated.entry(entry.indicator()).or_default().push(at);
            }
        }
        places
    }
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
    pub(crate) fn add(&mut self, stage: Stage, fen: i64) {
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

/// Reads the books of a scope, as they stand in the database.
pub async fn books(db: &impl Query, scope: &Scope) -> AppResult<Books> {
    Ok(everything(db).await?.within(scope))
}

/// All that is in the books; leaves this folder only through [`Books::within`].
pub(super) async fn everything(db: &impl Query) -> AppResult<Books> {
    let nation = Scope::area(kernel::RegionCode::NATION);
    let stored: Vec<StoredEntry> = db
        .rows(
            "SELECT id, indicator_id, kind, from_stage, from_allocation, from_holder, to_stage, to_allocation, to_holder, \
             amount_fen, on_day, doc FROM fund_entry ORDER BY on_day, id",
            args![],
        )
        .await?;
    Ok(Books {
        indicators: indicator_rows(db, &nation).await?,
        allocations: allocations_of(db, &nation, None).await?,
        entries: stored.into_iter().map(BookEntry::of).collect::<AppResult<_>>()?,
        whole: true,
        parts: OnceLock::new(),
        places: OnceLock::new(),
    })
}

impl Books {
    /// What of all books a scope reaches: its department's documents and shares; below the county the shares of the
    /// area, and the documents they come from.
    pub(super) fn within(&self, scope: &Scope) -> Books {
        let whole = scope.region().is_some_and(|area| area.level() <= RegionLevel::County);
        let allocations: Vec<AllocationRow> = self
            .allocations
            .iter()
            .filter(|a| scope.covers(a.place()) && scope.covers_department(&a.programme_org))
            .cloned()
            .collect();
        let shares: HashSet<i64> = allocations.iter().map(|a| a.id).collect();
        let shared: HashSet<i64> = allocations.iter().map(|a| a.indicator_id).collect();
        let indicators: Vec<IndicatorRow> = self
            .indicators
            .iter()
            .filter(|i| scope.covers_department(&i.org) && (whole || shared.contains(&i.id)))
            .cloned()
            .collect();
        let documents: HashSet<i64> = indicators.iter().map(|i| i.id).collect();
        let reached = |e: &&BookEntry| documents.contains(&e.indicator()) && (whole || e.touches(&shares));
        Books {
            entries: self.entries.iter().filter(reached).cloned().collect(),
            indicators,
            allocations,
            whole,
            parts: OnceLock::new(),
            places: OnceLock::new(),
        }
    }

    /// The documents that `keep` accepts, with their shares and movements.
    pub fn narrowed(&self, keep: impl Fn(&IndicatorRow) -> bool) -> Books {
        let indicators: Vec<IndicatorRow> = self.indicators.iter().filter(|i| keep(i)).cloned().collect();
        let kept: HashSet<i64> = indicators.iter().map(|i| i.id).collect();
        let allocations = self.allocations.iter().filter(|a| kept.contains(&a.indicator_id));
        let entries = self.entries.iter().filter(|e| kept.contains(&e.indicator()));
        Books {
            allocations: allocations.cloned().collect(),
            entries: entries.cloned().collect(),
            indicators,
            whole: self.whole,
            parts: OnceLock::new(),
            places: OnceLock::new(),
        }
    }

    /// These shares alone, with their movements.
    pub fn of_shares(&self, shares: &HashSet<i64>) -> Books {
        let allocations: Vec<AllocationRow> = self
            .allocations
            .iter()
            .filter(|a| shares.contains(&a.id))
            .cloned()
            .collect();
        let documents: HashSet<i64> = allocations.iter().map(|a| a.indicator_id).collect();
        let indicators = self.indicators.iter().filter(|i| documents.contains(&i.id));
        Books {
            indicators: indicators.cloned().collect(),
            entries: self.movements(shares, &HashSet::new()).cloned().collect(),
            allocations,
            whole: false,
            parts: OnceLock::new(),
            places: OnceLock::new(),
        }
    }

    /// The movements that touch these shares, and those of these documents that reach no share, in the order of days.
    pub fn movements(&self, shares: &HashSet<i64>, documents: &HashSet<i64>) -> impl Iterator<Item = &BookEntry> {
        let places = self.places.get_or_init(|| Places::of(&self.entries));
        let touching = shares.iter().filter_map(|id| places.by_share.get(id));
        let above = documents.iter().filter_map(|id| places.unallocated.get(id));
        let mut found: Vec<usize> = touching.chain(above).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| &self.entries[at])
    }

    /// The movements until the end of a day.
    pub fn until(&self, day: Date) -> &[BookEntry] {
        &self.entries[..self.entries.partition_point(|e| e.on <= day)]
    }

    /// Sums by document at the end of a day.
    pub fn standing_by_indicator(&self, day: Date) -> HashMap<i64, Standing> {
        self.standing(day, |node| node.indicator)
    }

    /// Sums by share at the end of a day; 0 is what is not allocated.
    pub fn standing_by_allocation(&self, day: Date) -> HashMap<i64, Standing> {
        self.standing(day, |node| node.allocation)
    }

    fn standing(&self, day: Date, key: impl Fn(&Node) -> i64) -> HashMap<i64, Standing> {
        let mut sums: HashMap<i64, Standing> = HashMap::new();
        for entry in self.until(day) {
            let giver = sums.entry(key(&entry.from)).or_default();
            giver.add(entry.from.stage, -entry.amount_fen);
            if entry.kind == Kind::Withdraw {
                giver.allocated_fen -= entry.amount_fen;
            }
            let taker = sums.entry(key(&entry.to)).or_default();
            taker.add(entry.to.stage, entry.amount_fen);
            match entry.kind {
                Kind::Arrive => taker.appropriated_fen += entry.amount_fen,
                Kind::Allocate => taker.allocated_fen += entry.amount_fen,
                _ => {}
            }
        }
        sums
    }

    /// The parts of which idle rates are made: each share, and for whole documents what is not allocated.
    pub fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| self.make_parts())
    }

    fn make_parts(&self) -> Vec<Part> {
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
            let (from, to, on) = (entry.from.stage, entry.to.stage, entry.on);
            let fen = entry.amount_fen;
            let crosses = entry.from.allocation != entry.to.allocation || from == Stage::Source;
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
                let part = parts.entry((entry.indicator(), allocation)).or_insert_with(|| Part {
                    arrived_on: arrived.get(&entry.indicator()).copied().unwrap_or(on),
                    due_on: if allocation == 0 {
                        rest_due.get(&entry.indicator()).copied().flatten()
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
            change(entry.from.allocation, given, if from == Stage::Used { -fen } else { 0 });
            let taken = if crosses && !leaves { fen } else { 0 };
            change(entry.to.allocation, taken, if to == Stage::Used { fen } else { 0 });
        }
        let mut ordered: Vec<((i64, i64), Part)> = parts.into_iter().collect();
        ordered.sort_by_key(|(key, _)| *key);
        ordered.into_iter().map(|(_, part)| part).collect()
    }
}
