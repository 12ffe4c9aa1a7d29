//! Families with believable members: couples, children, grandparents, and the dead of the last years.

use kernel::{Date, identity::Sex, period::ymd};

use crate::{
    county::{Family, Person},
    days,
    dice::Dice,
    divisions::VillagePlan,
    id_numbers::IdNumbers,
    names,
    spec::Spec,
};

/// Homes of people who married in, by prefix.
const ELSEWHERE: [u32; 10] = [
    372330, 370126, 371423, 410181, 130927, 530325, 511602, 320826, 520121, 422801,
];

/// Everybody of the county, family by family, village by village.
pub(crate) fn settle(spec: &Spec, villages: &[VillagePlan]) -> (Vec<Person>, Vec<Family>) {
    let mut settler = Settler {
        as_of: spec.as_of,
        dice: Dice::new(spec.seed, "families"),
        ids: IdNumbers::new(),
        people: Vec::with_capacity(spec.scale.people() as usize),
        families: Vec::with_capacity(spec.scale.people() as usize / 3),
    };
    for village in villages {
        let mut left = village.people;
        let mut running = 1;
        while left > 0 {
            left -= settler.family(village, running, left);
            running += 1;
        }
    }
    (settler.people, settler.families)
}

struct Settler {
    as_of: Date,
    dice: Dice,
    ids: IdNumbers,
    people: Vec<Person>,
    families: Vec<Family>,
}

impl Settler {
    /// Settles one family of at most `room` people and returns its size.
    fn family(&mut self, village: &VillagePlan, running: u64, room: u32) -> u32 {
        let surname = if self.dice.percent(45) {
            village.surname
        } else {
            names::surname(&mut self.dice)
        };
        let first = self.people.len() as u32;
        let region = village.region;
        let family = self.families.len() as u32;
        let mut add = |s: &mut Settler, sex: Sex, age: i32, kin: u8, own_surname: bool| {
            if s.people.len() as u32 - first < room {
                s.person(village, family, surname, sex, age, kin, own_surname);
            }
        };
        let (him, her) = (Sex::Male, Sex::Female);
        match self.dice.weighted(&[7, 15, 20, 18, 27, 5, 4, 4]) {
            // An elder alone.
            0 => {
                let sex = if self.dice.percent(45) { him } else { her };
                let age = self.dice.between(63, 92);
                add(self, sex, age, 2, sex == him);
            }
            // An elder couple.
            1 => {
                let age = self.dice.between(60, 84);
                add(self, him, age, 2, true);
                let hers = age - self.dice.between(-2, 4);
                add(self, her, hers, 12, false);
            }
            // A couple with one child, or two.
            shape @ (2 | 3) => {
                let age = self.dice.between(28, 56);
                add(self, him, age, 2, true);
                let hers = age - self.dice.between(-2, 4);
                add(self, her, hers, 12, false);
                self.children(&mut add, age, shape as i32 - 1);
            }
            // Three generations.
            4 => {
                let age = self.dice.between(30, 55);
                add(self, him, age, 2, true);
                let hers = age - self.dice.between(-2, 4);
                add(self, her, hers, 12, false);
                let children = self.dice.between(1, 2);
                self.children(&mut add, age, children);
                let father = age + self.dice.between(21, 32);
                if self.dice.percent(62) {
                    add(self, him, father, 51, true);
                }
                if self.dice.percent(80) {
                    let mother = father - self.dice.between(-1, 4);
                    add(self, her, mother, 52, false);
                }
            }
            // A couple whose children left or are to come.
            5 => {
                let age = self.dice.between(24, 58);
                add(self, him, age, 2, true);
                add(self, her, age - 1, 12, false);
            }
            // Alone.
            6 => {
                let sex = if self.dice.percent(70) { him } else { her };
                let age = self.dice.between(22, 62);
                add(self, sex, age, 2, true);
            }
            // Grandparents with a grandchild.
            _ => {
                let age = self.dice.between(56, 74);
                add(self, him, age, 2, true);
                add(self, her, age - 2, 12, false);
                let (sex, kin) = if self.dice.percent(52) { (him, 41) } else { (her, 42) };
                let child = self.dice.between(3, 17);
                add(self, sex, child, kin, true);
            }
        }
        let size = (self.people.len() as u32 - first) as u8;
        let no = region.as_i64() as u64 * 10_000 + running;
        self.families.push(Family {
            no,
            region,
            head: first,
            size,
            touched: false,
        });
        u32::from(size)
    }

    fn children(&mut self, add: &mut impl FnMut(&mut Settler, Sex, i32, u8, bool), parent_age: i32, count: i32) {
        let eldest = (parent_age - self.dice.between(22, 30)).max(0);
        let (mut boys, mut girls) = (0, 0);
        for i in 0..count {
            let age = (eldest - i * self.dice.between(2, 7)).max(0);
            if age > 30 {
                // Grown-up children have families of their own.
                continue;
            }
            if self.dice.percent(53) {
                boys += 1;
                add(self, Sex::Male, age, 21 + boys, true);
            } else {
                girls += 1;
                add(self, Sex::Female, age, 31 + girls, true);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn person(
        &mut self,
        village: &VillagePlan,
        family: u32,
        surname: usize,
        sex: Sex,
        age: i32,
        kin: u8,
        own_surname: bool,
    ) {
        let year = self.as_of.year() - age - 1;
        let birth = (1..=3)
            .find_map(|_| ymd(year, self.dice.between(1, 12) as u8, self.dice.between(1, 31) as u8))
            .or_else(|| ymd(year, 6, 15))
            .unwrap_or(self.as_of);
        let prefix = self.prefix(village, birth, own_surname);
        let id = self.ids.next(prefix, birth, sex);
        let surname = if own_surname {
            surname
        } else {
            names::surname(&mut self.dice)
        };
        let name = names::full_name(&mut self.dice, surname, sex, birth.year());
        let phone = if age >= 14 && self.dice.percent(90) {
            15_400_000_000 + u64::from(self.dice.below(100_000_000))
        } else {
            0
        };
        let death = self.death(age);
        self.people.push(Person {
            id,
            name,
            birth,
            region: village.region,
            family,
            kin,
            phone,
            death,
        });
    }

    /// The county of the village under its number at the time the person was registered.
    fn prefix(&mut self, village: &VillagePlan, birth: Date, own_surname: bool) -> u32 {
        if !own_surname && self.dice.percent(12) {
            return *self.dice.pick(&ELSEWHERE);
        }
        let county = (village.region.as_i64() / 1_000_000_000) as u32;
        if birth.year() >= 1999 {
            return county;
        }
        // 滨州地区 was 3723 until 1999/2000.
        match county {
            371602 => 372301,
            371603 => 372324,
            371621 => 372321,
            371622 => 372323,
            371623 => 372325,
            371625 => 372328,
            371681 => 372329,
            other => other,
        }
    }

    /// Deaths of the last three years, more with age.
    fn death(&mut self, age: i32) -> Option<Date> {
        let per_mille = match age {
            ..50 => 2,
            50..60 => 8,
            60..70 => 24,
            70..80 => 75,
            _ => 170,
        };
        self.dice.per_mille(per_mille).then(|| {
            let back = self.dice.between(20, 1090);
            days::plus(self.as_of, -back)
        })
    }
}
