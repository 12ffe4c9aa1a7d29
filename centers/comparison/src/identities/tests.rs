//! A run over rows whose numbers are faulty, missing or typed to fill the field.

use ::store::Query;
use access::Role;
use testkit::both_databases;

use super::review::tests::desk;
use crate::finding::{Confidence, Severity};

pub(super) const HERS: &str = "11010519491231002X";

/// A right number of somebody born on one day.
pub(super) fn number(n: usize) -> String {
    let first = format!("37162119500101{n:03}");
    format!("{first}{}", kernel::identity::check_char(&first).unwrap())
}

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

    async fn somebodys_number_under_anothers_name_is_asked_of_the_office_once_and_accuses_nobody(db: TestDb) {
        let desk = desk(db).await;
        desk.cars(&[
            (HERS, "王建国", "胡集镇前王村", "鲁M12345"),
            (HERS, "王建国", "胡集镇前王村", "鲁M12346"),
            (HERS, "赵志强", "", "鲁M12347"),
        ]).await;
        let found = desk.compare_by(&["A-01", "K-11"]).await;
        assert_eq!(found.len(), 1, "three rows of one number and source are one question, and no car is hers: {found:?}");
        let asked = &found[0];
        assert_eq!((asked.rule_id.as_str(), asked.severity, asked.confidence), ("K-11", Severity::Y, Confidence::E2));
        assert_eq!((asked.person_key, asked.owner_department.as_str()), (Some(desk.her), "public_security"));
        assert_eq!(asked.proposed_exception, None);
        assert!(asked.key.contains("|vehicles|") && asked.money_fen == 0, "{}", asked.key);
        for words in ["机动车登记中有3行", "“王*国”", "请公安局查对原始档案", "不作为欧阳明月的情况"] {
            assert!(asked.summary.contains(words), "{words} not in {}", asked.summary);
        }
        let whole: Vec<&str> = asked.evidence.iter().filter(|r| r.row_no.is_none()).flat_map(|r| &r.fields).map(|f| f.value.as_str()).collect();
        assert!(whole.contains(&"欧阳明月") && whole.contains(&"王*国") && whole.contains(&"不同") && whole.contains(&"同一自然村"), "{whole:?}");
        assert!(!whole.contains(&"王建国"), "the other's name stands in the record alone, which fewer may see");
        let records = asked.evidence.iter().filter(|r| r.row_no.is_some());
        assert_eq!(records.map(|r| r.row_no).collect::<Vec<_>>(), [Some(2), Some(4)], "a record for each name");
        let again = desk.compare_by(&["A-01", "K-11"]).await;
        assert_eq!(again, found, "asked again it is the same question");
        let mut clerk = desk.app.as_role(Role::CountyAdmin, "371621").await;
        assert!(clerk.get("/desk/rules/K-11").await.text().contains("证件号码与登记姓名不是同一人"));
    }

    async fn another_spelling_of_her_name_is_she_herself(db: TestDb) {
        let desk = desk(db).await;
        // Traditional, by sound, compound surname cut off, a dot too many.
        for written in ["歐陽明月", "欧阳鸣月", "欧明月", "阳明月", "欧阳·明月", "欧阳　明月"] {
            desk.cars(&[(HERS, written, "胡集镇前王村", "鲁M12345")]).await;
            let found = desk.compare_by(&["A-01", "K-11"]).await;
            assert_eq!(found.len(), 1, "{written}: {found:?}");
            assert_eq!((found[0].rule_id.as_str(), found[0].confidence), ("A-01", Confidence::E1), "{written}");
        }
    }

    async fn a_name_with_something_of_hers_is_asked_about_with_an_exception_proposed(db: TestDb) {
        let desk = desk(db).await;
        for written in ["欧阳", "李明生"] {
            desk.cars(&[(HERS, written, "", "鲁M12345")]).await;
            let found = desk.compare_by(&["A-01", "K-11"]).await;
            assert_eq!(found.len(), 1, "{written}: {found:?}");
            assert_eq!((found[0].rule_id.as_str(), found[0].proposed_exception.as_deref()), ("K-11", Some("X17")), "{written}");
        }
    }

    async fn a_stranger_to_the_comparison_is_not_asked_about(db: TestDb) {
        let desk = desk(db).await;
        let other = number(7);
        desk.settle(&[(desk.key_of(&other), "孙德福".into(), "1950-01-01".into())]).await;
        desk.cars(&[(&other, "王建国", "", "鲁M12345")]).await;
        assert!(desk.compare_by(&["A-01", "K-11"]).await.is_empty(), "draws nothing, applied for nothing");
    }

    async fn a_file_whose_names_slid_against_its_numbers_asks_about_nobody_and_says_so(db: TestDb) {
        let desk = desk(db).await;
        let names: Vec<String> = (0..60).map(|n| format!("{}{}", ["孙", "周", "吴", "郑"][n % 4], ["建国", "秀英", "志强", "桂兰", "海涛"][n % 5])).collect();
        let numbers: Vec<String> = (0..60).map(number).collect();
        let people: Vec<(i64, String, String)> = (0..60).map(|n| (desk.key_of(&numbers[n]), names[n].clone(), "1950-01-01".into())).collect();
        desk.settle(&people).await;
        let plates: Vec<String> = (0..61).map(|n| format!("鲁M{n:05}")).collect();
        let mut rows: Vec<(&str, &str, &str, &str)> = (0..60).map(|n| (numbers[n].as_str(), names[(n + 1) % 60].as_str(), "", plates[n].as_str())).collect();
        rows.push((HERS, "孙建国", "", &plates[60]));
        desk.cars(&rows).await;
        assert!(desk.compare_by(&["A-01", "K-11"]).await.is_empty());
        let mut clerk = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let page = clerk.get("/desk/sources/vehicles").await.text();
        assert!(page.contains("有 61 行（占 100%）的证件号码是登记册中的人，姓名却是另一个人"), "{page}");
    }

    async fn a_relative_named_in_the_record_tells_namesakes_apart_and_the_reason_says_so(db: TestDb) {
        let desk = desk(db).await;
        let names: Vec<String> = (0..120).map(|n| format!("郭{}", char::from_u32(0x5200 + n * 5).unwrap())).collect();
        let families: Vec<(i64, &str, &str, &str, i64)> = names.iter().enumerate().map(|(n, name)| (3_000 + n as i64, name.as_str(), "1955-05-05", "01", 100 + n as i64)).collect();
        desk.house(&families).await;
        // Three of one name in one village; 高德山 heads the family of the first, another 高德山 none.
        desk.house(&[
            (4_001, "高德山", "1950-02-03", "02", 71),
            (4_002, "乔玉珍", "1952-08-09", "12", 71),
            (4_003, "乔玉珍", "1971-11-30", "12", 72),
            (4_004, "乔玉珍", "1988-06-17", "32", 73),
        ]).await;
        let civil_aid = |head: &str, address: &str| {
            format!("身份证号码,姓名,救助类别,户主姓名,享受起始年月,户籍地址\n,乔玉珍,2,{head},2021-04,{address}\n")
        };
        desk.deliver("civil_aid", &civil_aid("高德山", "胡集镇前王村")).await;
        desk.compare_by(&["K-11"]).await;
        let found = desk.links("civil_aid").await;
        assert_eq!(found.linked.iter().map(|row| row.person_key).collect::<Vec<_>>(), [4_002], "{found:?}");
        assert!(found.linked[0].told.contains("姓名一致；未填证件号码；所写亲属与此人同户"), "{}", found.linked[0].told);
        assert_eq!(found.linked[0].confidence, Confidence::E3, "still to be confirmed");
        // A head of her own name, one nobody knows, one of nowhere in particular: no family is named.
        for (head, address) in [("乔玉珍", "胡集镇前王村"), ("高德水", "胡集镇前王村"), ("高德山", ""), ("", "胡集镇前王村")] {
            desk.deliver("civil_aid", &civil_aid(head, address)).await;
            desk.compare_by(&["K-11"]).await;
            let found = desk.links("civil_aid").await;
            assert!(found.linked.is_empty(), "{head} {address}: {found:?}");
        }
        // Two heads of that name in the village: neither family is meant for certain.
        desk.house(&[(4_005, "高德山", "1949-01-01", "02", 74)]).await;
        desk.deliver("civil_aid", &civil_aid("高德山", "胡集镇前王村")).await;
        desk.compare_by(&["K-11"]).await;
        assert!(desk.links("civil_aid").await.linked.is_empty());
    }

    async fn a_declared_relative_without_a_number_is_sought_beside_the_cadre_and_by_what_the_form_says(db: TestDb) {
        let desk = desk(db).await;
        // Relatives of the cadre whose number is right live in her village, most other people in another town.
        let names: Vec<String> = (0..150).map(|n| format!("郭{}", char::from_u32(0x5200 + n * 5).unwrap())).collect();
        let numbers: Vec<String> = (0..150).map(number).collect();
        let people: Vec<(i64, String, String)> = (0..150).map(|n| (desk.key_of(&numbers[n]), names[n].clone(), "1950-01-01".into())).collect();
        desk.settle(&people).await;
        let far: Vec<String> = (0..300).map(|n| format!("郝{}", char::from_u32(0x6200 + n * 5).unwrap())).collect();
        let away: Vec<(i64, &str, i64, &str, i64)> = (0..300).map(|n| (5_000 + n as i64, far[n].as_str(), 1 + n as i64 % 2, "1961-01-01", 371_621_105_301_001)).collect();
        desk.live(&away).await;
        // Of four 程玉珍 one is a woman of the cadre's community.
        desk.live(&[
            (4_001, "程玉珍", 2, "1931-04-09", 371_621_104_201_002),
            (4_002, "程玉珍", 2, "1933-10-21", 371_621_105_301_001),
            (4_003, "程玉珍", 2, "1976-07-02", 371_621_105_301_002),
            (4_004, "程玉珍", 1, "1935-01-15", 371_621_104_201_001),
        ]).await;
        let certain: String = (0..150).map(|n| format!("{HERS},欧阳明月,{},{},堂兄弟、堂姐妹,否,,\n", numbers[n], names[n])).collect();
        let form = |birth: &str| {
            format!("干部身份证号,干部姓名,亲属身份证号,亲属姓名,与干部关系,是否已备案,亲属出生日期,亲属家庭住址\n{certain}{HERS},欧阳明月,,程玉珍,母亲,否,{birth},\n")
        };
        desk.deliver("cadre_kin", &form("")).await;
        desk.compare_by(&["C-02"]).await;
        let found = desk.links("cadre_kin").await;
        assert!(found.linked.is_empty(), "a name beside a cadre is no identity: {found:?}");
        let asked = &found.doubts[0];
        assert_eq!(asked.person_key, 4_001, "{found:?}");
        let says = |part: &str, finding: &str| asked.reasons.iter().any(|(p, f, _)| p == part && f == finding);
        assert!(says("性别", "相同") && says("与申报的亲属", "同一社区或行政村"), "{asked:?}");
        assert!(asked.reasons.iter().all(|(part, ..)| part != "住地"), "where she lives is not said: {asked:?}");
        // The form says when she was born: another one.
        desk.deliver("cadre_kin", &form("1933-10-21")).await;
        desk.compare_by(&["C-02"]).await;
        let found = desk.links("cadre_kin").await;
        assert_eq!(found.linked.iter().map(|row| row.person_key).collect::<Vec<_>>(), [4_002], "{found:?}");
        assert_eq!(found.linked[0].confidence, Confidence::E3, "still to be confirmed");
        // Two women of that name beside her: nobody is named, a person is asked.
        desk.live(&[(4_005, "程玉珍", 2, "1958-05-11", 371_621_104_201_001)]).await;
        desk.deliver("cadre_kin", &form("")).await;
        desk.compare_by(&["C-02"]).await;
        let found = desk.links("cadre_kin").await;
        assert!(found.linked.is_empty(), "{found:?}");
        let shown = [Some(found.doubts[0].person_key), found.doubts[0].second_key];
        assert!(shown.contains(&Some(4_001)) && shown.contains(&Some(4_005)), "{shown:?}");
        assert!(found.doubts[0].reasons.iter().any(|(part, ..)| part == "与申报的亲属"), "{found:?}");
    }

    async fn half_a_file_under_one_typed_number_names_nobody_and_asks_no_more_than_people_can_answer(db: TestDb) {
        let desk = desk(db).await;
        // A number that fails its check and is one digit from hers; half the rows bear her own name.
        let names = ["欧阳明月", "孙建国"];
        let plates: Vec<String> = (0..3_000).map(|n| format!("鲁M{n:05}")).collect();
        let rows: Vec<(&str, &str, &str, &str)> = plates.iter().enumerate().map(|(n, plate)| ("111111111111111111", names[n % 2], "", plate.as_str())).collect();
        desk.cars(&rows).await;
        assert!(desk.compare_by(&["A-01", "K-11"]).await.is_empty());
        let waiting = desk.app.app.db.number("SELECT COUNT(*) FROM identity_case", vec![]).await.unwrap();
        assert!(waiting <= crate::identities::review::MOST_NEW_CASES as i64, "{waiting}");
    }

    async fn a_village_of_thousands_of_one_surname_and_year_names_nobody_and_says_why(db: TestDb) {
        let desk = desk(db).await;
        // Four thousand called Wang, all of 1963; more than half of them 王伟. One row is hers beyond doubt.
        let born = |n: i64| format!("1963-{:02}-{:02}", n % 12 + 1, n / 12 % 28 + 1);
        let given = |n: i64| char::from_u32(0x4e00 + (n % 500) as u32).unwrap();
        let called = |n: i64| if n < 2_100 { "王伟".to_owned() } else { format!("王{}", given(n)) };
        let people: Vec<(i64, String, String)> = (0..4_000).map(|n| (50_000 + n, called(n), born(n))).collect();
        desk.settle(&people).await;
        let plates: Vec<String> = (0..300).map(|n| format!("鲁M{n:05}")).collect();
        let names: Vec<String> = (0..300).map(|n| called(n * 13)).collect();
        let mut rows: Vec<(&str, &str, &str, &str)> =
            names.iter().zip(&plates).map(|(name, plate)| ("", name.as_str(), "胡集镇前王社区前王村", plate.as_str())).collect();
        rows.push((HERS, "欧阳明月", "", "鲁M99999"));
        desk.cars(&rows).await;
        let found = desk.compare().await;
        assert_eq!(found.iter().map(|d| d.person_key).collect::<Vec<_>>(), [Some(desk.her)], "{found:?}");
        assert!(desk.links("vehicles").await.linked.is_empty());
        let waiting = desk.app.app.db.number("SELECT COUNT(*) FROM identity_case", vec![]).await.unwrap();
        assert!(waiting <= crate::identities::review::MOST_NEW_CASES as i64, "{waiting}");
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let page = county.get("/desk/sources/vehicles").await.text();
        assert!(page.contains("过于相近") && page.contains("请报送部门补上号码"), "{page}");
    }
}
