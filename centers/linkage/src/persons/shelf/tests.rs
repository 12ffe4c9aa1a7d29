//! A few people from the shelf are linked as among everybody, and a shelf that was altered is refused.

use std::{collections::HashSet, fs::File, io::Write, path::PathBuf};

use super::*;
use crate::{
    TextColumn,
    hash::Dice,
    persons::{Linker, NO_DAY, Persons, Policy, Registry, RowColumns, Rows},
};
use kernel::{KeyRing, RegionCode, period::from_epoch_days};

const VILLAGE: i64 = 371_621_101_201_000;

#[derive(Clone, Default)]
struct People {
    key: Vec<i64>,
    name: Vec<String>,
    birth: Vec<i32>,
    region: Vec<i64>,
}

impl People {
    fn drawn(dice: &mut Dice, count: usize, from: i64) -> People {
        let mut out = People::default();
        for at in 0..count {
            let mut of = |list: &str| list.chars().nth(dice.below(list.chars().count())).unwrap();
            let mut name: String = [
                of("王李张刘陈杨赵黄"),
                of("建国秀英志明桂兰小海"),
                of("华平军芳红玉龙梅生"),
            ]
            .iter()
            .collect();
            match dice.below(40) {
                0 => name = "阿依·古丽".to_owned(),
                1 => name = "买买提·吐尔逊江".to_owned(),
                2 => name.clear(),
                _ => {}
            }
            out.key.push(from + at as i64 * 7_919);
            out.name.push(name);
            out.birth.push(match dice.below(30) {
                0 => NO_DAY,
                1 => 900_000,
                _ => dice.below(3_000) as i32,
            });
            let town = dice.below(3) as i64 * 1_000_000;
            out.region.push(VILLAGE + town + dice.below(6) as i64);
        }
        out
    }

    /// Only those of these keys.
    fn only(&self, keys: &HashSet<i64>) -> People {
        let mut out = People::default();
        for at in (0..self.key.len()).filter(|at| keys.contains(&self.key[*at])) {
            out.key.push(self.key[at]);
            out.name.push(self.name[at].clone());
            out.birth.push(self.birth[at]);
            out.region.push(self.region[at]);
        }
        out
    }

    fn with<T>(&self, then: impl FnOnce(&Persons<'_>) -> T) -> T {
        let names: TextColumn = self.name.iter().map(String::as_str).collect();
        then(&Persons {
            key: &self.key,
            name: names.view(),
            birth: &self.birth,
            sex: &[],
            region: &self.region,
            household: &[],
        })
    }
}

struct Written {
    path: PathBuf,
    check: u64,
}

impl Written {
    fn of(registry: &Registry, name: &str) -> Written {
        let path = std::env::temp_dir().join(format!("yangguang-shelf-{}-{name}", std::process::id()));
        let check = registry.shelve(&mut File::create(&path).unwrap()).unwrap();
        Written { path, check }
    }

    fn open(&self) -> std::io::Result<Shelf> {
        Shelf::open(File::open(&self.path)?, self.check)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).unwrap();
    }
}

/// Rows without a number: some say much, some nearly nothing.
fn rows(dice: &mut Dice, people: &People, count: usize) -> RowColumns {
    let ring = KeyRing::for_tests(1);
    let mut out = RowColumns::default();
    for _ in 0..count {
        let at = dice.below(people.key.len());
        let birth = match dice.below(3) {
            0 => None,
            1 => from_epoch_days(dice.below(3_000) as i32),
            _ => from_epoch_days(people.birth[at]),
        };
        let place = match dice.below(5) {
            0 => None,
            1 => RegionCode::from_i64(371_621_000_000_000),
            2 => RegionCode::from_i64(people.region[at] / 1_000_000 * 1_000_000),
            _ => RegionCode::from_i64(people.region[at]),
        };
        out.push(&ring, "", &people.name[at], birth, None, place).unwrap();
    }
    out
}

fn linked(
    registry: &Registry,
    learned: &crate::persons::Learned,
    rows: &Rows<'_>,
    keys: &[i64],
) -> Vec<(u8, i64, u32)> {
    let linker = Linker::as_learned(registry, learned.clone(), &[], Policy::default());
    let links = linker.link(rows);
    let key = |person: u32| keys.get(person as usize).copied().unwrap_or(0);
    let each = 0..links.outcome.len();
    each.map(|at| {
        let likely = (links.probability[at] * 1e5).round() as u32;
        (links.outcome[at] as u8, key(links.person[at]), likely)
    })
    .collect()
}

