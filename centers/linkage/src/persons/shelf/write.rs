//! Everybody is put on the shelf, after a run that read everybody anyway.

use std::io::{self, Write};

use super::{Counted, group_of_day, pages::Pages};
use crate::{
    hash::Map,
    persons::{NO_DAY, Registry, registry::CLOSE},
};

/// Bits of a region; above them stand the sex and whether somebody is registered.
pub(super) const REGION: u64 = (1 << 56) - 1;
pub(super) const SEX: u32 = 56;
pub(super) const REGISTERED: u32 = 60;
/// Bits of the length of a text; above them stands where it begins.
pub(super) const LENGTH: u32 = 16;

impl Registry {
    /// Writes everybody; returns the check by which the file is known again.
    ///
    /// # Errors
    /// A disk that is full.
    pub fn shelve(&self, out: &mut impl Write) -> io::Result<u64> {
        let mut pages = Pages::new(out)?;
        let entry = |at: usize, group: u64| {
            let person = &self.people[at];
            let is_registered = u64::from(at < self.registered) << REGISTERED;
            [
                group,
                person.key as u64,
                person.region as u64 & REGION | u64::from(person.sex) << SEX | is_registered,
                u64::from(person.birth as u32) << 32 | u64::from(person.name),
            ]
        };
        let everybody = 0..self.people.len();
        let by_sound = everybody.clone().map(|at| entry(at, self.sounds[at].whole));
        pages.section(by_sound.filter(|entry| entry[0] != 0).collect())?;
        let born = everybody.filter(|at| self.people[*at].birth != NO_DAY);
        pages.section(born.map(|at| entry(at, group_of_day(self.people[at].birth))).collect())?;
        // Who is registered is read from the register; only of the others the file itself must say how they are called.
        let mut texts = vec![0_u64; self.names.len()];
        for other in &self.people[self.registered..] {
            let text = &mut texts[other.name as usize];
            if *text == 0 && other.name != 0 {
                let spelled = self.names.spelled_out(other.name);
                *text = pages.write(spelled.as_bytes())? << LENGTH | spelled.len() as u64;
            }
        }
        let name = |number: usize| {
            let form = self.names.form(number as u32);
            let sounds = form.sounds();
            let signs = u64::from(sounds.signs[0]) << 32 | u64::from(sounds.signs[1]);
            [
                number as u64,
                sounds.surname,
                sounds.given,
                sounds.whole,
                signs,
                form.spelling,
                texts[number],
            ]
        };
        pages.section((0..self.names.len()).map(name).collect())?;
        let (counts, villages) = self.counts();
        pages.section(
            counts
                .into_iter()
                .map(|(what, count)| [what, u64::from(count)])
                .collect(),
        )?;
        pages.finish(&[self.people.len() as u64, self.registered as u64, villages])
    }

    /// How many people each name, day and village has, and how many villages there are.
    fn counts(&self) -> (Map<u64, u32>, u64) {
        let mut bearers = vec![0_u32; self.names.len()];
        let mut counts: Map<u64, u32> = Map::default();
        let mut villages = 0;
        for person in &self.people {
            bearers[person.name as usize] += 1;
            match person.birth {
                NO_DAY => {}
                day if CLOSE.contains(&day) => *counts.entry(Counted::Day.key(group_of_day(day))).or_default() += 1,
                _ => *counts.entry(Counted::OtherDays.key(0)).or_default() += 1,
            }
            if person.region != 0 {
                let count = counts.entry(Counted::Village.key(person.region as u64)).or_default();
                villages += u64::from(*count == 0);
                *count += 1;
            }
        }
        for (number, bearers) in (0..).zip(bearers) {
            for what in parts_of(self.names.form(number)) {
                *counts.entry(what).or_default() += bearers;
            }
        }
        (counts, villages)
    }
}

/// What of a name is counted.
pub(super) fn parts_of(form: &crate::names::Form) -> [u64; 4] {
    [
        Counted::Surname.key(form.surname_hash),
        Counted::Given.key(form.given_hash),
        Counted::SurnameSound.key(form.surname_sound),
        Counted::GivenSound.key(form.given_sound),
    ]
}
