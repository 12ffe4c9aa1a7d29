//! children who split off before the application, and able supporters who pay nothing.

use kernel::{Date, Month};

use super::{
    Planter,
    settled::{Settled, Settlement},
};
use crate::{
    county::{Family, PersonIx},
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
};

/// Fen a head and year that A-12 doubles, in the county from 2020.
const LINE_FEN: i64 = 640_000;

pub(super) fn plant(s: &mut Settlement) {
    let (hits, few) = (s.p.share(40, 4), s.p.share(24, 4));
    for i in 0..hits {
        split(s, Expected::Hit, i);
        pays_nothing(s, Expected::Hit, i);
    }
    for i in 0..few {
        split(s, Expected::Miss, i);
        pays_nothing(s, Expected::Miss, i);
    }
    for i in 0..s.p.share(24, 2) {
        split(s, Expected::Exception, i);
    }
}

/// Nobody of the family has a certificate of disability.
fn sound(p: &Planter, family: &Family) -> bool {
    !family
        .members()
        .any(|m| p.registry.disabled.iter().any(|d| d.person == m))
}

/// The head of an ordinary family, of an age to earn.
fn child(p: &mut Planter) -> Option<PersonIx> {
    let (people, as_of) = (p.people, p.spec.as_of);
    let family = p.ordinary(|f| (27..=52).contains(&days::age(people[f.head as usize].birth, as_of)))?;
    // Its rows at departments are planted, or there are none.
    p.touch(family);
    Some(p.families[family as usize].head)
}

fn kin(p: &Planter, child: PersonIx) -> Cell {
    Cell::Code(if p.people[child as usize].sex_code() == 1 {
        "20"
    } else {
        "30"
    })
}

/// What the civil affairs office wrote down of a supporter without means.
fn support(p: &Planter, child: PersonIx, checked_on: Date) -> Vec<(&'static str, Cell)> {
    vec![
        ("supporter", Cell::IdOf(child)),
        ("supporter_name", Cell::NameOf(child)),
        ("kin", kin(p, child)),
        ("fee", Cell::Money(0)),
        ("income", Cell::Money(3 * LINE_FEN)),
        ("population", Cell::Int(3)),
        ("vehicles", Cell::Int(0)),
        ("houses", Cell::Int(0)),
        ("checked_on", Cell::Date(checked_on)),
        ("broken_on", Cell::Empty),
        ("ruling", Cell::Empty),
    ]
}

