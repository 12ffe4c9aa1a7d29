//! Batches to people: lists right and wrong, steps in order, the bank's files.

use std::sync::Arc;

use access::{Actor, Role, Scope};
use async_trait::async_trait;
use funds::{
    batch::{
        self, BatchAnswer, BatchCheck, BatchCheckPart, Circle, ConcernField, ConcernRecord, Mode, NewCard,
        ResultCounts, RowConcern,
    },
    chain::books,
    model::{
        flows::{BATCH, BatchAct, BatchState},
        ledger::Stage,
    },
};
use kernel::{AppResult, Clock, ErrorKind, Money, Month};
use records::flow::Code;
use store::{FromQueryResult, Query, args};
use testkit::{TestApp, both_databases};
use trail::Act;
use web::App;

use crate::{chain::set, support::*};

/// A result file for rows (line number, holder, tail, yuan, result, reason).
pub(crate) fn result_file(rows: &[(i64, usize, &str, &str)]) -> Vec<u8> {
    let mut text = String::from("序号,账号尾号,户名,金额,结果,原因\r\n");
    for (row_no, n, result, reason) in rows {
        let tail = &card(*n)[card(*n).len() - 4..];
        text.push_str(&format!("{row_no},{tail},{},1400.00,{result},{reason}\r\n", name(*n)));
    }
    encoding_rs::GB18030.encode(&text).0.into_owned()
}

async fn settle(app: &TestApp, id: i64, file: &[u8]) -> AppResult<ResultCounts> {
    batch::settle(
        &app.app,
        &office(Role::Finance, false),
        id,
        &fresh(app),
        app.clock.today(),
        file,
    )
    .await
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    app.app.db.number(sql, args![]).await.unwrap()
}

