//! kill -9 in the middle of an import or of a comparison run: after the next start nothing is half-applied, and the work can be repeated.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use server::Installation;
use store::{Query, args};
use trail::Verdict;

const ROWS: usize = 60_000;

/// Valid rows of a table that takes the importer long enough to be hit.
fn a_large_file(path: &Path) {
    let mut text = String::from("身份证明号码,机动车所有人,号牌号码,车辆类型,初次登记日期,机动车状态\n");
    for n in 0..ROWS {
        let first17 = format!("37162119700101{:03}", n % 1000);
        let check = kernel::identity::check_char(&first17).unwrap();
        let _ = writeln!(text, "{first17}{check},王建生,鲁M{n:05},K33,2015-03-01,A");
    }
    fs::write(path, text).unwrap();
}

fn import(folder: &Path, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yangguang"));
    command
        .args(["import", "--dataset", "vehicles", "--data"])
        .arg(folder)
        .arg(file);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

struct Found {
    running: i64,
    accepted: i64,
    unfinished: usize,
}

fn look(folder: &Path) -> Found {
    testkit::run(async {
        let app = Installation::open(folder, |_| ()).await.unwrap().app;
        assert!(matches!(trail::verify(&app.db).await.unwrap(), Verdict::Intact(_)));
        let count = async |state: &str| {
            app.db
                .number("SELECT COUNT(*) FROM import_batch WHERE state = $1", args![state])
                .await
                .unwrap()
        };
        let (running, accepted) = (count("running").await, count("accepted").await);
        let snapshots = app.config.data_dir.join("snapshots");
        let unfinished = files_below(&snapshots)
            .into_iter()
            .filter(|p| !p.ends_with(".parquet"))
            .count();
        Found {
            running,
            accepted,
            unfinished,
        }
    })
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn an_import_killed_at_any_moment_leaves_nothing_half_done() {
    let home = tempfile::tempdir().unwrap();
    let (folder, file) = (home.path().join("installation"), home.path().join("vehicles.csv"));
    a_large_file(&file);
    look(&folder);
    let mut killed = 0;
    for millis in [5, 40, 80, 120, 180, 250, 330, 420, 520, 650] {
        let mut child = import(&folder, &file).spawn().unwrap();
        sleep(Duration::from_millis(millis));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
        let found = look(&folder);
        assert_eq!((found.running, found.unfinished), (0, 0), "after {millis} ms");
    }
    assert!(killed >= 3, "only {killed} imports were hit");

    let before = look(&folder).accepted;
    assert!(import(&folder, &file).status().unwrap().success());
    let after = look(&folder);
    assert_eq!(after.accepted, before + 1);
    let snapshots = files_below(&folder.join("snapshots"));
    assert_eq!(
        snapshots.iter().filter(|p| p.ends_with(".parquet")).count(),
        1,
        "the same file is one snapshot"
    );
}

/// The whole fill of a demo: registers, nineteen imports, a run and its findings.
fn demo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yangguang"));
    command
        .args(["demo", "--scale", "village", "--port", "0", "--data"])
        .arg(folder);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Not a time: the fill runs to its end.
const READY: u64 = u64::MAX;

#[test]
fn findings_and_the_end_of_their_run_become_durable_together_or_not_at_all() {
    let mut with_findings = 0;
    for millis in [150, 400, 700, 1000, 1300, 1600, 2000, 2600, 3400, READY] {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("installation");
        let mut child = demo(&folder).spawn().unwrap();
        if millis == READY {
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            assert!(lines.map_while(Result::ok).any(|line| line.contains("平台已就绪")));
        } else {
            sleep(Duration::from_millis(millis));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(look(&folder).running, 0, "after {millis} ms");
        let (findings, published, under_way) = testkit::run(async {
            let app = Installation::open(&folder, |_| ()).await.unwrap().app;
            let number = async |sql: &str| app.db.number(sql, args![]).await.unwrap();
            (
                number("SELECT COUNT(*) FROM finding").await,
                number("SELECT COUNT(*) FROM run WHERE state = 'published'").await,
                number("SELECT COUNT(*) FROM run WHERE state NOT IN ('published', 'interrupted', 'failed')").await,
            )
        });
        assert_eq!(
            findings > 0,
            published > 0,
            "after {millis} ms: {findings} findings, {published} runs"
        );
        assert_eq!(under_way, 0, "after {millis} ms");
        with_findings += i32::from(findings > 0);
    }
    assert!(
        (1..10).contains(&with_findings),
        "{with_findings} of 10 fills were through"
    );
}
