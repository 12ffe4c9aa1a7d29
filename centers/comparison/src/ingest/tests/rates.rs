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
            let start = Instant::now();
            let report = desk.take("payroll", &path, dry_run).unwrap();
            let seconds = start.elapsed().as_secs_f64();
            assert_eq!(
                (report.accepted, report.rejected),
                (rows as u64, 0),
                "{}",
                said(&report)
            );
            let what = if dry_run { "dry run" } else { "import" };
            println!(
                "{name} {what}: {rows} rows, {seconds:.2} s, {:.0} rows/s",
                rows as f64 / seconds
            );
            if let Some(kept) = report.snapshot.filter(|_| !dry_run) {
                std::fs::remove_file(desk.store.path("payroll", &kept.hash)).unwrap();
            }
        }
    }
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
