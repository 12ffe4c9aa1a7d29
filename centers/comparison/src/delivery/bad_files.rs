//! Files that are wrong as a whole: one clear sentence, nothing written.

use super::*;

fn refusal(data_set: &str, text: &str) -> String {
    let desk = Desk::new();
    let message = desk.import(data_set, text).unwrap_err().to_string();
    assert!(desk.stored_files().is_empty());
    message
}

#[test]
fn a_missing_column_is_named() {
    let text = payroll(&[(IDS[0], "张三", "2015-07", "1")]).replace("起发年月", "哪天");
    assert!(refusal("payroll", &text).contains("缺少必填列：「起发年月」"));
}

#[test]
fn a_doubled_column_is_named_with_its_letters() {
    let text = payroll(&[(IDS[0], "张三", "2015-07", "1")]).replace("职务", "姓名");
    let message = refusal("payroll", &text);
    assert!(
        message.contains("「姓名」的列重复：B 列「姓名」和 E 列「姓名」"),
        "{message}"
    );
}

#[test]
fn a_file_of_another_data_set_is_recognised() {
    let message = refusal("vehicles", &payroll(&[(IDS[0], "张三", "2015-07", "1")]));
    assert_eq!(
        message,
        "这份文件看起来是「财政供养人员」，不是「机动车登记」。请到对应的数据集上传"
    );
}

#[test]
fn a_file_without_any_header_says_what_is_expected() {
    let message = refusal("payroll", "甲,乙,丙\n1,2,3\n");
    assert!(
        message.contains("没有找到表头") && message.contains("「身份证号码」"),
        "{message}"
    );
}

#[test]
fn a_lost_quote_does_not_swallow_the_memory() {
    let mut text = payroll(&[(IDS[0], "张三", "2015-07", "1")]);
    text += "\"";
    text += &"没有右引号的内容".repeat(400_000);
    let message = refusal("payroll", &text);
    assert!(message.contains("第 3 行附近的一行超过 4 MB"), "{message}");
}

#[test]
fn a_cancelled_import_leaves_nothing_behind() {
    let desk = Desk::new();
    let progress = Progress::default();
    progress.cancel.store(true, Ordering::Relaxed);
    let input = desk.file("a.csv", payroll(&[(IDS[0], "张三", "2015-07", "1")]).as_bytes());
    let error = desk.take_with("payroll", &input, false, &progress).unwrap_err();
    assert!(matches!(error, IngestError::Cancelled));
    assert!(desk.stored_files().is_empty());
}
