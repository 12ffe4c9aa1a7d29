//! The same rows in every dress give the same facts.

use encoding_rs::GB18030;

use super::*;

fn facts(desk: &Desk, report: &ImportReport) -> Vec<Vec<String>> {
    let rows = desk.snapshot(report).rows_by_no(&[2, 3, 4, 5, 6]).unwrap();
    rows.into_iter()
        .map(|r| r.fields.into_iter().map(|f| f.text).collect())
        .collect()
}

#[test]
fn utf8_utf16_gb18030_and_tsv_give_the_same_facts() {
    let text = payroll(&[
        (IDS[0], "张三", "2015-07", "5230"),
        (IDS[1], "李㙍", "201507", "1,234.50"),
    ])
    .replace("1,234.50", "\"1,234.50\"");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let utf16_bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let dresses: [(&str, Vec<u8>); 6] = [
        ("CSV（UTF-8）", text.clone().into_bytes()),
        ("CSV（UTF-8）", format!("\u{feff}{text}").into_bytes()),
        ("CSV（GB18030）", GB18030.encode(&text).0.into_owned()),
        ("CSV（UTF-16LE）", utf16),
        ("CSV（UTF-16BE）", utf16_bare),
        (
            "TSV（UTF-8）",
            text.replace("\"1,234.50\"", "1234.5").replace(',', "\t").into_bytes(),
        ),
    ];
    let desk = Desk::new();
    let mut seen = Vec::new();
    for (format, bytes) in dresses {
        let report = desk
            .take("payroll", &desk.file("无关的名字.doc", &bytes), false)
            .unwrap();
        assert_eq!(
            (report.format.as_str(), report.accepted, report.rejected),
            (format, 2, 0),
            "{}",
            said(&report)
        );
        seen.push((report.snapshot.clone().unwrap().hash, facts(&desk, &report)));
    }
    assert!(seen.windows(2).all(|w| w[0] == w[1]), "{seen:#?}");
    assert_eq!(seen[0].1[1][5], "1,234.50元");
}

#[test]
fn an_unreadable_encoding_and_foreign_files_are_refused() {
    let desk = Desk::new();
    let say = |bytes: &[u8]| {
        desk.take("payroll", &desk.file("x.csv", bytes), false)
            .unwrap_err()
            .to_string()
    };
    assert!(say(b"<html><body><table><tr><td>1</td></tr></table>").contains("网页"));
    assert!(say(b"%PDF-1.4 ...").contains("PDF"));
    assert!(say(b"").contains("文件是空的"));
    assert!(say("\u{feff}\r\n\r\n".as_bytes()).contains("文件是空的"));
    assert!(say(payroll(&[]).as_bytes()).contains("只有表头"));
    assert!(say(b"PK\x03\x04 not a zip").contains("不完整"));
    assert!(say(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken").contains("XLS"));
    assert!(desk.stored_files().is_empty());
}

#[test]
fn whatever_the_bytes_nothing_panics_and_nothing_is_kept() {
    use proptest::prelude::*;
    let desk = Desk::new();
    let header = payroll(&[]);
    let starts: [&[u8]; 6] = [
        b"",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        header.as_bytes(),
        "\u{feff}身份证号码,姓名\n".as_bytes(),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let input = (0..starts.len(), prop::collection::vec(any::<u8>(), 0..600));
    runner
        .run(&input, |(start, tail)| {
            let bytes = [starts[start], &tail].concat();
            let _ = desk.take("payroll", &desk.file("any", &bytes), true);
            Ok(())
        })
        .unwrap();
    assert!(desk.stored_files().is_empty());
}
