//! Incomes, guarantee checks, living conditions, measures and authorisations of a household.

use std::collections::BTreeMap;

use ::store::{Query, args};
use access::Actor;
use kernel::{AppError, AppResult, Date, Money};
use serde_json::json;
use trail::{Act as TrailAct, RecordedTx};
use web::App;

use super::{
    Outcome, begin, lock,
    reading::{Why, keep, keep_first, record},
    region_of, subject,
};
use crate::{
    load::{self, NewCheck},
    model::{exit::Guarantees, income::IncomeKind, terms},
};

/// One income as the form states it.
#[derive(Clone, Debug)]
pub struct NewIncome {
    pub person_key: Option<i64>,
    /// `2026-03`, `2026Q1` or `2026`.
    pub period: String,
    pub kind: &'static IncomeKind,
    pub gross: Money,
    pub cost: Money,
    pub evidence: String,
    pub recorder: String,
    pub excluded_reason: Option<String>,
}

/// What a desk enters about a household.
#[derive(Clone, Debug)]
pub enum Entry {
    Incomes(Vec<NewIncome>),
    /// An income entered by mistake: it stays in the history with the reason.
    RemoveIncome {
        id: i64,
        reason: String,
    },
    Guarantees {
        on: Date,
        checks: Guarantees,
        evidence: String,
        assessor: String,
    },
    Conditions {
        year: i64,
        facts: BTreeMap<String, String>,
    },
    Measure {
        policy: bool,
        kind: String,
        content: String,
        amount: Money,
        on: Date,
    },
    EndMeasure {
        id: i64,
        on: Date,
    },
    /// The household says whether it received it: `yes`, `no` or `disputed`.
    Confirm {
        id: i64,
        answer: String,
    },
    /// Members who signed the authorisation of a means check.
    Authorise {
        people: Vec<i64>,
        on: Date,
        valid_to: Date,
    },
}

impl Entry {
    fn name(&self) -> &'static str {
        match self {
            Entry::Incomes(_) => "income",
            Entry::RemoveIncome { .. } => "remove_income",
            Entry::Guarantees { .. } => "guarantees",
            Entry::Conditions { .. } => "conditions",
            Entry::Measure { .. } => "measure",
            Entry::EndMeasure { .. } => "end_measure",
            Entry::Confirm { .. } => "confirm",
            Entry::Authorise { .. } => "authorise",
        }
    }
}

