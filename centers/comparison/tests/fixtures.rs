//! Published cases as the rules find them: 229 households missed in Gejiu, a roster of 180,000 yuan in Tengchong.

use std::{path::Path, sync::Arc};

use comparison::{
    engine::{HouseholdRow, MemberRow, PaymentRow, PersonRow, PlainRow, ProgrammeRow, RegisterBuilder, Registers},
    finding::Severity,
    rules::{Rules, RunOutput, evaluate, inputs},
    snapshot::{Snapshot, SnapshotStore},
};
use intake::{ImportJob, Limits, Progress, contract::Contracts};
use kernel::{
    IdNumber, KeyRing, Money,
    period::{epoch_days, parse_date},
};
use testkit::county::{checked, id_number};

const VILLAGE: i64 = 371_621_103_005_001;

fn number(n: u32) -> IdNumber {
    id_number(&checked(&format!("37162119{}0101{:03}", 50 + n / 999, n % 999 + 1)))
}

fn name(n: u32) -> String {
    let given = ["国强", "秀英", "建军", "桂兰", "志明", "小燕"];
    format!(
        "{}{}",
        ["张", "李", "王", "赵", "周"][n as usize % 5],
        given[n as usize % 6]
    )
}

/// People outside the register of whom each drew the universal subsidy once, and a roster paid to them.
fn registers(keys: &KeyRing, people: u32, roster: &dyn Fn(u32) -> Option<(i64, i64)>) -> Registers {
    let programme = |code: &str, targeted: bool| ProgrammeRow {
        code: code.into(),
        name: code.into(),
        org: "poverty_relief".into(),
        fund_class: 1,
        targeted,
        rate_fen: 300_000,
        cycle: "年".into(),
        unit: "户".into(),
    };
    let mut builder = RegisterBuilder::new(vec![], vec![], vec![programme("HN01", false), programme("HN17", true)]);
    let mut payments = Vec::new();
    for n in 0..people {
        let person_key = keys.person_key(&number(n)).0;
        builder.persons(vec![PersonRow {
            person_key,
            name: name(n),
            sex: 1,
            birth: parse_date("1970-01-01").map(epoch_days),
            region: VILLAGE,
            ..PersonRow::default()
        }]);
        let (programme, amount_fen, account) = match roster(n) {
            Some((amount, account)) => ("HN17", amount, account),
            None => ("HN01", 10_000, person_key),
        };
        payments.push(PaymentRow {
            payment_id: i64::from(n) + 1,
            person_key,
            payee_name: name(n),
            region: VILLAGE,
            programme: programme.into(),
            month: "2020-06".parse::<kernel::Month>().unwrap().index(),
            qty: 100,
            rate_fen: amount_fen,
            amount_fen,
            paid_on: parse_date("2020-06-20").map(epoch_days).unwrap(),
            account_digest: account,
            account_tail: "0001".into(),
            account_name: name(n),
            batch_no: programme.into(),
            ..PaymentRow::default()
        });
    }
    payments.sort_by_key(|p| p.person_key);
    for payment in payments {
        builder.payment(payment).unwrap();
    }
    builder.freeze().unwrap()
}

fn delivered(folder: &Path, keys: &KeyRing, data_set: &str, text: &str) -> Snapshot {
    let contracts = Contracts::embedded().unwrap();
    let store = SnapshotStore::open(folder.join("snapshots")).unwrap();
    let file = folder.join(format!("{data_set}.csv"));
    std::fs::write(&file, text).unwrap();
    let job = ImportJob {
        input: &file,
        file_name: "名单.csv",
        contract: contracts.get(data_set).unwrap(),
        contracts: &contracts,
        keyring: keys,
        nonce: &|| [7; 12],
        shelf: &store,
        rejects: None,
        dry_run: false,
        limits: Limits::default(),
    };
    let report = intake::run(&job, &Progress::default()).unwrap();
    assert_eq!(report.rejected, 0, "{data_set}");
    Snapshot::open(&store.path(data_set, &report.snapshot.unwrap().hash)).unwrap()
}

