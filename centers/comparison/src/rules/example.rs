//! Turns the small worlds of a rule's examples into registers and snapshots, and asks the real engine.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, BooleanArray, Int8Array, Int32Array, Int64Array, RecordBatch, StringArray, new_null_array},
    datatypes::DataType,
};
use intake::contract::{Contract, Contracts, KEY_COLUMN, ROW_HASH, ROW_NO, STATUS_COLUMN, arrow_schema, sql_names};
use kernel::{
    Month,
    period::{epoch_days, parse_date},
};

use super::{Example, Rule, evaluate::evaluate};
use crate::{
    engine::{
        Bounds, EngineError, HouseholdRow, Inputs, MemberRow, PaymentRow, PersonRow, PlainRow, ProgrammeRow,
        RegisterBuilder, Registers, Table, encode_batches, is_given,
    },
    finding::{Confidence, FindingDraft},
};

/// A natural village of the county the examples happen in.
const VILLAGE: i64 = 371_621_103_005_001;
type Row = toml::Table;

/// Why an example is not shown.
#[derive(Debug)]
pub(super) enum Unproved {
    /// The rule could not be asked at all.
    Engine(EngineError),
    /// It gave another answer, or the example is not a world.
    Answer(String),
}

impl From<EngineError> for Unproved {
    fn from(error: EngineError) -> Unproved {
        Unproved::Engine(error)
    }
}

impl From<String> for Unproved {
    fn from(answer: String) -> Unproved {
        Unproved::Answer(answer)
    }
}

/// Evaluates one example; `Err` says how the answer differs from what the file expects.
pub(super) async fn prove(
    rule: &Arc<Rule>,
    example: &Example,
    contracts: &Contracts,
    bounds: Bounds,
) -> Result<(), Unproved> {
    let registers = registers(&example.tables)?;
    let mut snapshots = Vec::new();
    for name in &rule.sources {
        let contract = contracts.get(name).ok_or(format!("没有数据集 {name}"))?;
        let rows = example.tables.get(name).map(Vec::as_slice).unwrap_or_default();
        let bytes = encode_batches(&[batch(contract, rows)?])?;
        let table = Table::from_bytes(name, "example", bytes).map_err(EngineError::from)?;
        snapshots.push((table, contract.category == 0));
    }
    let known = |t: &str| {
        rule.sources.iter().any(|s| s == t)
            || ["households", "members", "payments", "persons"].contains(&t)
            || rule.registers.iter().any(|r| r == t && is_given(t))
    };
    if let Some(stray) = example.tables.keys().find(|t| !known(t)) {
        return Err(format!("例子用了规则没有声明的表 {stray}").into());
    }
    let inputs = Inputs {
        registers: registers.tables.clone(),
        snapshots,
        bounds,
        ..Inputs::default()
    };
    let area = "371621".parse().map_err(|e: &str| e.to_owned())?;
    let day = parse_date("2021-06-30").ok_or_else(|| "a day".to_owned())?;
    let output = evaluate(
        std::slice::from_ref(rule),
        &inputs,
        &registers.programmes,
        &[],
        area,
        day,
        &mut |_, _| true,
    )
    .await?;
    let drafts: Vec<_> = output.outcomes.iter().map(|o| &o.draft).collect();
    let exception = drafts.first().and_then(|d| d.proposed_exception.as_deref());
    let came_out = match example.expect.as_str() {
        "miss" => drafts.is_empty(),
        "hit" => drafts.len() == 1 && exception.is_none(),
        "exception" => drafts.len() == 1 && exception.is_some() && exception == example.code.as_deref(),
        _ => false,
    };
    if !came_out {
        return Err(format!("{}，实际{}", wanted(example), said(&drafts)).into());
    }
    let Some(draft) = drafts.first() else { return Ok(()) };
    let confidence = format!("{:?}", draft.confidence);
    match &example.confidence {
        Some(wanted) if *wanted != confidence => Err(format!("身份把握应为 {wanted}，实际为 {confidence}").into()),
        None if example.expect == "hit" && draft.confidence != Confidence::E1 => {
            Err(format!("身份把握应为 E1，实际为 {confidence}").into())
        }
        _ if draft.summary.contains('{') => Err(format!("疑点的问句里有取不到的值：{}", draft.summary).into()),
        _ => Ok(()),
    }
}

