//! B-18: applicants for house renovation who are, or are close to, public employees, traders, car or house owners.
//!
//! The four groups are disjoint, as the published Fuyuan figures are read: 202 / 51 / 7 / 2 of 9,555.

use kernel::Money;

use super::{Planter, cadres};
use crate::{
    county::{Application, Household},
    days,
    facts::Cell,
    programmes,
    truth::Expected,
};

/// Aid categories of the contract by household attribute.
pub(crate) fn aid_category(attr: u8) -> &'static str {
    ["9", "1", "2", "3", "2"][usize::from(attr.min(4))]
}

pub(super) fn plant(p: &mut Planter, public: u32, traders: u32, cars: u32, houses: u32) {
    p.linkable_only = true;
    let span = p.window();
    for i in 0..public {
        let Some((household, _)) = applicant(p) else { break };
        let person = p.families[household.family as usize].head;
        match i % 4 {
            // The applicant is on the payroll himself.
            0 => {
                let (class, row) = cadres::on_payroll(p, person);
                for (rule, via) in [("B-18", "C-01"), ("C-01", "payroll"), ("A-06", "payroll")] {
                    p.record(rule, via, Expected::Hit, "", person, class, span, Some(row));
                }
            }
            // He is a village cadre.
            1 => {
                let from = p.day_before_window(6);
                let class = p.class(person);
                let row = cadres::cadre(p, person, from, None, class);
                for (rule, via) in [("B-18", "C-01"), ("C-01", "cadres")] {
                    p.record(rule, via, Expected::Hit, "", person, class, span, Some(row));
                }
            }
            // He is a near relative of one.
            _ => {
                if let Some((class, row)) = cadres::kin_of_cadre(p, person, true, false, false, household.registered_on)
                {
                    for (rule, via) in [("B-18", "C-02"), ("C-02", "cadre_kin")] {
                        p.record(rule, via, Expected::Hit, "", person, class, span, Some(row));
                    }
                }
            }
        }
    }
    for _ in 0..traders {
        owner(p, "A-05", "business");
    }
    for _ in 0..cars {
        owner(p, "A-01", "vehicles");
    }
    for _ in 0..houses {
        owner(p, "A-03", "real_estate");
    }
    p.linkable_only = false;
}

fn owner(p: &mut Planter, rule: &'static str, dataset: &'static str) {
    let Some((household, _)) = applicant(p) else { return };
    let person = p.families[household.family as usize].head;
    let since = p.day_before_window(5);
    let cells = match rule {
        "A-05" => vec![
            ("kind", Cell::Code("5")),
            ("role", Cell::Code("2")),
            ("status", Cell::Code("1")),
            ("established_on", Cell::Date(since)),
            ("closed_on", Cell::Empty),
        ],
        "A-01" => vec![
            ("vehicle_type", Cell::Code("K33")),
            ("status", Cell::Code("A")),
            ("use", Cell::Code("A")),
            ("reg_date", Cell::Date(since)),
            ("value", Cell::Money(7_800_000)),
            ("disabled_flag", Cell::Bool(false)),
            ("inspect_until", Cell::Date(days::plus(p.spec.as_of, 200))),
        ],
        _ => vec![
            ("use", Cell::Code("10")),
            ("nature", Cell::Code("1")),
            ("acquired_by", Cell::Code("1")),
            ("share_percent", Cell::Int(100)),
            ("reg_date", Cell::Date(since)),
            ("transferred_on", Cell::Empty),
        ],
    };
    let class = p.class(person);
    let fact = p.fact(dataset, person, class, cells);
    let span = p.window();
    p.record("B-18", rule, Expected::Hit, "", person, class, span, Some(fact));
    p.record(rule, "", Expected::Hit, "", person, class, span, Some(fact));
}

/// A steady family applies and is approved.
fn applicant(p: &mut Planter) -> Option<(Household, Application)> {
    let start = p.spec.first_month().first_day();
    let people = p.people;
    let household = p.steady(|_, f| (24..=66).contains(&days::age(people[f.head as usize].birth, start)))?;
    let (first, last) = p.window();
    let applied_on = p.day_in(first, last.plus(-6));
    let person = p.families[household.family as usize].head;
    let application = Application {
        person,
        applied_on,
        aid_category: aid_category(household.attr),
        amount: Money(i64::from(programmes::PROGRAMMES[programmes::HOUSING as usize].rate_fen)),
        approved: true,
        grade: if household.family % 3 == 0 { "C" } else { "D" },
    };
    p.applications.push(application);
    let month = kernel::Month::of(applied_on).plus(3);
    p.entitle(programmes::HOUSING, person, month, month, 100);
    Some((household, application))
}
