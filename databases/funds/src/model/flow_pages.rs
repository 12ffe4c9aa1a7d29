//! The pages of `docs/flows` are these tables.

use super::flows::*;

fn agrees(name: &str, made: &str) {
    let path = format!("{}/../../docs/flows/{name}.md", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, made,
        "run the tests once with UPDATE_SNAPSHOTS=1 to renew docs/flows/{name}.md"
    );
}

#[test]
fn the_state_tables_in_the_documentation_are_these() {
    agrees(INDICATOR.name, &INDICATOR.to_markdown());
    agrees(ALLOCATION.name, &ALLOCATION.to_markdown());
    agrees(BATCH.name, &BATCH.to_markdown());
    agrees(REIMBURSEMENT.name, &REIMBURSEMENT.to_markdown());
}

#[test]
fn every_state_but_the_first_is_reached_and_reviews_ask_for_a_second_person() {
    use records::flow::Code;
    for state in BatchState::ALL.iter().skip(1) {
        assert!(BATCH.steps.iter().any(|s| s.to == *state), "{state:?}");
    }
    for act in [BatchAct::Check, BatchAct::Approve, BatchAct::Pass] {
        assert!(
            BATCH
                .steps
                .iter()
                .filter(|s| s.act == act)
                .all(|s| s.needs.second_person)
        );
    }
}
