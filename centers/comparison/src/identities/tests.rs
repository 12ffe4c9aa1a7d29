//! A run over rows whose numbers are faulty, missing or typed to fill the field.

use access::Role;
use testkit::both_databases;

use super::review::tests::desk;
use crate::finding::{Confidence, Severity};

both_databases! {
    async fn a_number_with_one_wrong_digit_leads_to_the_finding_and_says_so(db: TestDb) {
        let desk = desk(db).await;
        desk.cars(&[("11010519491231012X", "欧阳明月", "胡集镇前王社区前王村", "鲁M12345")]).await;
        let found = desk.compare().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].person_key, found[0].confidence), (Some(desk.her), Confidence::E1));
        let told = &found[0].evidence[1].fields[0];
        assert_eq!(told.label, "身份对应");
        assert!(told.value.contains("姓名一致；号码第16位不同") && told.value.contains("同一自然村"), "{}", told.value);
        assert!(found[0].summary.contains("鲁M12345") && found[0].summary.contains("号码第16位不同"), "{}", found[0].summary);
        let text = serde_json::to_string(&found).unwrap();
        assert!(!text.contains("1949123101"), "no number is readable anywhere");
    }

    async fn the_same_number_under_another_name_leads_nowhere(db: TestDb) {
        let desk = desk(db).await;
        desk.cars(&[("11010519491231012X", "王建国", "胡集镇前王村", "鲁M12345")]).await;
        let found = desk.compare().await;
        assert!(found.iter().all(|draft| draft.person_key != Some(desk.her)), "{found:?}");
    }

    async fn without_a_number_only_what_leaves_no_doubt_links_and_it_is_never_above_yellow(db: TestDb) {
        let desk = desk(db).await;
        // Elsewhere in the county, or with nothing but a name: nobody is named.
        desk.cars(&[
            ("", "欧阳明月", "济南市历城区唐王街道", "鲁M12345"),
            ("", "欧阳明月", "", "鲁M12346"),
        ]).await;
        let found = desk.compare().await;
        assert!(found.iter().all(|draft| draft.confidence == Confidence::E3 && draft.severity >= Severity::Y), "{found:?}");
        assert!(found.is_empty(), "{found:?}");
    }

    async fn a_number_typed_to_fill_the_field_is_told_to_the_department_and_names_nobody(db: TestDb) {
        let desk = desk(db).await;
        let names: Vec<String> = (0..25).map(|n| format!("孙{}", char::from_u32(0x4e00 + n * 7).unwrap())).collect();
        let plates: Vec<String> = (0..25).map(|n| format!("鲁M{n:05}")).collect();
        let rows: Vec<(&str, &str, &str, &str)> = names
            .iter()
            .zip(&plates)
            .map(|(name, plate)| ("440524188001010014", name.as_str(), "", plate.as_str()))
            .collect();
        desk.cars(&rows).await;
        assert!(desk.compare().await.is_empty());
        let mut clerk = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let page = clerk.get("/desk/sources/vehicles").await.text();
        assert!(page.contains("有 25 行（占 100%）填的是 1 个被许多不同姓名共用的证件号码"), "{page}");
        assert!(page.contains("每一行是谁的记录"), "{page}");
        let runs = clerk.get("/desk/runs").await;
        let run = runs.body.split("/desk/runs/").find_map(|part| part.split('"').next()?.parse::<i64>().ok()).unwrap();
        assert!(clerk.get(&format!("/desk/runs/{run}")).await.text().contains("占位号码"));
    }
}
