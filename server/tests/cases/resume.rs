//! What goes on by itself: a quarter's comparison closes questions whose cause is gone and says why; a comparison cut off
//! by kill -9 goes on after the restart, or waits for a person, and never asks the same question twice.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use access::Actor;
use comparison::{
    runs::{self, RunKind, RunRequest, RunState},
    schedule,
};
use kernel::Timestamp;
use server::{Installation, demo, demo::cases::Case};
use simulate::{Scale, Spec};
use store::{Query, args};
use testkit::Client;

use crate::world::{ended, rows, upload, world};

/// Ends a test that would hang; says nothing about speed.
const FOR_EVER: Duration = Duration::from_secs(600);

#[test]
fn a_quarter_later_the_question_whose_cause_is_gone_closes_itself_and_says_why() {
    testkit::run(async {
        let world = world(Case::Jiawang).await;
        let app = &world.installation.app;
        world.deliver().await;
        // The schedule is set up by the first look at it; nothing is due yet.
        schedule::tick(app).await.unwrap();
        world.compare("").await;
        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=C-03").await;
        let href = list.attributes("tbody td a", "href").remove(0);

        // Two declarations were wrong: seven relatives are left, one fewer than the rule asks about.
        let file = world.file("干部近亲属申报");
        let text = fs::read_to_string(&file).unwrap();
        let kept: Vec<&str> = text
            .lines()
            .filter(|l| !l.contains("吴建平") && !l.contains("孙小军"))
            .collect();
        fs::write(&file, kept.join("\r\n") + "\r\n").unwrap();
        let mut office = world.at_desk("xianji").await;
        upload(&mut office, "cadre_kin", &file).await;

        let quarterly = schedule::entries(&app.db).await.unwrap();
        let due = quarterly
            .iter()
            .find(|e| e.job() == Some(schedule::Job::Quarterly))
            .unwrap()
            .next_at();
        world.clock.set(Timestamp(due.millis() + 60_000));
        assert!(schedule::tick(app).await.unwrap() >= 1);
        let mut officer = world.at_desk("jiwei").await;
        let page = officer.get(&href).await.text();
        for words in ["已消除", "已办结", "再次比对已无此疑点"] {
            assert!(page.contains(words), "{words} not in {page}");
        }
        let schedule = world.at_desk("xianji").await.get("/desk/schedule").await.text();
        assert!(schedule.contains("季度") && schedule.contains("疑点"), "{schedule}");
    });
}

fn open(folder: &Path) -> Installation {
    testkit::run(async {
        Installation::open(folder, |settings| settings.demo = true)
            .await
            .unwrap()
    })
}

fn count(folder: &Path, sql: &str) -> i64 {
    testkit::run(async {
        let db = store::Db::connect(&format!("sqlite://{}", folder.join("facts.db").display()))
            .await
            .unwrap();
        db.number(sql, args![]).await.unwrap()
    })
}

/// Asks for a run and dies before it begins, as a crash leaves it.
fn ask(folder: &Path) -> i64 {
    let installation = open(folder);
    let request = RunRequest {
        purpose: "例行比对".into(),
        legal_basis: "《社会救助暂行办法》第五十八条".into(),
        rules: Vec::new(),
        area: installation.app.config.area,
        public_interest: "演示数据，全部虚构，不涉及真实个人".into(),
        kind: RunKind::Full,
    };
    testkit::run(async {
        runs::request_run(&installation.app, &Actor::system(), &request)
            .await
            .unwrap()
    })
}

/// The platform itself, up when this returns.
fn serve(folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yangguang"));
    command.args(["serve", "--port", "0", "--data"]).arg(folder);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("平台已就绪")));
    child
}

fn state(folder: &Path, run: i64) -> (RunState, i64) {
    let installation = open(folder);
    testkit::run(async {
        let run = runs::run(&installation.app.db, run).await.unwrap().unwrap();
        (run.state(), run.attempts)
    })
}

#[test]
fn a_comparison_cut_off_by_kill_nine_goes_on_or_waits_and_asks_nothing_twice() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("installation");
    let installation = open(&folder);
    testkit::run(async {
        let spec = Spec::huimin_2020(Scale::Village, 5);
        demo::fill_for_truth(&installation.app, &spec, &folder.join("files"), &|_| ())
            .await
            .unwrap();
    });
    drop(installation);

    // The restart itself carries on what a crash left behind.
    let first = ask(&folder);
    let started = Instant::now();
    let mut child = serve(&folder);
    let published = format!("SELECT COUNT(*) FROM run WHERE id = {first} AND state = 'published'");
    while count(&folder, &published) == 0 {
        assert!(started.elapsed() < FOR_EVER, "the run does not go on");
        sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(state(&folder, first), (RunState::Published, 1));
    let findings = count(&folder, "SELECT COUNT(*) FROM finding");
    assert!(findings > 0);

    // Killed again and again in the middle: called interrupted, nothing half-applied.
    let mut interrupted = Vec::new();
    for (passed, then_millis) in [
        ("'requested'", 0),
        ("'requested', 'authorised'", 0),
        ("'requested', 'authorised'", 200),
    ] {
        let id = ask(&folder);
        let mut child = serve(&folder);
        let under_way = format!("SELECT COUNT(*) FROM run WHERE id = {id} AND state NOT IN ({passed})");
        let started = Instant::now();
        while count(&folder, &under_way) == 0 {
            assert!(started.elapsed() < FOR_EVER, "the run does not begin");
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_millis(then_millis));
        child.kill().unwrap();
        child.wait().unwrap();
        let (found, _) = state(&folder, id);
        assert!(
            matches!(found, RunState::Interrupted | RunState::Published),
            "{found:?}"
        );
        if found == RunState::Interrupted {
            interrupted.push(id);
        }
        assert_eq!(count(&folder, "SELECT COUNT(*) FROM finding"), findings);
    }
    assert!(!interrupted.is_empty(), "no comparison was hit");

    // A person reads so on the page and has it repeated.
    let installation = open(&folder);
    testkit::run(async {
        let mut office = Client::visiting(installation.app.clone());
        office
            .post(
                "/sign-in",
                &[("login", "xianji"), ("password", directory::DEMO_PASSWORD)],
            )
            .await;
        office.csrf = office
            .get("/desk/password")
            .await
            .attributes("meta[name=csrf]", "content")
            .remove(0);
        let href = format!("/desk/runs/{}", interrupted[0]);
        let page = office.get(&href).await.text();
        assert!(page.contains("中断") && page.contains("可以重新运行"), "{page}");
        let again = office.post(&format!("{href}/repeat"), &[]).await;
        let page = ended(&mut office, again.location()).await;
        assert!(page.text().contains("已推送"), "{}", page.text());
        let facts = page.texts(".pairs > div");
        assert!(facts.contains(&"新增 0".to_owned()), "{facts:?}");
        assert!(!rows(&page, "各规则结果").is_empty());
    });
    assert_eq!(count(&folder, "SELECT COUNT(*) FROM finding"), findings);
}