#[test]
fn a_few_from_the_shelf_are_linked_as_among_everybody() {
    let mut dice = Dice::new(17);
    let (people, mut others) = (People::drawn(&mut dice, 3_000, 10), People::drawn(&mut dice, 2_000, 11));
    // Some stand on the register and in the lists.
    others.key[..300].copy_from_slice(&people.key[..300]);
    let registry = people.with(|all| others.with(|beside| Registry::build_among(all, Some(beside))));
    let columns = rows(&mut dice, &people, 400);
    let rows = columns.rows();
    let linker = Linker::learn(&registry, &rows, &[], Policy::default());
    let learned = linker.learned(&linker.link(&rows));
    let written = Written::of(&registry, "few");
    let whole = linked(&registry, &learned, &rows, &people.key);
    assert!(
        whole.iter().filter(|(_, key, _)| *key != 0).count() > 50,
        "there is something to be found"
    );
    for few in [0..400_u32, 7..8, 90..120] {
        let mut shelf = written.open().unwrap();
        let searched: Vec<u32> = few.clone().collect();
        let near = shelf.near(&rows, &searched).unwrap();
        let some = people.only(&near.registered.iter().copied().collect());
        let mut beside = People::default();
        for other in &near.others {
            beside.key.push(other.key);
            beside.name.push(other.name.clone());
            beside.birth.push(other.birth);
            beside.region.push(other.region);
        }
        assert!(
            few.len() > 30 || some.key.len() < people.key.len() / 3,
            "{}",
            some.key.len()
        );
        let of_many = some.with(|some| {
            beside.with(|beside| Registry::build_of_many(some, Some(beside), &mut shelf, &HashSet::new()).unwrap())
        });
        let found = linked(&of_many, &learned, &rows, &some.key);
        let range = few.start as usize..few.end as usize;
        assert_eq!(found[range.clone()], whole[range]);
    }
}

#[test]
fn who_came_since_is_weighed_among_everybody() {
    let mut dice = Dice::new(23);
    let people = People::drawn(&mut dice, 2_000, 10);
    let entered: HashSet<i64> = people.key[1_960..].iter().copied().collect();
    let before: HashSet<i64> = people.key[..1_960].iter().copied().collect();
    let columns = rows(&mut dice, &people, 300);
    let rows = columns.rows();
    let registry = people.with(Registry::build);
    let linker = Linker::learn(&registry, &rows, &[], Policy::default());
    let learned = linker.learned(&linker.link(&rows));
    let whole = linked(&registry, &learned, &rows, &people.key);
    let written = Written::of(&people.only(&before).with(Registry::build), "since");
    let mut shelf = written.open().unwrap();
    let near = shelf.near(&rows, &(0..300).collect::<Vec<u32>>()).unwrap();
    let some = people.only(&near.registered.iter().chain(&entered).copied().collect());
    let of_many = some.with(|some| Registry::build_of_many(some, None, &mut shelf, &entered).unwrap());
    let found = linked(&of_many, &learned, &rows, &some.key);
    let differ = found
        .iter()
        .zip(&whole)
        .filter(|(a, b)| (a.0, a.1) != (b.0, b.1))
        .count();
    assert_eq!(differ, 0);
    assert!(found.iter().any(|(_, key, _)| entered.contains(key)));
}

#[test]
fn an_altered_shelf_is_refused() {
    let mut dice = Dice::new(5);
    let people = People::drawn(&mut dice, 500, 10);
    let registry = people.with(Registry::build);
    let written = Written::of(&registry, "altered");
    assert!(Shelf::open(File::open(&written.path).unwrap(), written.check ^ 1).is_err());
    let columns = rows(&mut dice, &people, 200);
    let everyone: Vec<u32> = (0..200).collect();
    assert!(written.open().unwrap().near(&columns.rows(), &everyone).is_ok());
    let mut bytes = std::fs::read(&written.path).unwrap();
    for byte in &mut bytes[8..8 + 128 * 32] {
        *byte ^= 4;
    }
    std::fs::write(&written.path, &bytes).unwrap();
    assert!(written.open().unwrap().near(&columns.rows(), &everyone).is_err());
    File::create(&written.path)
        .unwrap()
        .write_all(&bytes[..bytes.len() / 2])
        .unwrap();
    assert!(written.open().is_err());
}
