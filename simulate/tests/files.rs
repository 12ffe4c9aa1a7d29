//! Department files carry the dirt that real ones carry, and the same order gives the same bytes.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use kernel::{IdNumber, IdStatus};
use simulate::{Scale, Spec, Summary};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("simulate-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let mut out = BTreeMap::new();
        for sub in ["registers", "departments", "truth"] {
            for entry in fs::read_dir(self.0.join(sub)).expect("written") {
                let path = entry.expect("an entry").path();
                out.insert(
                    path.display().to_string().replace(&self.0.display().to_string(), ""),
                    fs::read(&path).expect("read"),
                );
            }
        }
        out
    }

    fn department(&self, dataset: &str) -> Vec<u8> {
        let prefix = format!("/departments/{dataset}_");
        self.bytes()
            .into_iter()
            .find(|(name, _)| name.starts_with(&prefix))
            .expect("the table")
            .1
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn write(scale: Scale, folder: &Folder) -> Summary {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets");
    simulate::generate_to_dir(&Spec::huimin_2020(scale, 7), &contracts, &folder.0, &mut |_| {}).expect("written")
}

fn gb18030(bytes: &[u8]) -> String {
    encoding_rs::GB18030.decode(bytes).0.into_owned()
}

fn records(bytes: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(bytes)
        .records()
        .map(|r| r.expect("a record"))
        .collect()
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let (a, b) = (Folder::new("a"), Folder::new("b"));
    write(Scale::Village, &a);
    write(Scale::Village, &b);
    for ((name, left), right) in a.bytes().iter().zip(b.bytes().values()) {
        assert!(left == right, "{name} differs");
    }
}

#[test]
fn tables_come_in_three_encodings_and_as_spreadsheets() {
    let folder = Folder::new("encodings");
    let summary = write(Scale::Village, &folder);
    assert_eq!(summary.files.iter().filter(|f| !f.dataset.is_empty()).count(), 36);
    let vehicles = folder.department("vehicles");
    assert!(std::str::from_utf8(&vehicles).is_err(), "GB18030 is no UTF-8");
    let (text, _, wrong) = encoding_rs::GB18030.decode(&vehicles);
    assert!(!wrong && text.starts_with("身份证明号码,机动车所有人"));
    assert!(folder.department("real_estate").starts_with(b"\xef\xbb\xbf"));
    assert!(std::str::from_utf8(&folder.department("medical_insurance")).is_ok());
    assert!(folder.department("payroll").starts_with(b"PK"));
}

#[test]
fn a_town_has_old_numbers_typing_errors_odd_dates_and_doubled_rows() {
    let folder = Folder::new("dirt");
    let summary = write(Scale::Town, &folder);
    assert!(summary.department_rows > 150_000);
    let text = gb18030(&folder.department("vehicles"));
    let rows = records(text.as_bytes());
    let ids: Vec<&str> = rows.iter().map(|r| &r[0]).collect();
    let status = |s: IdStatus| ids.iter().any(|id| IdNumber::parse(id).is_ok_and(|p| p.status == s));
    assert!(
        status(IdStatus::Valid) && status(IdStatus::Upgraded),
        "a 15-digit number"
    );
    assert!(
        ids.iter().any(|id| IdNumber::parse(id).is_err() && !id.is_empty()),
        "a typing error"
    );
    assert!(ids.iter().any(|id| id.is_empty()), "a missing number");
    assert!(ids.iter().any(|id| id.ends_with('x')), "a lower-case x");
    assert!(ids.iter().any(|id| id.contains('１')), "full-width digits");
    assert!(ids.iter().any(|id| id.starts_with(' ') || id.ends_with(' ')), "blanks");
    let dates: Vec<&str> = rows.iter().map(|r| &r[5]).collect();
    assert!(dates.iter().any(|d| d.contains('/')) && dates.iter().any(|d| d.contains('年')));
    assert!(
        dates
            .iter()
            .any(|d| d.len() == 5 && d.bytes().all(|b| b.is_ascii_digit())),
        "a spreadsheet serial"
    );
    let plates: Vec<&str> = rows.iter().map(|r| &r[2]).collect();
    assert!(
        plates.iter().collect::<HashSet<_>>().len() < plates.len(),
        "a doubled row"
    );
}

#[test]
fn truth_names_the_rows_of_the_delivered_files() {
    let folder = Folder::new("truth");
    write(Scale::Town, &folder);
    let files = folder.bytes();
    let truth = records(&files["/truth/truth.csv"]);
    let people: HashSet<String> = records(&files["/registers/people.csv"])
        .iter()
        .map(|r| r[0].to_owned())
        .collect();
    let text = gb18030(&folder.department("vehicles"));
    let lines: Vec<&str> = text.lines().collect();
    let mut checked = 0;
    for row in truth.iter() {
        let (rule, person, class, dataset) = (&row[0], &row[3], &row[9], &row[12]);
        if !rule.starts_with('K') {
            assert!(people.contains(person));
        }
        if dataset == "vehicles" && rule == "A-01" && matches!(class, "exact" | "name_variant" | "misused_id") {
            let line: usize = row[13].parse().expect("a line");
            let first = lines[line - 1].split(',').next().expect("a number");
            assert_eq!(IdNumber::parse(first).expect("valid").number.expose(), person);
            checked += 1;
        }
    }
    assert!(checked > 10);
    for check in ["K-01", "K-02", "K-09"] {
        assert!(truth.iter().any(|r| &r[0] == check), "{check}");
    }
}
