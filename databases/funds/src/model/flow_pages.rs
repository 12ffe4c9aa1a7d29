//! The pages of `docs/flows` are these tables.

use records::flow::{Code, Flow};
use testkit::docs;

use super::flows::*;

fn agrees<S: Code, A: Code>(flow: &Flow<S, A>) {
    docs::agree(&format!("flows/{}.md", flow.name), &flow.to_markdown());
}

#[test]
fn the_state_tables_in_the_documentation_are_these() {
    agrees(&INDICATOR);
    agrees(&ALLOCATION);
    agrees(&BATCH);
    agrees(&REIMBURSEMENT);
}

#[test]
fn every_state_but_the_first_is_reached_and_reviews_ask_for_a_second_person() {
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
