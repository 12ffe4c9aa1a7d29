//! Invented yearly facts and procedures for a trial, in bulk: every registered household gets incomes, a check of its
//! guarantees, measures, and the procedure that led to the state it is in.

use access::Actor;
use kernel::{AppResult, Date, period::parse_date};
use records::flow::Code;
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, args};
use trail::Act as TrailAct;
use web::App;

use crate::{
    load::{self, NewCheck},
    model::{
        exit::Guarantees,
        flows::{self, Kind},
    },
};

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    region: i64,
    head_name: String,
    head_key: i64,
    population: i64,
    status: i64,
    registered_on: Option<String>,
    exited_on: Option<String>,
}

/// Incomes of one invented household a year: kind, yuan per head, cost in hundredths of it.
const INCOMES: [(&str, i64, i64); 5] = [
    ("wage_away", 5_200, 0),
    ("op_crop", 2_600, 40),
    ("prop_land", 450, 0),
    ("tr_farm", 260, 0),
    ("tr_pension", 700, 0),
];

const MEASURES: [(&str, &str, &str, i64); 6] = [
    ("measure", "产业", "发展小拱棚蔬菜", 300_000),
    ("measure", "就业", "介绍到镇扶贫车间务工", 0),
    ("policy", "健康", "基本医疗保险参保补助", 38_000),
    ("policy", "健康", "签约家庭医生服务", 0),
    ("policy", "教育", "义务教育生活补助", 62_500),
    ("measure", "智力", "参加种植技术培训", 0),
];

/// The usual way of an exit; a household stands somewhere on it.
const EXIT_WAY: [&str; 6] = [
    "pre_exit",
    "surveyed",
    "village_reviewed",
    "notice",
    "town_reviewed",
    "county_approved",
];

/// Fills in facts and procedures of every registered household. Returns how many there are.
pub async fn fill(app: &App, today: Date) -> AppResult<u64> {
    let tx = app.trail.begin(&Actor::system()).await?;
    let households: Vec<Known> = tx
        .rows(
            "SELECT id, region, head_name, head_key, population, status, registered_on, exited_on FROM household ORDER BY id",
            args![],
        )
        .await?;
    tx.execute(
        "UPDATE person SET health = '健康', labour = CASE WHEN birth < $1 THEN '弱/半劳动力' WHEN birth > $2 THEN '无劳动力' \
         ELSE '普通劳动力' END, student = CASE WHEN birth > $3 THEN '学龄前' WHEN birth > $4 THEN '小学' ELSE '非在校' END, \
         wants_training = $5, skill = '' WHERE household_id IS NOT NULL",
        args![
            format!("{}-01-01", today.year() - 62),
            format!("{}-01-01", today.year() - 16),
            format!("{}-09-01", today.year() - 7),
            format!("{}-09-01", today.year() - 13),
            false
        ],
    )
    .await?;
    let (_, last) = crate::model::terms::income_window(today);
    let month = last.to_string();
    let at = tx.at().millis();
    let mut incomes = BulkInsert::new(
        &tx,
        "income_item",
        &[
            "id",
            "household_id",
            "person_key",
            "period",
            "from_month",
            "to_month",
            "kind",
            "gross_fen",
            "cost_fen",
            "evidence",
            "recorder",
            "entered_millis",
        ],
        "",
    );
    for (n, h) in households.iter().enumerate() {
        // Spread over households, the same in every fill; who is still listed lives below the line.
        let wealth = match h.exited_on {
            // Who left lives above it, but for a few whom nobody watches yet.
            Some(_) if n % 71 == 0 => 75,
            Some(_) => 92 + (n as i64 * 37) % 60,
            None => 45 + (n as i64 * 37) % 44,
        };
        for (kind, yuan, cost) in INCOMES {
            let gross = yuan * 100 * h.population.max(1) * wealth / 100;
            incomes
                .push(args![
                    app.next_id(),
                    h.id,
                    h.head_key,
                    month.as_str(),
                    month.as_str(),
                    month.as_str(),
                    kind,
                    gross,
                    gross * cost / 100,
                    "入户登记",
                    "镇政府（扶贫专干）",
                    at
                ])
                .await?;
        }
    }
    incomes.finish().await?;
    let checked = today - time::Duration::days(40);
    let checks = households.iter().enumerate().map(|(n, h)| NewCheck {
        household: h.id,
        on: checked,
        found: Guarantees {
            medical: n % if h.status == 1 { 115 } else { 23 } != 0,
            housing: !unsafe_house(n, h),
            water: n % 61 != 0,
            ..Guarantees::ALL
        },
        evidence: "入户查看",
        assessor: "驻村工作队",
    });
    load::checks(&tx, checks).await?;
    let mut measures = BulkInsert::new(
        &tx,
        "measure",
        &[
            "id",
            "household_id",
            "sort",
            "kind",
            "content",
            "amount_fen",
            "on_day",
            "confirmed",
        ],
        "",
    );
    for (n, h) in households.iter().enumerate() {
        // A few that are watched still wait for a measure.
        if h.status == 5 && n % 19 == 0 {
            continue;
        }
        // Most unsafe houses are on this year's list; the others are what the rules ask about.
        if unsafe_house(n, h) && n % 30 != 0 {
            let day = (today - time::Duration::days(35)).to_string();
            measures
                .push(args![
                    app.next_id(),
                    h.id,
                    "measure",
                    "住房",
                    "列入当年危房改造计划",
                    1_400_000_i64,
                    day,
                    "yes"
                ])
                .await?;
        }
        for k in 0..3 {
            let (sort, kind, content, amount) = MEASURES[(n + k * 2) % MEASURES.len()];
            let day = (today - time::Duration::days(60 + (n as i64 * 13 + k as i64 * 90) % 300)).to_string();
            let confirmed = if (n + k) % 3 == 0 { "none" } else { "yes" };
            measures
                .push(args![app.next_id(), h.id, sort, kind, content, amount, day, confirmed])
                .await?;
        }
    }
    measures.finish().await?;
    cases(app, &tx, &households, today).await?;
    tx.execute(
        "INSERT INTO household_detail (household_id, std, address, other_causes, cause_note, risk_types, risk_clear_mode, \
         monitored_on, relapsed_on) SELECT id, 2, '', '缺资金', '', CASE WHEN status = 5 THEN '因病' ELSE '' END, '', \
         CASE WHEN status = 5 THEN registered_on END, CASE WHEN status = 3 THEN registered_on END FROM household WHERE 1 = 1 \
         ON CONFLICT (household_id) DO NOTHING",
        args![],
    )
    .await?;
    let count = households.len() as u64;
    tx.commit(TrailAct::new("household.load", "facts").with(json!({ "households": count })))
        .await?;
    Ok(count)
}