fn wanted(example: &Example) -> String {
    match (example.expect.as_str(), &example.code) {
        ("hit", _) => "应列为疑点".to_owned(),
        ("exception", Some(code)) => format!("应列出并提示例外 {code}"),
        ("miss", _) => "不应列出".to_owned(),
        (other, _) => format!("expect = \"{other}\" 不是 hit、exception（另写 code）或 miss"),
    }
}

fn said(drafts: &[&FindingDraft]) -> String {
    let one = |d: &&FindingDraft| match &d.proposed_exception {
        Some(code) => format!("列出并提示例外 {code}（{}）", d.summary),
        None => format!("列出（{}）", d.summary),
    };
    match drafts {
        [] => "没有列出".to_owned(),
        [single] => one(single),
        several => format!(
            "列出 {} 条：{}",
            several.len(),
            several.iter().take(3).map(one).collect::<Vec<_>>().join("；")
        ),
    }
}

fn registers(tables: &BTreeMap<String, Vec<Row>>) -> Result<Registers, String> {
    let rows = |name: &str| tables.get(name).map(Vec::as_slice).unwrap_or_default();
    let mut members = Vec::new();
    for row in rows("members") {
        members.push(MemberRow {
            household_id: int(row, "household")?.unwrap_or(1),
            person_key: int(row, "person")?.ok_or("a member needs person")?,
            name: text(row, "name").unwrap_or_default(),
            kin: text(row, "kin").unwrap_or_else(|| "01".into()),
            joined_on: day(row, "joined_on")?.or_else(|| parse_date("2015-01-01").map(epoch_days)),
            left_on: day(row, "left_on")?,
        });
    }
    let mut households: BTreeMap<i64, HouseholdRow> = BTreeMap::new();
    for m in &members {
        households.entry(m.household_id).or_insert_with(|| HouseholdRow {
            id: m.household_id,
            household_no: m.household_id.to_string(),
            region: VILLAGE,
            head_key: m.person_key,
            head_name: m.name.clone(),
            population: members.iter().filter(|o| o.household_id == m.household_id).count() as i64,
            attr: 4,
            registered_on: parse_date("2018-01-01").map(epoch_days),
            ..HouseholdRow::default()
        });
    }
    for row in rows("households") {
        let id = int(row, "id")?.unwrap_or(1);
        let household = households.get_mut(&id).ok_or("a household needs members")?;
        household.registered_on = day(row, "registered_on")?.or(household.registered_on);
        household.region = int(row, "region")?.unwrap_or(household.region);
        household.status = int(row, "status")?.unwrap_or(household.status);
        household.attr = int(row, "attr")?.unwrap_or(household.attr);
        household.population = int(row, "population")?.unwrap_or(household.population);
        household.exited_on = day(row, "exited_on")?;
        household.removed_on = day(row, "removed_on")?;
    }
    let names: HashMap<i64, String> = members.iter().map(|m| (m.person_key, m.name.clone())).collect();
    let mut payments = Vec::new();
    for row in rows("payments") {
        let person_key = int(row, "person")?.ok_or("a payment needs person")?;
        let name = text(row, "name")
            .or_else(|| names.get(&person_key).cloned())
            .unwrap_or_default();
        let months = text(row, "months").ok_or("a payment needs months, e.g. 2020-01..2020-12")?;
        let (from, to) = months.split_once("..").unwrap_or((&months, &months));
        let (from, to): (Month, Month) = (from.parse()?, to.parse()?);
        for index in from.index()..=to.index() {
            let month = crate::engine::month(index);
            payments.push(PaymentRow {
                payment_id: payments.len() as i64 + 1,
                person_key,
                payee_name: name.clone(),
                region: int(row, "region")?.unwrap_or(VILLAGE),
                programme: text(row, "programme").unwrap_or_else(|| "HN02".into()),
                month: index,
                qty: int(row, "qty")?.unwrap_or(100),
                rate_fen: int(row, "rate")?.unwrap_or(int(row, "yuan")?.unwrap_or(660) * 100),
                amount_fen: int(row, "yuan")?.unwrap_or(660) * 100,
                paid_on: day(row, "paid_on")?.unwrap_or_else(|| epoch_days(month.last_day())),
                account_digest: int(row, "account")?.unwrap_or(person_key),
                account_tail: "0001".into(),
                account_name: text(row, "account_name").unwrap_or_else(|| name.clone()),
                card_fails: row.get("card_fails").and_then(toml::Value::as_bool).unwrap_or(false),
                arrears: row.get("arrears").and_then(toml::Value::as_bool).unwrap_or(false),
                batch_no: text(row, "batch_no").unwrap_or_else(|| "P1".into()),
                ..PaymentRow::default()
            });
        }
    }
    payments.sort_by_key(|p| (p.person_key, p.payment_id));
    let mut builder = RegisterBuilder::new(households.into_values().collect(), members, programmes());
    for payment in payments {
        builder.payment(payment).map_err(|e| e.to_string())?;
    }
    for row in rows("persons") {
        builder.persons(vec![PersonRow {
            person_key: int(row, "person")?.ok_or("a person needs person")?,
            name: text(row, "name").unwrap_or_default(),
            sex: int(row, "sex")?.unwrap_or(1),
            birth: day(row, "birth")?,
            region: int(row, "region")?.unwrap_or(VILLAGE),
            kin: text(row, "kin").unwrap_or_else(|| "01".into()),
            household_id: int(row, "household")?,
            death_date: day(row, "death_date")?,
        }]);
    }
    for (name, rows) in tables.iter().filter(|(name, _)| is_given(name)) {
        let rows: Result<Vec<PlainRow>, String> = rows.iter().map(plain_row).collect();
        builder.plain(name, rows?).map_err(|e| e.to_string())?;
    }
    builder.freeze().map_err(|e| e.to_string())
}

