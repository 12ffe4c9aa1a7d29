//! One project: found, and put into words for its history.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money, RegionCode};
use records::{
    flow::Code,
    history::{self, Change},
};
use serde_json::{Value, json};
use store::{FromQueryResult, Query, Sql, args};
use trail::RecordedTx;

use crate::model::{ProjectMode, ProjectState};

/// The kind under which versions and papers of projects are kept.
pub const KIND: &str = "project";

/// A row of the register.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Project {
    pub id: i64,
    pub no: String,
    pub name: String,
    pub region: i64,
    pub mode: String,
    pub state: String,
    pub year: i64,
    pub province_key: bool,
    pub site: String,
    pub site_note: String,
    pub content: String,
    pub start_plan: String,
    pub end_plan: String,
    pub owner: String,
    pub responsible: String,
    pub duty: String,
    pub need: String,
    pub surveyed_on: String,
    pub expected_yield_fen: i64,
    pub link: String,
    pub income_model: String,
    pub subsidy: String,
    pub planned_fen: i64,
    pub entered_by: i64,
    pub last_actor: i64,
    pub last_on: String,
    pub suspended_from: Option<String>,
}

pub(crate) const COLUMNS: &str = "p.id, p.no, p.name, p.region, p.mode, p.state, p.year, p.province_key, p.site, \
     p.site_note, p.content, p.start_plan, p.end_plan, p.owner, p.responsible, p.duty, p.need, p.surveyed_on, \
     p.expected_yield_fen, p.link, p.income_model, p.subsidy, p.planned_fen, p.entered_by, p.last_actor, p.last_on, \
     p.suspended_from";

impl Project {
    pub fn state(&self) -> ProjectState {
        ProjectState::parse(&self.state).unwrap_or(ProjectState::Demand)
    }

    pub fn mode(&self) -> ProjectMode {
        ProjectMode::parse(&self.mode).unwrap_or(ProjectMode::Infrastructure)
    }

    pub fn planned(&self) -> Money {
        Money(self.planned_fen)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }
}

/// A source of money of a project.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ProjectFund {
    pub source: String,
    pub level: String,
    pub amount_fen: i64,
}

/// A household that benefits.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Beneficiary {
    pub household_id: i64,
    pub household_no: String,
    pub head_name: String,
    pub population: i64,
    pub status: i64,
}

/// A project inside the scope; `None` when it does not exist or lies outside.
pub async fn project(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Project>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM project p WHERE p.id = ").bind(id);
    scope.restrict(&mut sql, "p.region");
    Ok(db.fetch(sql).await?.pop())
}

/// Where its money comes from.
pub async fn funds(db: &impl Query, id: i64) -> AppResult<Vec<ProjectFund>> {
    db.rows(
        "SELECT source, level, amount_fen FROM project_fund WHERE project = $1 ORDER BY place",
        args![id],
    )
    .await
}

/// Who benefits, by household number.
pub async fn beneficiaries(db: &impl Query, id: i64) -> AppResult<Vec<Beneficiary>> {
    db.rows(
        "SELECT b.household_id, h.household_no, h.head_name, h.population, h.status FROM project_beneficiary b \
         JOIN household h ON h.id = b.household_id WHERE b.project = $1 ORDER BY h.household_no",
        args![id],
    )
    .await
}

/// Whether a person, or near kin who live or lived in one household with him, are among those who benefit.
pub async fn concerns(db: &impl Query, id: i64, actor: &Actor) -> AppResult<bool> {
    let Some(person) = actor.person else { return Ok(false) };
    let found = db
        .number(
            "SELECT COUNT(*) FROM project_beneficiary b JOIN household_member m ON m.household_id = b.household_id \
             WHERE b.project = $1 AND m.person_key IN (SELECT other.person_key FROM household_member mine \
             JOIN household_member other ON other.household_id = mine.household_id WHERE mine.person_key = $2)",
            args![id, person.0],
        )
        .await?;
    Ok(found > 0)
}

/// The project as its history keeps it.
pub(crate) async fn snapshot(tx: &impl Query, id: i64) -> AppResult<Value> {
    let row: Project = tx
        .row(&format!("SELECT {COLUMNS} FROM project p WHERE p.id = $1"), args![id])
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个项目。"))?;
    let funds: Vec<String> = funds(tx, id)
        .await?
        .iter()
        .map(|f| format!("{}（{}）{} 元", f.source, f.level, Money(f.amount_fen)))
        .collect();
    let benefits = tx
        .number("SELECT COUNT(*) FROM project_beneficiary WHERE project = $1", args![id])
        .await?;
    let paid = tx
        .number(
            "SELECT CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) FROM project_payment WHERE project = $1",
            args![id],
        )
        .await?;
    Ok(state_of(&row, &funds, benefits, Money(paid)))
}

/// As [`snapshot`], from what is at hand.
pub(crate) fn state_of(row: &Project, funds: &[String], benefits: i64, paid: Money) -> Value {
    json!({
        "no": row.no, "name": row.name, "mode": row.mode().title(), "state": row.state().title(),
        "site": row.site, "content": row.content, "term": format!("{} 至 {}", row.start_plan, row.end_plan),
        "owner": row.owner, "responsible": row.responsible, "duty": row.duty, "need": row.need,
        "site_note": row.site_note, "funds": funds, "planned": row.planned().to_string(),
        "beneficiaries": benefits, "paid": paid.to_string(),
        "province_key": row.province_key, "expected_yield": Money(row.expected_yield_fen).to_string(),
    })
}

/// Titles of the fields of [`snapshot`], in the order of the page.
pub const TITLES: [(&str, &str); 18] = [
    ("no", "项目编号"),
    ("name", "项目名称"),
    ("mode", "类别"),
    ("state", "状态"),
    ("site", "实施地点"),
    ("site_note", "选址说明"),
    ("content", "建设内容"),
    ("term", "实施期限"),
    ("owner", "实施单位"),
    ("responsible", "责任人"),
    ("duty", "责任"),
    ("need", "真实需求"),
    ("funds", "资金来源及额度"),
    ("planned", "计划资金（元）"),
    ("beneficiaries", "受益户（户）"),
    ("paid", "已拨付（元）"),
    ("province_key", "省级支持"),
    ("expected_yield", "预期年收益（元）"),
];

pub(crate) fn refuse_own_kin() -> AppError {
    AppError::forbidden("受益户中有您本人或近亲属，按规定须回避，请由他人办理。")
}

pub(crate) fn id_of(subject: &str) -> AppResult<i64> {
    let id = subject.split(':').nth(1).and_then(|n| n.parse().ok());
    id.ok_or_else(|| AppError::conflict("这个请求已经办理过别的事，请刷新页面。"))
}

pub(crate) async fn write_version(
    tx: &RecordedTx,
    id: i64,
    act: &str,
    reason: &str,
    basis: &str,
    on: Date,
) -> AppResult<i64> {
    let state = snapshot(&**tx, id).await?;
    let on = on.to_string();
    let change = Change {
        kind: KIND,
        id,
        expected: None,
        act,
        reason,
        basis,
        on: &on,
        state: &state,
    };
    history::record(tx, &change).await
}
