//! Writes what a file of members changes; runs inside the transaction of the import.

use ::store::args;
use kernel::{AppError, AppResult, PersonKey};
use trail::RecordedTx;
use web::App;

use super::members::{Change, Update};
use crate::{
    load::{Nonces, phone_label},
    store::{
        change::{self, Basics},
        lock,
        reading::{Why, keep, keep_first, record},
        register,
    },
};

pub(super) async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
    for change in changes {
        match change {
            Change::Household(update) => household(app, tx, &update).await?,
            Change::Apply(new) => {
                register::enter_application(app, tx, &new).await?;
            }
        }
    }
    Ok(())
}

async fn household(app: &App, tx: &RecordedTx, update: &Update) -> AppResult<()> {
    lock(tx, update.id).await?;
    let before = record(&**tx, update.id).await?.ok_or_else(crate::store::missing)?;
    keep_first(tx, update.id).await?;
    let mut nonces = Nonces::from_random(app.nonce()?);
    for member in &update.members {
        if !before.present().any(|m| m.person_key == member.key) {
            return Err(AppError::conflict(format!(
                "{}户的成员刚刚有了变动，没有写入任何数据，请重新上传。",
                before.head_name
            )));
        }
        for (column, value) in &member.facts {
            let sql = match *column {
                "health" => "UPDATE person SET health = $2 WHERE person_key = $1",
                "labour" => "UPDATE person SET labour = $2 WHERE person_key = $1",
                "student" => "UPDATE person SET student = $2 WHERE person_key = $1",
                _ => "UPDATE person SET skill = $2 WHERE person_key = $1",
            };
            tx.execute(sql, args![member.key, value.as_str()]).await?;
        }
        if let Some(kin) = &member.kin {
            for sql in [
                "UPDATE household_member SET kin = $2 WHERE person_key = $1 AND left_on IS NULL",
                "UPDATE person SET kin = $2 WHERE person_key = $1",
            ] {
                tx.execute(sql, args![member.key, kin.as_str()]).await?;
            }
        }
        if let Some(phone) = &member.phone {
            let sealed = app.keys.seal(&phone_label(PersonKey(member.key)), phone, nonces.draw());
            tx.execute(
                "UPDATE person SET phone_sealed = $2, phone_digest = $3 WHERE person_key = $1",
                args![member.key, sealed.0, app.keys.digest("phone", phone) as i64],
            )
            .await?;
        }
    }
    for (member, on) in &update.joins {
        let key = app.keys.person_key(&member.number);
        change::join(app, tx, update.id, key, member, &before, *on).await?;
    }
    if !update.joins.is_empty() {
        change::count(tx, update.id).await?;
    }
    let mut basics = Basics::of(&before);
    basics.attr = update.attr.unwrap_or(basics.attr);
    basics.std = update.std.unwrap_or(basics.std);
    if let Some(cause) = &update.cause {
        basics.main_cause.clone_from(cause);
    }
    if let Some(cause) = &update.cause2 {
        basics.other_causes = vec![cause.clone()];
    }
    basics.other_causes.retain(|c| *c != basics.main_cause);
    if let Some(address) = &update.address {
        basics.address.clone_from(address);
    }
    if basics != Basics::of(&before) {
        change::write(tx, update.id, &basics).await?;
    }
    let lines: Vec<String> = update.lines.iter().map(u64::to_string).collect();
    let reason = format!("表格第 {} 行", lines.join("、"));
    let today = tx.at().date().to_string();
    let why = Why {
        act: "import",
        reason: &reason,
        basis: "",
        on: &today,
        expected: None,
    };
    keep(tx, update.id, &why).await?;
    Ok(())
}
