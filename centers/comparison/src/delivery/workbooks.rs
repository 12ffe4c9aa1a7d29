//! Workbooks: merged heads, serial dates, formulas, and those made to harm.

use std::io::Write;

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::*;

/// A vehicles workbook with a title row and a head merged over two rows.
fn vehicles(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Format::new();
    let sheet = book.add_worksheet();
    sheet
        .merge_range(0, 0, 0, 5, "惠民县机动车登记信息（2026年2月）", &plain)
        .unwrap();
    sheet.merge_range(1, 0, 2, 0, "身份证明号码", &plain).unwrap();
    sheet.merge_range(1, 1, 2, 1, "机动车所有人", &plain).unwrap();
    sheet.merge_range(1, 2, 1, 5, "车辆", &plain).unwrap();
    for (at, head) in (2..).zip(["号牌号码", "车辆类型", "初次登记日期", "状态"]) {
        sheet.write(2, at, head).unwrap();
    }
    fill(sheet);
    book.save_to_buffer().unwrap()
}

fn row(sheet: &mut rust_xlsxwriter::Worksheet, at: u32, plate: &str, day: f64) {
    sheet.write(at, 0, IDS[0]).unwrap();
    sheet.write(at, 1, "张 三").unwrap();
    sheet.write(at, 2, plate).unwrap();
    sheet.write(at, 3, "轿车").unwrap();
    sheet.write(at, 4, day).unwrap();
    sheet.write(at, 5, "正常").unwrap();
}

fn take(bytes: &[u8]) -> Result<(Desk, ImportReport), String> {
    let desk = Desk::new();
    let input = desk.file("车辆.xlsx", bytes);
    match desk.take("vehicles", &input, false) {
        Ok(report) => Ok((desk, report)),
        Err(e) => {
            assert!(desk.stored_files().is_empty());
            Err(e.to_string())
        }
    }
}

#[test]
fn a_title_two_header_rows_serial_dates_and_a_total_row_are_understood() {
    let bytes = vehicles(|sheet| {
        row(sheet, 3, "鲁M1", 45_413.0);
        row(sheet, 4, "鲁M2", 12.0);
        sheet.write(5, 0, "合计").unwrap();
        sheet.write(5, 4, 2).unwrap();
    });
    let (desk, report) = take(&bytes).unwrap();
    assert_eq!(
        (report.rows, report.accepted, report.skipped),
        (2, 1, 1),
        "{}",
        said(&report)
    );
    assert_eq!(
        report.errors[0].to_string(),
        "第 5 行「初次登记日期」（E 列）：12 不是日期，应写作 2024-05-01"
    );
    let shown = desk.snapshot(&report).row(4).unwrap().unwrap();
    let texts: Vec<&str> = shown
        .fields
        .iter()
        .map(|f| f.text.as_str())
        .filter(|t| !t.is_empty())
        .collect();
    assert_eq!(
        texts,
        ["证件号校验通过", "张三", "鲁M1", "小型轿车", "2024-05-01", "正常"]
    );
}

