//! Walking from one person: who is reached in how many steps, by which way, and how far that way can be trusted.
//!
//! The walk is by steps and, among ways of the same length, by trust: the way told is the shortest one, told by the best
//! record of each step.

use std::collections::HashMap;

use kernel::Date;

use super::{
    link::{Link, Trust, is_near, merged},
    step::{
        Sex,
        Step::{self, Side},
        joined, reversed,
    },
    term::term,
};

/// More steps than three are no relation anybody would call one.
pub const MOST_STEPS: usize = 3;
/// More people than a page can show; a walk stops there and says so.
pub const MOST_PEOPLE: usize = 2_000;

/// A post somebody held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub title: String,
    pub region: i64,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// One person of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Someone {
    pub key: i64,
    pub name: String,
    pub sex: Sex,
    pub birth: String,
    /// 0 when nobody registered where he lives.
    pub region: i64,
    pub posts: Vec<Post>,
}

/// Somebody reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    pub key: i64,
    /// From the centre to him.
    pub way: Vec<Step>,
    /// The links walked, from the centre on.
    pub links: Vec<usize>,
    pub trust: Trust,
}

/// A person and who is around him.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub centre: i64,
    pub people: HashMap<i64, Someone>,
    pub links: Vec<Link>,
    /// In the order of steps, then of the walk; the centre is not among them.
    pub reached: Vec<Reached>,
    /// The walk stopped before its end.
    pub cut: bool,
    /// Who was reached last and whose links are not known yet.
    edge: Vec<i64>,
}

impl Graph {
    /// A graph of one person.
    pub fn of(centre: i64) -> Graph {
        Graph {
            centre,
            edge: vec![centre],
            ..Graph::default()
        }
    }

    /// Whose links are to be read next.
    pub fn edge(&self) -> &[i64] {
        &self.edge
    }

    /// Whom the walk has met already.
    fn met(&self, key: i64) -> bool {
        key == self.centre || self.reached.iter().any(|r| r.key == key)
    }

    /// One step further along the links of the [`Graph::edge`].
    pub fn step(&mut self, links: Vec<Link>) {
        let mut links = merged(links);
        links.sort_by_key(|link| std::cmp::Reverse(link.trust));
        let before: HashMap<i64, usize> = self.reached.iter().enumerate().map(|(i, r)| (r.key, i)).collect();
        let mut next: Vec<Reached> = Vec::new();
        for link in links {
            if !self.edge.contains(&link.from) || self.met(link.to) {
                continue;
            }
            let (mut way, mut walked, trust) = match before.get(&link.from) {
                Some(&i) => (
                    self.reached[i].way.clone(),
                    self.reached[i].links.clone(),
                    self.reached[i].trust,
                ),
                None => (Vec::new(), Vec::new(), Trust::Confirmed),
            };
            way.extend(&link.way);
            let trust = trust.min(link.trust);
            match next.iter_mut().find(|r| r.key == link.to) {
                Some(known) if known.trust >= trust => {}
                known => {
                    walked.push(self.links.len());
                    let reached = Reached {
                        key: link.to,
                        way,
                        links: walked,
                        trust,
                    };
                    self.links.push(link);
                    match known {
                        Some(known) => *known = reached,
                        None => next.push(reached),
                    }
                }
            }
        }
        next.sort_by_key(|r| (std::cmp::Reverse(r.trust), r.key));
        if self.reached.len() + next.len() > MOST_PEOPLE {
            next.truncate(MOST_PEOPLE.saturating_sub(self.reached.len()));
            self.cut = true;
        }
        self.edge = next.iter().map(|r| r.key).collect();
        self.reached.extend(next);
    }

    /// Somebody by key.
    pub fn someone(&self, key: i64) -> Option<&Someone> {
        self.people.get(&key)
    }

    /// What the one reached is to the centre.
    pub fn called(&self, reached: &Reached) -> String {
        term(&self.with_age(&reached.way, self.centre, reached.key))
    }

    /// What the centre is to the one reached.
    pub fn centre_called(&self, reached: &Reached) -> String {
        let sex = self.someone(self.centre).map_or(Sex::Unknown, |s| s.sex);
        term(&self.with_age(&reversed(&reached.way, sex), reached.key, self.centre))
    }

