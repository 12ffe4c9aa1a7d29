//! The lists of minimum living allowance and destitute support, as the payments have them.

use std::collections::BTreeMap;

use kernel::Month;

use super::{Department, Source};
use crate::{
    county::County,
    facts::Cell,
    programmes::{ALLOWANCE, DESTITUTE},
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "civil_aid",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "kind",
        "certificate_no",
        "head_name",
        "monthly_amount",
        "month_from",
        "month_to",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 6],
    outsiders: 0,
    look: Look::xlsx()
        .titled()
        .merged_heads()
        .labels()
        .footed()
        .headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let mut spans: BTreeMap<(u32, u8), (Month, Month, i64)> = BTreeMap::new();
    for x in &county.payments {
        if matches!(x.programme, ALLOWANCE | DESTITUTE) {
            let m = x.benefit_month;
            let span = spans
                .entry((x.payee, x.programme))
                .or_insert((m, m, x.amount.fen() / 3));
            *span = (span.0.min(m), span.1.max(m), span.2);
        }
    }
    let last = county.spec.last_month();
    spans
        .into_iter()
        .enumerate()
        .map(|(n, ((ix, programme), (from, to, fen)))| {
            let head = county.family_of(ix).head;
            (
                ix,
                vec![
                    Cell::Code(if programme == ALLOWANCE { "2" } else { "3" }),
                    Cell::Text(format!("DB371621{:06}", n + 1)),
                    Cell::NameOf(head),
                    Cell::Money(fen / 100 * 100),
                    Cell::Month(from.plus(-2)),
                    if to.plus(3) > last {
                        Cell::Empty
                    } else {
                        Cell::Month(to)
                    },
                ],
            )
        })
        .collect()
}
