//! Writes a county to a folder: `cargo run -p simulate --example generate -- town 7 out [2026-11-21]`;
//! `fuyuan` as the scale writes the renovation fixture.

use std::path::Path;

use simulate::{Scale, Spec};

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let text = |i: usize, default: &str| args.get(i).cloned().unwrap_or_else(|| default.to_owned());
    let seed = text(1, "7").parse().unwrap_or(7);
    let out = text(2, "simulated");
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets");
    let started = std::time::Instant::now();
    let mut say = |what: &str| println!("{:>6.2}s {what}", started.elapsed().as_secs_f64());
    let summary = if text(0, "town") == "fuyuan" {
        simulate::write_files(&simulate::fuyuan(seed), &contracts, Path::new(&out), &mut say)?
    } else {
        let scale: Scale = text(0, "town").parse().unwrap_or(Scale::Town);
        let as_of = kernel::period::parse_date(&text(3, "2020-12-31")).unwrap_or(kernel::Date::MIN);
        simulate::generate_to_dir(&Spec { scale, seed, as_of }, &contracts, Path::new(&out), &mut say)?
    };
    say("完成");
    for file in &summary.files {
        println!("{:>9} {}", file.rows, file.path);
    }
    println!(
        "{} department rows, {} truth rows",
        summary.department_rows, summary.truth_rows
    );
    Ok(())
}
