//! Each row of a list looked at by itself and against the register: what is wrong is named with its row.

use std::collections::{HashMap, HashSet};

use access::Scope;
use kernel::{
    AppResult, KeyRing, Money, Month, PersonKey, RegionCode, RegionLevel, checks, identity::IdNumber,
    money::MoneyError, name, period::parse_date,
};
use store::{FromQueryResult, Query, Sql};

use super::reading::ListRow;

/// What is wrong with a row; names no ID number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    pub row_no: i64,
    pub name: String,
    /// The column.
    pub field: &'static str,
    pub text: String,
}

/// A row that may be paid.
#[derive(Clone, Debug)]
pub(crate) struct GoodRow {
    pub row_no: i64,
    pub person: PersonKey,
    pub name: String,
    pub household: Option<i64>,
    pub region: RegionCode,
    pub qty: i64,
    pub amount: Money,
    pub account_digest: i64,
    pub account_tail: String,
    pub account_name: String,
    pub account_valid: Option<bool>,
    pub arrears: bool,
}

/// What the rows are for.
pub(crate) struct Purpose<'a> {
    pub scope: &'a Scope,
    pub month: Month,
    pub rate: Money,
    pub unit: &'a str,
}

#[derive(FromQueryResult)]
struct Known {
    person_key: i64,
    name: String,
    region: i64,
    death_date: Option<String>,
    household_id: Option<i64>,
    status: Option<i64>,
    removed_on: Option<String>,
}

struct Read<'a> {
    row: &'a ListRow,
    person: PersonKey,
    name: String,
    qty: i64,
    amount: Money,
    account: String,
}

/// Register rows asked for at once.
const ASK_ROWS: usize = 1000;

/// Separates rows that may be paid from those that may not. Both keep the order of the file.
pub(crate) async fn check(
    db: &impl Query,
    keys: &KeyRing,
    purpose: &Purpose<'_>,
    rows: &[ListRow],
) -> AppResult<(Vec<GoodRow>, Vec<RowFault>)> {
    let mut faults: Vec<RowFault> = Vec::new();
    let mut read: Vec<Read<'_>> = Vec::with_capacity(rows.len());
    let mut seen: HashMap<(PersonKey, bool), i64> = HashMap::new();
    for row in rows {
        match read_row(keys, purpose, row) {
            Ok(one) => match seen.insert((one.person, !row.arrears.is_empty()), row.row_no) {
                Some(first) => faults.push(fault(row, "身份证号码", format!("与第 {first} 行是同一人，本批重复"))),
                None => read.push(one),
            },
            Err(fault) => faults.push(fault),
        }
    }
    let known = known(db, read.iter().map(|r| r.person)).await?;
    let mut good = Vec::with_capacity(read.len());
    for one in read {
        match against_register(keys, purpose, &one, known.get(&one.person.0)) {
            Ok(row) => good.push(row),
            Err(fault) => faults.push(fault),
        }
    }
    faults.sort_by_key(|f| f.row_no);
    Ok((good, faults))
}

/// The faults of a list, without entering anything (a dry run of the rows alone).
pub async fn check_rows(
    db: &impl Query,
    keys: &KeyRing,
    scope: &Scope,
    month: Month,
    rate: Money,
    rows: &[ListRow],
) -> AppResult<Vec<RowFault>> {
    let purpose = Purpose {
        scope,
        month,
        rate,
        unit: "",
    };
    Ok(check(db, keys, &purpose, rows).await?.1)
}

fn fault(row: &ListRow, field: &'static str, text: impl Into<String>) -> RowFault {
    RowFault {
        row_no: row.row_no,
        name: name::clean(&row.name),
        field,
        text: text.into(),
    }
}

