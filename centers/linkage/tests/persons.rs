//! Rows and the register: who is linked, who is left to people, who is never linked. Small Chinese examples.

use kernel::{
    Date, KeyRing, RegionCode,
    identity::{Sex, check_char},
    period::{epoch_days, ymd},
};
use linkage::{
    TextColumn,
    names::{Given, Surname},
    persons::{Answer, Linker, Links, Outcome, Persons, Policy, Registry, RowColumns},
};
use proptest::prelude::*;

const VILLAGE: i64 = 371_621_109_262_010;
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
const GIVEN: &str = "伟强磊军勇涛超杰鹏辉静丽敏艳娟芳玲婷雪梅兰英";

#[derive(Clone)]
struct Someone {
    number: String,
    name: String,
    birth: Date,
    sex: Sex,
    region: i64,
}

fn someone(name: &str, birth: (i32, u8, u8), village: i64, serial: u32) -> Someone {
    let day = ymd(birth.0, birth.1, birth.2).unwrap();
    let first = format!("372321{}{:02}{:02}{serial:03}", birth.0, birth.1, birth.2);
    Someone {
        number: format!("{first}{}", check_char(&first).unwrap()),
        name: name.to_owned(),
        birth: day,
        sex: if serial % 2 == 1 { Sex::Male } else { Sex::Female },
        region: village,
    }
}

/// A county of 1,500 in 30 villages, and the people a test is about.
fn county(others: &[Someone]) -> Vec<Someone> {
    let pick = |text: &str, at: usize| text.chars().nth(at % text.chars().count()).unwrap();
    let mut people: Vec<Someone> = (0..1500_usize)
        .map(|at| {
            let spread = at * 7919 + 13;
            let name: String = [pick(SURNAMES, spread), pick(GIVEN, spread / 7), pick(GIVEN, spread / 3)]
                .iter()
                .collect();
            let birth = (
                1950 + (spread % 50) as i32,
                1 + (spread % 12) as u8,
                1 + (spread % 28) as u8,
            );
            someone(
                &name,
                birth,
                371_621_101_001_001 + (at as i64 % 30) * 1_000,
                (at % 1000) as u32,
            )
        })
        .collect();
    people.extend_from_slice(others);
    people
}

fn ring() -> KeyRing {
    KeyRing::for_tests(7)
}

fn registry(people: &[Someone]) -> Registry {
    let ring = ring();
    let key = |one: &Someone| ring.person_key(&kernel::IdNumber::parse(&one.number).unwrap().number).0;
    let keys: Vec<i64> = people.iter().map(key).collect();
    let names: TextColumn = people.iter().map(|one| one.name.as_str()).collect();
    let births: Vec<i32> = people.iter().map(|one| epoch_days(one.birth)).collect();
    let sexes: Vec<u8> = people
        .iter()
        .map(|one| if one.sex == Sex::Male { 1 } else { 2 })
        .collect();
    let regions: Vec<i64> = people.iter().map(|one| one.region).collect();
    Registry::build(&Persons {
        key: &keys,
        name: names.view(),
        birth: &births,
        sex: &sexes,
        region: &regions,
        household: &[],
    })
}

/// A row as a department writes it.
fn push(rows: &mut RowColumns, number: &str, name: &str, birth: Option<Date>, region: i64) {
    let region = (region > 0).then(|| RegionCode::from_i64(region).unwrap());
    rows.push(&ring(), number, name, birth, None, region).unwrap();
}

/// Certain rows about everyone, from which a linker learns.
fn certain(people: &[Someone]) -> RowColumns {
    let mut rows = RowColumns::default();
    people
        .iter()
        .for_each(|one| push(&mut rows, &one.number, &one.name, Some(one.birth), one.region));
    rows
}

fn linked(people: &[Someone], rows: &RowColumns) -> Links {
    let registry = registry(people);
    Linker::learn(&registry, &rows.rows(), &[], Policy::default()).link(&rows.rows())
}

/// What becomes of one row in the county with `about`, and whom it is about.
fn fate(about: &[Someone], number: &str, name: &str, birth: Option<Date>, region: i64) -> (Outcome, Option<usize>) {
    let people = county(about);
    let mut rows = certain(&people);
    push(&mut rows, number, name, birth, region);
    let links = linked(&people, &rows);
    let last = people.len();
    (links.outcome[last], (links.person[last] as usize).checked_sub(1500))
}

fn wang() -> Someone {
    someone("王小明", (1963, 4, 8), VILLAGE, 217)
}

fn one_digit_wrong(number: &str, at: usize) -> String {
    let mut bytes = number.as_bytes().to_vec();
    bytes[at] = b'0' + (bytes[at] - b'0' + 3) % 10;
    String::from_utf8(bytes).unwrap()
}

