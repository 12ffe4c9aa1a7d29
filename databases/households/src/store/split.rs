//! Splitting a household and putting two together: both files keep their history and name each other.

use ::store::{Query, args};
use access::Actor;
use kernel::{AppError, AppResult, Date};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{
    Outcome, begin,
    change::{count, part},
    effects, lock,
    reading::{Why, keep, keep_first, record},
    refused, region_of,
    register::next_number,
    subject,
};
use crate::model::record::Record;

/// What a split or a merger rests on.
#[derive(Clone, Debug)]
pub struct Grounds {
    pub on: Date,
    pub reason: String,
    /// 公安分户证明, 婚姻登记, 村级决议.
    pub basis: String,
}

impl Grounds {
    fn check(&self, today: Date) -> AppResult<()> {
        if self.on > today {
            return Err(AppError::invalid("日期不能晚于今天。"));
        }
        if self.reason.trim().is_empty() || self.basis.trim().is_empty() {
            return Err(AppError::invalid("请写明理由和依据（分户、并户须有证明材料）。"));
        }
        Ok(())
    }
}

/// Splits members off into a household of their own, which takes the state of the old one. Returns its id.
///
/// # Errors
/// Conflict while a procedure runs, when nobody or everybody would go, or when the head would.
pub async fn split(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    people: &[i64],
    head: i64,
    grounds: &Grounds,
) -> AppResult<Option<i64>> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    lock(&tx, household).await?;
    grounds.check(tx.at().date())?;
    let before = settled(&tx, household).await?;
    if let Err(error) = stranger(actor, &[&before]) {
        drop(tx);
        return Err(refused(app, actor, household, "split", error).await);
    }
    let going: Vec<_> = before.present().filter(|m| people.contains(&m.person_key)).collect();
    if going.is_empty() || going.len() != people.len() || going.len() == before.present().count() {
        return Err(AppError::invalid("请选择分出的成员：至少一人，且原户至少留下一人。"));
    }
    if going.iter().any(|m| m.person_key == before.head_key) {
        return Err(AppError::invalid(
            "原户户主留在原户；如户主分出，请把其余成员分为新户。",
        ));
    }
    let new_head_member = going
        .iter()
        .find(|m| m.person_key == head)
        .ok_or_else(|| AppError::invalid("请在分出的成员中指明新户户主。"))?;
    keep_first(&tx, household).await?;
    let id = app.next_id();
    let day = grounds.on.to_string();
    let number = next_number(&tx, region_of(before.region)).await?;
    tx.execute(
        "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, monitor_class, \
         main_cause, registered_on, exited_on) SELECT $2, $3, region, $4, $5, $6, status, attr, monitor_class, main_cause, \
         registered_on, exited_on FROM household WHERE id = $1",
        args![
            household,
            id,
            number.as_str(),
            head,
            new_head_member.name.as_str(),
            going.len() as i64
        ],
    )
    .await?;
    effects::detail(&tx, household).await?;
    tx.execute(
        "INSERT INTO household_detail (household_id, std, address, other_causes, cause_note, risk_types, monitored_on, \
         risk_cleared_on, risk_clear_mode, relapsed_on, consolidation_until, came_from) SELECT $2, std, address, \
         other_causes, cause_note, risk_types, monitored_on, risk_cleared_on, risk_clear_mode, relapsed_on, \
         consolidation_until, $1 FROM household_detail WHERE household_id = $1",
        args![household, id],
    )
    .await?;
    for member in &going {
        part(&tx, household, member.person_key, &day, "分户").await?;
        let kin = if member.person_key == head { "02" } else { "97" };
        enter(&tx, id, member.person_key, kin, &day).await?;
    }
    count(&tx, household).await?;
    let left = format!("{}；新户编号 {number}", grounds.reason);
    let made = format!("{}；由户编号 {} 分出", grounds.reason, before.household_no);
    for (file, reason) in [(household, &left), (id, &made)] {
        let why = Why {
            act: "split",
            reason,
            basis: &grounds.basis,
            on: &day,
            expected: None,
        };
        keep(&tx, file, &why).await?;
    }
    let detail = json!({ "into": id, "people": going.len() });
    tx.commit(
        TrailAct::new("household.split", subject(household))
            .in_region(region_of(before.region))
            .with(detail),
    )
    .await?;
    Ok(Some(id))
}