#[test]
fn a_formula_gives_its_cached_value_and_is_counted() {
    let bytes = vehicles(|sheet| {
        row(sheet, 3, "鲁M1", 45_413.0);
        sheet.write(3, 4, Formula::new("=45412+1").set_result("45413")).unwrap();
        row(sheet, 4, "鲁M2", 45_413.0);
        sheet.write(4, 2, Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let (desk, report) = take(&bytes).unwrap();
    assert_eq!((report.accepted, report.formula_cells), (1, 1), "{}", said(&report));
    let day = desk
        .snapshot(&report)
        .row(4)
        .unwrap()
        .unwrap()
        .fields
        .into_iter()
        .find(|f| f.id == "reg_date")
        .unwrap();
    assert_eq!(day.text, "2024-05-01");
    assert!(
        said(&report).contains("第 5 行「号牌号码」（C 列）：单元格是错误值 #N/A"),
        "{}",
        said(&report)
    );
}

#[test]
fn an_id_number_that_a_spreadsheet_rounded_is_marked_with_the_cause() {
    let bytes = vehicles(|sheet| {
        row(sheet, 3, "鲁M1", 45_413.0);
        sheet.write(3, 0, 371_621_199_003_071_227.0).unwrap();
    });
    let (_, report) = take(&bytes).unwrap();
    assert_eq!(report.checks.get("K-01"), Some(&1));
    assert!(
        report.warnings[0].message.contains("丢失了末几位"),
        "{:?}",
        report.warnings
    );
}

#[test]
fn the_template_itself_can_be_filled_in_and_sent() {
    let desk = Desk::new();
    let template = desk.contracts.get("vehicles").unwrap().template_xlsx().unwrap();
    let error = desk
        .take("vehicles", &desk.file("t.xlsx", &template), false)
        .unwrap_err();
    assert!(matches!(error, IngestError::NoRows), "{error}");
}

#[test]
fn a_truncated_workbook_is_refused_at_any_cut() {
    let bytes = vehicles(|sheet| (3..400).for_each(|at| row(sheet, at, "鲁M1", 45_413.0)));
    for part in [1, 10, 50, 90, 99] {
        let message = take(&bytes[..bytes.len() * part / 100]).map(|_| ()).unwrap_err();
        assert!(
            message.contains("不完整") || message.contains("损坏"),
            "{part}: {message}"
        );
    }
}

/// A workbook put together by hand.
fn workbook_of(sheet: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let parts = [
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    sheet(&mut zip);
    zip.finish().unwrap().into_inner()
}

// check 17: a workbook of half a megabyte that inflates to 512 MiB.
#[test]
fn a_zip_bomb_is_refused_before_it_is_inflated() {
    let bytes = workbook_of(|out| {
        out.write_all(b"<worksheet><sheetData>").unwrap();
        let zeros = vec![b' '; 1 << 20];
        (0..512).for_each(|_| out.write_all(&zeros).unwrap());
    });
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let before = resident_mb();
    let message = take(&bytes).map(|_| ()).unwrap_err();
    assert!(message.contains("疑似压缩炸弹"), "{message}");
    assert!(resident_mb().saturating_sub(before) < 64);

    // A directory that lies about the size inflates no more than it said.
    let mut lying = bytes;
    let size = (512_u32 * (1 << 20) + 22).to_le_bytes();
    while let Some(at) = lying.windows(4).position(|w| w == size) {
        lying[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    let message = take(&lying).map(|_| ()).unwrap_err();
    assert!(
        message.contains("不完整") || message.contains("损坏") || message.contains("没有找到表头"),
        "{message}"
    );
    assert!(resident_mb().saturating_sub(before) < 64);
}

fn resident_mb() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm
        .split_whitespace()
        .nth(1)
        .and_then(|p| p.parse::<u64>().ok())
        .unwrap_or(0)
        * 4
        / 1024
}

// check 18: no dense grid for one far cell.
#[test]
fn a_cell_in_the_last_corner_costs_a_message_not_a_grid() {
    let bytes = workbook_of(|out| {
        out.write_all(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>").unwrap();
    });
    let message = take(&bytes).map(|_| ()).unwrap_err();
    assert!(message.contains("第 1048576 行有第 16384 列的单元格"), "{message}");
}

// check 19: names that point outside.
#[test]
fn names_that_lead_outside_are_refused() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("../../etc/cron.d/x", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"x").unwrap();
    let message = take(&zip.finish().unwrap().into_inner()).map(|_| ()).unwrap_err();
    assert!(message.contains("指向外部的路径"), "{message}");
}

#[test]
fn an_archive_that_is_no_workbook_is_named() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("readme.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"x").unwrap();
    let message = take(&zip.finish().unwrap().into_inner()).map(|_| ()).unwrap_err();
    assert!(message.contains("不是 Excel 工作簿"), "{message}");
}