fn swapped(number: &str) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let at = (6..16).find(|at| bytes[*at] != bytes[at + 1]).unwrap();
    bytes.swap(at, at + 1);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_known_number_with_an_agreeing_name_is_exact_in_every_spelling() {
    let one = wang();
    let old = format!("{}{}", &one.number[..6], &one.number[8..17]);
    for (number, name) in [
        (one.number.as_str(), "王小明"),
        (&old, "王 小 明"),
        (&one.number, "王晓明"),
        (&one.number, "汪小明"),
    ] {
        assert_eq!(
            fate(&[one.clone()], number, name, None, 0),
            (Outcome::Exact, Some(0)),
            "{name}"
        );
    }
    assert_eq!(Outcome::Exact.confidence(), Some("E1"));
}

#[test]
fn a_known_number_under_a_strange_name_is_misused_and_never_a_link() {
    assert_eq!(
        fate(&[wang()], &wang().number, "李建国", Some(wang().birth), VILLAGE).0,
        Outcome::Misused
    );
    assert_eq!(Outcome::Misused.confidence(), Some("E2"));
}

#[test]
fn a_right_number_that_nobody_here_has_is_an_outsider_whatever_the_name() {
    let stranger = someone("王小明", (1963, 4, 8), VILLAGE, 719);
    let (outcome, person) = fate(&[wang()], &stranger.number, "王小明", Some(wang().birth), VILLAGE);
    assert_eq!((outcome, person.is_some_and(|at| at < 10)), (Outcome::Outsider, false));
}

#[test]
fn one_wrong_digit_or_a_swap_is_repaired_when_the_name_agrees() {
    for at in [0, 5, 9, 12, 15, 16] {
        let wrong = one_digit_wrong(&wang().number, at);
        assert_eq!(
            fate(&[wang()], &wrong, "王小明", None, 0),
            (Outcome::Repaired, Some(0)),
            "digit {at}"
        );
    }
    assert_eq!(
        fate(&[wang()], &swapped(&wang().number), "王晓明", None, VILLAGE),
        (Outcome::Repaired, Some(0))
    );
    let lost = wang().number.replacen("321", "32", 1);
    assert_eq!(fate(&[wang()], &lost, "王小明", None, 0), (Outcome::Repaired, Some(0)));
    assert_eq!(Outcome::Repaired.confidence(), Some("E3"));
}

#[test]
fn a_repaired_number_under_another_name_is_nobody() {
    let wrong = one_digit_wrong(&wang().number, 15);
    assert_eq!(fate(&[wang()], &wrong, "李建国", None, 0).0, Outcome::Unlinked);
}

#[test]
fn without_a_number_name_birth_and_village_link() {
    let birth = Some(wang().birth);
    for (why, number, name, birth, region) in [
        ("all of it", "", "王小明", birth, VILLAGE),
        ("same sound", "", "王晓明", birth, VILLAGE),
        ("community", "", "王小明", birth, VILLAGE / 1000 * 1000),
        ("day and month", "", "王小明", ymd(1963, 8, 4), VILLAGE),
        ("a word for a number", "不详", "王小明", birth, 0),
    ] {
        let found = fate(&[wang()], number, name, birth, region);
        assert_eq!(found, (Outcome::Linked, Some(0)), "{why}");
    }
    assert_eq!(Outcome::Linked.confidence(), Some("E3"));
}

#[test]
fn a_row_that_names_the_town_and_no_birth_is_about_its_namesake_there() {
    let elsewhere = someone("王小明", (1963, 4, 8), 371_621_101_001_001, 219);
    let (town, other) = (VILLAGE / 1_000_000 * 1_000_000, 371_621_103_000_000);
    let fate_in = |place| fate(&[wang(), elsewhere.clone()], "", "王小明", None, place);
    assert_eq!(fate_in(town), (Outcome::Linked, Some(0)));
    assert_ne!(fate_in(other).0, Outcome::Linked);
}

#[test]
fn compound_minority_and_old_names_link() {
    let others = [
        someone("欧阳明月", (1971, 2, 3), VILLAGE, 101),
        someone("阿卜杜拉·买买提", (1968, 9, 17), VILLAGE, 103),
        someone("张国荣", (1956, 9, 12), VILLAGE, 105),
    ];
    let birth = |at: usize| Some(others[at].birth);
    assert_eq!(
        fate(&others, "", "歐陽明月", birth(0), VILLAGE),
        (Outcome::Linked, Some(0))
    );
    assert_eq!(
        fate(&others, "", "阿卜杜拉．买买提", birth(1), VILLAGE),
        (Outcome::Linked, Some(1))
    );
    assert_eq!(
        fate(&others, "", "阿布杜拉买买提", birth(1), VILLAGE),
        (Outcome::Linked, Some(1))
    );
    assert_eq!(
        fate(&others, "", "張國榮", birth(2), VILLAGE),
        (Outcome::Linked, Some(2))
    );
}

