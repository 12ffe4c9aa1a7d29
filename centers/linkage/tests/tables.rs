//! Two tables by a schema: what is linked, what is left to people, and that neither order nor size decides.

use linkage::tables::{Answer, Links, Schema, Table, link};

const PEOPLE: &str = r#"
id = "no"
accept = 0.8
[[field]]
name = "name"
kind = "name_zh"
[[field]]
name = "birth"
kind = "date"
[[field]]
name = "village"
kind = "text"
[[field]]
name = "phone"
kind = "id"
"#;

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
const GIVEN: &str = "伟强磊军勇涛超杰鹏辉静丽敏艳娟芳玲婷雪梅兰英";

/// Invented people, different enough to be told apart.
fn crowd(count: usize) -> Vec<[String; 4]> {
    let pick = |text: &str, at: usize| text.chars().nth(at % text.chars().count()).unwrap();
    (0..count)
        .map(|at| {
            let spread = at * 7919 + 13;
            let name = [pick(SURNAMES, spread), pick(GIVEN, spread / 7), pick(GIVEN, spread / 3)];
            [
                name.iter().collect(),
                format!("{}-{:02}-{:02}", 1950 + spread % 50, 1 + spread % 12, 1 + spread % 28),
                format!("{}村", pick("东西南北中前后上下大小新旧", spread / 11)),
                format!("154{:08}", spread * 31 % 100_000_000),
            ]
        })
        .collect()
}

fn csv(rows: &[(String, [String; 4])]) -> Table {
    let mut text = "no,name,birth,village,phone\n".to_owned();
    for (no, cells) in rows {
        text += &format!("{no},{}\n", cells.join(","));
    }
    Table::read(text.as_bytes()).unwrap()
}

fn numbered(prefix: &str, people: Vec<[String; 4]>) -> Vec<(String, [String; 4])> {
    people
        .into_iter()
        .enumerate()
        .map(|(at, row)| (format!("{prefix}{at}"), row))
        .collect()
}

/// The crowd, and the crowd as careless clerks write it.
fn two() -> (Vec<(String, [String; 4])>, Vec<(String, [String; 4])>) {
    let left = numbered("a", crowd(400));
    let mut right = numbered("b", crowd(400));
    for (at, (_, row)) in right.iter_mut().enumerate() {
        match at % 5 {
            0 => row[3].clear(),
            1 => {
                row[0] = row[0]
                    .replace('伟', "玮")
                    .replace('静', "靖")
                    .replace('张', "張")
                    .replace('芳', "方")
            }
            2 => row[1] = row[1].replace("-0", "-1"),
            3 => row[2] = "外村".to_owned(),
            _ => {}
        }
    }
    (left, right)
}

fn named(links: &Links, left: &Table, right: &Table, schema: &Schema) -> Vec<(String, String, String)> {
    let mut out: Vec<_> = links
        .linked
        .iter()
        .map(|pair| {
            let (a, b) = (
                left.name_of(schema, pair.left as usize),
                right.name_of(schema, pair.right as usize),
            );
            (a, b, format!("{:.9}", pair.probability))
        })
        .collect();
    out.sort();
    out
}

#[test]
fn careless_writing_is_linked_and_strangers_are_not() {
    let schema = Schema::parse(&format!("one_to_one = true\n{PEOPLE}")).unwrap();
    let (left, right) = two();
    let (left, right) = (csv(&left), csv(&right));
    let links = link(&schema, &left, Some(&right), &[]).unwrap();
    assert!(links.linked.len() >= 396, "{}", links.linked.len());
    for (a, b, _) in named(&links, &left, &right, &schema) {
        assert_eq!(a[1..], b[1..], "{a} {b}");
    }
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let schema = Schema::parse(&format!("one_to_one = true\n{PEOPLE}")).unwrap();
    let (left, right) = two();
    let forward = {
        let (left, right) = (csv(&left), csv(&right));
        named(
            &link(&schema, &left, Some(&right), &[]).unwrap(),
            &left,
            &right,
            &schema,
        )
    };
    let turned = |rows: &[(String, [String; 4])]| rows.iter().rev().cloned().collect::<Vec<_>>();
    let (left, right) = (csv(&turned(&left)), csv(&turned(&right)));
    let backward = named(
        &link(&schema, &left, Some(&right), &[]).unwrap(),
        &left,
        &right,
        &schema,
    );
    assert_eq!(forward, backward);
}

