//! What is counted as found, asked and wrong.

use super::*;
use crate::identities::Doubt;

#[test]
fn a_thing_is_found_by_its_key_and_a_household_by_its_head() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let findings = "规则,项目,期间起,期间止,可能例外,人员键,身份对应,对象键\n\
         E-09,,2020-05,2020-05,,,,project:7\n\
         E-09,,2020-05,2020-05,,,,project:8\n\
         K-10,,2017-03,2017-03,,,,household:4\n";
    std::fs::write(path("findings.csv"), findings).unwrap();
    let keys = KeyRing::for_tests(1);
    let head = IdNumber::parse("11010519491231002X").unwrap().number;
    let truth = "rule,expected,person_id,period_from,period_to,class,confidence,thing\n\
         E-09,hit,,2020-05,2020-05,exact,E1,project:7\n\
         E-09,miss,,2020-05,2020-05,exact,E1,project:8\n\
         E-09,hit,,2020-05,2020-05,exact,E1,project:9\n\
         K-10,hit,11010519491231002X,2017-03,2017-03,exact,E1,\n";
    std::fs::write(path("entered.csv"), truth).unwrap();
    let held = Held {
        truth: &[&path("entered.csv")],
        keys: &keys,
        checks: &[],
        heads: &HashMap::from([(4, keys.person_key(&head).0)]),
        unasked: &HashSet::new(),
        identities: &[],
    };
    let figures = accuracy(&path("findings.csv"), &held).unwrap();
    let of = |rule: &str| figures.rules[rule].clone();
    assert_eq!(of("E-09").hits, Tally { planted: 2, found: 1 });
    assert_eq!(of("E-09").misses, Tally { planted: 1, found: 1 });
    assert_eq!(
        of("E-09").alarms,
        Tally { planted: 2, found: 1 },
        "the look-alike is a wrong alarm"
    );
    assert_eq!(of("K-10").hits, Tally { planted: 1, found: 1 });
}

#[test]
fn a_number_under_another_name_is_expected_only_of_tables_that_may_be_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let keys = KeyRing::for_tests(1);
    let person = IdNumber::parse("11010519491231002X").unwrap().number;
    let key = keys.person_key(&person).0;
    let findings = format!(
        "规则,项目,期间起,期间止,可能例外,人员键,身份对应,对象键,疑点键\n\
         K-11,,2020-01,2020-12,,{key},,person:{key},K-11|person:{key}|vehicles|2020-01\n"
    );
    std::fs::write(path("findings.csv"), findings).unwrap();
    let truth = "rule,expected,person_id,period_from,period_to,class,confidence,dataset\n\
         K-11,hit,11010519491231002X,2020-01,2020-12,misused_id,E2,vehicles\n\
         K-11,hit,11010519491231002X,2020-01,2020-12,misused_id,E2,tax\n\
         K-11,hit,11010519491231002X,2020-01,2020-12,misused_id,E2,deposits\n";
    std::fs::write(path("truth.csv"), truth).unwrap();
    let held = Held {
        truth: &[&path("truth.csv")],
        keys: &keys,
        checks: &[],
        heads: &HashMap::new(),
        unasked: &HashSet::from(["deposits".to_owned()]),
        identities: &[],
    };
    let figures = accuracy(&path("findings.csv"), &held).unwrap();
    assert_eq!(
        figures.rules[MISUSED_RULE].hits,
        Tally { planted: 2, found: 1 },
        "that of the tax office is a true miss"
    );
    assert_eq!(figures.not_asked, BTreeMap::from([("deposits".to_owned(), 1)]));
    assert!(figures.to_string().contains("not expected of it: 1 of deposits"));
}

#[test]
fn a_row_that_waits_for_a_person_is_not_reported_and_counted_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let keys = KeyRing::for_tests(1);
    let person = IdNumber::parse("11010519491231002X").unwrap().number;
    let key = keys.person_key(&person).0;
    std::fs::write(
        path("findings.csv"),
        "规则,期间起,期间止,可能例外,人员键,身份对应,对象键\n",
    )
    .unwrap();
    let truth = "rule,expected,person_id,period_from,period_to,class,confidence,dataset,row_no\n\
         C-02,hit,11010519491231002X,2018-01,2020-12,missing_id,E3,cadre_kin,7\n\
         C-02,hit,11010519491231002X,2018-01,2020-12,missing_id,E3,cadre_kin,8\n\
         C-02,hit,11010519491231002X,2018-01,2020-12,missing_id,E3,cadre_kin,9\n";
    std::fs::write(path("truth.csv"), truth).unwrap();
    let doubt = |row_no, person_key, second_key| Doubt {
        content: 1,
        row_no,
        tag: 1,
        person_key,
        second_key,
        probability: 0.6,
        region: 0,
        name: "张三".to_owned(),
        reasons: Vec::new(),
        second_reasons: Vec::new(),
    };
    let waiting = LinkedSet {
        data_set: "cadre_kin".to_owned(),
        doubts: vec![doubt(7, 5, Some(key)), doubt(8, 5, Some(6))],
        ..LinkedSet::default()
    };
    let held = Held {
        truth: &[&path("truth.csv")],
        keys: &keys,
        checks: &[],
        heads: &HashMap::new(),
        unasked: &HashSet::new(),
        identities: &[waiting],
    };
    let figures = accuracy(&path("findings.csv"), &held).unwrap();
    let total = figures.total();
    assert_eq!(total.hits, Tally { planted: 3, found: 0 }, "asking is not reporting");
    assert_eq!(total.asked, 1, "the right person must be among those shown");
    let printed = figures.to_string();
    assert!(
        printed.contains("missing_id cadre_kin (asked of a person, 0.600; another fits nearly as well)"),
        "{printed}"
    );
    assert!(
        printed.contains("(asked of a person about others, 0.600; another"),
        "{printed}"
    );
}