/// Moves all members of `household` into the household of the given number; the first file ends.
pub async fn merge(
    app: &App,
    actor: &Actor,
    household: i64,
    request_id: &str,
    into_no: &str,
    grounds: &Grounds,
) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let into = tx
        .number(
            "SELECT id FROM household WHERE household_no = $1",
            args![into_no.trim()],
        )
        .await?;
    if into == 0 || into == household {
        return Err(AppError::invalid("没有找到要并入的户，请核对户编号。"));
    }
    lock(&tx, household.min(into)).await?;
    lock(&tx, household.max(into)).await?;
    grounds.check(tx.at().date())?;
    let (from, to) = (settled(&tx, household).await?, settled(&tx, into).await?);
    if !actor.scope.covers(region_of(to.region)) {
        return Err(AppError::invalid("没有找到要并入的户，请核对户编号。"));
    }
    if let Err(error) = stranger(actor, &[&from, &to]) {
        drop(tx);
        return Err(refused(app, actor, household, "merge", error).await);
    }
    keep_first(&tx, household).await?;
    keep_first(&tx, into).await?;
    let day = grounds.on.to_string();
    let going: Vec<_> = from.present().cloned().collect();
    for member in &going {
        part(&tx, household, member.person_key, &day, "并户").await?;
        enter(&tx, into, member.person_key, "97", &day).await?;
    }
    count(&tx, household).await?;
    count(&tx, into).await?;
    tx.execute(
        "UPDATE household SET status = 4, removed_on = $2 WHERE id = $1",
        args![household, day.as_str()],
    )
    .await?;
    let texts = [
        (household, format!("{}；并入户编号 {}", grounds.reason, to.household_no)),
        (into, format!("{}；户编号 {} 并入", grounds.reason, from.household_no)),
    ];
    for (file, reason) in &texts {
        let why = Why {
            act: "merge",
            reason,
            basis: &grounds.basis,
            on: &day,
            expected: None,
        };
        keep(&tx, *file, &why).await?;
    }
    let detail = json!({ "into": into, "people": going.len() });
    tx.commit(
        TrailAct::new("household.merge", subject(household))
            .in_region(region_of(from.region))
            .with(detail),
    )
    .await?;
    Ok(Outcome::Done)
}

/// A registered household without a running procedure.
async fn settled(tx: &RecordedTx, household: i64) -> AppResult<Record> {
    let record = record(&**tx, household).await?.ok_or_else(super::missing)?;
    if record.status.is_none_or(|s| s == 4) {
        return Err(AppError::conflict("不在册的户不能分户、并户。"));
    }
    if record.case.as_ref().is_some_and(|c| c.open) {
        return Err(AppError::conflict("有正在办理的事项，办结后才能分户、并户。"));
    }
    Ok(record)
}

fn stranger(actor: &Actor, households: &[&Record]) -> AppResult<()> {
    let own = actor
        .person
        .is_some_and(|own| households.iter().any(|h| h.present().any(|m| m.person_key == own.0)));
    if own {
        return Err(records::flow::Refusal::Concerned.into());
    }
    Ok(())
}

async fn enter(tx: &RecordedTx, household: i64, person_key: i64, kin: &str, day: &str) -> AppResult<()> {
    tx.execute(
        "INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES ($1,$2,$3,$4) \
         ON CONFLICT (household_id, person_key, joined_on) DO UPDATE SET left_on = NULL, left_reason = NULL",
        args![household, person_key, kin, day],
    )
    .await?;
    tx.execute(
        "UPDATE person SET household_id = $2, kin = $3 WHERE person_key = $1",
        args![person_key, household, kin],
    )
    .await?;
    Ok(())
}
