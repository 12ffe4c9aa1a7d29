//! The graph of a county's cadres at its published size.

use std::fmt::Write as _;

use server::demo::cases::Case;
use testkit::run;

use crate::world::{upload, world};

// accept: 003-42
#[test]
fn the_graph_of_a_county_holds_3947_cadres_and_29901_relatives_7_58_each() {
    const CADRES: usize = 3_947;
    const RELATIVES: usize = 29_901;
    run(async {
        let world = world(Case::Jiawang).await;
        let number = |n: usize| {
            let first = format!(
                "320305{}{:02}{:02}{:03}",
                1940 + n / 3_000,
                1 + n / 250 % 12,
                1 + n / 1_000 % 3,
                n % 1_000
            );
            format!("{first}{}", kernel::identity::check_char(&first).unwrap())
        };
        let mut cadres = String::from("身份证号码,姓名,人员类别,职务,任职地区划代码,任职日期\r\n");
        let mut kin = String::from("干部身份证号,干部姓名,亲属身份证号,亲属姓名,与干部关系,是否已备案\r\n");
        let given = ["守田", "玉成", "志远", "秀兰", "建平"];
        for n in 0..CADRES {
            let who = number(n);
            let name = given[n % given.len()];
            let _ = writeln!(cadres, "{who},陈{name},村（社区）两委,委员,320305101001,2015-01-01\r");
        }
        for n in 0..RELATIVES {
            let (cadre, relative) = (number(n % CADRES), number(CADRES + n));
            let name = given[n % CADRES % given.len()];
            let word = ["妻", "长子", "父亲", "母亲", "弟", "姐姐", "侄子", "其他亲属"][n / CADRES];
            let _ = writeln!(kin, "{cadre},陈{name},{relative},孙{name},{word},否\r");
        }
        let mut office = world.at_desk("xianji").await;
        for (data_set, text, count) in [("cadres", cadres, CADRES), ("cadre_kin", kin, RELATIVES)] {
            let file = world.installation.app.config.data_dir.join(format!("{data_set}.csv"));
            std::fs::write(&file, text).unwrap();
            assert_eq!(upload(&mut office, data_set, &file).await, count as u64, "{data_set}");
        }
        let mut officer = world.at_desk("jiwei").await;
        let page = officer.get("/desk/kin").await.text();
        for words in ["3947", "29901", "7.58"] {
            assert!(page.contains(words), "{words} not in {page}");
        }
    });
}
