//! Corrections of the file, and natural changes: birth, death, marriage, moving in and out.

use ::store::args;
use access::Actor;
use kernel::{AppError, AppResult, Date, PersonKey};
use records::history::{self, Difference};
use serde_json::{Map, Value, json};
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{
    KIND, Outcome, begin, effects, lock,
    reading::{Why, keep, keep_first, record, value},
    refused, region_of,
    register::{NewMember, enter_person, free},
    subject,
};
use crate::{
    load::Nonces,
    model::record::{FIELD_TITLES, Record},
};

/// What the desk may correct on the first page of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basics {
    pub attr: i64,
    pub std: i64,
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub cause_note: String,
    pub risk_types: Vec<String>,
    pub address: String,
}

impl Basics {
    pub fn of(record: &Record) -> Basics {
        Basics {
            attr: record.attr,
            std: record.std,
            main_cause: record.main_cause.clone(),
            other_causes: record.other_causes.clone(),
            cause_note: record.cause_note.clone(),
            risk_types: record.risk_types.clone(),
            address: record.address.clone(),
        }
    }

    fn fields(&self) -> Value {
        json!({
            "attr": self.attr, "std": self.std, "main_cause": self.main_cause, "other_causes": self.other_causes,
            "cause_note": self.cause_note, "risk_types": self.risk_types, "address": self.address,
        })
    }

    fn from_fields(fields: &Value) -> AppResult<Basics> {
        let list = |name: &str| serde_json::from_value(fields[name].clone()).map_err(AppError::internal);
        let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
        Ok(Basics {
            attr: fields["attr"].as_i64().unwrap_or(1),
            std: fields["std"].as_i64().unwrap_or(1),
            main_cause: text("main_cause"),
            other_causes: list("other_causes")?,
            cause_note: text("cause_note"),
            risk_types: list("risk_types")?,
            address: text("address"),
        })
    }
}

/// What became of a correction.
#[derive(Clone, Debug, PartialEq)]
pub enum Corrected {
    Done(Outcome),
    /// Someone else wrote in between. Nothing was written.
    Moved {
        /// The version that stands now.
        version: i64,
        /// Who wrote it.
        by: String,
        /// What they changed.
        theirs: Vec<Difference>,
        /// Their file with mine where they changed nothing.
        merged: Box<Basics>,
        /// Fields both changed to different values: `before` theirs, `after` mine.
        clashes: Vec<Difference>,
    },
}

/// Corrects the file. `expected` is the version the form was filled from.
pub async fn correct(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    expected: i64,
    mine: &Basics,
    reason: &str,
) -> AppResult<Corrected> {
    if mine.other_causes.len() > 2 {
        return Err(AppError::invalid("其他致贫原因最多选两项。"));
    }
    if mine.other_causes.contains(&mine.main_cause) {
        return Err(AppError::invalid("其他致贫原因不要重复主要致贫原因。"));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Corrected::Done(Outcome::Already));
    };
    lock(&tx, household).await?;
    keep_first(&tx, household).await?;
    let before = record(&*tx, household).await?.ok_or_else(super::missing)?;
    let entry = history::current(&*tx, KIND, household)
        .await?
        .ok_or_else(|| AppError::internal("no version after keep_first"))?;
    if entry.version != expected {
        return moved(
            &tx,
            household,
            expected,
            &before,
            mine,
            entry.version,
            &entry.actor_name,
        )
        .await;
    }
    let own = actor
        .person
        .is_some_and(|own| before.present().any(|m| m.person_key == own.0));
    if own {
        drop(tx);
        let error = AppError::from(records::flow::Refusal::Concerned);
        return Err(refused(app, actor, household, "correct", error).await);
    }
    if Basics::of(&before) == *mine {
        return Err(AppError::invalid("没有改动任何内容。"));
    }
    if reason.trim().is_empty() {
        return Err(AppError::invalid("请写明更正的理由。"));
    }
    write(&tx, household, mine).await?;
    let today = tx.at().date().to_string();
    let why = Why {
        act: "correct",
        reason,
        basis: "",
        on: &today,
        expected: Some(expected),
    };
    keep(&tx, household, &why).await?;
    tx.commit(TrailAct::new("household.correct", subject(household)).in_region(region_of(before.region)))
        .await?;
    Ok(Corrected::Done(Outcome::Done))
}

