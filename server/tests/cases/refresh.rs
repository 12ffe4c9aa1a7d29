//! A monthly delivery costs by what it changes: a run of everything beside a run after one department sent its table anew
//! with half a row, two and eight in a hundred changed: what the cars cost, and whom hard rows are about.
//! `YANGGUANG_COUNTY=FOLDER cargo test -p yangguang-server --test cases refresh -- --ignored --nocapture` prints processor
//! seconds and rows looked at; the folder is one of `yangguang demo --scale county` that may be written to.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use access::Actor;
use comparison::{
    runs::{RunKind, RunRequest, execute, request_run, run, run_snapshots},
    sources::import_file,
};
use kernel::IdNumber;
use server::Installation;
use store::{Query, args};
use testkit::tokio;
use web::App;

use crate::swift::cpu_seconds;

/// The table that is sent anew, and of how many rows one is changed: half a percent, two, eight.
const DATA_SET: &str = "vehicles";
const CHANGED: [usize; 3] = [200, 50, 12];
/// The places of whose car it is, and of what it cost.
const OWNER: usize = 1;
const VALUE: usize = 8;

/// Of which rows something changes, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// What the car cost, of those whose owner's number is right.
    Numbered,
    /// The same of all.
    Value,
    /// Of those without a right number the owner too: anybody may be meant.
    Owner,
}

impl Change {
    const ALL: [Change; 3] = [Change::Numbered, Change::Value, Change::Owner];

    fn title(self) -> &'static str {
        match self {
            Change::Numbered => "of those with a right number",
            Change::Value => "whoever it is about",
            Change::Owner => "those without a right number about somebody else",
        }
    }
}

/// The department's file.
fn sent(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder.join("files/departments")).unwrap();
    let mut files = files.map(|f| f.unwrap().path());
    let found = files.find(|f| f.file_name().is_some_and(|n| n.to_string_lossy().starts_with(DATA_SET)));
    found.expect("the table of cars")
}

/// The same with one car in so many changed.
fn sent_anew(file: &Path, data: &Path, one_in: usize, change: Change) -> PathBuf {
    // In GB18030 a comma or the end of a line is never part of another sign.
    let bytes = fs::read(file).unwrap();
    let value = format!(
        "{}.{:02}",
        20_000 + std::process::id() % 50_000,
        one_in % 30 * 3 + change as usize
    );
    let all: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    let cells = |n: usize| -> Vec<&[u8]> { all[n].split(|b| *b == b',').collect() };
    let lines = (0..all.len()).map(|n| {
        if n == 0 || n % one_in != 0 || all[n].is_empty() {
            return all[n].to_vec();
        }
        let mut row = cells(n);
        assert_eq!(row.len(), 11, "the columns of the contract");
        let is_right = IdNumber::parse(&String::from_utf8_lossy(row[0])).is_ok();
        if is_right || change != Change::Numbered {
            row[VALUE] = value.as_bytes();
        }
        if !is_right && change == Change::Owner {
            row[OWNER] = cells(n - 1)[OWNER];
        }
        row.join(&b',')
    });
    let lines: Vec<Vec<u8>> = lines.collect();
    let anew = data.join(format!("{DATA_SET}-anew.csv"));
    fs::write(&anew, lines.join(&b'\n')).unwrap();
    anew
}

/// Carries out a run and prints what each part of it took.
async fn carry_out(app: &App, title: &str, kind: RunKind) {
    let request = RunRequest {
        purpose: "测一测快慢".into(),
        legal_basis: "《社会救助暂行办法》第五十八条".into(),
        public_interest: String::new(),
        rules: Vec::new(),
        area: app.config.area,
        kind,
    };
    let actor = Actor::system();
    let id = request_run(app, &actor, &request).await.unwrap();
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let work = tokio::spawn({
        let app = app.clone();
        async move { execute(&app, &Actor::system(), id).await }
    });
    let (mut phases, mut phase, mut since) = (Vec::new(), String::new(), (started, cpu));
    while !work.is_finished() {
        let now = app
            .progress
            .get(&format!("run:{id}"))
            .map_or_else(String::new, |p| p.phase);
        if now != phase {
            phases.push((std::mem::replace(&mut phase, now), since));
            since = (Instant::now(), cpu_seconds());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    phases.push((phase, since));
    work.await.unwrap().unwrap();
    let ended = (Instant::now(), cpu_seconds());
    println!(
        "{title}: {:.2} s of processors, {:.2} s wall",
        ended.1 - cpu,
        ended.0.duration_since(started).as_secs_f64()
    );
    let ends = phases.iter().skip(1).map(|(_, begun)| *begun).chain([ended]);
    for ((phase, begun), end) in phases.iter().zip(ends).filter(|((phase, _), _)| !phase.is_empty()) {
        println!("    {phase}: {:.2} s of processors", end.1 - begun.1);
    }
    let done = run(&app.db, id).await.unwrap().unwrap();
    let read = run_snapshots(&app.db, id).await.unwrap();
    let (rows, concerned) = read.iter().fold((0, 0), |(rows, concerned), s| {
        (rows + s.row_count, concerned + s.concerned)
    });
    println!(
        "    {} tables of {rows} rows, {concerned} of them asked about; {} people; findings {} (new {}, changed {}, closed {}, the same {})",
        read.len(),
        done.people,
        done.findings,
        done.found_new,
        done.found_updated,
        done.found_cleared,
        done.found_unchanged
    );
    let frozen = "FROM trail_event WHERE act = 'run.freeze' AND subject = $1";
    let frozen = app
        .db
        .packed(&["payload"], frozen, args![format!("run:{id}")])
        .await
        .unwrap();
    println!("    {}", frozen[0].values().text().unwrap());
}

#[test]
#[ignore = "needs the folder of a county; prints times"]
fn a_few_changed_rows_of_one_department_cost_a_fraction_of_a_run_of_everything() {
    let Some(folder) = std::env::var_os("YANGGUANG_COUNTY").map(PathBuf::from) else {
        panic!("YANGGUANG_COUNTY names no folder");
    };
    testkit::run(async {
        let app = Installation::open(&folder, |_| ()).await.unwrap().app;
        let file = sent(&folder);
        // By the columns of today: by other columns every row would be another.
        import_file(&app, &Actor::system(), DATA_SET, &file, false)
            .await
            .unwrap();
        carry_out(&app, "everything", RunKind::Full).await;
        for (one_in, change) in CHANGED
            .into_iter()
            .flat_map(|one_in| Change::ALL.map(|change| (one_in, change)))
        {
            let anew = sent_anew(&file, &app.config.data_dir, one_in, change);
            let (started, cpu) = (Instant::now(), cpu_seconds());
            let report = import_file(&app, &Actor::system(), DATA_SET, &anew, false)
                .await
                .unwrap();
            println!(
                "one row in {one_in} changed, {}: {} rows checked and kept: {:.2} s of processors, {:.2} s wall",
                change.title(),
                report.accepted,
                cpu_seconds() - cpu,
                started.elapsed().as_secs_f64()
            );
            fs::remove_file(anew).unwrap();
            carry_out(&app, "after the delivery", RunKind::Touched(vec![DATA_SET.into()])).await;
        }
    });
}