/// The programmes examples may name: code, name, office, kind of fund, targeted, fen a unit, cycle, unit.
type ProgrammeLine = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    bool,
    i64,
    &'static str,
    &'static str,
);

#[rustfmt::skip] // A table.
const PROGRAMMES: [ProgrammeLine; 14] = [
    ("HN01", "耕地地力保护补贴", "agriculture", 2, false, 12_500, "年", "亩"),
    ("HN02", "农村最低生活保障金", "civil_affairs", 3, true, 66_000, "季", "人"),
    ("HN03", "特困人员供养金", "civil_affairs", 3, true, 190_000, "季", "人"),
    ("HN04", "困难残疾人生活补贴", "disabled_federation", 3, true, 33_000, "季", "人"),
    ("HN05", "重度残疾人护理补贴", "disabled_federation", 3, true, 30_000, "季", "人"),
    ("HN06", "高龄津贴", "civil_affairs", 3, false, 15_000, "季", "人"),
    ("HN07", "农机购置补贴", "agriculture", 2, false, 480_000, "一次", "台"),
    ("HN08", "家畜养殖补贴", "agriculture", 2, false, 10_000, "一次", "头"),
    ("HN09", "农村危房改造补助", "housing", 3, true, 1_400_000, "一次", "户"),
    ("HN10", "雨露计划职业教育补助", "poverty_relief", 3, true, 150_000, "半年", "人"),
    ("HN11", "家庭经济困难学生生活补助", "education", 3, true, 50_000, "半年", "人"),
    ("HN13", "公益性岗位补贴", "human_resources", 3, false, 150_000, "季", "人"),
    ("HN16", "孤儿基本生活费", "civil_affairs", 3, true, 330_000, "季", "人"),
    ("HN17", "产业帮扶到户补助", "poverty_relief", 1, true, 140_000, "年", "户"),
];

fn programmes() -> Vec<ProgrammeRow> {
    PROGRAMMES
        .iter()
        .map(
            |(code, name, org, fund_class, targeted, rate_fen, cycle, unit)| ProgrammeRow {
                code: (*code).into(),
                name: (*name).into(),
                org: (*org).into(),
                fund_class: *fund_class,
                targeted: *targeted,
                rate_fen: *rate_fen,
                cycle: (*cycle).into(),
                unit: (*unit).into(),
            },
        )
        .collect()
}