fn asked(rule: &str, registers: &Registers, snapshots: &[Snapshot]) -> RunOutput {
    let rules = Rules::embedded().unwrap().select(&[rule.to_owned()]);
    let (inputs, files) = inputs(registers, snapshots).unwrap();
    let (area, day) = ("371621".parse().unwrap(), parse_date("2021-06-30").unwrap());
    let rules: Vec<Arc<_>> = rules;
    testkit::run(evaluate(
        &rules,
        &inputs,
        &registers.programmes,
        &files,
        area,
        day,
        &mut |_, _| true,
    ))
    .unwrap()
}

#[test]
fn gejiu_had_229_who_should_have_been_listed() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), KeyRing::for_tests(1));
    let registers = registers(&keys, 400, &|_| None);
    let mut disability = String::from("身份证号码,姓名,残疾人证号,残疾类别,残疾等级,发证日期\r\n");
    let mut insurance = String::from("身份证号码,姓名,参保年度,参保险种,是否参保,个人自付\r\n");
    let mut school = String::from("身份证号码,学生姓名,学校名称,学段,学籍状态,学期\r\n");
    let mut houses = String::from(
        "申请编号,申请人身份证号,申请人姓名,所属村区划代码,申请日期,救助类别,房屋等级,补助金额,批准日期\r\n",
    );
    for n in 0..400 {
        let (id, name) = (number(n).expose().to_owned(), name(n));
        // The first 229 have two signs; then seventy with a certificate alone, and a hundred with bills alone.
        if n < 299 {
            disability += &format!("{id},{name},{id}41,肢体,一级,2018-05-01\r\n");
        }
        let paid = if !(229..300).contains(&n) { 30_000 } else { 800 };
        insurance += &format!("{id},{name},2020,城乡居民基本医疗保险,是,{paid}\r\n");
        school += &format!("{id},{name},某镇中学,初中,在校,2020-2\r\n");
        houses += &format!("S{n},{id},{name},371621103005001,2016-05-01,一般户,C级,14000,2016-08-01\r\n");
    }
    let snapshots = [
        delivered(folder.path(), &keys, "disability", &disability),
        delivered(folder.path(), &keys, "medical_insurance", &insurance),
        delivered(folder.path(), &keys, "education", &school),
        delivered(folder.path(), &keys, "house_renovation", &houses),
    ];
    let output = asked("A-15", &registers, &snapshots);
    assert_eq!(output.outcomes.len(), 229);
    assert!(
        output
            .outcomes
            .iter()
            .all(|o| o.draft.evidence.iter().filter(|e| e.row_no.is_some()).count() == 2),
        "both records stand beside the question"
    );
}

// accept: 002-21
#[test]
fn tengchong_had_one_roster_of_180_000_yuan() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), KeyRing::for_tests(1));
    // Sixty lines of 3,000 yuan; seven of them end in one account.
    let roster = |n: u32| (n < 60).then(|| (300_000, if n < 7 { 999 } else { 10_000 + i64::from(n) }));
    let registers = registers(&keys, 300, &roster);
    let id = number(299).expose().to_owned();
    let events = format!(
        "身份证号码,姓名,事件类别,发生日期\r\n{id},{},死亡登记,2021-01-05\r\n",
        name(299)
    );
    let snapshots = [delivered(folder.path(), &keys, "life_events", &events)];
    let output = asked("D-12", &registers, &snapshots);
    assert_eq!(output.outcomes.len(), 1);
    let draft = &output.outcomes[0].draft;
    assert_eq!(
        (Money(draft.money_fen), draft.severity),
        (Money::from_yuan(180_000), Severity::R)
    );
    assert!(
        draft.summary.contains("180,000.00元") && draft.summary.contains("共用账户7行"),
        "{}",
        draft.summary
    );
}

