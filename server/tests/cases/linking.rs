//! `yangguang link` on two tables of its own, as somebody without an installation runs it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const SCHEMA: &str = "id = \"no\"\none_to_one = true\n\n[[field]]\nname = \"姓名\"\nkind = \"name_zh\"\n\n\
                      [[field]]\nname = \"出生\"\nkind = \"date\"\n";

fn link(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yangguang"))
        .current_dir(folder)
        .args(["link", "A.csv", "B.csv", "--schema", "S.toml", "--out", "links.csv"])
        .args(more)
        .output()
        .unwrap()
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
    refused(
        "B.csv",
        b"no,\xd0\xd5\xc3\xfb\n1,\xcd\xf5\n",
        "请把文件另存为 UTF-8 编码的 CSV",
    );
    refused(
        "B.csv",
        "no,姓名,出生\n1,王伟\n".as_bytes(),
        "第 2 行有 2 格，首行有 3 格",
    );
    refused("B.csv", "no,名\n1,王\n".as_bytes(), "表里没有“姓名”一列");
    refused("S.toml", b"id = 3", "字段说明读不懂");
}