#[test]
fn a_name_alone_never_links_and_a_strange_one_finds_nobody() {
    assert_ne!(fate(&[wang()], "", "王小明", None, 0).0, Outcome::Linked);
    assert_eq!(
        fate(&[wang()], "", "李建国", Some(wang().birth), VILLAGE).0,
        Outcome::Unlinked
    );
    assert_eq!(
        fate(&[wang()], "", "", Some(wang().birth), VILLAGE).0,
        Outcome::Unlinked
    );
}

#[test]
fn two_who_fit_alike_are_left_to_a_person_whose_answer_settles_it() {
    let twins = [
        someone("王小明", (1963, 4, 8), VILLAGE, 217),
        someone("王晓明", (1963, 4, 8), VILLAGE, 219),
    ];
    let people = county(&twins);
    let mut rows = certain(&people);
    push(&mut rows, "", "王小鸣", Some(wang().birth), VILLAGE);
    rows.tagged(99);
    let registry = registry(&people);
    let links = Linker::learn(&registry, &rows.rows(), &[], Policy::default()).link(&rows.rows());
    let last = people.len();
    assert_eq!(links.outcome[last], Outcome::Undecided);
    assert!(links.probability[last] < 0.6);
    assert!(links.runner_up.iter().any(|(row, _)| *row as usize == last));

    let second = ring()
        .person_key(&kernel::IdNumber::parse(&twins[1].number).unwrap().number)
        .0;
    let answer = |same| {
        [Answer {
            tag: 99,
            key: second,
            same,
            probability: 0.5,
        }]
    };
    let settled = |answers: &[Answer]| {
        let linker = Linker::learn(&registry, &rows.rows(), answers, Policy::default());
        let links = linker.link(&rows.rows());
        (links.outcome[last], links.person[last])
    };
    assert_eq!(settled(&answer(true)), (Outcome::Linked, 1501));
    assert_eq!(settled(&answer(false)).1, 1500, "the other one remains");
}

#[test]
fn reasons_are_told_part_by_part() {
    let people = county(&[wang()]);
    let mut rows = certain(&people);
    push(
        &mut rows,
        &one_digit_wrong(&wang().number, 15),
        "王晓明",
        ymd(1963, 8, 4),
        VILLAGE,
    );
    let registry = registry(&people);
    let linker = Linker::learn(&registry, &rows.rows(), &[], Policy::default());
    let key = ring()
        .person_key(&kernel::IdNumber::parse(&wang().number).unwrap().number)
        .0;
    let reasons = linker.explain(&rows.rows(), people.len(), key);
    let told: Vec<String> = reasons
        .iter()
        .map(|reason| format!("{}：{}", reason.part, reason.finding))
        .collect();
    assert_eq!(
        told,
        [
            "证号：有误，更正一处后相符",
            "姓：相同",
            "名：同音不同字",
            "出生日期：月日互换",
            "性别：缺",
            "住地：同一自然村",
            "家庭：缺"
        ]
    );
    assert!(reasons[2].bits > 0.0);
}

#[test]
fn a_number_under_dozens_of_names_is_a_placeholder_not_dozens_of_misuses() {
    let people = county(&[wang()]);
    let mut rows = certain(&people);
    for one in &people[..60] {
        push(&mut rows, &wang().number, &one.name, Some(one.birth), one.region);
    }
    let links = linked(&people, &rows);
    assert_eq!((links.placeholders, links.count(Outcome::Misused)), (1, 0));
    assert!(links.count(Outcome::Linked) >= 55, "{}", links.count(Outcome::Linked));
}

#[test]
fn a_village_of_namesakes_is_bounded_and_reported() {
    let mut people = county(&[]);
    people.extend((0..4000_u32).map(|at| {
        someone(
            "王伟",
            (1963, 1 + (at % 12) as u8, 1 + (at / 150 % 28) as u8),
            VILLAGE,
            at % 1000,
        )
    }));
    people.sort_by(|a, b| a.number.cmp(&b.number));
    people.dedup_by(|a, b| a.number == b.number);
    let mut rows = certain(&people);
    let first = people.len();
    for _ in 0..200 {
        push(&mut rows, "", "王伟", None, VILLAGE);
    }
    let links = linked(&people, &rows);
    assert!(
        links.skipped.blocks > 0 && links.skipped.people >= 2000,
        "{:?}",
        links.skipped
    );
    assert!(links.outcome[first..].iter().all(|outcome| *outcome != Outcome::Linked));
}

