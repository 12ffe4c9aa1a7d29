//! The whole way of a table: learn from what is certain, route, repair, search, and hand the rest to people.

use super::{
    Answer, Links, Outcome, Registry, Rows,
    answers::Answers,
    learn::{Lessons, Shares, TruePairs, strange_places, strangers},
    levels::PLACE,
    repair,
    route::{self, Routed},
    search,
    weigh::Weights,
};
use crate::names::Beside;
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
    /// How many were about somebody of the register or of the lists that were read beside it; 0 where that was not kept.
    #[serde(default)]
    searched_among: f64,
    /// How many numbers found one slip away belonged to the person meant.
    repaired: f64,
}

impl Learned {
    /// The share of rows searched for that were about somebody of the register.
    pub fn searched(&self) -> f64 {
        self.searched
    }
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

impl<'r> Linker<'r> {
    /// Learns from the rows whose number is certain, and from people's answers. The order of rows does not matter.
    pub fn learn(registry: &'r Registry, rows: &Rows<'_>, answers: &[Answer], policy: Policy) -> Linker<'r> {
        let mut linker = Linker::untaught(registry, answers, policy);
        let mut lessons = Lessons::of(rows.len());
        lessons.add(&linker, rows, &mut Beside::new(&registry.names));
        linker.teach(&lessons);
        linker
    }

    /// Knows what common sense knows.
    pub(super) fn untaught(registry: &'r Registry, answers: &[Answer], policy: Policy) -> Linker<'r> {
        let nothing = TruePairs::default().shares();
        let learned = Learned {
            alike: nothing,
            chance: nothing,
            searched: HALF,
            searched_among: 0.0,
            repaired: HALF,
        };
        Linker {
            registry,
            weights: Weights::new(&learned.alike, &learned.chance),
            answers: Answers::new(answers),
            policy,
            learned,
            believes_rows: true,
        }
    }

    pub(super) fn teach(&mut self, lessons: &Lessons) {
        self.learned.alike = lessons.pairs.shares();
        self.learned.chance = strangers(self.registry, self.policy.seed);
        if let Some(places) = strange_places(self.registry, &lessons.stated, self.policy.seed) {
            self.learned.chance[PLACE] = places;
        }
        self.weights = Weights::new(&self.learned.alike, &self.learned.chance);
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
            searched_among: links.searched_among,
            repaired: links.repaired,
            ..self.learned.clone()
        }
    }

    /// The share to begin with, and whether the rows at hand may change it.
    pub(crate) fn share_searched(&self) -> (f64, bool) {
        let share = match self.registry.knows_others && !self.believes_rows && self.learned.searched_among > 0.0 {
            true => self.learned.searched_among,
            false => self.learned.searched,
        };
        (share, self.believes_rows)
    }

    /// The same for numbers one slip away.
    pub(crate) fn share_repaired(&self) -> (f64, bool) {
        (self.learned.repaired, self.believes_rows)
    }

    /// Decides every row.
    pub fn link(&self, rows: &Rows<'_>) -> Links {
        let mut links = Links::of(rows.len());
        let mut names = Beside::new(&self.registry.names);
        let routed = route::route(self, rows, &mut names, &mut links);
        self.settle(rows, &mut names, routed, &mut links);
        links
    }

    /// Decides the rows that their number did not.
    pub(super) fn settle(&self, rows: &Rows<'_>, names: &mut Beside<'_>, mut routed: Routed, links: &mut Links) {
        route::set_placeholders_aside(self, rows, &mut routed, links);
        let doubtful = repair::repair(self, rows, names, &routed.faulty, links);
        let mut open: Vec<u32> = routed.missing;
        open.extend(
            routed
                .faulty
                .iter()
                .filter(|row| links.outcome[**row as usize] == Outcome::Unlinked),
        );
        open.sort_unstable();
        search::search(self, rows, names, &open, links);
        // A repair that was likely but not certain is still worth a person's look.
        for (row, person, probability) in doubtful {
            if links.outcome[row as usize] == Outcome::Unlinked {
                links.settle(row as usize, Outcome::Undecided, person, probability);
            }
        }
    }

    pub(crate) fn origin(&self, place: u32) -> u32 {
        self.registry.people[place as usize].origin
    }

    /// What a person decided about this row, if they said who it is.
    pub(crate) fn confirmed(&self, rows: &Rows<'_>, row: usize) -> Option<u32> {
        self.registry.find(self.answers.confirmed(rows.tag(row))?)
    }

    /// Whether a person said that this row is not about this key.
    pub(crate) fn denied(&self, rows: &Rows<'_>, row: usize, key: i64) -> bool {
        self.answers.of(rows.tag(row)).contains(&(key, false))
    }
}
