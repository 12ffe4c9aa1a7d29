//! Everything that has a peer, in one table.

use simulate::Scale;

use crate::{
    Outcome, compare, import, link, option,
    peer::{in_turns, lines},
    prepare,
};

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let scale: Scale = option(words, "--scale", "county").parse()?;
    let runs: usize = option(words, "--runs", "5").parse()?;
    let folder = prepare::county(scale)?;
    let mut out = Vec::new();
    for who in ["assisted", "payees"] {
        let mut contestants = compare::contestants(&folder, who)?;
        in_turns(&mut contestants, runs)?;
        compare::agreed(&contestants)?;
        out.push((format!("13 categories, {who}"), contestants));
    }
    let folder = link::prepared(scale, usize::MAX, import::SEED)?;
    let mut contestants = vec![
        link::contestant(&folder, import::SEED, "all")?,
        link::contestant(&folder, import::SEED, "hard")?,
        link::splink(&folder)?,
    ];
    in_turns(&mut contestants, runs)?;
    for one in &contestants {
        let said = one.reports.last().map(|report| report.fingerprint.replace(',', ", "));
        println!("{}: {}", one.name, said.unwrap_or_default());
    }
    out.push(("linking".to_owned(), contestants));
    println!(
        "\n### {} scale, seed {}, medians of {runs} runs in turns\n\n{}",
        scale.name(),
        import::SEED,
        lines(&out)
    );
    crate::febrl::run(&[])
}
