//! What visitors and offices write down about households, planted for the rules that read it: checks, house and water,
//! measures, who is watched, who helps; pictures and progress of projects; ledgers of special funds. Only the truth is
//! loaded with it.

use ::projects::store::load::tables::{Table, rows};
use access::Actor;
use forces::store::load::Measure as NewMeasure;
use households::{
    load::{NewCheck, NewPairing},
    model::exit::Guarantees,
};
use kernel::{AppResult, Date, period::epoch_days};
use records::papers::{self, Paper};
use serde_json::json;
use simulate::County;
use store::{Value, args};
use trail::{Act, RecordedTx};
use web::App;

use super::people::HouseholdIds;

/// Noon of a day in China.
fn millis(day: Date) -> i64 {
    i64::from(epoch_days(day)) * 86_400_000 + 14_400_000
}

pub(super) async fn load(app: &App, county: &County, households: &HouseholdIds) -> AppResult<()> {
    let tx = app.trail.begin(&Actor::system()).await?;
    let id = |at: u32| households[&county.households[at as usize].family];
    found(&tx, county, &id).await?;
    done(app, &tx, county, &id).await?;
    helpers(&tx, county, &id).await?;
    for a in &county.entered.care.abilities {
        let key = app.keys.person_key(&county.person(a.person).id).0;
        let sql = "UPDATE person SET labour = $2, student = $3 WHERE person_key = $1";
        tx.execute(sql, args![key, a.labour, a.student]).await?;
    }
    works(app, &tx, county).await?;
    special(app, &tx, county).await?;
    let checks = county.entered.care.checks.len();
    tx.commit(Act::new("household.load", "register").with(json!({ "checks": checks })))
        .await
        .map(|_| ())
}

async fn put(
    tx: &RecordedTx,
    name: &'static str,
    columns: &'static [&'static str],
    values: impl IntoIterator<Item = Vec<Value>>,
) -> AppResult<()> {
    rows(tx, Table { name, columns }, values).await
}

/// What visits found.
async fn found(tx: &RecordedTx, county: &County, id: &impl Fn(u32) -> i64) -> AppResult<()> {
    let care = &county.entered.care;
    let checks = care.checks.iter().map(|c| {
        let [food, clothes, education, medical, housing, water] = c.ok;
        NewCheck {
            household: id(c.household),
            on: c.on,
            found: Guarantees {
                food,
                clothes,
                education,
                medical,
                housing,
                water,
            },
            evidence: "入户查看",
            assessor: "驻村工作队",
        }
    });
    households::load::checks(tx, checks).await?;
    let living = care.living.iter().map(|l| {
        let facts = json!({ "house_grade": l.grade, "water_safe": l.water });
        args![id(l.household), i64::from(l.on.year()), facts.to_string(), millis(l.on)]
    });
    let columns = &["household_id", "year", "facts", "entered_millis"];
    put(tx, "living_condition", columns, living).await
}

/// What is done for households, and who is watched.
async fn done(app: &App, tx: &RecordedTx, county: &County, id: &impl Fn(u32) -> i64) -> AppResult<()> {
    let care = &county.entered.care;
    let measures = care.measures.iter().map(|m| {
        args![
            app.next_id(),
            id(m.household),
            m.sort,
            m.kind,
            format!("{}帮扶", m.kind),
            0_i64,
            m.on.to_string(),
            m.ended_on.map(|d| d.to_string()),
            "yes"
        ]
    });
    let columns = &[
        "id",
        "household_id",
        "sort",
        "kind",
        "content",
        "amount_fen",
        "on_day",
        "ended_on",
        "confirmed",
    ];
    put(tx, "measure", columns, measures).await?;
    let watched = care.watched.iter().map(|w| {
        args![
            id(w.household),
            2_i64,
            "",
            "",
            "",
            "因病",
            w.on.to_string(),
            w.cleared_on.map(|d| d.to_string()),
            if w.cleared_on.is_some() { "help" } else { "" }
        ]
    });
    let columns = &[
        "household_id",
        "std",
        "address",
        "other_causes",
        "cause_note",
        "risk_types",
        "monitored_on",
        "risk_cleared_on",
        "risk_clear_mode",
    ];
    put(tx, "household_detail", columns, watched).await?;
    let notes = care.notes.iter().map(|n| NewMeasure {
        id: app.next_id(),
        kind: "产业".to_owned(),
        target_kind: "household".to_owned(),
        target_id: id(n.household),
        region: county.families[county.households[n.household as usize].family as usize]
            .region
            .as_i64(),
        day: n.on.to_string(),
        content: "联系销路".to_owned(),
        ..NewMeasure::default()
    });
    forces::store::load::measures(tx, notes.collect()).await.map(|_| ())
}

/// Who lost a helper, or never had one.
async fn helpers(tx: &RecordedTx, county: &County, id: &impl Fn(u32) -> i64) -> AppResult<()> {
    for h in &county.entered.care.handovers {
        let home = id(h.household);
        match h.ended_on {
            None => {
                let sql = "DELETE FROM pairing WHERE household_id = $1";
                tx.execute(sql, args![home]).await?;
            }
            Some(day) => {
                let sql = "UPDATE pairing SET to_on = $2 WHERE household_id = $1";
                tx.execute(sql, args![home, day.to_string()]).await?;
            }
        }
    }
    let next = county.entered.care.handovers.iter().filter_map(|h| {
        Some(NewPairing {
            household: id(h.household),
            account: 0,
            helper_name: "李国强",
            from_on: h.next_on?,
            to_on: None,
        })
    });
    households::load::pairings(tx, next).await.map(|_| ())
}

/// Pictures and reports of progress.
async fn works(app: &App, tx: &RecordedTx, county: &County) -> AppResult<()> {
    let photos = county.works.iter().flat_map(|w| {
        w.photos.iter().map(move |(file, on)| {
            let paper = Paper {
                step: "photo".to_owned(),
                digest: format!("{file:064x}"),
                file_name: format!("现场{file}.jpg"),
                mime: "image/jpeg".to_owned(),
                size_bytes: 200_000,
                at_millis: millis(*on),
                actor_name: "乡镇监管组".to_owned(),
            };
            (w.id, paper)
        })
    });
    papers::bulk(tx, "project", photos).await?;
    let progress = county.works.iter().flat_map(|w| &w.progress).map(|r| {
        let percent = i64::from(r.percent);
        args![app.next_id(), r.share, percent, r.on.to_string(), "现场查看", 0_i64]
    });
    let columns = &["id", "allocation_id", "percent", "on_day", "note", "entered_by"];
    put(tx, "progress_report", columns, progress).await
}

async fn special(app: &App, tx: &RecordedTx, county: &County) -> AppResult<()> {
    let entries = county.entered.care.special.iter().map(|e| {
        args![
            app.next_id(),
            e.fund,
            e.kind,
            e.amount.fen(),
            e.on.to_string(),
            "县财政局",
            "记账凭证",
            e.balance.fen(),
            0_i64
        ]
    });
    let columns = &[
        "id",
        "fund",
        "kind",
        "amount_fen",
        "on_day",
        "party",
        "doc",
        "balance_fen",
        "entered_by",
    ];
    put(tx, "special_entry", columns, entries).await
}
