//! What differs between two runs, and the rules, as somebody takes them home.

use ::store::{Query, args};
use access::Role;
use axum::http::StatusCode;
use calamine::Reader;
use testkit::{an_actor, both_databases};

use super::{
    execute, request_run,
    tests::{desk, import_cars, request},
};

/// The rows of a workbook as text, its head first.
fn sheet(bytes: Vec<u8>) -> Vec<Vec<String>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

both_databases! {
    async fn differences_of_a_run_are_taken_home_as_narrowed_and_names_are_not_for_everyone(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let first = request_run(app, &actor, &request()).await.unwrap();
        execute(app, &actor, first).await.unwrap();
        let tx = app.trail.begin(&access::Actor::system()).await.unwrap();
        tx.execute("DELETE FROM payment WHERE id = 2", vec![]).await.unwrap();
        tx.commit(trail::Act::new("test.change", "payment")).await.unwrap();
        let second = request_run(app, &actor, &request()).await.unwrap();
        execute(app, &actor, second).await.unwrap();

        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let page = county.get(&format!("/desk/runs/{second}/changes?change=gone")).await;
        assert!(page.text().contains("张三"), "{}", page.text());
        let href = page.attributes("a[download]", "href").remove(0);
        let rows = sheet(county.get(&href).await.bytes);
        assert_eq!(rows[0], ["规则编号", "规则名称", "差异", "对象", "所在村", "期间"]);
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!((rows[1][0].as_str(), rows[1][2].as_str(), rows[1][3].as_str()), ("B-03", "不再出现", "张三"));
        let none = county.get(&format!("/desk/runs/{second}/changes?change=new")).await;
        assert!(none.attributes("a[download]", "href").is_empty() && none.text().contains("没有符合条件的差异"));
        assert_eq!(sheet(county.get(&format!("/desk/runs/{second}/changes.xlsx?change=new")).await.bytes).len(), 1);
        assert_eq!(county.get("/desk/runs/7/changes.xlsx").await.status, StatusCode::NOT_FOUND);
        let told = app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = $1", args!["run.export"]).await;
        assert_eq!(told.unwrap(), 2, "each file is on the record");

        // The city sees which rules differ and where, not who; nor does it try names out or take the list away.
        let mut city = desk.app.as_role(Role::CityPoverty, "371600").await;
        let page = city.get(&format!("/desk/runs/{second}/changes")).await;
        assert!(page.text().contains("张*") && !page.text().contains("张三"), "{}", page.text());
        assert!(page.attributes("a[download]", "href").is_empty());
        let tried = city.get(&format!("/desk/runs/{second}/changes?q=%E5%BC%A0%E4%B8%89")).await;
        assert!(tried.text().contains("没有符合条件的差异"));
        let refused = city.get(&format!("/desk/runs/{second}/changes.xlsx")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }

    async fn the_list_of_rules_is_taken_home_as_narrowed(db: TestDb) {
        let desk = desk(db).await;
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let page = county.get("/desk/rules?severity=red&source=life_events").await;
        let shown = page.texts("tbody tr td:first-child");
        let rows = sheet(county.get(&page.attributes("a[download]", "href")[0]).await.bytes);
        assert_eq!(rows[0][..3], ["编号", "名称", "问题类别"]);
        assert_eq!(rows[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>(), shown, "the same rows");
        assert!(!shown.is_empty() && rows[1..].iter().all(|row| row[4] == "红色"), "{rows:?}");
        assert!(county.get("/desk/rules?q=zzz").await.attributes("a[download]", "href").is_empty());
        let all = sheet(county.get("/desk/rules.xlsx").await.bytes);
        assert!(all.len() > rows.len());
        let mut village = desk.app.as_role(Role::VillageAdmin, "371621103005").await;
        assert_eq!(village.get("/desk/rules.xlsx").await.status, StatusCode::FORBIDDEN);
    }
}
