//! Rows that are wrong: named by row and column, kept aside to be corrected, while the good ones go in.

use intake::{contract::STATUS_COLUMN, open_rejects, rejects_xlsx};
use kernel::{IdNumber, IdStatus, Sealed};

use super::*;

#[test]
fn a_date_of_year_205_is_named_by_row_and_column() {
    let desk = Desk::new();
    let text = format!(
        "机动车登记表,,,,,\n身份证明号码,机动车所有人,号牌号码,车辆类型,初次登记日期,机动车状态\n{0},张三,鲁M1,小型轿车,0205-03-01,正常\n{0},张三,鲁M2,小型轿车,2005-03-01,正常\n",
        IDS[0]
    );
    let report = desk.import("vehicles", &text).unwrap();
    assert_eq!((report.accepted, report.rejected), (1, 1));
    assert_eq!(
        report.errors[0].to_string(),
        "第 3 行「初次登记日期」（E 列）：0205-03-01 早于 1900 年"
    );
}

#[test]
fn negative_money_long_names_and_unknown_codes_are_refused() {
    let desk = Desk::new();
    let long = "长".repeat(10_000);
    let text = payroll(&[
        (IDS[0], "张三", "2015-07", "-5"),
        (IDS[1], &long, "2015-07", "5"),
        (IDS[2], "王五", "2015-13", "5"),
        (IDS[0], "张三", "2015-07", "5"),
    ])
    .replacen("事业编制", "临时帮忙", 3)
    .replacen("临时帮忙", "事业编制", 2);
    let report = desk.import("payroll", &text).unwrap();
    let said = said(&report);
    assert_eq!((report.accepted, report.rejected), (1, 3), "{said}");
    for sentence in [
        "第 2 行「月工资」（F 列）：不能为负数",
        "第 3 行「姓名」（B 列）：有 10000 字，超过 50 字的上限",
        "第 4 行「人员类别」（D 列）：临时帮忙 不在代码表中，应为：行政编制、事业编制",
        "第 4 行「起发年月」（G 列）：2015-13 不是年月",
    ] {
        assert!(said.contains(sentence), "{sentence} not in {said}");
    }
    assert!(said.len() < 2_000);
}

#[test]
fn ragged_rows_are_refused_and_totals_and_notes_left_out() {
    let desk = Desk::new();
    let mut text = payroll(&[(IDS[0], "张三", "2015-07", "5")]);
    text += &format!("{},李四,某局,事业编制\r\n", IDS[1]);
    text += &format!("{},李四,某局,事业编制,科员,5,2015-07,,多出来的\r\n", IDS[1]);
    text += &text.lines().next().unwrap().to_owned();
    text += "\r\n,,,,,,,\r\n合计,,,,,5,,\r\n填表人：张三　　审核人：李四,,,,,,,\r\n";
    let report = desk.import("payroll", &text).unwrap();
    assert_eq!(
        (report.rows, report.accepted, report.rejected, report.skipped),
        (3, 1, 2, 3),
        "{}",
        said(&report)
    );
    assert_eq!(
        report.errors[0].to_string(),
        "第 3 行：只有 4 个单元格，表头有 8 个，单元格可能错位"
    );
    assert!(said(&report).contains("第 4 行：比表头多出 1 个单元格"));
}

