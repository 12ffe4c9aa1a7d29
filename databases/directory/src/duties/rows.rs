//! The table of duties.

use access::Scope;
use kernel::{AppResult, Date, RegionCode};
use records::flow::Code;
use serde_json::{Value, json};
use store::{FromQueryResult, Query, Sql, WriteTx, args};

use super::{Duty, Matter};

/// A person in a duty.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct DutyRow {
    pub id: i64,
    pub duty: String,
    pub matter: String,
    pub region: i64,
    pub unit: String,
    pub post: String,
    pub holder: String,
    pub basis: String,
    pub from_on: String,
    pub to_on: Option<String>,
}

const SELECT: &str = "SELECT d.id, d.duty, d.matter, d.region, d.unit, d.post, d.holder, d.basis, d.from_on, d.to_on \
     FROM office_duty d WHERE 1 = 1";

impl DutyRow {
    pub fn duty(&self) -> Option<Duty> {
        Duty::parse(&self.duty)
    }

    pub fn duty_title(&self) -> &'static str {
        self.duty().map_or("", Code::title)
    }

    pub fn matter_title(&self) -> &'static str {
        Matter::parse(&self.matter).map_or("", Code::title)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    /// The record for the history.
    pub(crate) fn as_record(&self) -> Value {
        json!({
            "duty": self.duty_title(), "matter": self.matter_title(), "region": self.region, "unit": self.unit,
            "post": self.post, "holder": self.holder, "basis": self.basis, "from_on": self.from_on, "to_on": self.to_on,
        })
    }
}

/// Duties borne on a day in the divisions an area lies in and those inside it; all of them ever when there is no day.
/// What offices answer for is public: whoever asks, asks about any area.
pub async fn all(db: &impl Query, area: RegionCode, day: Option<Date>) -> AppResult<Vec<DutyRow>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND (d.region IN ").bind_list(around(area));
    let range = area.range();
    sql.push(" OR (d.region >= ").bind(range.start);
    sql.push(" AND d.region < ").bind(range.end).push("))");
    borne_on(&mut sql, day);
    sql.push(" ORDER BY d.region, d.from_on, d.id");
    Ok(in_order(db.fetch(sql).await?))
}

/// Who answers for this kind of money or project in a place on a day, in the order of the duties. Where a unit is named
/// for this very kind, its general entry gives way.
pub async fn who_answers(db: &impl Query, place: RegionCode, matter: Matter, day: Date) -> AppResult<Vec<DutyRow>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND d.region IN ").bind_list(around(place));
    sql.push(" AND d.matter IN ").bind_list([Matter::All.id(), matter.id()]);
    borne_on(&mut sql, Some(day));
    sql.push(" ORDER BY d.region, d.from_on, d.id");
    let rows: Vec<DutyRow> = in_order(db.fetch(sql).await?);
    let special: Vec<(String, String, String)> = rows
        .iter()
        .filter(|r| r.matter != Matter::All.id())
        .map(|r| (r.duty.clone(), r.unit.clone(), r.post.clone()))
        .collect();
    Ok(rows
        .into_iter()
        .filter(|r| {
            let of_this_kind = r.matter != Matter::All.id();
            of_this_kind || !special.iter().any(|(d, u, p)| (d, u, p) == (&r.duty, &r.unit, &r.post))
        })
        .collect())
}

/// One entry, wherever it is.
pub async fn entry(db: &impl Query, id: i64) -> AppResult<Option<DutyRow>> {
    db.row(&format!("{SELECT} AND d.id = $1"), args![id]).await
}

/// One entry within the scope.
pub(super) async fn one(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<DutyRow>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND d.id = ").bind(id);
    scope.restrict(&mut sql, "d.region");
    Ok(db.fetch(sql).await?.pop())
}

pub(super) async fn insert(tx: &WriteTx, row: &DutyRow) -> AppResult<()> {
    tx.execute(
        "INSERT INTO office_duty (id, duty, matter, region, unit, post, holder, basis, from_on, to_on) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        args![
            row.id,
            row.duty.as_str(),
            row.matter.as_str(),
            row.region,
            row.unit.as_str(),
            row.post.as_str(),
            row.holder.as_str(),
            row.basis.as_str(),
            row.from_on.as_str(),
            row.to_on.clone()
        ],
    )
    .await
    .map(|_| ())
}

pub(super) async fn update(tx: &WriteTx, row: &DutyRow) -> AppResult<()> {
    tx.execute(
        "UPDATE office_duty SET matter = $2, unit = $3, post = $4, holder = $5, basis = $6, from_on = $7, to_on = $8 \
         WHERE id = $1",
        args![
            row.id,
            row.matter.as_str(),
            row.unit.as_str(),
            row.post.as_str(),
            row.holder.as_str(),
            row.basis.as_str(),
            row.from_on.as_str(),
            row.to_on.clone()
        ],
    )
    .await
    .map(|_| ())
}

/// The division and those it lies in, up to the province.
fn around(place: RegionCode) -> Vec<i64> {
    use kernel::RegionLevel::{City, Community, County, Province, Town, Village};
    [Province, City, County, Town, Community, Village]
        .into_iter()
        .filter(|level| *level <= place.level())
        .map(|level| place.at(level).as_i64())
        .collect()
}

fn borne_on(sql: &mut Sql, day: Option<Date>) {
    if let Some(day) = day {
        let day = day.to_string();
        sql.push(" AND d.from_on <= ").bind(day.clone());
        sql.push(" AND (d.to_on IS NULL OR d.to_on > ").bind(day).push(")");
    }
}

fn in_order(mut rows: Vec<DutyRow>) -> Vec<DutyRow> {
    // Stable: within a duty the order by place and day stays.
    rows.sort_by_key(|r| r.duty());
    rows
}