/// Enters facts in one recorded write with a new version of the household.
pub async fn enter(app: &App, actor: &Actor, household: i64, request_id: &str, entry: Entry) -> AppResult<Outcome> {
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    lock(&tx, household).await?;
    let before = record(&*tx, household).await?.ok_or_else(super::missing)?;
    let own = actor
        .person
        .is_some_and(|own| before.present().any(|m| m.person_key == own.0));
    if own {
        drop(tx);
        let error = AppError::from(records::flow::Refusal::Concerned);
        return Err(super::refused(app, actor, household, entry.name(), error).await);
    }
    keep_first(&tx, household).await?;
    let today = tx.at().date();
    let mut on = today;
    let mut reason = String::new();
    match &entry {
        Entry::Incomes(items) => {
            for item in items {
                let stranger = item
                    .person_key
                    .is_some_and(|key| !before.members.iter().any(|m| m.person_key == key));
                if stranger {
                    return Err(AppError::invalid("收入所属成员不在本户。"));
                }
                insert_income(app, &tx, household, item).await?;
            }
        }
        Entry::RemoveIncome { id, reason: why } => {
            if why.trim().is_empty() {
                return Err(AppError::invalid("请写明撤销这笔收入的理由。"));
            }
            reason.clone_from(why);
            one(
                tx.execute(
                    "UPDATE income_item SET removed_reason = $3 WHERE id = $1 AND household_id = $2 AND removed_reason IS NULL",
                    args![*id, household, why.as_str()],
                )
                .await?,
            )?;
        }
        Entry::Guarantees {
            on: day,
            checks,
            evidence,
            assessor,
        } => {
            not_later(*day, today)?;
            on = *day;
            let check = NewCheck {
                household,
                on: *day,
                found: *checks,
                evidence,
                assessor,
            };
            load::checks(&tx, [check]).await?;
        }
        Entry::Conditions { year, facts } => {
            let text = serde_json::to_string(facts).map_err(AppError::internal)?;
            tx.execute(
                "INSERT INTO living_condition (household_id, year, facts, entered_millis) VALUES ($1,$2,$3,$4) \
                 ON CONFLICT (household_id, year) DO UPDATE SET facts = excluded.facts, \
                 entered_millis = excluded.entered_millis",
                args![household, *year, text, tx.at().millis()],
            )
            .await?;
        }
        Entry::Measure {
            policy,
            kind,
            content,
            amount,
            on: day,
        } => {
            not_later(*day, today)?;
            on = *day;
            tx.execute(
                "INSERT INTO measure (id, household_id, sort, kind, content, amount_fen, on_day, confirmed) \
                 VALUES ($1,$2,$3,$4,$5,$6,$7,'none')",
                args![
                    app.next_id(),
                    household,
                    if *policy { "policy" } else { "measure" },
                    kind.as_str(),
                    content.as_str(),
                    amount.fen(),
                    day.to_string()
                ],
            )
            .await?;
        }
        Entry::EndMeasure { id, on: day } => one(
            tx.execute(
                "UPDATE measure SET ended_on = $3 WHERE id = $1 AND household_id = $2 AND ended_on IS NULL AND on_day <= $3",
                args![*id, household, day.to_string()],
            )
            .await?,
        )?,
        Entry::Confirm { id, answer } => {
            if !matches!(answer.as_str(), "yes" | "no" | "disputed") {
                return Err(AppError::invalid("请选择农户的答复。"));
            }
            one(
                tx.execute(
                    "UPDATE measure SET confirmed = $3, confirmed_millis = $4 WHERE id = $1 AND household_id = $2",
                    args![*id, household, answer.as_str(), tx.at().millis()],
                )
                .await?,
            )?;
        }
        Entry::Authorise { people, on: day, valid_to } => {
            not_later(*day, today)?;
            if valid_to <= day {
                return Err(AppError::invalid("授权有效期应晚于签署日期。"));
            }
            for key in people {
                if !before.present().any(|m| m.person_key == *key) {
                    return Err(AppError::invalid("签授权书的人不在本户。"));
                }
                tx.execute(
                    "INSERT INTO check_authorisation (household_id, person_key, signed_on, valid_to, entered_by) \
                     VALUES ($1,$2,$3,$4,$5) ON CONFLICT (household_id, person_key, signed_on) \
                     DO UPDATE SET valid_to = excluded.valid_to",
                    args![household, *key, day.to_string(), valid_to.to_string(), actor.account.map(|a| a.0)],
                )
                .await?;
            }
        }
    }
    let day = on.to_string();
    let why = Why {
        act: entry.name(),
        reason: &reason,
        basis: "",
        on: &day,
        expected: None,
    };
    keep(&tx, household, &why).await?;
    let act = TrailAct::new("household.enter", subject(household))
        .in_region(region_of(before.region))
        .with(json!({ "what": entry.name() }));
    tx.commit(act).await?;
    Ok(Outcome::Done)
}

fn one(touched: u64) -> AppResult<()> {
    if touched == 0 {
        return Err(AppError::conflict("这一条已被更改或不存在，请刷新后再办理。"));
    }
    Ok(())
}

fn not_later(day: Date, today: Date) -> AppResult<()> {
    if day > today {
        return Err(AppError::invalid("日期不能晚于今天。"));
    }
    Ok(())
}

pub(crate) async fn insert_income(app: &App, tx: &RecordedTx, household: i64, new: &NewIncome) -> AppResult<()> {
    let (from, to) = terms::months_of(&new.period).ok_or_else(|| {
        AppError::invalid(format!(
            "收入期间“{}”不对，请写成 2026-03、2026Q1 或 2026。",
            new.period
        ))
    })?;
    tx.execute(
        "INSERT INTO income_item (id, household_id, person_key, period, from_month, to_month, kind, gross_fen, cost_fen, \
         evidence, recorder, excluded_reason, entered_millis) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)",
        args![
            app.next_id(),
            household,
            new.person_key,
            new.period.as_str(),
            from.to_string(),
            to.to_string(),
            new.kind.id,
            new.gross.fen(),
            new.cost.fen(),
            new.evidence.as_str(),
            new.recorder.as_str(),
            new.excluded_reason.clone(),
            tx.at().millis()
        ],
    )
    .await?;
    Ok(())
}

/// Who signed, and until when it is good.
pub async fn authorisations(q: &impl Query, household: i64) -> AppResult<Vec<(i64, String)>> {
    #[derive(::store::FromQueryResult)]
    struct Row {
        person_key: i64,
        valid_to: String,
    }
    let rows: Vec<Row> = q
        .rows(
            "SELECT person_key, MAX(valid_to) AS valid_to FROM check_authorisation WHERE household_id = $1 \
             GROUP BY person_key",
            args![household],
        )
        .await?;
    Ok(rows.into_iter().map(|r| (r.person_key, r.valid_to)).collect())
}