/// A row of a plain register; `person` and `household` stand for the keys.
fn plain_row(row: &Row) -> Result<PlainRow, String> {
    let mut out = PlainRow::default();
    for (key, value) in row {
        let column = match key.as_str() {
            "person" => "person_key",
            "household" => "household_id",
            other => other,
        };
        out = match value {
            toml::Value::Integer(n) => out.int(column, *n),
            toml::Value::String(text) => out.text(column, text),
            toml::Value::Boolean(yes) => out.bool(column, *yes),
            other => return Err(format!("{key}: {other} is neither number, text nor yes or no")),
        };
    }
    Ok(out)
}

/// Rows of a department table as a snapshot would hold them.
fn batch(contract: &Contract, rows: &[Row]) -> Result<RecordBatch, String> {
    let schema = arrow_schema(contract);
    let mut rows: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
    rows.sort_by_key(|(i, row)| (int(row, "person").ok().flatten(), *i));
    let mut columns: Vec<ArrayRef> = Vec::new();
    for field in schema.fields() {
        let name = field.name().as_str();
        let id = contract
            .columns
            .iter()
            .find(|c| sql_names(c).iter().any(|n| n == name))
            .map_or(name, |c| c.id.as_str());
        let array: ArrayRef = match field.data_type() {
            _ if name == ROW_NO => Arc::new(rows.iter().map(|(i, _)| Some(*i as i64 + 2)).collect::<Int64Array>()),
            _ if name == ROW_HASH => Arc::new(
                rows.iter()
                    .map(|(i, _)| Some(format!("{i:016x}")))
                    .collect::<StringArray>(),
            ),
            DataType::Int8 => Arc::new(
                rows.iter()
                    .map(|_| Some(kernel::IdStatus::Valid as i8))
                    .collect::<Int8Array>(),
            ),
            DataType::Int64 => {
                let key = if name == KEY_COLUMN || name == STATUS_COLUMN {
                    "person"
                } else {
                    id
                };
                let values: Result<Vec<_>, String> = rows.iter().map(|(_, row)| int(row, key)).collect();
                Arc::new(Int64Array::from(values?))
            }
            DataType::Int32 => {
                let values: Result<Vec<_>, String> = rows.iter().map(|(_, row)| day(row, id)).collect();
                Arc::new(Int32Array::from(values?))
            }
            DataType::Boolean => Arc::new(
                rows.iter()
                    .map(|(_, row)| row.get(id).and_then(toml::Value::as_bool))
                    .collect::<BooleanArray>(),
            ),
            DataType::Utf8 => Arc::new(rows.iter().map(|(_, row)| text(row, id)).collect::<StringArray>()),
            other => new_null_array(other, rows.len()),
        };
        columns.push(array);
    }
    let allowed = |key: &str| key == "person" || contract.column(key).is_some();
    if let Some(stray) = rows.iter().flat_map(|(_, row)| row.keys()).find(|key| !allowed(key)) {
        return Err(format!("{} has no column {stray}", contract.name));
    }
    RecordBatch::try_new(schema, columns).map_err(|e| e.to_string())
}

fn text(row: &Row, key: &str) -> Option<String> {
    row.get(key).and_then(toml::Value::as_str).map(str::to_owned)
}

fn int(row: &Row, key: &str) -> Result<Option<i64>, String> {
    match row.get(key) {
        None => Ok(None),
        Some(value) => value
            .as_integer()
            .map(Some)
            .ok_or(format!("{key} must be a whole number")),
    }
}

/// A day, or a month where only a month is written.
fn day(row: &Row, key: &str) -> Result<Option<i32>, String> {
    let Some(text) = text(row, key) else { return Ok(None) };
    if let Some(date) = parse_date(&text) {
        return Ok(Some(epoch_days(date)));
    }
    text.parse::<Month>()
        .map(|m| Some(m.index()))
        .map_err(|e| format!("{key}: {e}"))
}
