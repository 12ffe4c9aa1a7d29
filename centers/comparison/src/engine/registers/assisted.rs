//! Who lives on targeted benefits: members of the households that drew one, and payees outside the register.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use super::{
    GAP_MONTHS, HouseholdRow, Layout, Register, RegisterBuilder, Rows, benefits::Benefit, first_day, last_day, month_of,
};
use crate::engine::{
    EngineError,
    columns::{Columns, encode},
};

const LAYOUT: Layout = &[
    ("person_key", 'i'),
    ("name", 't'),
    ("kin", 't'),
    ("household_id", 'i'),
    ("registered", 'b'),
    ("head_name", 't'),
    ("region", 'i'),
    ("month_from", 'd'),
    ("month_to", 'd'),
    ("day_from", 'd'),
    ("day_to", 'd'),
    ("amount_fen", 'i'),
    ("programmes", 't'),
];

pub(super) const REGISTER: Register = Register {
    name: "assisted",
    layout: LAYOUT,
    sorted_by: &["person_key"],
    rows: Rows::Built(build),
};

/// Everyone who lives on a targeted benefit: members of the households that drew one, and payees outside.
fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    let mut spans: BTreeMap<i64, Vec<&Benefit>> = BTreeMap::new();
    let mut rows: Vec<(i64, &str, &str, Option<&HouseholdRow>, i64, Span)> = Vec::new();
    for b in builder.benefits.iter().filter(|b| b.targeted) {
        match b.household_id.filter(|h| builder.households.contains_key(h)) {
            Some(h) => spans.entry(h).or_default().push(b),
            None => rows.push((b.person_key, &b.payee_name, "", None, b.region, Span::of(b))),
        }
    }
    let merged: HashMap<i64, Vec<Span>> = spans.iter().map(|(h, benefits)| (*h, merge(benefits))).collect();
    for member in &builder.members {
        let Some(household) = builder.households.get(&member.household_id) else {
            continue;
        };
        for span in merged.get(&member.household_id).into_iter().flatten() {
            let from = member.joined_on.map_or(span.from, |d| span.from.max(month_of(d)));
            let to = member.left_on.map_or(span.to, |d| span.to.min(month_of(d)));
            if from <= to {
                let span = Span {
                    from,
                    to,
                    ..span.clone()
                };
                rows.push((
                    member.person_key,
                    &member.name,
                    &member.kin,
                    Some(household),
                    household.region,
                    span,
                ));
            }
        }
    }
    rows.sort_by_key(|row| (row.0, row.5.from, row.3.map(|h| h.id)));
    let mut c = Columns::new(LAYOUT);
    for (key, name, kin, household, region, span) in rows {
        c.int("person_key", key)
            .text("name", name)
            .text("kin", kin)
            .opt_int("household_id", household.map(|h| h.id))
            .bool("registered", household.is_some())
            .text("head_name", household.map_or(name, |h| &h.head_name))
            .int("region", region)
            .day("month_from", Some(span.from))
            .day("month_to", Some(span.to))
            .day("day_from", Some(first_day(span.from)))
            .day("day_to", Some(last_day(span.to)))
            .int("amount_fen", span.amount_fen)
            .text("programmes", &span.programmes.join(","));
    }
    encode(c)
}

/// A stretch of months on targeted benefits.
#[derive(Clone, Debug)]
struct Span {
    from: i32,
    to: i32,
    amount_fen: i64,
    programmes: Vec<String>,
}

impl Span {
    fn of(b: &Benefit) -> Span {
        Span {
            from: b.from,
            to: b.to,
            amount_fen: b.amount_fen,
            programmes: vec![b.programme.clone()],
        }
    }
}

/// Joins the benefits of a household into stretches without a gap of more than [`GAP_MONTHS`].
fn merge(benefits: &[&Benefit]) -> Vec<Span> {
    let mut sorted = benefits.to_vec();
    sorted.sort_by(|a, b| (a.from, &a.programme, a.person_key).cmp(&(b.from, &b.programme, b.person_key)));
    let mut spans: Vec<Span> = Vec::new();
    for b in sorted {
        match spans.last_mut() {
            Some(span) if b.from - span.to <= GAP_MONTHS => {
                span.to = span.to.max(b.to);
                span.amount_fen += b.amount_fen;
                if !span.programmes.contains(&b.programme) {
                    span.programmes.push(b.programme.clone());
                }
            }
            _ => spans.push(Span::of(b)),
        }
    }
    spans
}
