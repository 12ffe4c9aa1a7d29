//! Writes a county to a folder: `cargo run -p simulate --example generate -- town 7 /tmp/out`.

use std::path::Path;

use simulate::{Scale, Spec};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let scale: Scale = args.next().and_then(|s| s.parse().ok()).unwrap_or(Scale::Town);
    let seed = args.next().and_then(|s| s.parse().ok()).unwrap_or(7);
    let out = args.next().unwrap_or_else(|| "/tmp/simulated".to_owned());
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets");
    let started = std::time::Instant::now();
    let mut say = |what: &str| println!("{:>6.2}s {what}", started.elapsed().as_secs_f64());
    let spec = Spec::huimin_2020(scale, seed);
    let summary = simulate::generate_to_dir(&spec, &contracts, Path::new(&out), &mut say)?;
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
