//! A new application: people, incomes and the case that leads to the register, in one write.

use std::collections::HashSet;

use ::store::{FromQueryResult, Query, args};
use access::Actor;
use kernel::{AppError, AppResult, Date, IdNumber, PersonKey, RegionCode, identity::Sex};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{
    begin, facts,
    reading::{Why, keep},
    subject,
};
use crate::{
    load::{Nonces, phone_label},
    model::flows::{self, Act, Kind},
};

/// A member as the form states it.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub number: IdNumber,
    pub name: String,
    /// GB/T 4761, two digits; `02` is the head.
    pub kin: String,
    pub phone: Option<String>,
    pub health: String,
    pub labour: String,
    pub student: String,
    pub wants_training: bool,
    pub skill: String,
}

/// What is known of a household when it applies.
#[derive(Clone, Debug)]
pub struct NewHousehold {
    /// [`Kind::Identification`] or [`Kind::Monitoring`].
    pub kind: Kind,
    pub origin: String,
    pub region: RegionCode,
    pub attr: i64,
    pub std: i64,
    pub monitor_class: Option<i64>,
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub cause_note: String,
    pub risk_types: Vec<String>,
    pub address: String,
    pub applied_on: Date,
    pub members: Vec<NewMember>,
    pub incomes: Vec<facts::NewIncome>,
}

/// The application that was entered; `None` when the same request came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    pub household: i64,
    pub case: i64,
}

/// Enters an application.
///
/// # Errors
/// Forbidden for roles that do not begin this procedure; invalid or conflict when a member belongs to another
/// household, comes twice, or is known under another name. Nothing is written then.
pub async fn apply(app: &App, actor: &Actor, request_id: &str, new: &NewHousehold) -> AppResult<Option<Applied>> {
    let taken = match may_apply(app, actor, new) {
        Ok(taken) => taken,
        Err(error) => return Err(super::refused(app, actor, 0, "apply", error).await),
    };
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    let applied = enter_in_state(app, &tx, new, taken.to).await?;
    records::drafts::discard(&tx, "household.new", "").await?;
    let detail = json!({ "kind": records::flow::Code::id(new.kind), "members": new.members.len(), "incomes": new.incomes.len() });
    tx.commit(
        TrailAct::new("household.apply", subject(applied.household))
            .in_region(new.region)
            .with(detail),
    )
    .await?;
    Ok(Some(applied))
}

/// Enters an application as one of many in a larger write.
pub(crate) async fn enter_application(app: &App, tx: &RecordedTx, new: &NewHousehold) -> AppResult<Applied> {
    let taken = may_apply(app, tx.actor(), new)?;
    enter_in_state(app, tx, new, taken.to).await
}

fn may_apply(app: &App, actor: &Actor, new: &NewHousehold) -> AppResult<flows::Taken> {
    let who = records::flow::Who {
        role: actor.role,
        account: actor.account.map_or(-1, |a| a.0),
        last_actor: None,
        concerned: concerns(app, actor, new),
        reason: "申请",
        basis: "",
    };
    flows::permit(new.kind, flows::first_state(new.kind), Act::Apply, &who)
}

