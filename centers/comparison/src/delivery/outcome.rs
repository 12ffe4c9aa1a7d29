//! What an import leaves behind: one immutable snapshot, or nothing.

use super::*;

// accept: 000-45
#[test]
fn the_same_file_twice_changes_nothing() {
    let desk = Desk::new();
    let text = payroll(&[
        (IDS[0], "张三", "2015-07", "5"),
        ("110105194912310021", "李四", "2015-07", "5"),
    ]);
    let first = desk.import("payroll", &text).unwrap();
    let before = std::fs::read(desk.snapshot(&first).path()).unwrap();
    let second = desk.import("payroll", &text).unwrap();
    assert!(!first.snapshot.as_ref().unwrap().unchanged);
    assert!(second.snapshot.as_ref().unwrap().unchanged);
    assert_eq!(
        first.snapshot.as_ref().unwrap().hash,
        second.snapshot.as_ref().unwrap().hash
    );
    assert_eq!(std::fs::read(desk.snapshot(&second).path()).unwrap(), before);
    assert_eq!(desk.stored_files().len(), 1);
    let third = desk.import("payroll", &text.replace("李四", "李五")).unwrap();
    assert_ne!(third.snapshot.unwrap().hash, first.snapshot.unwrap().hash);
}

#[test]
fn a_dry_run_goes_over_every_row_and_writes_nothing() {
    let desk = Desk::new();
    let mut rows: Vec<(String, String)> = (0..20_000)
        .map(|i| (format!("{}", i % 28 + 1), "5".to_owned()))
        .collect();
    rows[19_998].1 = "-5".to_owned();
    let mut text = payroll(&[]);
    for (at, (_, pay)) in rows.iter().enumerate() {
        text += &format!("{},张三,第{at}局,事业编制,,{pay},2015-07,\r\n", IDS[at % 3]);
    }
    let input = desk.file("big.csv", text.as_bytes());
    let trial = desk.take("payroll", &input, true).unwrap();
    assert_eq!((trial.rows, trial.accepted, trial.rejected), (20_000, 19_999, 1));
    assert!(said(&trial).contains("第 20000 行"));
    assert!(desk.stored_files().is_empty());
    let real = desk.take("payroll", &input, false).unwrap();
    assert_eq!(real.snapshot.as_ref().unwrap().hash, trial.snapshot.unwrap().hash);
    assert_eq!(desk.snapshot(&real).rows(), 19_999);
    let row = desk.snapshot(&real).row(12_345).unwrap().unwrap();
    assert_eq!(row.fields.iter().find(|f| f.id == "unit").unwrap().text, "第12343局");
    assert!(desk.snapshot(&real).row(20_000).unwrap().is_none());
}

#[test]
fn evidence_carries_labels_and_masks() {
    let desk = Desk::new();
    let report = desk
        .import("payroll", &payroll(&[(IDS[0], "张老三", "2015-07", "5230")]))
        .unwrap();
    assert_eq!(report.file_sha256.len(), 64);
    let snapshot = desk.snapshot(&report);
    assert_eq!((snapshot.rows(), snapshot.file_name.as_str()), (1, "delivery.csv"));
    let row = snapshot.row(2).unwrap().unwrap();
    let shown: Vec<_> = row
        .fields
        .iter()
        .map(|f| (f.header.as_str(), f.text.as_str(), f.public_text.as_str()))
        .collect();
    assert_eq!(shown[0], ("身份证号码", "证件号校验通过", "******"));
    assert_eq!(shown[1], ("姓名", "张老三", "张*三"));
    assert_eq!(shown[3], ("人员类别", "事业编制", "******"));
    assert_eq!(shown[5], ("月工资", "5,230.00元", "******"));
    assert_eq!(shown[6], ("起发年月", "2015-07", "******"));
    assert_eq!(shown[7], ("停发年月", "", ""));
    assert_eq!(row.row_hash.len(), 16);
}

#[test]
fn what_a_crash_left_behind_is_cleaned() {
    let desk = Desk::new();
    std::fs::write(desk.store.root().join(".work/half.parquet"), b"half").unwrap();
    assert_eq!(desk.store.clean_unfinished().unwrap(), 1);
    assert!(desk.stored_files().is_empty());
}
