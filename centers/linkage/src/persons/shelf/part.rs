//! A few people weighed as they are among everybody.

use std::{collections::HashSet, io};

use super::{Counted, Shelf, group_of_day, write::parts_of};
use crate::{
    hash::Map,
    persons::{
        NO_DAY, Persons, Registry,
        registry::{CLOSE, Days, NameRarity, Rarities, share_of_name},
    },
};

impl Registry {
    /// Of a few people of those on the shelf, and of `entered`, who came to the register since and are all among `persons`.
    /// How common their names, days and villages are, and how many people there are, is told of all.
    ///
    /// # Errors
    /// A file that was altered.
    pub fn build_of_many(
        persons: &Persons<'_>,
        others: Option<&Persons<'_>>,
        shelf: &mut Shelf,
        entered: &HashSet<i64>,
    ) -> io::Result<Registry> {
        let mut registry = Registry::build_among(persons, others);
        let mut since: Map<u64, u32> = Map::default();
        let new = registry.people[..registry.registered].iter();
        for person in new.filter(|person| entered.contains(&person.key)) {
            let parts = parts_of(registry.names.form(person.name));
            let day = (person.birth != NO_DAY).then(|| what_of_day(person.birth));
            let village = Counted::Village.key(person.region as u64);
            let all = parts.into_iter().chain(day).chain([village]);
            all.for_each(|what| *since.entry(what).or_default() += 1);
        }
        let mut count =
            |what: u64| -> io::Result<u32> { Ok(shelf.count(what)? + since.get(&what).copied().unwrap_or(0)) };
        let (mut days, mut villages): (Map<i32, u32>, Map<i64, u32>) = Default::default();
        for person in &registry.people {
            if person.birth != NO_DAY && !days.contains_key(&person.birth) {
                days.insert(person.birth, count(what_of_day(person.birth))?);
            }
            if person.region != 0 && !villages.contains_key(&person.region) {
                villages.insert(person.region, count(Counted::Village.key(person.region as u64))?);
            }
        }
        let mut rarity = Vec::with_capacity(registry.names.len());
        let mut counts = Vec::with_capacity(registry.names.len());
        for number in 0..registry.names.len() as u32 {
            let mut of = [0; 4];
            for (of, what) in of.iter_mut().zip(parts_of(registry.names.form(number))) {
                *of = count(what)?;
            }
            counts.push(of);
        }
        let registered = &registry.people[..registry.registered];
        let since = registered.iter().filter(|person| entered.contains(&person.key)).count();
        let population = shelf.population() as usize + since;
        for [surname, given, surname_sound, given_sound] in counts {
            let all = population.max(1) as f64;
            rarity.push(NameRarity {
                surname: share_of_name(surname, all),
                given: share_of_name(given, all),
                surname_sound: share_of_name(surname_sound, all),
                given_sound: share_of_name(given_sound, all),
            });
        }
        let slack = 0.5 * shelf.villages() as f64 + 1.0;
        registry.rarity = rarity;
        registry.days = Days::of_counts(&days, population);
        registry.villages = Rarities::of(villages, population as f64 + slack);
        registry.knows_others = shelf.population() > shelf.registered();
        registry.population = population;
        Ok(registry)
    }
}

fn what_of_day(birth: i32) -> u64 {
    match birth {
        day if CLOSE.contains(&day) => Counted::Day.key(group_of_day(day)),
        _ => Counted::OtherDays.key(0),
    }
}