async fn enter_in_state(app: &App, tx: &RecordedTx, new: &NewHousehold, state: &'static str) -> AppResult<Applied> {
    let household = app.next_id();
    let case = app.next_id();
    let head = new
        .members
        .iter()
        .find(|m| m.kin == "02")
        .ok_or_else(|| AppError::invalid("请指明户主（与户主关系选“户主”）。"))?;
    let on = new.applied_on.to_string();
    let mut nonces = Nonces::from_random(app.nonce()?);
    let mut keys = HashSet::new();
    for member in &new.members {
        let key = app.keys.person_key(&member.number);
        if !keys.insert(key) {
            return Err(AppError::invalid(format!(
                "{}的身份证号与另一名成员重复。",
                member.name
            )));
        }
        free(tx, key, &member.name).await?;
        enter_person(app, tx, &mut nonces, key, member, new.region).await?;
    }
    let number = next_number(tx, new.region).await?;
    tx.execute(
        "INSERT INTO applicant (household_id, household_no, region, head_key, head_name, attr, monitor_class, main_cause, \
         applied_on, open) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        args![
            household,
            number.as_str(),
            new.region.as_i64(),
            app.keys.person_key(&head.number).0,
            head.name.as_str(),
            new.attr,
            new.monitor_class,
            new.main_cause.as_str(),
            on.as_str(),
            true
        ],
    )
    .await?;
    for member in &new.members {
        tx.execute(
            "INSERT INTO applicant_member (household_id, person_key, kin, open) VALUES ($1,$2,$3,$4)",
            args![
                household,
                app.keys.person_key(&member.number).0,
                member.kin.as_str(),
                true
            ],
        )
        .await?;
    }
    tx.execute(
        "INSERT INTO household_detail (household_id, std, address, other_causes, cause_note, risk_types, risk_clear_mode) \
         VALUES ($1,$2,$3,$4,$5,$6,'')",
        args![
            household,
            new.std,
            new.address.as_str(),
            new.other_causes.join("、"),
            new.cause_note.as_str(),
            new.risk_types.join("、")
        ],
    )
    .await?;
    for income in &new.incomes {
        facts::insert_income(app, tx, household, income).await?;
    }
    insert_case(
        tx,
        &NewCase {
            case,
            household,
            region: new.region,
            head_name: &head.name,
            kind: new.kind,
            state,
            origin: &new.origin,
            on: &on,
        },
    )
    .await?;
    let why = Why {
        act: "apply",
        reason: "",
        basis: "",
        on: &on,
        expected: None,
    };
    keep(tx, household, &why).await?;
    Ok(Applied { household, case })
}

fn concerns(app: &App, actor: &Actor, new: &NewHousehold) -> bool {
    actor
        .person
        .is_some_and(|own| new.members.iter().any(|m| app.keys.person_key(&m.number) == own))
}

/// A case about to be entered.
pub(crate) struct NewCase<'a> {
    pub case: i64,
    pub household: i64,
    pub region: RegionCode,
    pub head_name: &'a str,
    pub kind: Kind,
    pub state: &'a str,
    pub origin: &'a str,
    pub on: &'a str,
}

/// Writes a case and its first step.
pub(crate) async fn insert_case(tx: &RecordedTx, new: &NewCase<'_>) -> AppResult<()> {
    use records::flow::Code;
    let account = tx.actor().account.map(|a| a.0);
    tx.execute(
        "INSERT INTO household_case (id, household_id, region, head_name, kind, state, origin, open, opened_on, since_on, \
         last_actor) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        args![
            new.case,
            new.household,
            new.region.as_i64(),
            new.head_name,
            new.kind.id(),
            new.state,
            new.origin,
            true,
            new.on,
            new.on,
            account
        ],
    )
    .await?;
    tx.execute(
        "INSERT INTO case_step (case_id, no, act, from_state, to_state, at_millis, on_day, account, actor_name, role, \
         reason, reason_codes, basis, detail) VALUES ($1,1,'apply',$2,$3,$4,$5,$6,$7,$8,'','','',$9)",
        args![
            new.case,
            flows::first_state(new.kind),
            new.state,
            tx.at().millis(),
            new.on,
            account,
            tx.actor().name.as_str(),
            tx.actor().role.id(),
            crate::codes::word(&crate::codes::ORIGINS, new.origin)
        ],
    )
    .await?;
    Ok(())
}