#[test]
fn a_few_rows_are_judged_as_the_delivery_before_taught() {
    let people = county(&[wang()]);
    let registry = registry(&people);
    let mut rows = certain(&people);
    // Many rows about nobody here teach that a likely name is often somebody else's.
    for at in 0..400_usize {
        push(
            &mut rows,
            "",
            &format!("赖{}伯", GIVEN.chars().nth(at % 20).unwrap()),
            None,
            VILLAGE,
        );
    }
    let whole = Linker::learn(&registry, &rows.rows(), &[], Policy::default());
    let learned = whole.learned(&whole.link(&rows.rows()));
    let mut doubtful = RowColumns::default();
    push(
        &mut doubtful,
        "",
        "王小明",
        ymd(1966, 1, 20),
        VILLAGE / 1_000_000 * 1_000_000,
    );
    push(&mut doubtful, &one_digit_wrong(&wang().number, 8), "王小明", None, 0);
    let mut all = rows.clone();
    push(
        &mut all,
        "",
        "王小明",
        ymd(1966, 1, 20),
        VILLAGE / 1_000_000 * 1_000_000,
    );
    push(&mut all, &one_digit_wrong(&wang().number, 8), "王小明", None, 0);
    let together = Linker::learn(&registry, &all.rows(), &[], Policy::default()).link(&all.rows());
    let alone = Linker::as_learned(&registry, learned, &[], Policy::default()).link(&doubtful.rows());
    let last = together.outcome.len() - 2;
    assert_eq!(alone.outcome, together.outcome[last..]);
    for (alone, together) in alone.probability.iter().zip(&together.probability[last..]) {
        assert!((alone - together).abs() < 0.05, "{alone} {together}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_order_of_rows_and_of_the_register_changes_nothing(seed in 0_u64..1_000_000) {
        let mut people = county(&[wang()]);
        let mut delivered: Vec<(String, String, Option<Date>, i64)> = people
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let number = match at % 9 {
                    0 => String::new(),
                    1 => one_digit_wrong(&one.number, at % 17),
                    2 => swapped(&one.number),
                    _ => one.number.clone(),
                };
                (number, one.name.clone(), (at % 4 > 0).then_some(one.birth), if at % 5 > 0 { one.region } else { 0 })
            })
            .collect();
        let told = |people: &[Someone], delivered: &[(String, String, Option<Date>, i64)]| {
            let mut rows = RowColumns::default();
            delivered.iter().for_each(|(number, name, birth, region)| push(&mut rows, number, name, *birth, *region));
            let links = linked(people, &rows);
            let mut out: Vec<_> = delivered
                .iter()
                .enumerate()
                .map(|(row, cells)| {
                    let person = people.get(links.person[row] as usize).map(|one| one.number.clone());
                    (cells.clone(), links.outcome[row], person, links.probability[row].to_bits())
                })
                .collect();
            out.sort_by(|a, b| format!("{a:?}").cmp(&format!("{b:?}")));
            out
        };
        let straight = told(&people, &delivered);
        let mut state = seed;
        let mut shuffle = |len: usize| { state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1); (state >> 33) as usize % len };
        for at in (1..people.len()).rev() { let other = shuffle(at + 1); people.swap(at, other); }
        for at in (1..delivered.len()).rev() { let other = shuffle(at + 1); delivered.swap(at, other); }
        prop_assert_eq!(straight, told(&people, &delivered));
    }

    /// Whatever a row says, a link agrees in both parts of the name and rests on more than it.
    #[test]
    fn no_link_is_made_against_the_evidence(
        picks in proptest::collection::vec((0_usize..1500, 0_usize..1500, 0_usize..1500, 0_usize..20, 0_u8..6), 60)
    ) {
        let people = county(&[]);
        let mut rows = certain(&people);
        let mut names = Vec::new();
        for (a, b, c, at, kind) in picks {
            // A number, a name and a birth of three people, as confusions make them.
            let number = match kind {
                0 | 1 => String::new(),
                2 => one_digit_wrong(&people[a].number, at % 17),
                3 => swapped(&people[a].number),
                _ => people[a].number.clone(),
            };
            let birth = (kind != 1).then_some(people[c].birth);
            push(&mut rows, &number, &people[b].name, birth, if at % 2 == 0 { people[c].region } else { 0 });
            names.push(people[b].name.clone());
        }
        let links = linked(&people, &rows);
        for (at, name) in names.iter().enumerate() {
            let row = people.len() + at;
            if matches!(links.outcome[row], Outcome::Exact | Outcome::Repaired | Outcome::Linked) {
                let (surname, given) = linkage::names::compare(name, &people[links.person[row] as usize].name);
                let both = surname != Surname::Differs && given >= Given::Shares;
                let one = surname == Surname::Same || given >= Given::Alike;
                prop_assert!(if links.outcome[row] == Outcome::Exact { one || both } else { both }, "{name}");
            }
        }
    }
}