/// issued = paid + returned + on the way, by the books and by the rows.
pub(crate) async fn assert_issued_is_accounted_for(app: &TestApp, id: i64) {
    #[derive(FromQueryResult)]
    struct Held {
        stage: String,
        fen: i64,
    }
    let held: Vec<Held> = app
        .app
        .db
        .rows(
            "SELECT stage, CAST(SUM(in_fen - out_fen) AS BIGINT) AS fen FROM fund_node WHERE holder = $1 GROUP BY stage",
            args![id],
        )
        .await
        .unwrap();
    let at = |stage: Stage| held.iter().find(|h| h.stage == stage.id()).map_or(0, |h| h.fen);
    let slots = batch::slots(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap();
    let rows = |state: &str| slots.iter().find(|s| s.state == state).map_or(0, |s| s.amount_fen);
    assert_eq!(at(Stage::Used), rows("paid"));
    assert_eq!(at(Stage::Returned), rows("returned"));
    assert_eq!(at(Stage::OnTheWay), rows("sent"));
    for sums in books(&app.app.db, &Scope::area(code(COUNTY)))
        .await
        .unwrap()
        .standing_by_indicator(app.clock.today())
        .values()
    {
        assert!(sums.holds());
    }
}

struct AsksAboutTheFirst;

#[async_trait]
impl BatchCheck for AsksAboutTheFirst {
    async fn check(&self, app: &App, batch: i64) -> AppResult<BatchAnswer> {
        let first = app
            .db
            .number("SELECT MIN(id) FROM payment WHERE batch_id = $1", args![batch])
            .await?;
        Ok(BatchAnswer {
            concerns: vec![RowConcern {
                payment: first,
                rule: "B-01".into(),
                rule_name: "死亡人员领取".into(),
                severity: "R".into(),
                text: "殡葬登记显示已去世，请核实是否健在".into(),
                verdict: "请核实是否健在".into(),
                holds: true,
                records: vec![ConcernRecord {
                    title: "殡葬登记".into(),
                    fields: vec![
                        ConcernField {
                            label: "日期".into(),
                            value: "2026-01-09".into(),
                            ..ConcernField::default()
                        },
                        ConcernField {
                            label: "账户余额".into(),
                            value: "9000元".into(),
                            sensitive: true,
                            ..ConcernField::default()
                        },
                    ],
                    ..ConcernRecord::default()
                }],
            }],
            hold_working_days: 5,
            told: "比对了 1 类数据。".into(),
        })
    }
}

both_databases! {
    // accept: 001-24
    async fn a_batch_goes_from_the_list_to_the_card_and_returned_items_are_paid_again(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 6).await;
        with_money(&app, "HN17", "文1", TOWN, 5_000).await;
        with_money(&app, "HN17", "文2", OTHER_TOWN, 5_000).await;
        let rows: Vec<_> = (0..6).map(row).collect();
        let created = listed(&app, &rows, Mode::AllOrNothing).await.unwrap();
        assert_eq!((created.rows, created.amount, created.faults.len()), (6, Money::from_yuan(8_400), 0));
        let id = created.batch.unwrap();
        to_the_bank(&app, id).await;
        let scope = Scope::area(code(COUNTY));
        let sent = batch::batch(&app.app.db, &scope, id).await.unwrap().unwrap();
        let file = batch::bank_file(&app.app.db, &sent).await.unwrap();
        let (text, _, _) = encoding_rs::GB18030.decode(&file);
        assert!(text.starts_with("序号,账号尾号,户名,金额,批次号\r\n2,") && text.contains(",1400.00,"), "{text}");
        assert!(!text.contains(&card(0)), "no account number leaves");
        assert_issued_is_accounted_for(&app, id).await;

        let first = settle(&app, id, &result_file(&[(2, 0, "成功", ""), (3, 1, "失败", "户名不符")])).await.unwrap();
        assert_eq!(first, ResultCounts { credited: 1, returned: 1, unanswered: 4 });
        assert_issued_is_accounted_for(&app, id).await;
        assert_eq!(state_of(&app, "payment_batch", id).await, "bank_sent", "the bank still owes answers");
        let rest: Vec<(i64, usize, &str, &str)> = (2..6).map(|n| (n as i64 + 2, n, "成功", "")).collect();
        settle(&app, id, &result_file(&rest)).await.unwrap();
        assert_eq!(state_of(&app, "payment_batch", id).await, "returned");
        assert_issued_is_accounted_for(&app, id).await;

        let returned = count(&app, "SELECT id FROM payment WHERE state = 'returned'").await;
        let clerk = office(Role::FundUnitAdmin, false);
        let new = card(77);
        let replace = NewCard { payment: returned, number: &new, holder: &name(1) };
        batch::replace_account(&app.app, &clerk, id, &fresh(&app), &replace).await.unwrap();
        take(&app, &clerk, id, BatchAct::Reissue).await.unwrap();
        let again = format!("序号,账号尾号,户名,金额,结果,原因\r\n3,{},{},1400,成功,\r\n", &new[new.len() - 4..], name(1));
        settle(&app, id, again.as_bytes()).await.unwrap();
        assert_eq!(state_of(&app, "payment_batch", id).await, "paid");
        assert_issued_is_accounted_for(&app, id).await;
        take(&app, &clerk, id, BatchAct::Disclose).await.unwrap();
        let total = funds::total_of(&app.app.db, &scope, &funds::PaymentFilter::default()).await.unwrap();
        assert_eq!((total.rows, total.amount_fen), (6, 840_000), "the public totals count what was credited");
    }

    async fn one_bad_row_is_named_and_the_rest_kept_or_refused_as_chosen(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 12).await;
        let mut rows: Vec<_> = (0..12).map(row).collect();
        rows[1].amount = "1400.001".into();
        rows[2].amount = "-1400".into();
        rows[3].amount = "99999999999999999999".into();
        rows[4].id_no = "371621195001010000".into();
        rows[5].name = "赵不同".into();
        rows[6].account = "6217000000000000001".into();
        rows[7].id_no = rows[0].id_no.clone();
        rows[7].name = rows[0].name.clone();
        rows[8].amount = "1500".into();
        let dry = listed(&app, &rows, Mode::DryRun).await.unwrap();
        let named: Vec<(i64, &str)> = dry.faults.iter().map(|f| (f.row_no, f.field)).collect();
        assert_eq!(named, [(3, "金额"), (4, "金额"), (5, "金额"), (6, "身份证号码"), (7, "姓名"), (8, "银行账号"), (9, "身份证号码"), (10, "金额")]);
        assert!(dry.faults[0].text.contains("两位小数") && dry.faults[1].text.contains("大于零") && dry.faults[2].text.contains("超出范围"));
        assert!(dry.faults.iter().all(|f| !f.text.contains("3716")), "no ID number in a message");
        let whole = listed(&app, &rows, Mode::AllOrNothing).await.unwrap();
        assert_eq!((whole.batch, count(&app, "SELECT COUNT(*) FROM payment").await), (None, 0));
        let kept = listed(&app, &rows, Mode::KeepGood).await.unwrap();
        assert_eq!((kept.rows, kept.faults.len()), (4, 8));
        let rejects = batch::rejects(&app.app.db, kept.batch.unwrap()).await.unwrap();
        assert_eq!(rejects.len(), 8);
        let twice = listed(&app, &rows, Mode::KeepGood).await.unwrap();
        assert_eq!((twice.batch, twice.faults.len()), (None, 12), "who is listed already is not listed again");
    }

    async fn a_removed_household_is_refused_when_listed_and_held_when_removed_later(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 3).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        let remove = |id: i64| {
            let app = &app;
            async move {
                let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
                tx.execute("UPDATE household SET status = 4, removed_on = '2026-01-15' WHERE id = $1", args![id]).await.unwrap();
                tx.commit(Act::new("test.remove", "test")).await.unwrap();
            }
        };
        remove(1).await;
        let rows: Vec<_> = (0..3).map(row).collect();
        let created = listed(&app, &rows, Mode::KeepGood).await.unwrap();
        assert_eq!(created.faults.len(), 1);
        assert_eq!((created.faults[0].row_no, created.faults[0].text.as_str()), (2, "所在户已清退，次月起停发，请核实"));
        remove(2).await;
        let id = created.batch.unwrap();
        to_the_bank(&app, id).await;
        let held = batch::pay_rows(&app.app.db, &Scope::area(code(COUNTY)), id, &batch::BatchRowsFilter { state: "held".into() }, 1).await.unwrap();
        assert_eq!(held.iter().map(|p| p.row_no).collect::<Vec<_>>(), [Some(3)]);
        assert_issued_is_accounted_for(&app, id).await;
    }

    async fn a_result_for_a_payment_never_sent_is_refused_naming_the_row(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 2).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        let id = listed(&app, &[row(0)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        let early = settle(&app, id, &result_file(&[(2, 0, "成功", "")])).await.unwrap_err();
        assert_eq!(early.kind, ErrorKind::Conflict, "nothing was sent yet");
        to_the_bank(&app, id).await;
        for (file, says) in [
            (result_file(&[(2, 0, "成功", ""), (99, 1, "成功", "")]), "第 3 行：序号 99 没有送出过"),
            (result_file(&[(2, 1, "成功", "")]), "第 2 行：序号 2 的户名或账号尾号与送出的不一致"),
            (result_file(&[(2, 0, "也许", "")]), "结果应写"),
            (result_file(&[(2, 0, "失败", "")]), "失败的须写明原因"),
            (result_file(&[(2, 0, "成功", ""), (2, 0, "成功", "")]), "第 3 行：与第 2 行重复"),
        ] {
            let refused = settle(&app, id, &file).await.unwrap_err();
            assert!(refused.message.contains(says), "{}", refused.message);
            assert_eq!(count(&app, "SELECT COUNT(*) FROM payment WHERE state = 'sent'").await, 1, "nothing changed");
        }
        assert_issued_is_accounted_for(&app, id).await;
    }

    async fn no_batch_is_sent_without_money_for_its_towns(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 2).await;
        with_money(&app, "HN17", "文1", TOWN, 10_000).await;
        let id = listed(&app, &[row(0), row(1)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        let clerk = office(Role::FundUnitAdmin, false);
        take(&app, &office(Role::TownPoverty, false), id, BatchAct::Check).await.unwrap();
        take(&app, &clerk, id, BatchAct::Publish).await.unwrap();
        let early = take(&app, &office(Role::FundUnitAdmin, true), id, BatchAct::Approve).await.unwrap_err();
        assert!(early.message.contains("公示须满 7 个工作日（至 2026-03-11）"), "{early}");
        app.clock.advance_days(9);
        let own = take(&app, &clerk, id, BatchAct::Approve).await.unwrap_err();
        assert_eq!(own.kind, ErrorKind::Forbidden, "who listed does not approve");
        take(&app, &office(Role::FundUnitAdmin, true), id, BatchAct::Approve).await.unwrap();
        take(&app, &office(Role::FundUnitAdmin, true), id, BatchAct::Compare).await.unwrap();
        take(&app, &office(Role::Finance, false), id, BatchAct::Pass).await.unwrap();
        let broke = take(&app, &office(Role::Finance, false), id, BatchAct::Send).await.unwrap_err();
        assert!(broke.message.contains("可用资金不足") && broke.message.contains("已分配可用 0.00 元"), "{broke}");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM payment WHERE state = 'sent'").await, 0);
        with_money(&app, "HN17", "文3", COUNTY, 1_400).await;
        take(&app, &office(Role::Finance, false), id, BatchAct::Send).await.unwrap();
        assert_issued_is_accounted_for(&app, id).await;
    }

    async fn every_step_a_batch_does_not_have_is_refused_and_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 1).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        let id = listed(&app, &[row(0)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        let roles = [Role::FundUnitAdmin, Role::Finance, Role::TownPoverty, Role::VillageAdmin, Role::VillageSupervision];
        for (state, act) in BATCH.illegal() {
            set(&app, "payment_batch", id, state.id()).await;
            for role in roles {
                let refused = take(&app, &office(role, true), id, act).await.unwrap_err();
                assert!(refused.kind != ErrorKind::Internal, "{state:?} {act:?}: {refused:?}");
            }
            assert_eq!(state_of(&app, "payment_batch", id).await, state.id());
        }
        set(&app, "payment_batch", id, BatchState::Listed.id()).await;
        for role in [Role::CdiAdmin, Role::Audit, Role::CountyAdmin, Role::Helper, Role::VillageAdmin] {
            let refused = take(&app, &office(role, true), id, BatchAct::Check).await.unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Forbidden, "{role:?}");
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM fund_entry WHERE kind = 'issue'").await, 0);
    }

    // accept: 001-18
    async fn a_wired_comparison_holds_the_rows_it_asks_about(db: TestDb) {
        let part = BatchCheckPart(Arc::new(AsksAboutTheFirst));
        let app = a_county_with(db, vec![Arc::new(part)]).await;
        with_households(&app, 2).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        let id = listed(&app, &[row(0), row(1)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        to_the_bank(&app, id).await;
        let row = batch::batch(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap().unwrap();
        assert!(row.compared.unwrap().starts_with("已比对，1 行待核实暂缓"));
        let held = count(&app, "SELECT COUNT(*) FROM payment WHERE state = 'held' AND note = 'B-01：请核实是否健在'").await;
        assert_eq!(held, 1);
        let sent = count(&app, "SELECT COUNT(*) FROM payment WHERE state = 'sent'").await;
        assert_eq!(sent, 1, "the other row went on its way");
    }

    async fn nobody_reviews_a_batch_that_pays_himself(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 1).await;
        let id = listed(&app, &[row(0)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        let mut payee = office(Role::TownPoverty, false);
        payee.person = Some(app.app.keys.person_key(&kernel::IdNumber::parse(&number(0)).unwrap().number));
        let refused = take(&app, &payee, id, BatchAct::Check).await.unwrap_err();
        assert!(refused.message.contains("回避"), "{refused}");
    }

    async fn entitled_households_are_listed_from_the_register_to_their_known_cards(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 4).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        let id = listed(&app, &[row(0), row(1), row(2)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        to_the_bank(&app, id).await;
        let answers: Vec<(i64, usize, &str, &str)> = (0..3).map(|n| (n as i64 + 2, n, "成功", "")).collect();
        settle(&app, id, &result_file(&answers)).await.unwrap();
        let made = batch::from_register(
            &app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), "HN17", Month::new(2026, 3).unwrap(), code(COUNTY),
            Circle::Registered, Mode::KeepGood,
        ).await.unwrap();
        assert_eq!((made.rows, made.amount), (3, Money::from_yuan(4_200)));
        assert!(made.faults[0].text.contains("没有发放过的账户"), "the fourth household was never paid");
    }

    async fn a_returned_payment_that_cannot_be_paid_gives_its_money_back(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 2).await;
        with_money(&app, "HN17", "文1", COUNTY, 2_800).await;
        let id = listed(&app, &[row(0), row(1)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        to_the_bank(&app, id).await;
        settle(&app, id, &result_file(&[(2, 0, "成功", ""), (3, 1, "失败", "销户")])).await.unwrap();
        let payment = count(&app, "SELECT id FROM payment WHERE state = 'returned'").await;
        let clerk = office(Role::FundUnitAdmin, false);
        assert!(batch::give_up(&app.app, &clerk, id, &fresh(&app), payment, " ").await.is_err(), "not without a reason");
        batch::give_up(&app.app, &clerk, id, &fresh(&app), payment, "本人去世").await.unwrap();
        assert_eq!(state_of(&app, "payment_batch", id).await, "paid");
        assert_issued_is_accounted_for(&app, id).await;
        let back = count(&app, "SELECT CAST(SUM(in_fen - out_fen) AS BIGINT) FROM fund_node WHERE stage = 'allocation'").await;
        assert_eq!(back, 140_000);
    }
}
