//! Prints the main figures of a simulated county: `cargo run -p simulate --example figures -- county`.

use simulate::{Scale, Spec};

fn main() {
    let scale: Scale = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(Scale::Town);
    let started = std::time::Instant::now();
    let county = simulate::build(&Spec::huimin_2020(scale, 7));
    println!("built in {:?}", started.elapsed());
    println!(
        "regions {} people {} families {} households {}",
        county.regions.len(),
        county.people.len(),
        county.families.len(),
        county.households.len()
    );
    let paid: i64 = county.payments.iter().map(|x| x.amount.fen()).sum();
    println!("payments {} yuan {}", county.payments.len(), paid / 100);
    for (i, programme) in county.programmes.iter().enumerate().filter(|(_, x)| x.paid) {
        let mine: Vec<i64> = county
            .payments
            .iter()
            .filter(|x| usize::from(x.programme) == i)
            .map(|x| x.amount.fen())
            .collect();
        println!(
            "  {} {} {} {}",
            programme.code,
            programme.name,
            mine.len(),
            mine.iter().sum::<i64>() / 100
        );
    }
    println!(
        "cadres {} kin {} applications {} pairings {}",
        county.cadres.len(),
        county.cadre_kin.len(),
        county.applications.len(),
        county.pairings.len()
    );
    let mut counts = std::collections::BTreeMap::new();
    for t in &county.truth {
        *counts.entry((t.rule, t.via, t.expected.name())).or_insert(0) += 1;
    }
    for (key, n) in counts {
        println!("  {key:?} {n}");
    }
}
