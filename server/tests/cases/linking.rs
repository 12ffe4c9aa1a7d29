//! `yangguang link` on two tables of its own, as somebody without an installation runs it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const SCHEMA: &str = "id = \"no\"\none_to_one = true\n\n[[field]]\nname = \"姓名\"\nkind = \"name_zh\"\n\n\
                      [[field]]\nname = \"出生\"\nkind = \"date\"\n";

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yangguang"));
    command
        .current_dir(folder)
        .args(["link", "A.csv", "B.csv", "--schema", "S.toml", "--out", "links.csv"]);
    command
}

fn link(folder: &Path, more: &[&str]) -> Output {
    command(folder).args(more).output().unwrap()
}

#[test]
fn who_stops_reading_what_the_command_says_gets_its_result_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    tables(home.path());
    let heard = link(home.path(), &[]);
    let whole = fs::read(home.path().join("links.csv")).unwrap();
    assert!(heard.status.success() && !heard.stdout.is_empty());
    fs::remove_file(home.path().join("links.csv")).unwrap();
    // A pipe whose reader is gone before the first word.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let unheard = command(home.path()).stdout(writer).output().unwrap();
    assert!(unheard.status.success(), "{:?}", unheard.status);
    assert_eq!(String::from_utf8_lossy(&unheard.stderr), "");
    assert_eq!(fs::read(home.path().join("links.csv")).unwrap(), whole);
}

/// Two hundred people; the other table writes some names in old characters and has one person twice.
fn tables(folder: &Path) {
    let surnames: Vec<char> = "王李张刘陈赵孙周吴郑".chars().collect();
    let given = [
        "建国", "秀英", "志强", "桂兰", "海涛", "玉梅", "德福", "春花", "文斌", "小燕", "国庆", "丽华", "长河", "明远",
        "素珍", "永强", "凤霞", "东升", "淑芬", "立新",
    ];
    let (mut one, mut other) = ("no,姓名,出生\n".to_owned(), "no,姓名,出生\n".to_owned());
    for (i, surname) in surnames.iter().enumerate() {
        for (j, given) in given.iter().enumerate() {
            let n = i * 20 + j + 1;
            let birth = format!("{}-{:02}-{:02}", 1940 + n * 7 % 50, n % 12 + 1, n % 27 + 1);
            let name = format!("{surname}{given}");
            one.push_str(&format!("{n},{name},{birth}\n"));
            other.push_str(&format!(
                "b{n},{},{birth}\n",
                name.replace('国', "國").replace('张', "張")
            ));
            if n == 1 {
                other.push_str(&format!("b901,{name},{birth}\n"));
            }
        }
    }
    for (file, text) in [("A.csv", one), ("B.csv", other), ("S.toml", SCHEMA.to_owned())] {
        fs::write(folder.join(file), text).unwrap();
    }
}

#[test]
fn two_tables_are_linked_field_by_field_and_what_is_alike_waits_for_an_answer() {
    let home = tempfile::tempdir().unwrap();
    tables(home.path());
    let first = link(home.path(), &[]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let links = fs::read_to_string(home.path().join("links.csv")).unwrap();
    let of = |id: &str| {
        links
            .lines()
            .filter(|l| l.starts_with(&format!("{id},")))
            .collect::<Vec<_>>()
    };
    assert_eq!(links.lines().filter(|l| l.contains(",1,")).count(), 199, "{links}");
    assert!(
        of("3")[0].starts_with("3,b3,1,0.99") && of("3")[0].ends_with("姓名：相同；出生：相同"),
        "{:?}",
        of("3")
    );
    assert_eq!(of("1").len(), 2, "two who are alike");
    assert!(
        of("1").iter().all(|l| l.split(',').nth(2) == Some("")),
        "nobody guesses: {:?}",
        of("1")
    );

    // Somebody looked: the second one is meant.
    let settled = links.replace("1,b1,,", "1,b1,0,").replace("1,b901,,", "1,b901,1,");
    fs::write(home.path().join("answers.csv"), settled).unwrap();
    let again = link(home.path(), &["--answers", "answers.csv"]);
    assert!(again.status.success());
    let links = fs::read_to_string(home.path().join("links.csv")).unwrap();
    assert!(links.contains("\n1,b901,1,") && !links.contains("\n1,b1,1,"), "{links}");
    assert_eq!(links.lines().filter(|l| l.contains(",1,")).count(), 200);
}

#[test]
fn a_department_file_in_gb18030_and_a_workbook_are_linked_like_any_other() {
    let home = tempfile::tempdir().unwrap();
    tables(home.path());
    let said = link(home.path(), &[]);
    assert!(
        String::from_utf8_lossy(&said.stdout).contains("B.csv：CSV（UTF-8），201 行"),
        "{said:?}"
    );
    let links = fs::read_to_string(home.path().join("links.csv")).unwrap();
    let other = fs::read_to_string(home.path().join("B.csv")).unwrap();

    // As the office's old system writes it: GB18030, tabs, a title above the header.
    let sent = format!("某局人员名单\t\t\r\n{}", other.replace(',', "\t").replace('\n', "\r\n"));
    fs::write(home.path().join("B.csv"), encoding_rs::GB18030.encode(&sent).0).unwrap();
    let said = link(home.path(), &[]);
    assert!(
        String::from_utf8_lossy(&said.stdout).contains("B.csv：TSV（GB18030），201 行"),
        "{said:?}"
    );
    assert_eq!(fs::read_to_string(home.path().join("links.csv")).unwrap(), links);

    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(other.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save(home.path().join("B.csv")).unwrap();
    let said = link(home.path(), &[]);
    assert!(
        String::from_utf8_lossy(&said.stdout).contains("B.csv：XLSX，工作表“Sheet1”，201 行"),
        "{said:?}"
    );
    assert_eq!(fs::read_to_string(home.path().join("links.csv")).unwrap(), links);

    // Whoever fills in the answers saves them in the encoding of the spreadsheet program.
    let settled = links.replace("1,b1,,", "1,b1,0,").replace("1,b901,,", "1,b901,1,");
    fs::write(
        home.path().join("answers.csv"),
        encoding_rs::GB18030.encode(settled.trim_start_matches('\u{feff}')).0,
    )
    .unwrap();
    assert!(link(home.path(), &["--answers", "answers.csv"]).status.success());
    let links = fs::read_to_string(home.path().join("links.csv")).unwrap();
    assert!(links.contains("\n1,b901,1,") && !links.contains("\n1,b1,1,"), "{links}");
}

#[test]
fn what_cannot_be_linked_is_refused_with_the_way_out_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let refused = |file: &str, bytes: &[u8], says: &str| {
        tables(home.path());
        fs::write(home.path().join(file), bytes).unwrap();
        let output = link(home.path(), &[]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(says), "{file}: {told}");
        assert!(!home.path().join("links.csv").exists());
    };
    tables(home.path());
    let mut broken = fs::read(home.path().join("B.csv")).unwrap();
    broken.extend(b"b999,\xe7\x8e\xff,1950-01-03\n");
    refused("B.csv", &broken, "第 203 行有不能识别的文字（按 CSV（UTF-8） 读取）");
    refused("B.csv", b"%PDF-1.7", "内容是 PDF");
    refused(
        "B.csv",
        "no,姓名,出生\n1,王伟\n".as_bytes(),
        "第 2 行有 2 格，首行有 3 格",
    );
    refused("B.csv", "no,名\n1,王\n".as_bytes(), "表里没有“姓名”一列");
    refused("S.toml", b"id = 3", "字段说明读不懂");
}
