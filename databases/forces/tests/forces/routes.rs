//! Every route of this module with every role.

use testkit::{TestDb, golden, run};

use crate::support::a_county;

// accept: 000-65
#[test]
fn every_route_names_a_policy_and_is_closed_to_those_it_does_not_permit() {
    run(async {
        let app = a_county(TestDb::sqlite().await).await;
        assert_eq!(golden::without_policy(&app.app), Vec::<String>::new());
        assert_eq!(golden::walk(&app).await, Vec::<String>::new());
    });
}
