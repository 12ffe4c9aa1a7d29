//! What a rule is called: a finding keeps the name it was asked under, the rest uses the name in force.

use std::collections::BTreeMap;

use comparison::{
    rules::Rules,
    workbench::{NewChange, What, propose, rules_in_force},
};
use kernel::period::parse_date;
use testkit::{Client, TestApp, both_databases};

use crate::{lists::table, world::*};

const OLD: &str = "A-01 享受对象家庭名下有机动车";
const NEW: &str = "A-01 家庭成员名下登记有车辆";

/// The name approved in the workbench.
async fn renamed(world: &TestApp) {
    let files = world.app.part::<Rules>().unwrap();
    let file = files.get("A-01").unwrap();
    let name = |text: &str| BTreeMap::from([("name".to_owned(), text.to_owned())]);
    let change = NewChange {
        rule: "A-01".to_owned(),
        what: What::Text {
            wording: name(&NEW[5..]),
            was: name(&file.name),
        },
        region: COUNTY.parse().unwrap(),
        from: parse_date("2026-01-01").unwrap(),
        to: None,
        basis: "县民政〔2026〕3号".to_owned(),
        reason: "说得更明白".to_owned(),
        file_hash: file.hash.clone(),
    };
    propose(&world.app, &inspector(), "rename-0001", &change).await.unwrap();
    let approved = "UPDATE rule_change SET state = 'approved', decided_at = 1, version = 2";
    world.app.db.run_schema(approved).await.unwrap();
    let rules = rules_in_force(&world.app).await.unwrap();
    assert_eq!(rules.get("A-01").unwrap().version, 2);
}

/// What a run writes down of the rule it asked by.
async fn recorded(world: &TestApp, run: i64, version: i64, title: &str) {
    let sql = format!(
        "INSERT INTO run_rule (run_id, rule_id, rule_version, rule_hash, rule_name, findings, exceptions, millis) \
         VALUES ({run}, 'A-01', {version}, '', '{}', 1, 0, 1)",
        &title[5..]
    );
    world.app.db.run_schema(&sql).await.unwrap();
}

both_databases! {
    async fn a_finding_keeps_the_name_it_was_asked_under_and_the_rest_uses_the_one_in_force(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        recorded(&world, 1, 1, OLD).await;
        let mut officer = world.signed_in(inspector()).await;
        let rules_of = async |officer: &mut Client| officer.get("/desk/warnings").await.texts("tbody td:nth-child(3)");
        assert_eq!(rules_of(&mut officer).await, [OLD]);
        renamed(&world).await;
        assert_eq!(rules_of(&mut officer).await, [OLD], "it was asked under that name");

        let mut draft = a_draft(2);
        draft.rule_version = 2;
        absorb(&world, &a_run(2), vec![a_draft(1), draft]).await;
        recorded(&world, 2, 2, NEW).await;
        let mut told = rules_of(&mut officer).await;
        told.sort();
        assert_eq!(told, [OLD, NEW]);
        let list = officer.get("/desk/warnings").await;
        let offered = list.texts("#f-rule option");
        assert!(offered.contains(&NEW.to_owned()) && !offered.contains(&OLD.to_owned()), "{offered:?}");
        for (person, title) in [(1, OLD), (2, NEW)] {
            let page = officer.get(&format!("/desk/warnings/{}", id_of(&world, person).await)).await.text();
            assert!(page.contains(title), "{title}: {page}");
        }
        let file = table(&officer.get("/desk/warnings/export").await);
        let mut told: Vec<String> = file[1..].iter().map(|row| row[2].to_string()).collect();
        told.sort();
        assert_eq!(told, [OLD, NEW]);
        let results = officer.get("/desk/warnings/results").await;
        assert_eq!(results.texts("tbody tr td")[0], NEW, "a rule has one line, under its name of today");
    }
}
