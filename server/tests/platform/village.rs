//! A whole invented village goes through the platform's own doors, on either database.

use access::{Actor, Role};
use server::{Installation, demo};
use simulate::{Scale, Spec};
use store::{Query, args};
use testkit::{TestDb, both_databases};
use trail::Verdict;

async fn a_village(db: &TestDb) -> Installation {
    let url = db.url.clone();
    let folder = db.folder.path().join("installation");
    let installation = Installation::open(&folder, |settings| {
        settings.demo = true;
        settings.database = Some(url);
    })
    .await
    .unwrap();
    let spec = Spec::huimin_2020(Scale::Village, 3);
    demo::fill(&installation.app, spec, &folder.join("files"), &|_| ())
        .await
        .unwrap();
    installation
}

both_databases! {
    async fn files_become_findings_and_a_second_run_changes_nothing(db: TestDb) {
        let installation = a_village(&db).await;
        let app = &installation.app;
        let findings = app.db.number("SELECT COUNT(*) FROM finding", args![]).await.unwrap();
        assert!(findings > 0);

        let again = demo::compare(app).await.unwrap();
        assert_eq!(app.db.number("SELECT COUNT(*) FROM finding", args![]).await.unwrap(), findings);
        assert_eq!(again as i64, findings);
        let run = comparison::runs::runs(&app.db, &Actor::public().scope, 1).await.unwrap().remove(0);
        assert_eq!((run.found_new, run.found_updated, run.found_cleared), (0, 0, 0));
    }

    // accept: 000-05d
    async fn every_act_of_the_fill_is_on_an_intact_record(db: TestDb) {
        let installation = a_village(&db).await;
        let Verdict::Intact(events) = trail::verify(&installation.app.db).await.unwrap() else { panic!("broken") };
        assert!(events > 40, "{events}");
    }

    // accept: 000-08
    async fn no_readable_number_lies_in_the_database_or_its_files(db: TestDb) {
        let installation = a_village(&db).await;
        let app = &installation.app;
        let county = simulate::build(&Spec::huimin_2020(Scale::Village, 3));
        let number = county.person(county.payments[0].payee).id.expose().to_owned();
        let mut looked_at = 0;
        for entry in files_below(&app.config.data_dir).into_iter().filter(|p| !p.starts_with(app.config.data_dir.join("files"))) {
            let bytes = std::fs::read(&entry).unwrap();
            assert!(!bytes.windows(18).any(|w| w == number.as_bytes()), "{}", entry.display());
            looked_at += 1;
        }
        let sealed = app.db.number("SELECT COUNT(*) FROM person WHERE id_sealed IS NOT NULL", args![]).await.unwrap();
        assert!(looked_at > 10 && sealed > 100);
    }
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files_below(&entry))
        } else {
            found.push(entry)
        }
    }
    found
}

#[test]
fn each_of_the_nine_levels_signs_in_and_sees_only_its_own_area() {
    testkit::run(async {
        let db = TestDb::sqlite().await;
        let installation = a_village(&db).await;
        let app = &installation.app;
        let accounts = directory::demo::demo_accounts(app).await.unwrap();
        let living = directory::living();
        for account in &accounts {
            let stored = directory::accounts::account_by_login(&app.db, account.login)
                .await
                .unwrap()
                .unwrap();
            let signed_in = living.signed_in(app, stored.id).await.unwrap().unwrap();
            assert_eq!(signed_in.actor.role, account.role);
            let whole_county = signed_in.actor.scope.covers(app.config.area);
            let village_level = matches!(
                account.role,
                Role::VillageAdmin | Role::VillageSupervision | Role::TownCdi
            );
            assert!(!(village_level && whole_county), "{} reaches the county", account.login);
        }
        let nine = accounts
            .iter()
            .filter(|a| a.role.code().len() == 2)
            .map(|a| a.role.code())
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(nine.len(), 9, "{nine:?}");
    });
}
