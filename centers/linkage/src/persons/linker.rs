//! The whole way of a table: learn from what is certain, route, repair, search, and hand the rest to people.

use super::{
    Answer, Links, NOBODY, Outcome, Registry, Rows, Skipped,
    answers::Answers,
    learn::{Shares, TruePairs, of_row, strange_places, strangers},
    levels::PLACE,
    repair, route, search,
    weigh::Weights,
};
use crate::{hash::mix, names::Beside};
use serde::{Deserialize, Serialize};

/// What a county may decide about linking.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Linked from this probability on.
    pub accept: f64,
    /// Shown to a person from this probability on.
    pub review: f64,
    /// Also search rows whose number is right but not on the register: somebody may own two numbers.
    pub search_outsiders: bool,
    /// A known number under so many names that do not agree is a placeholder, not a misuse.
    pub placeholder_names: usize,
    /// Blocks with more people than this are left out and reported.
    pub largest_block: u32,
    pub seed: u64,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            accept: 0.7,
            review: 0.3,
            search_outsiders: false,
            placeholder_names: 20,
            largest_block: 2_000,
            seed: 0,
        }
    }
}

/// What a delivery taught, so that a few rows of the next one are judged as if they had come with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// How often true pairs agree, by part and level.
    alike: Shares,
    /// How often strangers do.
    chance: Shares,
    /// How many rows searched for were about somebody of the register.
    searched: f64,
    /// How many numbers found one slip away belonged to the person meant.
    repaired: f64,
}

/// Weights learned for one department's way of writing, over one register.
pub struct Linker<'r> {
    pub(crate) registry: &'r Registry,
    pub(crate) weights: Weights,
    pub(crate) answers: Answers,
    pub(crate) policy: Policy,
    learned: Learned,
    /// Whether shares are believed from the rows at hand, or taken as learned.
    believes_rows: bool,
}

/// Where shares begin to be believed.
pub(crate) const HALF: f64 = 0.5;

/// True pairs looked at; more say no more.
const SAMPLE: usize = 60_000;

impl<'r> Linker<'r> {
    /// Learns from the rows whose number is certain, and from people's answers. The order of rows does not matter.
    pub fn learn(registry: &'r Registry, rows: &Rows<'_>, answers: &[Answer], policy: Policy) -> Linker<'r> {
        let book = Answers::new(answers);
        let sampled = u64::MAX / (rows.len() / SAMPLE + 1) as u64;
        let mut names = Beside::new(&registry.names);
        let mut pairs = TruePairs::default();
        for row in 0..rows.len() {
            let certain = rows.has_number(row) && mix(7, rows.key[row] as u64) <= sampled;
            let confirmed = book.of(rows.tag(row)).iter().find(|(_, same)| *same);
            let key = match confirmed {
                Some((key, _)) => *key,
                None if certain => rows.key[row],
                None => continue,
            };
            if let Some(place) = registry.find(key) {
                let name = names.number(rows.name.get(row));
                let levels = of_row(&names, name, rows, row, &registry.people[place as usize]);
                if !levels.names_conflict() {
                    pairs.count(&levels);
                }
            }
        }
        let mut by_chance = strangers(registry, policy.seed);
        if let Some(places) = strange_places(registry, rows, policy.seed) {
            by_chance[PLACE] = places;
        }
        let learned = Learned {
            alike: pairs.shares(),
            chance: by_chance,
            searched: HALF,
            repaired: HALF,
        };
        Linker {
            registry,
            weights: Weights::new(&learned.alike, &learned.chance),
            answers: book,
            policy,
            learned,
            believes_rows: true,
        }
    }

    /// Judges rows as the delivery did that taught this: for the few rows of a delivery that are new.
    pub fn as_learned(registry: &'r Registry, learned: Learned, answers: &[Answer], policy: Policy) -> Linker<'r> {
        Linker {
            registry,
            weights: Weights::new(&learned.alike, &learned.chance),
            answers: Answers::new(answers),
            policy,
            learned,
            believes_rows: false,
        }
    }

    /// What these rows taught, with the shares that linking them came to.
    pub fn learned(&self, links: &Links) -> Learned {
        Learned {
            searched: links.searched,
            repaired: links.repaired,
            ..self.learned.clone()
        }
    }

    /// The share to begin with, and whether the rows at hand may change it.
    pub(crate) fn share_searched(&self) -> (f64, bool) {
        (self.learned.searched, self.believes_rows)
    }

    /// The same for numbers one slip away.
    pub(crate) fn share_repaired(&self) -> (f64, bool) {
        (self.learned.repaired, self.believes_rows)
    }

    /// Decides every row.
    pub fn link(&self, rows: &Rows<'_>) -> Links {
        let mut links = Links {
            outcome: vec![Outcome::Unlinked; rows.len()],
            person: vec![NOBODY; rows.len()],
            probability: vec![0.0; rows.len()],
            skipped: Skipped::default(),
            ..Links::default()
        };
        let mut names = Beside::new(&self.registry.names);
        let routed = route::route(self, rows, &mut names, &mut links);
        let doubtful = repair::repair(self, rows, &mut names, &routed.faulty, &mut links);
        let mut open: Vec<u32> = routed.missing;
        open.extend(
            routed
                .faulty
                .iter()
                .filter(|row| links.outcome[**row as usize] == Outcome::Unlinked),
        );
        open.sort_unstable();
        search::search(self, rows, &mut names, &open, &mut links);
        // A repair that was likely but not certain is still worth a person's look.
        for (row, person, probability) in doubtful {
            if links.outcome[row as usize] == Outcome::Unlinked {
                links.settle(row as usize, Outcome::Undecided, person, probability);
            }
        }
        links
    }

    pub(crate) fn origin(&self, place: u32) -> u32 {
        self.registry.people[place as usize].origin
    }

    /// What a person decided about this row, if they said who it is.
    pub(crate) fn confirmed(&self, rows: &Rows<'_>, row: usize) -> Option<u32> {
        let said = self.answers.of(rows.tag(row));
        let (key, _) = said.iter().find(|(_, same)| *same)?;
        self.registry.find(*key)
    }

    /// Whether a person said that this row is not about this key.
    pub(crate) fn denied(&self, rows: &Rows<'_>, row: usize, key: i64) -> bool {
        self.answers.of(rows.tag(row)).contains(&(key, false))
    }
}