    /// Whether the one reached is near kin of the centre.
    pub fn near(&self, reached: &Reached) -> bool {
        is_near(&reached.way)
    }

    /// Brothers and sisters are told apart by age where both births are known.
    fn with_age(&self, way: &[Step], from: i64, to: i64) -> Vec<Step> {
        let mut way = joined(way);
        let birth = |key: i64| self.someone(key).map(|s| s.birth.as_str()).filter(|b| !b.is_empty());
        if let ([Side(_, elder @ None)], Some(a), Some(b)) = (&mut way[..], birth(from), birth(to)) {
            *elder = (a != b).then_some(b < a);
        }
        way
    }

    /// The way in words: `马六 → 岳父 马老（干部近亲属申报） → …`.
    pub fn told(&self, reached: &Reached) -> Vec<String> {
        let name = |key: i64| self.someone(key).map_or("", |s| s.name.as_str());
        reached
            .links
            .iter()
            .map(|&i| &self.links[i])
            .map(|link| {
                let word = term(&self.with_age(&link.way, link.from, link.to));
                let sources: Vec<_> = link.sources.iter().map(|s| s.title()).collect();
                format!(
                    "{}的{word}：{}（{}，{}{}{}）",
                    name(link.from),
                    name(link.to),
                    sources.join("、"),
                    link.trust.title(),
                    if link.note.is_empty() { "" } else { "，" },
                    link.note,
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{link::Source, step::way_of};

    fn link(from: i64, code: &str, to: i64, trust: Trust) -> Link {
        Link {
            from,
            to,
            way: way_of(code, Sex::Unknown).unwrap(),
            sources: vec![Source::Declared],
            trust,
            note: String::new(),
        }
    }

    fn walked(links: &[Link]) -> Graph {
        let mut graph = Graph::of(1);
        for _ in 0..MOST_STEPS {
            let next = links
                .iter()
                .filter(|l| graph.edge().contains(&l.from))
                .cloned()
                .collect();
            graph.step(next);
        }
        graph
    }

    #[test]
    fn the_shortest_way_is_told_and_trust_is_that_of_its_weakest_step() {
        let graph = walked(&[
            link(1, "30", 2, Trust::Good),
            link(2, "11", 3, Trust::Fair),
            link(1, "28", 3, Trust::Doubtful),
            link(3, "51", 4, Trust::Good),
            link(4, "71", 5, Trust::Good),
            link(5, "20", 6, Trust::Good),
        ]);
        let of = |key: i64| graph.reached.iter().find(|r| r.key == key);
        assert_eq!(graph.called(of(3).unwrap()), "女婿");
        assert_eq!((of(3).unwrap().links.len(), of(3).unwrap().trust), (1, Trust::Doubtful));
        assert_eq!(graph.called(of(4).unwrap()), "亲家公（女儿的公公）");
        assert_eq!(of(4).unwrap().trust, Trust::Doubtful);
        assert!(of(5).is_some() && of(6).is_none(), "three steps, not four");
    }

    #[test]
    fn of_ways_of_one_length_the_better_recorded_one_is_told() {
        let graph = walked(&[
            link(1, "20", 2, Trust::Doubtful),
            link(1, "30", 3, Trust::Good),
            link(2, "30", 4, Trust::Good),
            link(3, "30", 4, Trust::Good),
        ]);
        let four = graph.reached.iter().find(|r| r.key == 4).unwrap();
        assert_eq!((graph.called(four).as_str(), four.trust), ("外孙女", Trust::Good));
    }

    #[test]
    fn births_tell_the_elder_brother() {
        let mut graph = walked(&[link(1, "51", 2, Trust::Good), link(2, "20", 3, Trust::Good)]);
        let someone = |key, birth: &str| Someone {
            key,
            name: String::new(),
            sex: Sex::Male,
            birth: birth.to_owned(),
            region: 0,
            posts: vec![],
        };
        graph.people.insert(1, someone(1, "1980-01-01"));
        graph.people.insert(3, someone(3, "1975-01-01"));
        let brother = graph.reached.iter().find(|r| r.key == 3).unwrap();
        assert_eq!(graph.called(brother), "哥哥");
        assert_eq!(graph.centre_called(brother), "弟弟");
    }
}