fn set(cells: &mut [(&'static str, Cell)], column: &str, value: Cell) {
    if let Some(cell) = cells.iter_mut().find(|(c, _)| *c == column) {
        cell.1 = value;
    }
}

/// a child with more than twice the line splits off within two years before; from parents one of whom is gravely
/// disabled; or earlier, or with twice the line, or after, or by marriage.
fn split(s: &mut Settlement, expected: Expected, i: u32) {
    let Some(Settled { household, family, .. }) = s.next(|p, _, f| sound(p, f)) else {
        return;
    };
    let Some(child) = child(s.p) else { return };
    let (head, registered_on) = (family.head, household.registered_on);
    let (mut back, mut income, mut kind) = (
        s.dice.between(20, 700),
        LINE_FEN * 3 * i64::from(s.dice.between(21, 50)),
        "1",
    );
    income /= 10;
    let mut exception = "";
    match (expected, i % 4) {
        (Expected::Hit, _) => {}
        (Expected::Exception, _) => {
            exception = "X19";
            let issued_on = days::plus(registered_on, -900);
            let who = &s.p.people[head as usize];
            let sex = if who.sex_code() == 1 { "1" } else { "2" };
            let number = format!("{}41", who.id.expose());
            let cells = vec![
                ("sex", Cell::Code(sex)),
                ("certificate_no", Cell::Text(number)),
                ("kind", Cell::Code("4")),
                ("grade", Cell::Code("1")),
                ("issued_on", Cell::Date(issued_on)),
                ("valid_to", Cell::Date(days::plus_years(issued_on, 20))),
                ("status", Cell::Code("1")),
                ("ended_on", Cell::Empty),
            ];
            s.p.fact("disability", head, ErrorClass::Exact, cells);
        }
        (_, 0) => back = s.dice.between(800, 1_500),
        (_, 1) => income = LINE_FEN * 2 * 3,
        (_, 2) => back = -s.dice.between(20, 200),
        _ => kind = "3",
    }
    let moved_on = days::plus(registered_on, -back);
    let book = s.p.families[s.p.people[child as usize].family as usize].no;
    let relation = kin(s.p, child);
    let cells = vec![
        ("kind", Cell::Code(kind)),
        ("moved_on", Cell::Date(moved_on)),
        ("from_book", Cell::Text(family.no.to_string())),
        ("head", Cell::IdOf(head)),
        ("head_name", Cell::NameOf(head)),
        ("to_book", Cell::Text(book.to_string())),
        ("kin", relation),
    ];
    s.p.fact("hukou_moves", child, ErrorClass::Exact, cells);
    s.p.later.replaced.insert(("supporters", head));
    let mut cells = support(s.p, child, days::plus(registered_on, -10));
    set(&mut cells, "fee", Cell::Money(10_000));
    set(&mut cells, "income", Cell::Money(income));
    let (class, span) = (s.p.class(head), s.p.window());
    s.case_as("A-12", expected, exception, head, class, span, ("supporters", cells));
}

/// a bought house, a car, a firm or public pay, and no fee; or the relation was ended by a court, or something is paid,
/// or that was long before, or there are no means.
fn pays_nothing(s: &mut Settlement, expected: Expected, i: u32) {
    let Some(Settled { family, .. }) = s.next(|_, _, _| true) else {
        return;
    };
    let Some(child) = child(s.p) else { return };
    let head = family.head;
    let (first, last) = s.p.window();
    let mut checked_on = days::random(&mut s.dice, first.plus(-6).first_day(), last.plus(-6).last_day());
    let look_alike = expected == Expected::Miss;
    if look_alike && i % 4 == 2 {
        checked_on = days::in_month(first.plus(-14), 10);
    }
    let mut cells = support(s.p, child, checked_on);
    match (look_alike, i % 4) {
        (false, 0) => set(&mut cells, "houses", Cell::Int(1)),
        (false, 1) => set(&mut cells, "vehicles", Cell::Int(1)),
        (false, 2) => pay(s.p, child, checked_on, "2"),
        (false, _) => firm(s.p, child, checked_on),
        (true, 0) => {
            set(&mut cells, "houses", Cell::Int(2));
            set(&mut cells, "broken_on", Cell::Date(days::plus(checked_on, -700)));
            set(&mut cells, "ruling", Cell::Text("（2015）鲁1621民初88号".to_owned()));
        }
        (true, 1) => {
            set(&mut cells, "houses", Cell::Int(1));
            set(&mut cells, "fee", Cell::Money(15_000));
        }
        (true, 2) => set(&mut cells, "houses", Cell::Int(1)),
        (true, _) => pay(s.p, child, checked_on, "7"),
    }
    s.p.later.replaced.insert(("supporters", head));
    let span = (Month::of(checked_on).max(first), last);
    s.case("A-20", expected, head, span, ("supporters", cells));
}

fn pay(p: &mut Planter, person: PersonIx, before: Date, kind: &'static str) {
    let cells = vec![
        ("kind", Cell::Code(kind)),
        ("month_from", Cell::Month(Month::of(before).plus(-40))),
        ("month_to", Cell::Empty),
    ];
    p.fact("payroll", person, ErrorClass::Exact, cells);
}

fn firm(p: &mut Planter, person: PersonIx, before: Date) {
    let cells = vec![
        ("kind", Cell::Code("5")),
        ("role", Cell::Code("2")),
        ("status", Cell::Code("1")),
        ("established_on", Cell::Date(days::plus(before, -1_000))),
        ("closed_on", Cell::Empty),
    ];
    p.fact("business", person, ErrorClass::Exact, cells);
}
