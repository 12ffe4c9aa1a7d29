//! Programmes, indicators and payments of the demo county.

use std::collections::HashMap;

use access::Actor;
use funds::{
    Allocation, Indicator, PaymentState, Programme,
    load::{self, NewPayment},
};
use kernel::{AppResult, Money, PersonKey};
use serde_json::json;
use simulate::{County, Payment};
use trail::Act;
use web::App;

use super::people::HouseholdIds;

/// One transaction: programmes, where the money came from, who got it.
pub(super) async fn load(app: &App, county: &County, households: &HouseholdIds) -> AppResult<()> {
    let tx = app.trail.begin(&Actor::system()).await?;
    load::programmes(&tx, county.programmes.iter().map(programme)).await?;
    load::indicators(
        &tx,
        || app.next_id(),
        county.indicators.iter().map(|i| indicator(county, i)),
    )
    .await?;
    load::allocations(&tx, county.allocations.iter().map(|a| allocation(county, a))).await?;
    let texts = Texts::of(app, county);
    let payments = county
        .payments
        .iter()
        .map(|p| payment(app, county, households, &texts, p));
    let rows = load::payments(&tx, &app.keys, || app.next_id(), payments).await?;
    tx.commit(Act::new("payment.load", "register").with(json!({ "rows": rows })))
        .await
        .map(|_| ())
}

/// Texts and keys made once and lent to every payment.
struct Texts {
    batches: HashMap<(u8, i32, i64), String>,
    accounts: Vec<String>,
    keys: HashMap<u32, PersonKey>,
}

impl Texts {
    fn of(app: &App, county: &County) -> Texts {
        let mut texts = Texts {
            batches: HashMap::new(),
            accounts: county.accounts.iter().map(|a| a.number.to_string()).collect(),
            keys: HashMap::new(),
        };
        for p in &county.payments {
            texts
                .batches
                .entry(batch(county, p))
                .or_insert_with(|| county.batch_no(p));
            texts
                .keys
                .entry(p.payee)
                .or_insert_with(|| app.keys.person_key(&county.person(p.payee).id));
        }
        texts
    }
}

fn batch(county: &County, p: &Payment) -> (u8, i32, i64) {
    let town = county.person(p.payee).region.at(kernel::RegionLevel::Town);
    (p.programme, p.benefit_month.index(), town.as_i64())
}

fn payment<'a>(
    app: &App,
    county: &'a County,
    households: &HouseholdIds,
    texts: &'a Texts,
    p: &'a Payment,
) -> NewPayment<'a> {
    let payee = county.person(p.payee);
    let programme = county.programme(p);
    NewPayment {
        id: app.next_id(),
        batch_no: &texts.batches[&batch(county, p)],
        programme: programme.code,
        org: programme.dept,
        person: texts.keys[&p.payee],
        payee_name: &payee.name,
        household: households.get(&payee.family).copied(),
        region: payee.region,
        month: p.benefit_month,
        qty: i64::from(p.qty),
        rate: Money(i64::from(p.rate)),
        amount: p.amount,
        paid_on: p.paid_on,
        account: &texts.accounts[p.account as usize],
        account_valid: kernel::checks::card_check(&texts.accounts[p.account as usize]),
        account_name: &county.account(p).holder_name,
        arrears: p.arrears,
        state: PaymentState::Paid,
    }
}

pub(super) fn programme(p: &simulate::Programme) -> Programme {
    Programme {
        code: p.code.to_owned(),
        name: p.name.to_owned(),
        org: p.dept.to_owned(),
        fund_class: if p.fund_family == "扶贫" { 1 } else { 3 },
        unit: p.unit.to_owned(),
        rate_fen: i64::from(p.rate_fen),
        cycle: p.cycle.name().to_owned(),
        payee_kind: p.payee.name().to_owned(),
        targeted: p.targeted,
        public_name_mode: p.public_name_mode.to_owned(),
        basis: String::new(),
        what_done: p.what_done.to_owned(),
        effect: p.effect.to_owned(),
    }
}

fn indicator(county: &County, i: &simulate::Indicator) -> Indicator {
    Indicator {
        programme: county.programmes[usize::from(i.programme)].code.to_owned(),
        doc_no: i.doc_no.clone(),
        level: i.level.to_owned(),
        amount_fen: i.amount.fen(),
        arrived_on: i.arrived_on.to_string(),
    }
}

fn allocation(county: &County, a: &simulate::TownAllocation) -> Allocation {
    Allocation {
        programme: county.programmes[usize::from(a.programme)].code.to_owned(),
        region: a.town.as_i64(),
        year: i64::from(a.year),
        amount_fen: a.amount.fen(),
        decided_on: a.decided_on.to_string(),
    }
}
