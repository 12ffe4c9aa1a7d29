//! Reminding those who have not come, and their answers (督促责任人掌握进展、落实措施).

use access::Actor;
use kernel::{AppError, AppResult, Month, RegionCode};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::words;
use crate::store::{
    duties::{self, DutyMonth},
    reminders::{self, NewReminder},
};

/// Reminds every helper of the area who has households unvisited in a month; one reminder for each helper and month.
/// Returns how many were sent.
///
/// # Errors
/// Invalid for a month to come.
pub async fn send(
    app: &App,
    actor: &Actor,
    request_id: &str,
    area: Option<RegionCode>,
    month: &str,
    words_added: &str,
) -> AppResult<u64> {
    let month: Month = month.parse().map_err(|e| AppError::invalid(format!("月份：{e}。")))?;
    if month.first_day() > app.clock.today() {
        return Err(AppError::invalid("月份：不能晚于本月。"));
    }
    let added = words("督促内容", words_added, 0, 200)?;
    let duty = duties::duty_on(&app.db, month.last_day()).await?;
    let asked = DutyMonth { month, duty, area };
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(0),
    };
    let missing = duties::missing_helpers(&*tx, &actor.scope, &asked).await?;
    let reminders = missing.into_iter().map(|m| NewReminder {
        id: app.next_id(),
        helper_id: m.helper_id,
        month: month.to_string(),
        region: m.region,
        content: format!(
            "{month} 尚有 {} 户未走访，请尽快入户，了解脱贫进展，落实帮扶措施。{added}",
            m.households
        ),
    });
    let sent = reminders::send(&tx, tx.at().millis(), &actor.name, reminders.collect::<Vec<_>>()).await?;
    let act = Act::new("reminder.send", format!("month:{month}")).with(json!({"reminders": sent}));
    tx.commit(area.map_or(act.clone(), |area| act.in_region(area))).await?;
    Ok(sent)
}

/// Answers a reminder to oneself.
///
/// # Errors
/// Conflict when it is not one's own or was answered before.
pub async fn answer(app: &App, actor: &Actor, id: i64, request_id: &str, text: &str) -> AppResult<()> {
    let text = words("落实情况", text, 2, 200)?;
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let account = actor.account.map_or(-1, |a| a.0);
    if reminders::answer(&tx, id, account, tx.at().millis(), &text).await? == 0 {
        return Err(AppError::conflict("这条督促不是发给您的，或已经反馈过。"));
    }
    tx.commit(Act::new("reminder.answer", format!("reminder:{id}")))
        .await
        .map(|_| ())
}