#[test]
fn two_equal_candidates_go_to_a_person_whose_answer_settles_them() {
    let schema = Schema::parse(&format!("one_to_one = true\n{PEOPLE}")).unwrap();
    let (mut left, right) = two();
    // Twins of the register: nothing tells a4 from its copy.
    let copy = left[4].1.clone();
    left.push(("copy".to_owned(), copy));
    let (left, right) = (csv(&left), csv(&right));
    let links = link(&schema, &left, Some(&right), &[]).unwrap();
    let of_b4 = |pairs: &[linkage::tables::Pair]| pairs.iter().filter(|pair| pair.right == 4).count();
    assert_eq!((of_b4(&links.linked), of_b4(&links.undecided)), (0, 2));

    let answers = [Answer {
        left: "copy".into(),
        right: "b4".into(),
        same: true,
    }];
    let links = link(&schema, &left, Some(&right), &answers).unwrap();
    let settled: Vec<_> = links.linked.iter().filter(|pair| pair.right == 4).collect();
    assert_eq!(settled.len(), 1);
    assert_eq!(left.name_of(&schema, settled[0].left as usize), "copy");
    assert_eq!(of_b4(&links.undecided), 0);
}

#[test]
fn repetitions_in_one_table_become_groups() {
    let schema = Schema::parse(PEOPLE).unwrap();
    let mut rows = numbered("a", crowd(300));
    for at in 0..60 {
        let mut again = rows[at].1.clone();
        again[at % 4].clear();
        rows.push((format!("a{at}"), again));
    }
    let table = csv(&rows);
    let links = link(&schema, &table, None, &[]).unwrap();
    assert!(links.linked.len() >= 58, "{}", links.linked.len());
    for pair in &links.linked {
        assert_eq!(
            table.name_of(&schema, pair.left as usize),
            table.name_of(&schema, pair.right as usize)
        );
        assert!(pair.left < pair.right);
    }
}

#[test]
fn a_huge_block_is_left_out_and_said_so() {
    let schema = Schema::parse(&format!(
        "largest_block = 1000\nblock = [[\"village\"], [\"phone\"]]\n{PEOPLE}"
    ))
    .unwrap();
    let mut people = crowd(500);
    people.iter_mut().for_each(|row| row[2] = "同村".to_owned());
    let table = csv(&numbered("a", people));
    let links = link(&schema, &table, None, &[]).unwrap();
    assert_eq!(links.blocks[0].skipped_blocks, 1);
    assert_eq!(links.blocks[0].skipped_pairs, 500 * 499 / 2);
    assert!(links.compared < 1000);
}

#[test]
fn reasons_are_told_field_by_field() {
    let schema = Schema::parse(&format!("one_to_one = true\n{PEOPLE}")).unwrap();
    let (left, right) = two();
    let (left, right) = (csv(&left), csv(&right));
    let links = link(&schema, &left, Some(&right), &[]).unwrap();
    let pair = links.linked.iter().find(|pair| pair.left == 3).unwrap();
    assert_eq!(pair.reasons, "name：相同；birth：相同；village：不同；phone：相同");
    let mut written = Vec::new();
    links.write(&mut written, &schema, &left, Some(&right)).unwrap();
    let text = String::from_utf8(written).unwrap();
    assert!(text.starts_with("left,right,same,probability,bits,reasons\n"));
    assert_eq!(text.lines().count(), 1 + links.linked.len() + links.undecided.len());
}

#[test]
fn bad_input_is_refused_in_plain_words() {
    let schema = Schema::parse(PEOPLE).unwrap();
    let table = Table::read("no,name\n1,张三\n".as_bytes()).unwrap();
    assert!(link(&schema, &table, None, &[]).unwrap_err().0.contains("birth"));
    assert!(
        Table::read("a,b\n1,2,3\n".as_bytes())
            .unwrap_err()
            .0
            .contains("第 2 行有 3 格，首行有 2 格")
    );
    assert!(
        Answer::read(&Table::read("left,right,same\n1,2,或许\n".as_bytes()).unwrap())
            .unwrap_err()
            .0
            .contains("第2行")
    );
    let unknown = [Answer {
        left: "zz".into(),
        right: "1".into(),
        same: true,
    }];
    let full = csv(&numbered("a", crowd(3)));
    assert!(link(&schema, &full, None, &unknown).unwrap_err().0.contains("zz"));
    let empty = Table::read("no,name,birth,village,phone\n".as_bytes()).unwrap();
    assert!(link(&schema, &empty, None, &[]).unwrap().linked.is_empty());
}
