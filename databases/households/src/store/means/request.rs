//! A request: made for households whose adults have all signed, released by a second person, fetched as a file.

use std::collections::BTreeMap;

use ::store::{BulkInsert, Db, FromQueryResult, Query, Sql, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, RegionCode};
use serde_json::json;
use sha2::{Digest, Sha256};
use trail::Act as TrailAct;
use web::App;

use crate::{
    PAGE_ROWS, age_on,
    model::authorisation::ADULT_AGE,
    store::{Outcome, begin, region_of},
};

/// At most so many people in one request.
const MOST_PEOPLE: usize = 20_000;

/// A request as it stands.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Request {
    pub id: i64,
    pub no: String,
    pub region: i64,
    pub purpose: String,
    pub basis: String,
    pub households: i64,
    pub people: i64,
    pub made_by: Option<i64>,
    pub made_name: String,
    pub made_millis: i64,
    pub approved_name: Option<String>,
    pub approved_millis: Option<i64>,
    pub fetched_name: Option<String>,
    pub fetched_millis: Option<i64>,
    pub digest: Option<String>,
}

impl Request {
    /// Where it stands, in words.
    pub fn state(&self) -> &'static str {
        match (self.approved_millis, self.fetched_millis) {
            (None, _) => "待复核",
            (Some(_), None) => "待下载报送",
            (Some(_), Some(_)) => "已报送",
        }
    }
}

/// Somebody whose means may be asked for.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Person {
    pub person_key: i64,
    pub household_id: i64,
    pub household_no: String,
    pub head_name: String,
    pub region: i64,
    pub name: String,
    pub kin: String,
    pub birth: String,
    /// The latest signature; empty when none.
    pub signed_on: String,
    pub valid_to: String,
}

/// A household that cannot be asked for yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub household_id: i64,
    pub head_name: String,
    pub region: i64,
    /// Adults without a valid signature.
    pub unsigned: Vec<String>,
}

/// Whom a request would hold.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    pub people: Vec<Person>,
    pub households: usize,
    pub left_out: Vec<LeftOut>,
    pub seal: String,
}

/// Members of registered and applying households of which somebody has signed, with the latest signature of each.
const MEMBERS: &str = "SELECT x.person_key, x.household_id, x.household_no, x.head_name, x.region, x.kin, p.name, p.birth, \
     COALESCE((SELECT MAX(c.signed_on) FROM check_authorisation c WHERE c.household_id = x.household_id AND c.person_key = x.person_key), '') AS signed_on, \
     COALESCE((SELECT MAX(c.valid_to) FROM check_authorisation c WHERE c.household_id = x.household_id AND c.person_key = x.person_key), '') AS valid_to \
     FROM (SELECT m.person_key, m.household_id, m.kin, h.household_no, h.head_name, h.region FROM household_member m \
     JOIN household h ON h.id = m.household_id WHERE m.left_on IS NULL AND h.status <> 4 \
     UNION ALL SELECT m.person_key, m.household_id, m.kin, a.household_no, a.head_name, a.region FROM applicant_member m \
     JOIN applicant a ON a.household_id = m.household_id WHERE m.open AND a.open) x \
     JOIN person p ON p.person_key = x.person_key WHERE p.death_date IS NULL \
     AND EXISTS (SELECT 1 FROM check_authorisation c WHERE c.household_id = x.household_id AND c.valid_to >= ";

