//! What people see of village books.

use access::Role;
use kernel::{Money, period::parse_date};
use testkit::both_databases;
use village_finance::{
    model::{AccountKind, EntryAct},
    store::{
        accounts,
        totals::{self, Span},
    },
};

use crate::support::*;

both_databases! {
    async fn a_clerk_enters_the_committee_signs_the_station_checks_and_everybody_reads(db: TestDb) {
        let app = a_county(db).await;
        let mut village = app.signed_in(clerk()).await;
        let form = village.get("/desk/village-ledger/new").await;
        let request = form.attributes("input[name=request_id]", "value").remove(0);
        let fields = [
            ("request_id", request.as_str()), ("village", WEST), ("day", "2026-02-03"), ("category", "labour"),
            ("amount", "1,280.50"), ("channel", "swipe"), ("party", "王小明"), ("party_is_person", "1"),
            ("summary", "付清扫街道用工"), ("decision_no", "决议 2 号"),
        ];
        let done = village.post("/desk/village-ledger/new", &fields).await;
        let entry = done.location().to_owned();
        assert!(entry.starts_with("/desk/village-ledger/"), "{} {}", done.status, done.text());
        let public = format!("/village-finance/{WEST}/2026-02");
        assert!(!app.visitor().get(&public).await.text().contains("清扫街道"), "not before it is checked");
        for (who, act, says) in [(committee(), "sign", "待经管站核账"), (station(1), "check", "核账公开时间")] {
            let mut client = app.signed_in(who).await;
            let page = client.get(&entry).await;
            let request = page.attributes("form[aria-label] input[name=request_id]", "value").pop().unwrap();
            let done = client.post(&format!("{entry}/steps/{act}"), &[("request_id", &request)]).await;
            assert!(done.status.is_redirection(), "{}", done.text());
            let _ = says;
        }
        let page = app.visitor().get(&public).await;
        let text = page.text();
        for shown in ["2026-02-0001", "付清扫街道用工", "王*明", "1,280.50", "月初余额", "1,000.00", "-280.50"] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        assert!(!text.contains("王小明"));
        let printed = app.visitor().get(&format!("{public}/print")).await.text();
        assert!(printed.contains("村级财务收支公开表") && printed.contains("王*明") && !printed.contains("王小明"), "{printed}");
    }

    // accept: 003-12, 003-16
    async fn lists_totals_statement_and_public_pages_name_the_same_sums(db: TestDb) {
        let app = a_county(db).await;
        checked(&app, receipt(WEST, "2026-02-03", 9_000)).await;
        checked(&app, spending(NORTH, "2026-02-04", 250)).await;
        checked(&app, spending(EAST, "2026-01-04", 70)).await;
        entered(&app, spending(EAST, "2026-02-05", 1)).await;
        let mut county = app.signed_in(one(Role::AgriAdmin, COUNTY, 1)).await;
        let list = county.get("/desk/village-ledger").await;
        assert_eq!(list.texts(".list-total"), ["共 4 笔，收入 9,000.00 元，支出 321.00 元，收支相抵 8,679.00 元"]);
        let totals = county.get("/desk/village-totals").await;
        assert_eq!(totals.texts(".tile-value"), ["9,000.00", "320.00", "9,320.00", "11,680.00"]);
        assert!(totals.text().contains("石庙镇 2 9,000.00 250.00 8,750.00"), "{}", totals.text());
        let paper = county.get("/desk/village-statements/371621102/2026-02").await.text();
        assert!(paper.contains("土地发包收入") && paper.contains("10,750.00"), "{paper}");
        let home = app.visitor().get("/village-finance").await.text();
        assert!(home.contains("收支 3 笔，收入 9,000.00 元，支出 320.00 元"), "{home}");
        let town = app.visitor().get("/village-finance/371621102?year=2026").await.text();
        assert!(town.contains("大田社区") && town.contains("250.00"), "{town}");
        let found = app.visitor().get("/village-finance?q=%E8%A5%BF%E8%A1%97").await;
        assert!(found.text().contains("西街村"));
    }

    async fn a_search_finds_part_of_a_summary_a_party_and_a_voucher_number(db: TestDb) {
        let app = a_county(db).await;
        checked(&app, receipt(WEST, "2026-02-03", 9_000)).await;
        checked(&app, spending(NORTH, "2026-02-04", 250)).await;
        let mut client = app.signed_in(station(1)).await;
        let mut rows = async |query: &str| client.get(&format!("/desk/village-ledger?text={query}")).await.texts("tbody tr").len();
        assert_eq!(rows("%E8%B7%AF%E7%81%AF").await, 1);
        assert_eq!(rows("%E5%A4%A7%E5%B1%B1").await, 1);
        assert_eq!(rows("2026-02-0001").await, 2);
        assert_eq!(rows("%25%27%3B--").await, 0);
        let sent = client.get("/desk/village-ledger.xlsx").await;
        assert_eq!(&sent.bytes[..2], b"PK");
        let mut elsewhere = app.signed_in(one(Role::TownAgriStation, "371621103", 1)).await;
        assert!(elsewhere.get("/desk/village-ledger").await.text().contains("没有符合条件的收支"));
        assert_eq!(elsewhere.get("/desk/village-totals?area=371621102").await.status, 404);
        assert_eq!(elsewhere.get("/desk/village-statements/371621102/2026-02").await.status, 404);
    }

    async fn what_is_wrong_in_a_form_is_said_at_its_field_and_nothing_is_written(db: TestDb) {
        let app = a_county(db).await;
        let mut village = app.signed_in(clerk()).await;
        let sent = [("request_id", "test-form-1"), ("village", WEST), ("day", "1899-01-01"), ("amount", "-3"), ("summary", "电话 13812345678")];
        let page = village.post("/desk/village-ledger/new", &sent).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.texts(".field-error").len(), 6, "{:?}", page.texts(".field-error"));
        assert!(village.get("/desk/village-ledger").await.text().contains("没有符合条件的收支"));
        let id = entered(&app, spending(WEST, "2026-02-01", 5)).await;
        let mut board = app.signed_in(committee()).await;
        let refused = board.post(&format!("/desk/village-ledger/{id}/steps/return"), &[("request_id", "test-form-2"), ("reason", " ")]).await;
        assert_eq!(refused.status, 422);
        act(&app, &committee(), id, EntryAct::Return, "请补票据").await.unwrap();
        let edit = village.get(&format!("/desk/village-ledger/{id}/edit")).await;
        assert_eq!(edit.attributes("#amount", "value"), ["5.00"]);
    }

    async fn a_book_of_the_community_itself_is_a_line_beside_its_villages(db: TestDb) {
        let app = a_county(db).await;
        let new = accounts::NewAccount {
            village: code(COMMUNITY),
            kind: AccountKind::Card,
            bank: "农村商业银行".into(),
            number: "6228480090900001".into(),
            holder: "股份经济合作社".into(),
            opening: Money::from_yuan(0),
            opened_on: parse_date("2025-01-01").unwrap(),
        };
        accounts::open(&app.app, &one(Role::AgriAdmin, COUNTY, 1), &fresh(&app), &new).await.unwrap();
        checked(&app, spending(COMMUNITY, "2025-03-02", 70)).await;
        checked(&app, spending(WEST, "2025-03-02", 30)).await;
        let lines = totals::by_place(&app.app.db, code(COMMUNITY), Span::default()).await.unwrap();
        let lines: Vec<(i64, i64)> = lines.iter().map(|p| (p.of, p.expense_fen)).collect();
        assert_eq!(lines, [(code(COMMUNITY).as_i64(), 7_000), (code(WEST).as_i64(), 3_000)]);
        let page = app.visitor().get("/village-finance/371621102001000").await.text();
        assert!(page.contains("大田社区本级") && page.contains("70.00") && page.contains("100.00"), "{page}");
    }
}