/// The last check found the house unsafe.
fn unsafe_house(n: usize, household: &Known) -> bool {
    household.status == 0 && n % 6 == 0
}

async fn cases(app: &App, tx: &trail::RecordedTx, households: &[Known], today: Date) -> AppResult<()> {
    let mut rows = Vec::new();
    for (n, h) in households.iter().enumerate() {
        let (kind, state, days) = match h.status {
            2 => (Kind::Exit, EXIT_WAY[n % EXIT_WAY.len()], 5 + n as i64 % 20),
            1 => (Kind::Exit, "exited", 400),
            3 => (Kind::Return, "returned", 200),
            5 => (Kind::Monitoring, "monitored", 150),
            _ => continue,
        };
        let since = h
            .exited_on
            .as_deref()
            .filter(|_| state == "exited")
            .or(h.registered_on.as_deref().filter(|_| state == "monitored"))
            .and_then(parse_date)
            .unwrap_or(today - time::Duration::days(days));
        rows.push((app.next_id(), h, kind, state, since));
    }
    let mut inserts = BulkInsert::new(
        tx,
        "household_case",
        &[
            "id",
            "household_id",
            "region",
            "head_name",
            "kind",
            "state",
            "origin",
            "open",
            "opened_on",
            "since_on",
        ],
        "",
    );
    for (id, h, kind, state, since) in &rows {
        let open = EXIT_WAY.contains(state);
        let opened = (*since - time::Duration::days(30)).to_string();
        inserts
            .push(args![
                *id,
                h.id,
                h.region,
                h.head_name.as_str(),
                kind.id(),
                *state,
                "campaign",
                open,
                opened,
                since.to_string()
            ])
            .await?;
    }
    inserts.finish().await?;
    let mut steps = BulkInsert::new(
        tx,
        "case_step",
        &[
            "case_id",
            "no",
            "act",
            "from_state",
            "to_state",
            "at_millis",
            "on_day",
            "actor_name",
            "role",
            "reason",
            "reason_codes",
            "basis",
            "detail",
        ],
        "",
    );
    for (id, _, kind, state, since) in &rows {
        let first = flows::first_state(*kind);
        let opened = (*since - time::Duration::days(30)).to_string();
        let begun = flows::states(*kind)[1].0;
        steps
            .push(args![
                *id,
                1_i64,
                "apply",
                first,
                begun,
                tx.at().millis(),
                opened,
                "系统",
                "sysadmin",
                "",
                "",
                "",
                "历史数据装入"
            ])
            .await?;
        if *state != begun {
            steps
                .push(args![
                    *id,
                    2_i64,
                    "load",
                    begun,
                    *state,
                    tx.at().millis(),
                    since.to_string(),
                    "系统",
                    "sysadmin",
                    "",
                    "",
                    "",
                    "历史数据装入"
                ])
                .await?;
        }
    }
    steps.finish().await?;
    let mut notices = BulkInsert::new(
        tx,
        "case_notice",
        &["case_id", "no", "title", "posted_on", "days", "place"],
        "",
    );
    for (id, _, _, state, since) in rows.iter().filter(|(_, _, _, state, _)| *state == "notice") {
        debug_assert_eq!(*state, "notice");
        notices
            .push(args![*id, 1_i64, "公示", since.to_string(), 7_i64, "村务公开栏"])
            .await?;
    }
    notices.finish().await?;
    Ok(())
}

/// Marks about two thirds of a campaign's tasks as handed in.
pub async fn hand_in(app: &App, campaign: i64) -> AppResult<u64> {
    let tx = app.trail.begin(&Actor::system()).await?;
    let done = tx
        .execute(
            "UPDATE collection_task SET submitted_millis = $2, submitted_by = '演示', answers = '{}' \
             WHERE campaign_id = $1 AND (region / 1000 + subject) % 3 <> 0",
            args![campaign, tx.at().millis()],
        )
        .await?;
    let act = TrailAct::new("campaign.submit", format!("campaign:{campaign}"));
    tx.commit(act.with(json!({ "tasks": done }))).await?;
    Ok(done)
}
