//! A delivery that comes part by part: what a number decides is decided at once, and only the few rows that need more are
//! kept. Memory grows with these and with the register, not with the rows. The links are those of [`Linker::link`].

use super::{
    Answer, Linker, Links, Policy, Registry, RowColumns, Rows,
    learn::Lessons,
    route::{self, Routed},
};
use crate::{TooLong, names::Beside};

/// Rows on their way, all of one delivery.
pub struct Delivery<'r> {
    linker: Linker<'r>,
    lessons: Lessons,
    names: Beside<'r>,
    /// Of all rows so far.
    links: Links,
    /// Rows that are kept, and where each stands in the delivery.
    kept: RowColumns,
    at: Vec<u32>,
    /// By their place among the kept ones.
    routed: Routed,
}

impl<'r> Delivery<'r> {
    /// `rows` is how many will come, all in all, so that as many are learned from as of the whole.
    pub fn new(registry: &'r Registry, rows: usize, answers: &[Answer], policy: Policy) -> Delivery<'r> {
        Delivery {
            linker: Linker::untaught(registry, answers, policy),
            lessons: Lessons::of(rows),
            names: Beside::new(&registry.names),
            links: Links::default(),
            kept: RowColumns::default(),
            at: Vec::new(),
            routed: Routed::default(),
        }
    }

    /// The next part.
    ///
    /// # Errors
    /// Names of kept rows longer than 2 GiB together.
    pub fn take(&mut self, rows: &Rows<'_>) -> Result<(), TooLong> {
        self.lessons.add(&self.linker, rows, &mut self.names);
        let mut links = Links::of(rows.len());
        let part = route::route(&self.linker, rows, &mut self.names, &mut links);
        let before = self.links.outcome.len() as u32;
        self.links.outcome.append(&mut links.outcome);
        self.links.person.append(&mut links.person);
        self.links.probability.append(&mut links.probability);
        let mut keep = |row: u32| -> Result<u32, TooLong> {
            self.kept.copy(rows, row as usize)?;
            self.at.push(before + row);
            Ok(self.at.len() as u32 - 1)
        };
        for row in part.faulty {
            self.routed.faulty.push(keep(row)?);
        }
        for row in part.missing {
            self.routed.missing.push(keep(row)?);
        }
        for (place, misused) in part.misused {
            for row in misused {
                self.routed.misused.entry(place).or_default().push(keep(row)?);
            }
        }
        Ok(())
    }

    /// Decides the rows that were kept; all have come.
    pub fn link(mut self) -> Links {
        self.linker.teach(&self.lessons);
        let rows = self.kept.rows();
        let mut links = Links::of(rows.len());
        for (kept, at) in self.at.iter().enumerate() {
            let at = *at as usize;
            links.settle(
                kept,
                self.links.outcome[at],
                self.links.person[at],
                self.links.probability[at],
            );
        }
        self.linker.settle(&rows, &mut self.names, self.routed, &mut links);
        let mut all = self.links;
        for (kept, at) in self.at.iter().enumerate() {
            all.settle(
                *at as usize,
                links.outcome[kept],
                links.person[kept],
                links.probability[kept],
            );
        }
        let runners = links
            .runner_up
            .iter()
            .map(|(kept, person)| (self.at[*kept as usize], *person));
        all.runner_up = runners.collect();
        all.runner_up.sort_unstable();
        Links {
            outcome: all.outcome,
            person: all.person,
            probability: all.probability,
            runner_up: all.runner_up,
            ..links
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{IdNumber, KeyRing, RegionCode, identity::check_char, period::from_epoch_days};

    use super::*;
    use crate::{
        TextColumn,
        hash::Dice,
        persons::{Outcome, Persons, Repairs},
    };

    fn number(dice: &mut Dice) -> String {
        let day = from_epoch_days(dice.below(12_000) as i32).unwrap();
        let (year, month, day) = (day.year(), u8::from(day.month()), day.day());
        let first = format!("371621{year:04}{month:02}{day:02}{:03}", dice.below(1_000));
        format!("{first}{}", check_char(&first).unwrap())
    }

    fn name(dice: &mut Dice) -> String {
        let mut of = |list: &str| list.chars().nth(dice.below(list.chars().count())).unwrap();
        [
            of("王李张刘陈杨赵黄"),
            of("建国秀英志明桂兰小海"),
            of("华平军芳红玉龙梅生"),
        ]
        .iter()
        .collect()
    }

    fn slip(dice: &mut Dice, number: &str) -> String {
        let mut bytes = number.as_bytes().to_vec();
        match dice.below(10) {
            0 => return String::new(),
            1 => bytes[6 + dice.below(8)] = b'0' + dice.below(10) as u8,
            2 => bytes.swap(15, 16),
            3 => return "371621198001010010".to_owned(),
            _ => {}
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_delivery_in_parts_is_linked_as_the_whole() {
        let (mut dice, ring) = (Dice::new(11), KeyRing::for_tests(1));
        let people: Vec<(String, String, i64)> = (0..800)
            .map(|_| {
                let village = 371_621_101_201_000 + dice.below(9) as i64;
                (number(&mut dice), name(&mut dice), village)
            })
            .collect();
        let parsed: Vec<IdNumber> = people
            .iter()
            .map(|one| IdNumber::parse(&one.0).unwrap().number)
            .collect();
        let keys: Vec<i64> = parsed.iter().map(|number| ring.person_key(number).0).collect();
        let births: Vec<i32> = parsed
            .iter()
            .map(|number| kernel::period::epoch_days(number.birth()))
            .collect();
        let names: TextColumn = people.iter().map(|one| one.1.as_str()).collect();
        let villages: Vec<i64> = people.iter().map(|one| one.2).collect();
        let registry = Registry::build(&Persons {
            key: &keys,
            name: names.view(),
            birth: &births,
            sex: &[],
            region: &villages,
            household: &[],
        });
        let mut columns = RowColumns::default();
        for _ in 0..3_000 {
            let at = dice.below(people.len());
            let written = if dice.below(8) == 0 {
                name(&mut dice)
            } else {
                people[at].1.clone()
            };
            let (birth, region) = (Some(parsed[at].birth()), RegionCode::from_i64(people[at].2));
            let number = slip(&mut dice, &people[at].0);
            columns.push(&ring, &number, &written, birth, None, region).unwrap();
        }
        let rows = columns.rows();
        let answers = [Answer {
            tag: 5,
            key: keys[9],
            same: true,
            probability: 0.5,
        }];
        for policy in [
            Policy::default(),
            Policy {
                search_outsiders: true,
                placeholder_names: 3,
                ..Policy::default()
            },
        ] {
            let whole = Linker::learn(&registry, &rows, &answers, policy).link(&rows);
            let mut delivery = Delivery::new(&registry, rows.len(), &answers, policy);
            for from in (0..rows.len()).step_by(700) {
                let part = from..rows.len().min(from + 700);
                let offsets = &rows.repairs.offsets[part.start..=part.end];
                let first = offsets[0];
                let offsets: Vec<u32> = offsets.iter().map(|offset| offset - first).collect();
                let names: TextColumn = part.clone().map(|row| rows.name.get(row)).collect();
                delivery
                    .take(&Rows {
                        key: &rows.key[part.clone()],
                        status: &rows.status[part.clone()],
                        name: names.view(),
                        birth: &rows.birth[part.clone()],
                        sex: &rows.sex[part.clone()],
                        region: &rows.region[part.clone()],
                        household: &rows.household[part.clone()],
                        repairs: Repairs {
                            offsets: &offsets,
                            keys: &rows.repairs.keys[first as usize..],
                        },
                        tag: &rows.tag[part],
                    })
                    .unwrap();
            }
            let parts = delivery.link();
            assert_eq!(parts.outcome, whole.outcome);
            assert_eq!(parts.person, whole.person);
            assert_eq!(parts.probability, whole.probability);
            assert_eq!(parts.runner_up, whole.runner_up);
            assert_eq!(parts.placeholders, whole.placeholders);
            assert!(whole.count(Outcome::Repaired) > 100 && whole.count(Outcome::Linked) > 100);
        }
    }
}