#[test]
fn a_row_with_a_bad_number_is_kept_sealed_and_marked() {
    let desk = Desk::new();
    let bad = "110105194912310021";
    let text = payroll(&[
        (bad, "张三", "2015-07", "5"),
        ("", "李四", "2015-07", "5"),
        ("", "王五", "2015-07", "5"),
        (" １１０１０５１９４９１２３１００２ｘ", "赵六", "2015-07", "5"),
        ("110105491231002", "赵六", "2016-07", "5"),
    ]);
    let report = desk.import("payroll", &text).unwrap();
    assert_eq!(
        (report.accepted, report.warned, report.rejected),
        (5, 3, 0),
        "{}",
        said(&report)
    );
    assert_eq!(report.checks["K-01"], 3);
    assert_eq!(
        report.warnings[0].to_string(),
        "第 2 行「身份证号码」（A 列）：身份证号校验位不符，请核对是否录错"
    );

    use arrow::{
        array::AsArray,
        datatypes::{Int8Type, Int64Type},
    };
    let path = desk.snapshot(&report).path().to_owned();
    let file = std::fs::File::open(&path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let batch = reader.map(Result::unwrap).next().unwrap();
    let keys = batch
        .column_by_name("person_key")
        .unwrap()
        .as_primitive::<Int64Type>()
        .values()
        .to_vec();
    assert!(keys.is_sorted());
    let lines = batch.column_by_name("row_no").unwrap().as_primitive::<Int64Type>();
    let at = |line: i64| (0..5).find(|i| lines.value(*i) == line).unwrap();
    let status = batch.column_by_name(STATUS_COLUMN).unwrap().as_primitive::<Int8Type>();
    assert_eq!(status.value(at(2)), IdStatus::Invalid as i8);
    assert_eq!(status.value(at(6)), IdStatus::Upgraded as i8);
    assert_ne!(keys[at(3)], keys[at(4)], "people without a number must not meet");
    assert_eq!(keys[at(5)], keys[at(6)], "15 and 18 digits are one person");
    let citizen = desk.keyring.person_key(&IdNumber::parse(IDS[0]).unwrap().number);
    assert_eq!(keys[at(5)], citizen.0);
    let sealed = Sealed(
        batch
            .column_by_name("id_sealed")
            .unwrap()
            .as_binary::<i32>()
            .value(at(2))
            .to_vec(),
    );
    let label = intake::seal_label(kernel::PersonKey(keys[at(2)]));
    assert_eq!(desk.keyring.reveal(&label, &sealed).unwrap(), bad);

    let bytes = std::fs::read(path).unwrap();
    for readable in [bad, IDS[0], "110105491231002"] {
        assert!(!bytes.windows(readable.len()).any(|w| w == readable.as_bytes()));
    }
}

#[test]
fn sex_against_parity_and_a_wrong_credit_code_are_marked() {
    let desk = Desk::new();
    let head = "身份证号码,姓名,性别,残疾人证号,残疾类别,残疾等级,发证日期\n";
    let text = format!(
        "{head}{0},张三,男,{0}43,肢体,三级,2020-06-11\n{0},张三,女,{0}44,肢体,三级,2020-06-11\n",
        IDS[0]
    );
    let report = desk.import("disability", &text).unwrap();
    assert_eq!(report.checks.get("K-02"), Some(&1), "{:?}", report.warnings);
    assert_eq!(report.accepted, 2);

    let head = "法定代表人,证件号码,统一社会信用代码,企业名称,主体类型,人员身份,经营状态,成立日期,注册资本（万元）\n";
    let row = |uscc: &str| format!("张三,{},{uscc},某店,个体户,经营者,存续,2018-05-21,10.5\n", IDS[0]);
    let report = desk
        .import(
            "business",
            &format!("{head}{}{}", row("91350100M000100Y43"), row("91350100m000100y44")),
        )
        .unwrap();
    assert_eq!(report.checks.get("K-09"), Some(&1));
    let evidence = desk.snapshot(&report).row(2).unwrap().unwrap();
    let capital = evidence.fields.iter().find(|f| f.id == "capital").unwrap();
    assert_eq!(capital.text, "105,000.00元");
}

#[test]
fn rejected_rows_come_back_whole_with_their_reasons_and_lie_sealed() {
    let desk = Desk::new();
    let text = payroll(&[(IDS[0], "张三", "2015-07", "-5"), (IDS[1], "李四", "2015-07", "5")]);
    let report = desk.import("payroll", &text).unwrap();
    let path = report.rejects.clone().unwrap();
    let stored = std::fs::read(&path).unwrap();
    assert!(!stored.windows(18).any(|w| w == IDS[0].as_bytes()));
    let csv: String = open_rejects(&path, &desk.keyring)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(csv.contains("原行号,错误原因") && csv.contains(IDS[0]) && csv.contains("「月工资」不能为负数"));
    assert!(!csv.contains(IDS[1]));

    // Corrected, the same file goes in: the two added columns do no harm.
    let corrected = desk.import("payroll", &csv.replace("-5", "5")).unwrap();
    assert_eq!((corrected.accepted, corrected.rejected), (1, 0));
    let sheet = desk.file("back.xlsx", &rejects_xlsx(&path, &desk.keyring).unwrap());
    let again = desk.take("payroll", &sheet, true).unwrap();
    assert_eq!((again.format.as_str(), again.rejected), ("XLSX", 1));
    assert!(said(&again).contains("不能为负数"));
}

#[test]
fn a_key_that_occurs_twice_is_reported() {
    let desk = Desk::new();
    let report = desk
        .import(
            "payroll",
            &payroll(&[
                (IDS[0], "张三", "2015-07", "5"),
                (IDS[1], "李四", "2015-07", "5"),
                (IDS[0], "张三", "2015-07", "6"),
            ]),
        )
        .unwrap();
    assert_eq!((report.doubled, report.accepted), (1, 3));
    assert_eq!(
        report.warnings[0].to_string(),
        "第 4 行：「身份证号码+工作单位+起发年月」与第 2 行相同"
    );
}

#[test]
fn broken_characters_cost_their_row_only() {
    let desk = Desk::new();
    let mut bytes = payroll(&[(IDS[0], "张三", "2015-07", "5"), (IDS[1], "李四", "2015-07", "5")]).into_bytes();
    let at = bytes.windows(6).rposition(|w| w == "李四".as_bytes()).unwrap();
    bytes[at] = 0xff;
    let report = desk.take("payroll", &desk.file("x.csv", &bytes), false).unwrap();
    assert_eq!((report.accepted, report.rejected), (1, 1));
    assert!(said(&report).contains("第 3 行「姓名」（B 列）：含有无法识别的字符"));
}