/// Refuses a person who belongs to an active household or another open application, or bears another name.
pub(crate) async fn free(tx: &RecordedTx, key: PersonKey, name: &str) -> AppResult<()> {
    #[derive(FromQueryResult)]
    struct Place {
        household_no: String,
        head_name: String,
    }
    let place: Option<Place> = tx
        .row(
            "SELECT h.household_no, h.head_name FROM household_member m JOIN household h ON h.id = m.household_id \
             WHERE m.person_key = $1 AND m.left_on IS NULL UNION ALL SELECT a.household_no, a.head_name \
             FROM applicant_member m JOIN applicant a ON a.household_id = m.household_id \
             WHERE m.person_key = $1 AND m.open LIMIT 1",
            args![key.0],
        )
        .await?;
    if let Some(place) = place {
        return Err(AppError::conflict(format!(
            "{name}已在另一户（户编号 {}，户主{}），一人同时只能在一户。请先在那一户办理迁出或分户。",
            place.household_no,
            kernel::name::mask(&place.head_name)
        )));
    }
    #[derive(FromQueryResult)]
    struct Known {
        name: String,
    }
    let known: Option<Known> = tx
        .row("SELECT name FROM person WHERE person_key = $1", args![key.0])
        .await?;
    if let Some(known) = known
        && kernel::name::clean(&known.name) != kernel::name::clean(name)
    {
        return Err(AppError::conflict(format!(
            "平台中这个身份证号登记的姓名是“{}”，与填写的“{name}”不一致，请核对证件。",
            kernel::name::mask(&known.name)
        )));
    }
    Ok(())
}

/// Enters a person, or adds to one who is known.
pub(crate) async fn enter_person(
    app: &App,
    tx: &RecordedTx,
    nonces: &mut Nonces,
    key: PersonKey,
    member: &NewMember,
    region: RegionCode,
) -> AppResult<()> {
    let sex = match member.number.sex() {
        Sex::Male => 1_i64,
        Sex::Female => 2,
    };
    tx.execute(
        "INSERT INTO person (person_key, name, sex, birth, region, kin, id_sealed, entered) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,(SELECT COALESCE(MAX(entered), 0) + 1 FROM person)) \
         ON CONFLICT (person_key) DO NOTHING",
        args![
            key.0,
            member.name.as_str(),
            sex,
            member.number.birth().to_string(),
            region.as_i64(),
            member.kin.as_str(),
            app.keys.seal_number(&member.number, nonces.draw()).0
        ],
    )
    .await?;
    tx.execute(
        "UPDATE person SET health = $2, labour = $3, student = $4, wants_training = $5, skill = $6 WHERE person_key = $1",
        args![
            key.0,
            member.health.as_str(),
            member.labour.as_str(),
            member.student.as_str(),
            member.wants_training,
            member.skill.as_str()
        ],
    )
    .await?;
    if let Some(phone) = &member.phone {
        tx.execute(
            "UPDATE person SET phone_sealed = $2, phone_digest = $3 WHERE person_key = $1",
            args![
                key.0,
                app.keys.seal(&phone_label(key), phone, nonces.draw()).0,
                app.keys.digest("phone", phone) as i64
            ],
        )
        .await?;
    }
    Ok(())
}

/// The next household number of a village: its fifteen digits and four more.
pub(crate) async fn next_number(tx: &RecordedTx, region: RegionCode) -> AppResult<String> {
    #[derive(FromQueryResult)]
    struct Last {
        household_no: Option<String>,
    }
    let prefix = format!("{:015}", region.as_i64());
    let last: Option<Last> = tx
        .row(
            "SELECT MAX(household_no) AS household_no FROM (SELECT household_no FROM household WHERE region = $1 UNION ALL \
             SELECT household_no FROM applicant WHERE region = $1) numbers WHERE household_no LIKE $2",
            args![region.as_i64(), format!("{prefix}%")],
        )
        .await?;
    let last = last
        .and_then(|l| l.household_no)
        .and_then(|no| no.get(15..).and_then(|tail| tail.parse::<u32>().ok()))
        .unwrap_or(0);
    Ok(format!("{prefix}{:04}", last + 1))
}
