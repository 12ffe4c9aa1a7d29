//! Lists and results as offices and banks send them: spreadsheets with titles above, numbers as numbers, bad rows.

use access::Role;
use axum::http::StatusCode;
use funds::batch::{self, Mode};
use kernel::Clock;
use rust_xlsxwriter::Workbook;
use testkit::both_databases;

use crate::support::*;

/// A workbook as a clerk makes it: a title over the table, columns of their own, numbers as numbers.
fn workbook(rows: usize, spoil: impl Fn(usize, &mut [String; 4])) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .merge_range(
            0,
            0,
            0,
            6,
            "2026年2月产业帮扶补助发放名册",
            &rust_xlsxwriter::Format::new(),
        )
        .unwrap();
    for (at, head) in (0_u16..).zip([
        "编号",
        "领取人",
        "公民身份号码",
        "数量",
        "补贴金额（元）",
        "一卡通账号",
        "开户名",
    ]) {
        sheet.write_string(1, at, head).unwrap();
    }
    for n in 0..rows {
        let mut cells = [name(n), number(n), "1400".to_owned(), card(n)];
        spoil(n, &mut cells);
        let line = n as u32 + 2;
        sheet.write_number(line, 0, n as f64 + 1.0).unwrap();
        sheet.write_string(line, 1, &cells[0]).unwrap();
        sheet.write_string(line, 2, &cells[1]).unwrap();
        sheet.write_number(line, 3, 1.0).unwrap();
        match cells[2].parse::<f64>() {
            Ok(yuan) => sheet.write_number(line, 4, yuan).unwrap(),
            Err(_) => sheet.write_string(line, 4, &cells[2]).unwrap(),
        };
        sheet.write_string(line, 5, &cells[3]).unwrap();
        sheet.write_string(line, 6, name(n)).unwrap();
    }
    let last = rows as u32 + 2;
    sheet.write_string(last, 0, "合计").unwrap();
    book.save_to_buffer().unwrap()
}

both_databases! {
    async fn a_spreadsheet_with_a_title_and_bad_rows_is_listed_without_them(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 6).await;
        let file = workbook(6, |n, cells| match n {
            1 => cells[1] = "37162119500101001X".into(),
            2 => cells[2] = "一千四百".into(),
            3 => cells[3] = "621700".into(),
            // Full-width digits are read as what they are.
            4 => cells[1] = cells[1].chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xFF10 + d)).unwrap_or(c)).collect(),
            _ => {}
        });
        let read = batch::read_list(&app.app, &file).await.unwrap();
        assert_eq!(read.len(), 6, "the line of sums is no payee");
        let created = listed(&app, &read, Mode::KeepGood).await.unwrap();
        assert_eq!(created.rows, 3, "{:?}", created.faults);
        let faults: Vec<(i64, &str)> = created.faults.iter().map(|f| (f.row_no, f.field)).collect();
        assert_eq!(faults, [(4, "身份证号码"), (5, "金额"), (6, "银行账号")]);
    }

    async fn what_cannot_be_a_list_is_refused_in_words(db: TestDb) {
        let app = a_county(db).await;
        let refused = async |bytes: &[u8]| batch::read_list(&app.app, bytes).await.unwrap_err().message;
        assert!(refused("姓名,金额\n张三,1\n".as_bytes()).await.contains("缺少必填列：「身份证号码」、「数量」、「银行账号」"));
        assert!(refused("身份证号码,姓名,数量,金额,银行账号\n".as_bytes()).await.contains("没有数据行"));
        assert!(refused(b"%PDF-1.7").await.contains("不是表格文件"));
        let (gbk, _, _) = encoding_rs::GB18030.encode("姓名,身份证号码,金额,数量,银行账号,户名\n张三,11010519491231002X,1250.00,10,6217000010001234567,张三\n");
        let rows = batch::read_list(&app.app, &gbk).await.unwrap();
        assert_eq!((rows[0].row_no, rows[0].name.as_str(), rows[0].amount.as_str(), rows[0].qty.as_str()), (2, "张三", "1250.00", "10.00"));
    }

    async fn a_bank_answers_with_a_spreadsheet_too(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 2).await;
        with_money(&app, "HN17", "文1", COUNTY, 2_800).await;
        let id = listed(&app, &[row(0), row(1)], Mode::KeepGood).await.unwrap().batch.unwrap();
        to_the_bank(&app, id).await;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (at, head) in (0_u16..).zip(["序号", "尾号", "户名", "发生额", "处理结果", "失败原因"]) {
            sheet.write_string(0, at, head).unwrap();
        }
        for (line, n) in [(1, 0), (2, 1)] {
            let tail: f64 = card(n)[card(n).len() - 4..].parse().unwrap();
            sheet.write_number(line, 0, n as f64 + 2.0).unwrap();
            sheet.write_number(line, 1, tail).unwrap();
            sheet.write_string(line, 2, name(n)).unwrap();
            sheet.write_number(line, 3, 1400.0).unwrap();
            sheet.write_string(line, 4, if n == 0 { "成功" } else { "失败" }).unwrap();
            sheet.write_string(line, 5, if n == 0 { "" } else { "账户已销户" }).unwrap();
        }
        let file = book.save_to_buffer().unwrap();
        let counts = batch::settle(&app.app, &office(Role::Finance, false), id, &fresh(&app), app.clock.today(), &file).await.unwrap();
        assert_eq!((counts.credited, counts.returned, counts.unanswered), (1, 1, 0));
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let shown = finance.get(&format!("/desk/batches/{id}?rows=returned")).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.text().contains("账户已销户"), "{}", shown.text());
    }
}
