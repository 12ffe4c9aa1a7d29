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

    async fn a_long_form_is_kept_while_it_is_filled_and_done_with_when_it_is_sent(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let short = town.get("/desk/forces/teams/new").await;
        assert!(short.attributes("form[data-draft]", "action").is_empty(), "four fields are soon typed again");
        let page = town.get("/desk/forces/helpers/new").await;
        let key = page.attributes("form[data-draft=forces]", "data-draft-key").pop().unwrap();
        assert!(key.starts_with("/desk/forces/helpers/new region="), "{key}");
        let request = page.attributes("form[data-draft] input[name=request_id]", "value").pop().unwrap();
        let typed = r#"[["name","刘半程"],["id_number","x"],["trade","纺织"]]"#;
        let draft = [("form", "forces"), ("key", key.as_str()), ("request", request.as_str()), ("fields", typed)];
        assert_eq!(town.post("/desk/drafts", &draft).await.status, StatusCode::OK);
        let ask = format!("/desk/drafts?{}", web::query_of([("of", format!("forces|{key}"))]));
        let offered = town.get(&ask).await.body;
        assert!(offered.contains("刘半程") && !offered.contains("id_number"), "{offered}");
        let refused = [("request_id", request.as_str()), ("name", "刘半程"), ("region", TOWN)];
        assert_eq!(town.post("/desk/forces/helpers/new", &refused).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(town.get(&ask).await.body.contains("刘半程"), "what was refused is still there");
        let sent = [("request_id", request.as_str()), ("name", "刘半程"), ("kind", "responsible"), ("region", TOWN)];
        assert_eq!(town.post("/desk/forces/helpers/new", &sent).await.status, StatusCode::SEE_OTHER);
        assert_eq!(town.get(&ask).await.body, "[]");
    }
}