pub(crate) async fn write(tx: &RecordedTx, household: i64, basics: &Basics) -> AppResult<()> {
    effects::detail(tx, household).await?;
    tx.execute(
        "UPDATE household_detail SET std = $2, address = $3, other_causes = $4, cause_note = $5, risk_types = $6 \
         WHERE household_id = $1",
        args![
            household,
            basics.std,
            basics.address.as_str(),
            basics.other_causes.join("、"),
            basics.cause_note.as_str(),
            basics.risk_types.join("、")
        ],
    )
    .await?;
    for sql in [
        "UPDATE household SET attr = $2, main_cause = $3 WHERE id = $1",
        "UPDATE applicant SET attr = $2, main_cause = $3 WHERE household_id = $1",
    ] {
        tx.execute(sql, args![household, basics.attr, basics.main_cause.as_str()])
            .await?;
    }
    Ok(())
}

async fn moved(
    tx: &RecordedTx,
    household: i64,
    expected: i64,
    now: &Record,
    mine: &Basics,
    version: i64,
    by: &str,
) -> AppResult<Corrected> {
    let base = history::entries(&**tx, KIND, household)
        .await?
        .into_iter()
        .find(|e| e.version == expected)
        .map_or(Value::Object(Map::new()), |e| e.state);
    let base_basics = Basics::of(&super::reading::of_value(&base)?);
    let merge = history::merge(&base_basics.fields(), &Basics::of(now).fields(), &mine.fields());
    let title = |mut clash: Difference| {
        clash.title = FIELD_TITLES
            .iter()
            .find(|(field, _)| *field == clash.field)
            .map_or(clash.field.clone(), |(_, title)| (*title).to_owned());
        clash
    };
    Ok(Corrected::Moved {
        version,
        by: by.to_owned(),
        theirs: history::differences(&base, &value(now)?, &FIELD_TITLES),
        merged: Box::new(Basics::from_fields(&merge.merged)?),
        clashes: merge.clashes.into_iter().map(title).collect(),
    })
}

/// A natural change of the members: no notice, entered within thirty days.
#[derive(Clone, Debug)]
pub enum Natural {
    /// Birth, marriage, moving in.
    Join {
        member: Box<NewMember>,
        why: String,
        on: Date,
    },
    /// Death, marriage, moving out.
    Leave { person_key: i64, why: String, on: Date },
}

/// Reasons of joining and leaving.
pub const JOINS: [(&str, &str); 4] = [
    ("birth", "新生"),
    ("marriage_in", "婚入"),
    ("move_in", "迁入"),
    ("other_in", "其他增加"),
];
pub const LEAVES: [(&str, &str); 4] = [
    ("death", "去世"),
    ("marriage_out", "婚出"),
    ("move_out", "迁出"),
    ("other_out", "其他减少"),
];

/// Enters a natural change of a registered household.
pub async fn natural(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    change: &Natural,
) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    lock(&tx, household).await?;
    let before = record(&*tx, household).await?.ok_or_else(super::missing)?;
    if before.status.is_none_or(|s| s == 4) {
        return Err(AppError::conflict("本户不在册，不能办理人员变动。"));
    }
    let own = actor
        .person
        .is_some_and(|own| before.present().any(|m| m.person_key == own.0));
    if own {
        drop(tx);
        let error = AppError::from(records::flow::Refusal::Concerned);
        return Err(refused(app, actor, household, "natural", error).await);
    }
    keep_first(&tx, household).await?;
    let (on, reason) = match change {
        Natural::Join { member, why, on } => {
            later(*on, &tx)?;
            let key = app.keys.person_key(&member.number);
            join(app, &tx, household, key, member, &before, *on).await?;
            (*on, format!("{}：{}", crate::codes::word(&JOINS, why), member.name))
        }
        Natural::Leave { person_key, why, on } => {
            later(*on, &tx)?;
            let name = leave(&tx, household, *person_key, why, &before, *on).await?;
            (*on, format!("{}：{name}", crate::codes::word(&LEAVES, why)))
        }
    };
    count(&tx, household).await?;
    let day = on.to_string();
    let why = Why {
        act: "natural",
        reason: &reason,
        basis: "",
        on: &day,
        expected: None,
    };
    keep(&tx, household, &why).await?;
    let late = (tx.at().date() - on).whole_days() > crate::model::terms::CHANGE_DAYS;
    let act = TrailAct::new("household.natural", subject(household)).in_region(region_of(before.region));
    tx.commit(act.with(json!({ "late": late }))).await?;
    Ok(Outcome::Done)
}

