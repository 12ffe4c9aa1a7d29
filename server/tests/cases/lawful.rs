//! What the law asks of a comparison: a purpose and a basis before it, a signature before anyone's deposits are read, a name
//! on the record for each look, and for a helper the verdict without the figures.

use axum::http::StatusCode;
use server::demo::cases::Case;
use testkit::{Client, run};

use crate::world::{DEPOSITS_LAW, World, fact, rows, upload, world};

/// Two people of the case who draw the allowance; each holds a fortune by its standard.
const SAVERS: [&str; 2] = ["张国强", "李国强"];

/// Their balances, as the bank sends them, for the day of a payment.
pub(crate) async fn deposits(world: &World) {
    let mut text = String::from("身份证号码,姓名,开户银行,存款余额合计,余额日期,授权书编号\r\n");
    for (n, name) in SAVERS.iter().enumerate() {
        let number = Case::Jiawang.number_of(name).unwrap();
        text += &format!(
            "{number},{name},某农商行,{},2018-0{}-28,SQ{n}\r\n",
            186_543 + n,
            3 + 3 * n
        );
    }
    // Who was paid for land taken is compared too; here it is somebody else.
    let other = Case::Jiawang.number_of("吴广才").unwrap();
    let paid = format!("身份证号码,姓名,补偿类型,补偿金额,发放日期\r\n{other},吴广才,征地补偿,5000,2016-05-01\r\n");
    let mut office = world.at_desk("xianji").await;
    for (data_set, text, count) in [("deposits", text, 2), ("compensation", paid, 1)] {
        let file = world.installation.app.config.data_dir.join(format!("{data_set}.csv"));
        std::fs::write(&file, text).unwrap();
        assert_eq!(upload(&mut office, data_set, &file).await, count, "{data_set}");
    }
}

/// The page of a household by the name of its head.
async fn household(client: &mut Client, name: &str) -> String {
    let page = client.get(&format!("/desk/households?name={}", encoded(name))).await;
    let links = page.attributes("tbody tr a", "href");
    links
        .into_iter()
        .find(|href| href.starts_with("/desk/households/"))
        .expect("the household is listed")
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// How many findings a list says there are.
async fn listed(client: &mut Client, rule: &str) -> usize {
    let page = client.get(&format!("/desk/warnings?rule={rule}")).await;
    rows(&page, "预警列表").len()
}

// accept: 001-07
#[test]
fn deposits_are_read_only_of_households_that_signed_or_for_a_law_that_is_named() {
    run(async {
        let world = world(Case::Jiawang).await;
        deposits(&world).await;
        let mut village = world.at_desk("cunwei").await;
        let home = household(&mut village, SAVERS[0]).await;
        let form = village.get(&format!("{home}?tab=flow")).await;
        assert!(form.text().contains("核对授权委托书：还有 1 人未签"), "{}", form.text());
        let signer = form.attributes("#authorise input[type=checkbox]", "name").remove(0);
        let signed = [
            ("what", "authorise"),
            ("request_id", "authorise-0001"),
            (signer.as_str(), "1"),
            ("on", "2019-03-01"),
            ("valid_to", "2020-03-01"),
        ];
        let sent = village.post(&format!("{home}/enter"), &signed).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let after = village.get(&format!("{home}?tab=flow")).await.text();
        assert!(after.contains("全体成年成员已签"), "{after}");

        let mut officer = world.at_desk("jiwei").await;
        let (_, page) = world.compare("A-10").await;
        assert_eq!(fact(&page, "未核对存款、证券"), "38 户没有全员有效的核对授权，已排除");
        assert_eq!(listed(&mut officer, "A-10").await, 1, "only of the one who signed");

        let mut office = world.at_desk("xianji").await;
        let form = [
            ("purpose", "专项核查"),
            ("legal_basis", "《社会救助暂行办法》第五十八条"),
            ("public_interest", "有"),
            ("area", "320305"),
            ("rule", "A-10"),
        ];
        let refused = office.post("/desk/runs/new", &form).await.text();
        assert!(refused.contains("公共利益依据请写明法律名称和条款"), "{refused}");
        let (_, page) = world.compare_with_deposits("A-10").await;
        assert_eq!(fact(&page, "公共利益依据"), DEPOSITS_LAW);
        assert_eq!(listed(&mut officer, "A-10").await, 2);
    });
}

#[test]
fn a_comparison_without_purpose_or_basis_does_not_begin() {
    run(async {
        let world = world(Case::Jiawang).await;
        let mut office = world.at_desk("xianji").await;
        for (purpose, basis, asked) in [
            ("", "《社会救助暂行办法》第五十八条", "请填写比对目的"),
            ("例行比对", "  ", "请填写法律依据"),
        ] {
            let form = [
                ("purpose", purpose),
                ("legal_basis", basis),
                ("area", "320305"),
                ("rule", ""),
            ];
            let page = office.post("/desk/runs/new", &form).await;
            assert!(page.text().contains(asked), "{}", page.text());
        }
        let runs = office.get("/desk/runs").await.texts("tbody tr a");
        assert!(runs.is_empty(), "{runs:?}");
    });
}

#[test]
fn each_look_at_somebodys_records_is_on_the_record_and_a_helper_reads_no_figure() {
    run(async {
        let world = world(Case::Jiawang).await;
        world.deliver().await;
        deposits(&world).await;
        world.compare_with_deposits("").await;

        let mut officer = world.at_desk("jiwei").await;
        let list = officer.get("/desk/warnings?rule=A-10").await;
        let href = list.attributes("tbody td a", "href").remove(0);
        let page = officer.get(&href).await.text();
        assert!(!page.contains("186,54") && page.contains("依规不显示"), "{page}");
        officer.get(&href).await;
        let asked = officer.post(&format!("{href}/reveal"), &[("purpose", "")]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let shown = officer
            .post(&format!("{href}/reveal"), &[("purpose", "核实低保疑点的存款")])
            .await
            .text();
        assert!(shown.contains("186,54"), "{shown}");

        let mut audit = world.at_desk("jilu").await;
        let record = audit.get("/desk/trail").await.texts("tbody tr").join("\n");
        assert_eq!(
            record.matches("查看预警的比对明细").count(),
            1,
            "once a day for each reader: {record}"
        );
        assert!(
            record.contains("核实低保疑点的存款") && record.contains("刘正平"),
            "{record}"
        );

        // The helper of the same household.
        let mut helper = world.at_desk("bangfu").await;
        let list = helper.get("/desk/warnings").await;
        let lines = rows(&list, "预警列表");
        assert!(
            !lines.is_empty(),
            "he sees that there are questions about his households"
        );
        assert!(lines.iter().all(|cells| cells[6].is_empty()), "{lines:?}");
        assert!(list.text().contains("依规不显示"), "{}", list.text());
        for href in list.attributes("[aria-label='预警列表'] tbody td:first-child a", "href") {
            let page = helper.get(&href).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(
                page.text().contains("按规定，帮扶责任人只查看核查结论，不显示比对明细"),
                "{}",
                page.text()
            );
            let figures = page.texts("main");
            assert!(
                !figures.iter().any(|t| t.contains(" 元") || t.contains("186,54")),
                "{figures:?}"
            );
            let refused = helper.post(&format!("{href}/reveal"), &[("purpose", "想看看")]).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(helper.get("/desk/warnings/export").await.status, StatusCode::FORBIDDEN);
        assert_eq!(helper.get("/desk/runs").await.status, StatusCode::FORBIDDEN);
    });
}