fn read_row<'a>(keys: &KeyRing, purpose: &Purpose<'_>, row: &'a ListRow) -> Result<Read<'a>, RowFault> {
    if let Some((field, text)) = &row.fault {
        return Err(fault(row, field, text.clone()));
    }
    let number = match &row.number {
        Some(number) => number.clone(),
        None => {
            IdNumber::parse(&row.id_no)
                .map_err(|p| fault(row, "身份证号码", p.to_string()))?
                .number
        }
    };
    let clean = name::clean(&row.name);
    if !(2..=50).contains(&clean.chars().count()) {
        return Err(fault(row, "姓名", "姓名应为 2 至 50 字"));
    }
    let hundredths = |text: &str, field| -> Result<i64, RowFault> {
        let value = Money::parse(text).map_err(|e| {
            let what = match e {
                MoneyError::Empty => "没有填写",
                MoneyError::NotANumber => "不是数字",
                MoneyError::TooPrecise => "最多两位小数",
                MoneyError::OutOfRange => "超出范围",
            };
            fault(row, field, what)
        })?;
        if value <= Money::ZERO {
            return Err(fault(row, field, "必须大于零"));
        }
        Ok(value.fen())
    };
    let qty = hundredths(&row.qty, "数量")?;
    let amount = Money(hundredths(&row.amount, "金额")?);
    if purpose.rate > Money::ZERO {
        let due = (i128::from(qty) * i128::from(purpose.rate.fen()) + 50) / 100;
        if due != i128::from(amount.fen()) {
            return Err(fault(
                row,
                "金额",
                format!("与数量乘以标准（{} 元/{}）不符", purpose.rate, purpose.unit),
            ));
        }
    }
    let account = checks::clean_code(&row.account);
    if !(8..=30).contains(&account.len()) || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault(row, "银行账号", "应为 8 至 30 位数字"));
    }
    if checks::card_check(&account) == Some(false) {
        return Err(fault(row, "银行账号", "卡号校验位不符，请与本人核对"));
    }
    Ok(Read {
        row,
        person: keys.person_key(&number),
        name: clean,
        qty,
        amount,
        account,
    })
}

async fn known(db: &impl Query, people: impl Iterator<Item = PersonKey>) -> AppResult<HashMap<i64, Known>> {
    let keys: Vec<i64> = people.map(|p| p.0).collect();
    let mut known = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(ASK_ROWS) {
        let mut sql = Sql::new(
            "SELECT p.person_key, p.name, p.region, p.death_date, p.household_id, h.status, h.removed_on FROM person p \
             LEFT JOIN household h ON h.id = p.household_id WHERE p.person_key IN ",
        );
        sql.bind_list(chunk.iter().copied());
        for row in db.fetch::<Known>(sql).await? {
            known.insert(row.person_key, row);
        }
    }
    Ok(known)
}

fn against_register(
    keys: &KeyRing,
    purpose: &Purpose<'_>,
    read: &Read<'_>,
    known: Option<&Known>,
) -> Result<GoodRow, RowFault> {
    let row = read.row;
    let region = if row.region.is_empty() {
        known.and_then(|k| RegionCode::from_i64(k.region))
    } else {
        let code: Option<RegionCode> = checks::clean_code(&row.region).parse().ok();
        code.filter(|c| c.level() >= RegionLevel::Town)
    };
    let region = region.ok_or_else(|| fault(row, "区划代码", "登记库里没有此人，须填写镇街以下的区划代码"))?;
    if !purpose.scope.covers(region) {
        return Err(fault(row, "区划代码", "不在本辖区内"));
    }
    if let Some(known) = known {
        if !name::agree(&known.name, &read.name) {
            return Err(fault(row, "姓名", "与登记的姓名不一致"));
        }
        let before = |day: &Option<String>| {
            let month = day.as_deref().and_then(parse_date).map(Month::of);
            month.is_some_and(|m| m < purpose.month)
        };
        if before(&known.death_date) {
            return Err(fault(row, "身份证号码", "登记的死亡日期早于所属月份，请核实"));
        }
        if known.status == Some(4) && (known.removed_on.is_none() || before(&known.removed_on)) {
            return Err(fault(row, "身份证号码", "所在户已清退，次月起停发，请核实"));
        }
    }
    let holder = name::clean(&row.account_name);
    Ok(GoodRow {
        row_no: row.row_no,
        person: read.person,
        name: read.name.clone(),
        household: known.and_then(|k| k.household_id),
        region,
        qty: read.qty,
        amount: read.amount,
        account_digest: keys.digest("account", &read.account) as i64,
        account_tail: read.account[read.account.len() - 4..].to_owned(),
        account_name: if holder.is_empty() { read.name.clone() } else { holder },
        account_valid: checks::card_check(&read.account),
        arrears: !row.arrears.is_empty(),
    })
}

/// People who have a payment of this programme and month already, arrears apart.
pub(crate) async fn already(db: &impl Query, programme: &str, month: Month) -> AppResult<HashSet<i64>> {
    #[derive(FromQueryResult)]
    struct Key {
        person_key: i64,
    }
    let rows: Vec<Key> = db
        .rows(
            "SELECT person_key FROM payment WHERE state = 'paid' AND month = $1 AND programme = $2 AND NOT arrears \
             UNION ALL SELECT person_key FROM payment WHERE state <> 'paid' AND state IN ('listed','held','sent','returned') \
             AND month = $1 AND programme = $2 AND NOT arrears",
            store::args![month.to_string(), programme],
        )
        .await?;
    Ok(rows.into_iter().map(|k| k.person_key).collect())
}
