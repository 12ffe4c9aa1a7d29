//! What is read for a decision: signatures so far, the notice that hangs, the conditions of an exit.

use ::store::{FromQueryResult, Query, args};
use kernel::{AppResult, Date, period::parse_date};
use web::App;

use super::OpenFindingsPart;
use crate::model::{exit::ExitFacts, guards::Posted, record::Record, sign::Signed, terms};

/// The household against the conditions of an exit, and how many incomes fall into the window.
pub async fn exit_facts(
    app: &App,
    household: i64,
    record: &Record,
    today: Date,
    sustainability: String,
) -> AppResult<(ExitFacts, usize)> {
    let (from, to) = terms::income_window(today);
    let (from, to) = (from.to_string(), to.to_string());
    let people: Vec<i64> = record.present().map(|m| m.person_key).collect();
    let open_red = match app.part::<OpenFindingsPart>() {
        Ok(part) => part.0.open_red(&app.db, household, &people).await?,
        Err(_) => vec!["比对中心没有接通，无法确认有无疑点，请联系管理员".to_owned()],
    };
    let items = record
        .incomes
        .iter()
        .filter(|l| (from.as_str()..=to.as_str()).contains(&l.to_month.as_str()))
        .count();
    let facts = ExitFacts {
        incomes: record.totals(&from, &to),
        guarantees: record
            .guarantees
            .as_ref()
            .and_then(|g| parse_date(&g.assessed_on).map(|day| (g.checks(), day))),
        labour: record.present().filter(|m| m.works()).count() as i64,
        industry: record
            .measures
            .iter()
            .filter(|m| m.sort == "measure" && m.kind == "产业" && m.ended_on.is_none())
            .count() as i64,
        wish_training: record.present().filter(|m| m.wants_training == Some(true)).count() as i64,
        skilled: record
            .present()
            .filter(|m| m.wants_training == Some(true) && m.skill.as_deref().is_some_and(|s| !s.is_empty()))
            .count() as i64,
        open_red,
        sustainability,
    };
    Ok((facts, items))
}

pub(super) async fn signatures(q: &impl Query, case: i64) -> AppResult<Vec<Signed>> {
    #[derive(FromQueryResult)]
    struct Row {
        slot: i64,
        account: i64,
    }
    let rows: Vec<Row> = q
        .rows(
            "SELECT slot, account FROM five_sign WHERE case_id = $1 ORDER BY slot",
            args![case],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Signed {
            slot: r.slot,
            account: r.account,
        })
        .collect())
}

/// The notice that hangs last, with its unanswered objections.
pub(super) async fn posted(q: &impl Query, case: i64) -> AppResult<Option<Posted>> {
    #[derive(FromQueryResult)]
    struct Row {
        posted_on: String,
        days: i64,
    }
    let row: Option<Row> = q
        .row(
            "SELECT posted_on, days FROM case_notice WHERE case_id = $1 ORDER BY no DESC LIMIT 1",
            args![case],
        )
        .await?;
    let open = q
        .number(
            "SELECT COUNT(*) FROM case_objection WHERE case_id = $1 AND answer IS NULL",
            args![case],
        )
        .await?;
    Ok(row.and_then(|r| {
        Some(Posted {
            on: parse_date(&r.posted_on)?,
            days: r.days,
            open_objections: open,
        })
    }))
}

/// The note on lasting income that an earlier signature brought.
pub(super) async fn sustainability(q: &impl Query, case: i64) -> AppResult<String> {
    #[derive(FromQueryResult)]
    struct Row {
        detail: String,
    }
    let rows: Vec<Row> = q
        .rows(
            "SELECT detail FROM case_step WHERE case_id = $1 AND detail LIKE '%收入可持续：%' ORDER BY no DESC LIMIT 1",
            args![case],
        )
        .await?;
    Ok(rows
        .first()
        .and_then(|r| r.detail.split_once("收入可持续："))
        .map(|(_, note)| note.split('；').next().unwrap_or_default().to_owned())
        .unwrap_or_default())
}
