//! A batch straight from the register: every entitled household of an area, at the programme's rate.

use access::Actor;
use kernel::{AppError, AppResult, Money, Month, PersonKey, RegionCode};
use store::{FromQueryResult, Query, Sql};
use web::App;

use super::{
    check::{GoodRow, RowFault},
    create::{Created, Mode, NewBatch, enter, payable},
};

/// Which registered households are entitled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    /// All that are in the register and not removed.
    Registered,
    /// 低保户 and 低保贫困户.
    Allowance,
    /// 特困户.
    Destitute,
    /// 风险监测户 and those not yet out of poverty.
    InNeed,
}

impl Circle {
    pub const ALL: [(&'static str, &'static str); 4] = [
        ("registered", "全部在册户"),
        ("allowance", "低保户"),
        ("destitute", "特困户"),
        ("in_need", "未脱贫、返贫和监测户"),
    ];

    pub fn from_id(id: &str) -> Option<Circle> {
        match id {
            "registered" => Some(Circle::Registered),
            "allowance" => Some(Circle::Allowance),
            "destitute" => Some(Circle::Destitute),
            "in_need" => Some(Circle::InNeed),
            _ => None,
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Circle::Registered => "",
            Circle::Allowance => " AND h.attr IN (2, 4)",
            Circle::Destitute => " AND h.attr = 3",
            Circle::InNeed => " AND h.status IN (0, 2, 3, 5)",
        }
    }
}

#[derive(FromQueryResult)]
struct Entitled {
    id: i64,
    household_no: String,
    region: i64,
    head_key: i64,
    head_name: String,
    population: i64,
    account_digest: Option<i64>,
    account_tail: Option<String>,
    account_name: Option<String>,
    account_valid: Option<bool>,
}

/// Makes a batch of all households of a circle. Each is paid to the account of the head's last payment; households
/// without one are named and set aside.
///
/// # Errors
/// A programme without a rate, or one that pays neither households nor people.
pub async fn from_register(
    app: &App,
    actor: &Actor,
    request_id: &str,
    programme: &str,
    month: Month,
    region: RegionCode,
    circle: Circle,
    mode: Mode,
) -> AppResult<Created> {
    let programme = payable(app, actor, programme).await?;
    if programme.rate() <= Money::ZERO {
        return Err(AppError::invalid("这个项目没有补助标准，请上传名册造册。"));
    }
    if !actor.scope.covers(region) {
        return Err(AppError::invalid("请选择本辖区内的地方。"));
    }
    let mut sql = Sql::new(
        "SELECT h.id, h.household_no, h.region, h.head_key, h.head_name, h.population, a.account_digest, a.account_tail, \
         a.account_name, a.account_valid FROM household h LEFT JOIN payment a ON a.id = \
         (SELECT MAX(l.id) FROM payment l WHERE l.person_key = h.head_key AND l.state = 'paid') \
         WHERE h.status <> 4 AND h.removed_on IS NULL",
    );
    sql.push(circle.condition());
    actor.scope.within(region).restrict(&mut sql, "h.region");
    sql.push(" ORDER BY h.region, h.household_no");
    let households: Vec<Entitled> = app.db.fetch(sql).await?;
    let by_household = programme.unit == "户";
    let mut faults = Vec::new();
    let mut good = Vec::with_capacity(households.len());
    for (n, h) in households.into_iter().enumerate() {
        let row_no = n as i64 + 1;
        let (Some(account_digest), Some(account_tail)) = (h.account_digest, h.account_tail) else {
            faults.push(RowFault {
                row_no,
                name: h.head_name,
                field: "银行账号",
                text: format!("户 {} 没有发放过的账户，请用名册补充", h.household_no),
            });
            continue;
        };
        let qty = if by_household { 100 } else { h.population.max(1) * 100 };
        let amount = qty
            .checked_mul(programme.rate_fen)
            .map(|x| Money(x / 100))
            .ok_or_else(|| AppError::invalid("金额超出范围，请核对补助标准。"))?;
        good.push(GoodRow {
            row_no,
            person: PersonKey(h.head_key),
            account_name: h.account_name.unwrap_or_else(|| h.head_name.clone()),
            name: h.head_name,
            household: Some(h.id),
            region: RegionCode::from_i64(h.region).unwrap_or(region),
            qty,
            amount,
            account_digest,
            account_tail,
            account_valid: h.account_valid,
            arrears: false,
        });
    }
    if good.is_empty() && faults.is_empty() {
        return Err(AppError::invalid("这个范围内没有符合条件的户。"));
    }
    let new = NewBatch {
        programme: &programme.code,
        month,
        region,
        mode,
        rows: &[],
    };
    enter(app, actor, request_id, &programme, &new, good, faults).await
}
