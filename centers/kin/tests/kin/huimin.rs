//! The published figures of Huimin: 3,947 cadres with 29,901 relatives, taken in as two delivered files.

use std::{fs, path::Path};

use access::{Actor, Role};
use comparison::sources::import_file;
use simulate::{Scale, Spec};
use testkit::TestDb;

use crate::support::an_app;

// accept: 003-42
#[test]
fn the_graph_takes_the_cadres_and_relatives_of_a_whole_county() {
    let county = simulate::build(&Spec::huimin_2020(Scale::County, 1));
    assert_eq!((county.cadres.len(), county.cadre_kin.len()), (3_947, 29_901));
    let folder = tempfile::tempdir().unwrap();
    let contracts = folder.path().join("contracts");
    fs::create_dir_all(&contracts).unwrap();
    let datasets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    for name in ["cadres.toml", "cadre_kin.toml"] {
        fs::copy(datasets.join(name), contracts.join(name)).unwrap();
    }
    let written = simulate::write_files(&county, &contracts, folder.path(), &mut |_| ()).unwrap();
    let files: Vec<_> = written.files.into_iter().filter(|f| !f.dataset.is_empty()).collect();
    let rows: Vec<u64> = files.iter().map(|f| f.rows).collect();
    assert_eq!(rows, [3_947, 29_901], "a row each in the delivered files");
    testkit::run(async move {
        let db = TestDb::sqlite().await;
        let regions = county.regions.iter().map(|r| (r.code, r.name.to_string()));
        let app = an_app(db, regions).await;
        let mut unread = Vec::new();
        for file in &files {
            let path = folder.path().join(&file.path);
            let report = import_file(&app.app, &Actor::system(), &file.dataset, &path, false)
                .await
                .unwrap();
            assert_eq!(
                (report.rows, report.rejected),
                (file.rows, 0),
                "{} is taken in whole",
                file.dataset
            );
            unread.push(report.checks.get("K-01").copied().unwrap_or(0));
        }
        let mut officer = app.as_role(Role::CdiAdmin, "371621").await;
        let shown = officer.get("/desk/kin").await;
        let tiles: Vec<u64> = shown
            .texts(".tile-value")
            .iter()
            .filter_map(|t| t.trim().parse().ok())
            .collect();
        // Whose number is missing or cannot be read has no place in a graph of persons; everybody else has.
        assert!((3_947 - unread[0]..=3_947).contains(&tiles[0]), "{tiles:?} {unread:?}");
        let lost = unread[1] + unread[0] * 10;
        assert!((29_901 - lost..=29_901).contains(&tiles[1]), "{tiles:?} {unread:?}");
        println!("cadres and relatives shown {tiles:?}, rows without a readable number {unread:?}");
    });
}
