//! How fast files go in: `cargo test -p comparison --lib rates -- --ignored --nocapture`.

use std::{fmt::Write as _, time::Instant};

use encoding_rs::GB18030;

use super::*;

const ROWS: usize = 1_000_000;
const SHEET_ROWS: usize = 300_000;

#[test]
#[ignore = "measures, does not judge"]
fn rows_per_second_of_each_format() {
    let desk = Desk::new();
    let mut text = payroll(&[]);
    for at in 0..ROWS {
        let id = number(at);
        let _ = write!(
            text,
            "{id},王小{},惠民县第{}中学,事业编制,科员,{}.50,2015-07,\r\n",
            ["明", "红", "军"][at % 3],
            at % 97,
            3000 + at % 2000
        );
    }
    let files = [
        ("CSV", ROWS, desk.file("a.csv", text.as_bytes())),
        ("GB18030", ROWS, desk.file("b.csv", &GB18030.encode(&text).0)),
        ("XLSX", SHEET_ROWS, desk.file("c.xlsx", &sheet(&text))),
    ];
    for (name, rows, path) in files {
        for dry_run in [true, false] {
            let (start, used) = (Instant::now(), cpu_seconds());
            let report = desk.take("payroll", &path, dry_run).unwrap();
            let seconds = start.elapsed().as_secs_f64();
            assert_eq!(
                (report.accepted, report.rejected),
                (rows as u64, 0),
                "{}",
                said(&report)
            );
            let what = if dry_run { "dry run" } else { "import" };
            let cpu = cpu_seconds() - used;
            let rate = rows as f64 / seconds;
            println!("{name} {what}: {rows} rows, {seconds:.2} s, {cpu:.2} CPU s, {rate:.0} rows/s");
            if let Some(kept) = report.snapshot.filter(|_| !dry_run) {
                std::fs::remove_file(desk.store.path("payroll", &kept.hash)).unwrap();
            }
        }
    }
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

fn number(at: usize) -> String {
    let first = format!(
        "371621{}{:02}{:02}{:03}",
        1940 + at % 70,
        at / 70 % 12 + 1,
        at / 840 % 28 + 1,
        at / 23_520 % 1000
    );
    let check = kernel::identity::check_char(&first).unwrap();
    format!("{first}{check}")
}

fn sheet(text: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(text.lines().take(SHEET_ROWS + 1)) {
        for (at, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, at, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
#[ignore = "writes two gigabytes"]
fn a_gigabyte_stays_within_a_few_hundred_megabytes() {
    use std::io::Write;

    let desk = Desk::new();
    let path = desk.file("big.csv", payroll(&[]).as_bytes());
    let mut out = std::io::BufWriter::new(std::fs::File::options().append(true).open(&path).unwrap());
    let mut rows = 0_u64;
    while !rows.is_multiple_of(1_000) || std::fs::metadata(&path).unwrap().len() < 1 << 30 {
        let id = number(rows as usize);
        writeln!(
            out,
            "{id},王小明,惠民县第{}中学,事业编制,教研组长,{}.50,2015-07,\r",
            rows % 97,
            3000 + rows % 2000
        )
        .unwrap();
        rows += 1;
    }
    out.flush().unwrap();
    let start = Instant::now();
    let report = desk.take("payroll", &path, false).unwrap();
    assert_eq!((report.rows, report.rejected), (rows, 0), "{}", said(&report));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or_default();
    println!("1 GB: {rows} rows, {:.1} s, {peak}", start.elapsed().as_secs_f64());
    let kilobytes: u64 = peak.split_whitespace().nth(1).and_then(|t| t.parse().ok()).unwrap_or(0);
    assert!(kilobytes < 900 << 10, "{peak}");
}
