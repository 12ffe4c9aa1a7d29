//! The program watches day and night; people answer for what it asks.

use std::fs;

use comparison::{
    runs::{self, RunKind},
    schedule::{self, Job},
};
use kernel::Timestamp;
use server::demo::cases::Case;

use crate::world::{rows, upload, world};

const DAY_MINUTES: i64 = 24 * 60;

// accept: 003-50
#[test]
fn a_delivery_at_night_is_compared_within_the_hour_and_in_the_morning_its_question_waits_for_an_office_with_a_term() {
    testkit::run(async {
        let case = Case::Jiawang;
        let world = world(case).await;
        let app = &world.installation.app;
        world.deliver().await;
        // Two declarations are missing: one relative fewer than the rule asks about.
        let file = world.file("干部近亲属申报");
        let whole = fs::read_to_string(&file).unwrap();
        let kept: Vec<&str> = whole
            .lines()
            .filter(|l| !l.contains("吴建平") && !l.contains("孙小军"))
            .collect();
        fs::write(&file, kept.join("\r\n") + "\r\n").unwrap();
        upload(&mut world.at_desk("xianji").await, "cadre_kin", &file).await;
        schedule::tick(app).await.unwrap();
        world.compare("").await;
        let list = world.at_desk("jiwei").await.get("/desk/warnings?rule=C-03").await;
        assert!(list.attributes("tbody td a", "href").is_empty(), "nothing to ask yet");

        // Half past two at night the whole list is delivered; nobody is at a desk.
        let night = Timestamp::at_start_of(case.day()).plus_minutes(DAY_MINUTES + 150);
        world.clock.set(night);
        fs::write(&file, &whole).unwrap();
        upload(&mut world.at_desk("xianji").await, "cadre_kin", &file).await;
        world.clock.set(night.plus_minutes(61));
        schedule::tick(app).await.unwrap();
        let jobs = schedule::entries(&app.db).await.unwrap();
        let job = jobs.iter().find(|e| e.job() == Some(Job::Deliveries)).unwrap();
        let run = runs::run(&app.db, job.last_run.unwrap()).await.unwrap().unwrap();
        assert_eq!(run.kind(), RunKind::Touched(vec!["cadre_kin".into()]));

        world.clock.set(night.plus_minutes(6 * 60));
        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=C-03").await;
        let line = rows(&list, "预警列表").remove(0);
        assert!(line[8].contains("纪委"), "an office answers for it: {line:?}");
        let href = list.attributes("tbody td a", "href").remove(0);
        let page = officer.get(&href).await.text();
        assert!(page.contains("办理期限") && page.contains("个工作日"), "{page}");
        assert!(page.contains("我现在可以办理"), "{page}");
    });
}