/// Registered households of one person each, on subsistence, with what the last visit found of their houses.
fn registered(keys: &KeyRing, households: u32, unsafe_houses: u32, listed: u32) -> Registers {
    let day = |text: &str| parse_date(text).map(epoch_days);
    let heads: Vec<HouseholdRow> = (0..households)
        .map(|n| HouseholdRow {
            id: i64::from(n) + 1,
            household_no: n.to_string(),
            region: VILLAGE,
            head_key: keys.person_key(&number(n)).0,
            head_name: name(n),
            population: 1,
            registered_on: day("2018-01-01"),
            ..HouseholdRow::default()
        })
        .collect();
    let members = heads.iter().map(|h| MemberRow {
        household_id: h.id,
        person_key: h.head_key,
        name: h.head_name.clone(),
        kin: "02".into(),
        joined_on: h.registered_on,
        left_on: None,
    });
    let programme = ProgrammeRow {
        code: "HN02".into(),
        name: "农村最低生活保障金".into(),
        org: "civil_affairs".into(),
        fund_class: 3,
        targeted: true,
        rate_fen: 66_000,
        cycle: "季".into(),
        unit: "人".into(),
    };
    let mut builder = RegisterBuilder::new(heads.clone(), members.collect(), vec![programme]);
    let mut payments: Vec<PaymentRow> = heads
        .iter()
        .map(|h| PaymentRow {
            payment_id: h.id,
            person_key: h.head_key,
            payee_name: h.head_name.clone(),
            region: VILLAGE,
            programme: "HN02".into(),
            month: "2021-03".parse::<kernel::Month>().unwrap().index(),
            qty: 100,
            rate_fen: 66_000,
            amount_fen: 66_000,
            paid_on: day("2021-03-20").unwrap(),
            account_digest: h.head_key,
            account_name: h.head_name.clone(),
            ..PaymentRow::default()
        })
        .collect();
    payments.sort_by_key(|p| p.person_key);
    for payment in payments {
        builder.payment(payment).unwrap();
    }
    let check = |n: u32| {
        let all = ["food_ok", "clothes_ok", "edu_ok", "medical_ok", "water_ok"];
        let row = PlainRow::default()
            .int("household_id", i64::from(n) + 1)
            .text("assessed_on", "2021-03-01")
            .bool("housing_ok", n >= unsafe_houses + listed);
        all.iter().fold(row, |row, column| row.bool(column, true))
    };
    builder.plain("checks", (0..households).map(check).collect()).unwrap();
    let on_the_list = |n: u32| {
        PlainRow::default()
            .int("household_id", i64::from(n) + 1)
            .text("sort", "measure")
            .text("kind", "住房")
            .text("content", "列入当年危房改造计划")
            .int("amount_fen", 0)
            .text("given_on", "2021-04-01")
    };
    let measures = (unsafe_houses..unsafe_houses + listed).map(on_the_list).collect();
    builder.plain("measures", measures).unwrap();
    builder.freeze().unwrap()
}

// accept: 000-52, 000-53, 000-54
#[test]
fn huaian_found_292_students_129_uninsured_and_2532_houses() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), KeyRing::for_tests(1));
    // Another 150 unsafe houses are on this year's list.
    let registers = registered(&keys, 3_000, 2_532, 150);
    let mut school = String::from("身份证号码,学生姓名,学校名称,学段,学籍状态,学期,资助项目,资助金额\r\n");
    let mut insurance = String::from("身份证号码,姓名,参保年度,参保险种,是否参保,个人自付\r\n");
    for n in 0..3_000 {
        let (id, name) = (number(n).expose().to_owned(), name(n));
        // The first 900 are at school; 292 of them without aid, and fifty more whom the list does not call enrolled.
        if n < 900 {
            let aid = if n < 342 { "," } else { "国家助学金,1000" };
            let status = if !(292..342).contains(&n) { "在校" } else { "毕业" };
            school += &format!("{id},{name},第一中学,普通高中,{status},2020-2021-2,{aid}\r\n");
        }
        let insured = if n < 129 { "否" } else { "是" };
        insurance += &format!("{id},{name},2021,城乡居民基本医疗保险,{insured},0\r\n");
    }
    let snapshots = [
        delivered(folder.path(), &keys, "education", &school),
        delivered(folder.path(), &keys, "medical_insurance", &insurance),
    ];
    for (rule, found) in [("I-01", 292), ("I-02", 129), ("I-03", 2_532)] {
        let output = asked(rule, &registers, &snapshots);
        assert_eq!(output.outcomes.len(), found, "{rule}");
        let helps = |text: &str| ["帮助", "补", "改造"].iter().any(|word| text.contains(word));
        assert!(
            output.outcomes.iter().all(|o| helps(&o.draft.summary)),
            "the question offers help"
        );
    }
}
