//! Views of the lists that people come back to, kept under a name.

use access::Role;
use axum::http::StatusCode;
use testkit::both_databases;

use crate::support::{TOWN, a_county};

both_databases! {
    async fn every_list_keeps_its_view_under_a_name(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        for (list, query) in [
            ("helpers", "kind=volunteer"), ("teams", "name=工作队"), ("pairings", "helped=0"), ("visits", "state=planned"),
            ("overdue", "month=2026-02"), ("gaps", "day=2026-02-01"), ("villages", "kind=department"),
            ("measures", "kind=industry"), ("spot-checks", "community=371621102001"),
        ] {
            let page = format!("/desk/forces/{list}");
            let seen = town.get(&format!("{page}?{query}")).await;
            assert_eq!(seen.status, StatusCode::OK, "{list}: {}", seen.text());
            let offered = seen.attributes(".saved-filter-new input[name=query]", "value").pop().unwrap_or_default();
            let typed = query.split_once('=').unwrap().0;
            assert!(offered.contains(&format!("{typed}=")), "{list}: {offered}");
            let kept = town.post("/desk/filters", &[("page", &page), ("name", "常看的"), ("query", &offered)]).await;
            assert_eq!(kept.location(), format!("{page}?{offered}"));
            let bare = town.get(&page).await;
            assert_eq!(bare.attributes(".saved-filter a", "href"), [format!("{page}?{offered}")], "{list}");
            assert!(bare.texts(".saved-filter-new").is_empty(), "nothing to keep in the whole list of {list}");
        }
    }
}