/// Households of the area whose adults have all signed; those where a signature is lacking are named.
pub async fn propose(q: &impl Query, scope: &Scope, area: Option<RegionCode>, today: Date) -> AppResult<Proposal> {
    let scope = area.map_or_else(|| scope.clone(), |area| scope.within(area));
    let mut sql = Sql::new(MEMBERS);
    sql.bind(today.to_string()).push(")");
    scope.restrict(&mut sql, "x.region");
    sql.push(" ORDER BY x.region, x.household_no, x.kin, x.person_key LIMIT ")
        .bind(MOST_PEOPLE as i64 * 4);
    let members: Vec<Person> = q.fetch(sql).await?;
    let mut by_household: BTreeMap<(i64, String), Vec<Person>> = BTreeMap::new();
    for member in members {
        let place = (member.region, member.household_no.clone());
        by_household.entry(place).or_default().push(member);
    }
    let mut proposal = Proposal::default();
    let day = today.to_string();
    for members in by_household.into_values() {
        let unsigned: Vec<String> = members
            .iter()
            .filter(|m| age_on(&m.birth, today) >= ADULT_AGE && m.valid_to < day)
            .map(|m| m.name.clone())
            .collect();
        if unsigned.is_empty() {
            proposal.households += 1;
            proposal
                .people
                .extend(members.into_iter().filter(|m| m.valid_to >= day));
        } else if let Some(first) = members.first() {
            proposal.left_out.push(LeftOut {
                household_id: first.household_id,
                head_name: first.head_name.clone(),
                region: first.region,
                unsigned,
            });
        }
    }
    if proposal.people.len() > MOST_PEOPLE {
        return Err(AppError::invalid(format!(
            "一次最多核对 {MOST_PEOPLE} 人，请先选择镇、村分次办理。"
        )));
    }
    let mut hash = Sha256::new();
    for person in &proposal.people {
        hash.update(person.person_key.to_be_bytes());
    }
    proposal.seal = hex(&hash.finalize());
    Ok(proposal)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the request that was shown under `seal`. `None` when this request was carried out before.
///
/// # Errors
/// Invalid without purpose, legal basis or people; conflict when the households changed meanwhile.
pub async fn make(
    app: &App,
    actor: &Actor,
    request_id: &str,
    area: Option<RegionCode>,
    purpose: &str,
    basis: &str,
    seal: &str,
) -> AppResult<Option<i64>> {
    let (purpose, basis) = (purpose.trim(), basis.trim());
    for (text, title) in [(purpose, "核对目的"), (basis, "法律依据")] {
        if text.chars().count() < 4 || text.chars().count() > 200 {
            return Err(AppError::invalid(format!("{title}：请写明，4 至 200 个字。")));
        }
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    let today = tx.at().date();
    let proposal = propose(&*tx, &actor.scope, area, today).await?;
    if proposal.people.is_empty() {
        return Err(AppError::invalid("所选范围内没有签齐授权书的户，没有可以核对的人员。"));
    }
    if proposal.seal != seal {
        return Err(AppError::conflict(
            "预览之后，户或授权的情况有变化，请核对下面新的名单后再确认。",
        ));
    }
    let id = app.next_id();
    let region = area.or(actor.scope.region()).unwrap_or(app.config.area);
    let number = tx
        .number(
            "SELECT COUNT(*) FROM means_request WHERE no LIKE $1",
            args![format!("HD{}%", compact(today))],
        )
        .await?
        + 1;
    let no = format!("HD{}{number:03}", compact(today));
    tx.execute(
        "INSERT INTO means_request (id, no, region, purpose, basis, households, people, made_by, made_name, made_millis) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        args![
            id,
            no.as_str(),
            region.as_i64(),
            purpose,
            basis,
            proposal.households as i64,
            proposal.people.len() as i64,
            actor.account.map(|a| a.0),
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let columns = &[
        "request_id",
        "person_key",
        "household_id",
        "name",
        "kin",
        "signed_on",
        "valid_to",
    ];
    let mut rows = BulkInsert::new(&tx, "means_person", columns, "");
    for p in &proposal.people {
        rows.push(args![
            id,
            p.person_key,
            p.household_id,
            p.name.as_str(),
            p.kin.as_str(),
            p.signed_on.as_str(),
            p.valid_to.as_str()
        ])
        .await?;
    }
    rows.finish().await?;
    let detail = json!({
        "no": no, "basis": basis, "households": proposal.households, "people": proposal.people.len(), "digest": seal,
    });
    let act = TrailAct::new("means.request", format!("means:{id}"))
        .in_region(region)
        .for_purpose(purpose);
    tx.commit(act.with(detail)).await?;
    Ok(Some(id))
}

fn compact(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// Releases a request: a file of many ID numbers leaves the platform only when a second person has looked.
///
/// # Errors
/// Conflict for the person who made it, and when it was released before.
pub async fn approve(app: &App, actor: &Actor, request_id: &str, id: i64) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let found = request(&*tx, &actor.scope, id).await?.ok_or_else(gone)?;
    if found.approved_millis.is_some() {
        return Err(AppError::conflict("这一批已经复核过。"));
    }
    if found.made_by == actor.account.map(|a| a.0) {
        return Err(AppError::conflict(
            "制作和复核不能是同一人，请由另一名有权限的人员复核。",
        ));
    }
    tx.execute(
        "UPDATE means_request SET approved_name = $2, approved_millis = $3 WHERE id = $1",
        args![id, actor.name.as_str(), tx.at().millis()],
    )
    .await?;
    let act = TrailAct::new("means.approve", format!("means:{id}")).in_region(region_of(found.region));
    tx.commit(act.with(json!({ "no": found.no, "people": found.people })))
        .await?;
    Ok(Outcome::Done)
}

pub(super) fn gone() -> AppError {
    AppError::not_found("没有找到这一批核对，或不在您的管理范围内。")
}

const SELECT: &str = "SELECT r.id, r.no, r.region, r.purpose, r.basis, r.households, r.people, r.made_by, r.made_name, \
     r.made_millis, r.approved_name, r.approved_millis, r.fetched_name, r.fetched_millis, r.digest \
     FROM means_request r WHERE 1 = 1";

pub async fn request(q: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Request>> {
    let mut sql = Sql::new(SELECT);
    scope.restrict(&mut sql, "r.region");
    sql.push(" AND r.id = ").bind(id);
    Ok(q.fetch(sql).await?.pop())
}

/// Requests within the scope, the latest first, one page (from 1).
pub async fn page_of(db: &Db, scope: &Scope, page: u64) -> AppResult<Vec<Request>> {
    let mut sql = Sql::new(SELECT);
    scope.restrict(&mut sql, "r.region");
    sql.push(" ORDER BY r.id DESC LIMIT ").bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// How many [`page_of`] has on all its pages.
pub async fn count(db: &Db, scope: &Scope) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM means_request r WHERE 1 = 1");
    scope.restrict(&mut sql, "r.region");
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// Who is in a request, one page (from 1), with how many answers each has and how many of them found something.
pub async fn requested(db: &Db, id: i64, page: u64) -> AppResult<Vec<super::answers::Requested>> {
    db.rows(
        "SELECT l.household_id, l.name, l.kin, l.valid_to, \
         (SELECT COUNT(DISTINCT a.kind) FROM means_answer a WHERE a.request_id = l.request_id AND a.person_key = l.person_key) AS answered, \
         (SELECT COUNT(DISTINCT a.kind) FROM means_answer a WHERE a.request_id = l.request_id AND a.person_key = l.person_key AND a.found) AS found \
         FROM means_person l WHERE l.request_id = $1 ORDER BY l.household_id, l.kin, l.person_key LIMIT $2 OFFSET $3",
        args![id, PAGE_ROWS as i64, (page.saturating_sub(1) * PAGE_ROWS) as i64],
    )
    .await
}
