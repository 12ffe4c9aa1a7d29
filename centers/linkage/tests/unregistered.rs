//! Residents who are not registered: they are linked to nobody, and tell whether a name can be anybody else's.

use kernel::{
    Date, IdNumber, KeyRing, RegionCode,
    identity::check_char,
    period::{epoch_days, ymd},
};
use linkage::{
    TextColumn,
    persons::{Linker, NOBODY, Outcome, Persons, Policy, Registry, RowColumns},
};

const VILLAGE: i64 = 371_621_109_262_010;
const VILLAGES: i64 = 371_621_101_001_001;

#[derive(Clone)]
struct Someone {
    number: String,
    name: String,
    birth: Date,
    region: i64,
}

fn someone(name: &str, birth: (i32, u8, u8), region: i64, serial: u32) -> Someone {
    let first = format!("372321{}{:02}{:02}{serial:03}", birth.0, birth.1, birth.2);
    Someone {
        number: format!("{first}{}", check_char(&first).unwrap()),
        name: name.to_owned(),
        birth: ymd(birth.0, birth.1, birth.2).unwrap(),
        region,
    }
}

/// So many people of thirty villages, all with names of their own.
fn people(count: usize, surname: char) -> Vec<Someone> {
    let given = |at: usize| char::from_u32(0x5200 + at as u32 * 7).unwrap();
    let one = |at: usize| {
        let birth = (1950 + (at % 50) as i32, 1 + (at % 12) as u8, 1 + (at % 27) as u8);
        let village = VILLAGES + (at as i64 % 30) * 1_000;
        someone(
            &format!("{surname}{}{}", given(at / 60), given(at % 60)),
            birth,
            village,
            2 + (at % 990) as u32,
        )
    };
    (0..count).map(one).collect()
}

#[derive(Default)]
struct Columns {
    key: Vec<i64>,
    name: TextColumn,
    birth: Vec<i32>,
    region: Vec<i64>,
}

impl Columns {
    fn of(people: &[Someone]) -> Columns {
        let ring = KeyRing::for_tests(7);
        let key = |one: &Someone| ring.person_key(&IdNumber::parse(&one.number).unwrap().number).0;
        Columns {
            key: people.iter().map(key).collect(),
            name: people.iter().map(|one| one.name.as_str()).collect(),
            birth: people.iter().map(|one| epoch_days(one.birth)).collect(),
            region: people.iter().map(|one| one.region).collect(),
        }
    }

    fn persons(&self) -> Persons<'_> {
        Persons {
            key: &self.key,
            name: self.name.view(),
            birth: &self.birth,
            sex: &[],
            region: &self.region,
            household: &[],
        }
    }
}

#[test]
fn a_row_about_a_neighbour_who_is_not_registered_is_not_linked_to_his_namesake() {
    let hers = someone("夏荣金", (1948, 2, 4), VILLAGE, 1);
    let registered = [people(600, '王'), vec![hers.clone()]].concat();
    let neighbours = people(3_000, '夏');
    let mut rows = RowColumns::default();
    let mut push = |number: &str, one: &Someone, birth: Option<Date>| {
        let region = RegionCode::from_i64(one.region);
        rows.push(&KeyRing::for_tests(7), number, &one.name, birth, None, region)
            .unwrap();
    };
    registered
        .iter()
        .for_each(|one| push(&one.number, one, Some(one.birth)));
    // Most rows without a number are about people who draw nothing; the last is about her.
    neighbours.iter().step_by(30).for_each(|one| push("", one, None));
    push("", &hers, None);
    let rows = rows.rows();
    let found = |others: Option<&[Someone]>| {
        let (known, others) = (Columns::of(&registered), others.map(Columns::of));
        let registry = Registry::build_among(&known.persons(), others.as_ref().map(Columns::persons).as_ref());
        let careful = Policy {
            accept: 0.998,
            ..Policy::default()
        };
        let links = Linker::learn(&registry, &rows, &[], careful).link(&rows);
        let strangers = links
            .person
            .iter()
            .filter(|person| **person as usize >= registered.len());
        assert!(
            strangers.copied().all(|person| person == NOBODY),
            "nobody is linked to who is not registered"
        );
        let last = links.outcome.len() - 1;
        (
            links.outcome[last],
            links.person[last] as usize,
            links.probability[last],
        )
    };
    let (.., alone) = found(None);
    let (outcome, person, among) = found(Some(&neighbours));
    let she = registered.len() - 1;
    assert_eq!((outcome, person), (Outcome::Linked, she), "no neighbour bears the name");
    assert!(
        among > alone,
        "{among} {alone}: while anybody may be meant, the same row says less"
    );
    let namesake = [neighbours.clone(), vec![someone("夏荣金", (1990, 9, 9), VILLAGE, 997)]].concat();
    let (outcome, _, probability) = found(Some(&namesake));
    assert!(
        outcome != Outcome::Linked && probability < 0.6,
        "{outcome:?} {probability}"
    );
}