fn later(on: Date, tx: &RecordedTx) -> AppResult<()> {
    if on > tx.at().date() {
        return Err(AppError::invalid("变动日期不能晚于今天。"));
    }
    Ok(())
}

pub(crate) async fn join(
    app: &App,
    tx: &RecordedTx,
    household: i64,
    key: PersonKey,
    member: &NewMember,
    before: &Record,
    on: Date,
) -> AppResult<()> {
    free(tx, key, &member.name).await?;
    let mut nonces = Nonces::from_random(app.nonce()?);
    enter_person(app, tx, &mut nonces, key, member, region_of(before.region)).await?;
    tx.execute(
        "INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES ($1,$2,$3,$4)",
        args![household, key.0, member.kin.as_str(), on.to_string()],
    )
    .await?;
    tx.execute(
        "UPDATE person SET household_id = $2, kin = $3 WHERE person_key = $1",
        args![key.0, household, member.kin.as_str()],
    )
    .await?;
    Ok(())
}

/// Returns the name of who left. When the head leaves, the eldest adult who stays becomes head.
async fn leave(
    tx: &RecordedTx,
    household: i64,
    person_key: i64,
    why: &str,
    before: &Record,
    on: Date,
) -> AppResult<String> {
    let day = on.to_string();
    let member = before
        .present()
        .find(|m| m.person_key == person_key)
        .ok_or_else(|| AppError::conflict("这名成员已不在本户，请刷新后再办理。"))?;
    if day < member.joined_on {
        return Err(AppError::invalid(format!(
            "变动日期早于入户日期 {}。",
            member.joined_on
        )));
    }
    if before.present().count() == 1 && why != "death" {
        return Err(AppError::conflict("这是本户最后一名成员，请改办清退或并户。"));
    }
    part(
        tx,
        household,
        person_key,
        &day,
        crate::codes::word(&LEAVES, why).as_str(),
    )
    .await?;
    if why == "death" {
        tx.execute(
            "UPDATE person SET death_date = $2 WHERE person_key = $1",
            args![person_key, day.as_str()],
        )
        .await?;
    }
    if person_key == before.head_key
        && let Some(next) = before
            .present()
            .filter(|m| m.person_key != person_key)
            .min_by(|a, b| a.birth.cmp(&b.birth))
    {
        new_head(tx, household, next.person_key, &next.name).await?;
    }
    Ok(member.name.clone())
}

/// Ends a membership.
pub(crate) async fn part(tx: &RecordedTx, household: i64, person_key: i64, day: &str, why: &str) -> AppResult<()> {
    tx.execute(
        "UPDATE household_member SET left_on = $3, left_reason = $4 WHERE household_id = $1 AND person_key = $2 \
         AND left_on IS NULL",
        args![household, person_key, day, why],
    )
    .await?;
    tx.execute(
        "UPDATE person SET household_id = NULL WHERE person_key = $1 AND household_id = $2",
        args![person_key, household],
    )
    .await?;
    Ok(())
}

pub(crate) async fn new_head(tx: &RecordedTx, household: i64, person_key: i64, name: &str) -> AppResult<()> {
    tx.execute(
        "UPDATE household SET head_key = $2, head_name = $3 WHERE id = $1",
        args![household, person_key, name],
    )
    .await?;
    for sql in [
        "UPDATE household_member SET kin = '02' WHERE household_id = $1 AND person_key = $2 AND left_on IS NULL",
        "UPDATE person SET kin = '02' WHERE household_id = $1 AND person_key = $2",
    ] {
        tx.execute(sql, args![household, person_key]).await?;
    }
    Ok(())
}

/// Brings the number of people up to date.
pub(crate) async fn count(tx: &RecordedTx, household: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE household SET population = (SELECT COUNT(*) FROM household_member m WHERE m.household_id = $1 \
         AND m.left_on IS NULL) WHERE id = $1",
        args![household],
    )
    .await?;
    Ok(())
}
