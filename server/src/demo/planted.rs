//! What offices enter themselves, planted for the rules that read it: incomes, and projects with tender, contract,
//! payments and acceptances. Only the truth is loaded with it; the demo's own projects are made elsewhere.

use ::projects::store::{
    load::{
        Loaded, projects,
        tables::{self, Table, day, rows},
    },
    project::Project,
};
use access::Actor;
use kernel::AppResult;
use records::flow::Code;
use serde_json::json;
use simulate::{County, Work};
use store::args;
use trail::{Act, RecordedTx};
use web::App;

use super::people::HouseholdIds;

pub(super) async fn load(app: &App, county: &County, households: &HouseholdIds) -> AppResult<()> {
    let tx = app.trail.begin(&Actor::system()).await?;
    let id = |at: u32| households[&county.households[at as usize].family];
    let receipts = county.entered.incomes.iter().map(|i| {
        args![
            app.next_id(),
            id(i.household),
            format!("{} 年", i.to.year()),
            i.from.to_string(),
            i.to.to_string(),
            i.kind,
            i.gross.fen(),
            i.cost.fen(),
            "入户核算",
            "驻村工作队",
            (!i.excluded.is_empty()).then(|| i.excluded.to_owned()),
            tx.at().millis()
        ]
    });
    let receipts: Vec<_> = receipts.collect();
    let table = Table {
        name: "income_item",
        columns: &[
            "id",
            "household_id",
            "period",
            "from_month",
            "to_month",
            "kind",
            "gross_fen",
            "cost_fen",
            "evidence",
            "recorder",
            "excluded_reason",
            "entered_millis",
        ],
    };
    rows(&tx, table, receipts).await?;
    let loaded: Vec<Loaded> = county.works.iter().map(|w| project(w, &id)).collect();
    projects(&tx, &loaded).await?;
    tenders(app, &tx, &county.works).await?;
    money(app, &tx, &county.works).await?;
    watched(app, &tx, &county.works).await?;
    bargained(app, &tx, &county.works).await?;
    tx.commit(Act::new("project.load", "register").with(json!({ "rows": loaded.len() })))
        .await
        .map(|_| ())
}

fn project(w: &Work, id: &impl Fn(u32) -> i64) -> Loaded {
    let last = w.steps.last().map_or(w.start_plan, |(_, day)| *day);
    let state = w.steps.last().map_or("demand", |(state, _)| state);
    let reached = |state: &str| {
        w.steps
            .iter()
            .find(|(s, _)| *s == state)
            .map(|(_, day)| day.to_string())
    };
    let act = |to: &str| {
        let step = ::projects::model::PROJECT_FLOW.steps.iter().find(|s| s.to.id() == to);
        step.map_or("enter", |s| s.act.id())
    };
    Loaded {
        row: Project {
            id: w.id,
            no: format!("{}-{:04}", w.region, w.id),
            name: w.name.clone(),
            region: w.region.as_i64(),
            mode: w.mode.to_owned(),
            state: if w.exempted_on.is_some() { "exempted" } else { state }.to_owned(),
            year: w.start_plan.year().into(),
            province_key: false,
            site: w.site.clone(),
            site_note: String::new(),
            content: w.content.clone(),
            start_plan: w.start_plan.to_string(),
            end_plan: w.end_plan.to_string(),
            owner: w.owner.clone(),
            responsible: "村委会主任".to_owned(),
            duty: String::new(),
            need: String::new(),
            surveyed_on: reached("demand").unwrap_or_default(),
            expected_yield_fen: 0,
            link: String::new(),
            income_model: String::new(),
            subsidy: "none".to_owned(),
            planned_fen: w.planned.fen(),
            entered_by: 0,
            last_actor: 0,
            last_on: last.to_string(),
            suspended_from: None,
        },
        funds: vec![("财政专项扶贫资金".to_owned(), "省".to_owned(), w.planned)],
        households: w.beneficiaries.iter().map(|at| id(*at)).collect(),
        steps: w.steps.iter().map(|(to, on)| (act(to), *to, on.to_string())).collect(),
    }
}

async fn tenders(app: &App, tx: &RecordedTx, works: &[Work]) -> AppResult<()> {
    let won = |w: &Work| {
        w.contract
            .as_ref()
            .map(|c| (c.contractor.clone(), c.uscc.clone(), c.amount.fen()))
    };
    let tenders = works.iter().filter_map(|w| {
        let t = w.tender.as_ref()?;
        let won = t.awarded_on.and_then(|_| won(w));
        Some(args![
            w.id,
            t.kind,
            t.method,
            t.opened_on.to_string(),
            day(t.awarded_on),
            won.as_ref().map(|(name, _, _)| name.clone()),
            won.as_ref().map(|(_, code, _)| code.clone()),
            won.as_ref().map(|(_, _, fen)| *fen)
        ])
    });
    rows(tx, tables::PROJECT_TENDER, tenders).await?;
    let bids = works.iter().flat_map(|w| {
        w.bids.iter().map(move |b| {
            args![
                app.next_id(),
                w.id,
                b.bidder.as_str(),
                b.uscc.as_str(),
                b.price.fen(),
                b.ip.as_str(),
                b.mac.as_str(),
                b.agent.as_str()
            ]
        })
    });
    rows(tx, tables::PROJECT_BID, bids).await?;
    let contracts = works.iter().filter_map(|w| {
        let c = w.contract.as_ref()?;
        Some(args![
            w.id,
            c.no.as_str(),
            c.contractor.as_str(),
            c.uscc.as_str(),
            c.amount.fen(),
            c.amount.fen() * 3 / 100,
            c.signed_on.to_string()
        ])
    });
    rows(tx, tables::PROJECT_CONTRACT, contracts).await?;
    Ok(())
}

/// Texts of contracts found elsewhere, and prices by item.
async fn bargained(app: &App, tx: &RecordedTx, works: &[Work]) -> AppResult<()> {
    let texts = works.iter().flat_map(|w| {
        w.texts.iter().map(move |t| {
            args![
                app.next_id(),
                w.id,
                t.kind,
                t.no.as_str(),
                t.contractor.as_str(),
                t.uscc.as_str(),
                t.amount.fen(),
                t.signed_on.to_string(),
                "报账会审时登记",
                0_i64,
                "财政局审核岗",
                t.signed_on.to_string(),
                day(t.voided_on),
                t.voided_on.map(|_| "乡镇监管组".to_owned()),
                t.voided_on.map(|_| "登记时抄错金额".to_owned())
            ]
        })
    });
    rows(tx, tables::PROJECT_CONTRACT_TEXT, texts).await?;
    let prices = works.iter().flat_map(|w| {
        w.prices.iter().map(move |l| {
            args![
                app.next_id(),
                w.id,
                l.item,
                l.spec.as_str(),
                l.unit,
                l.quantity,
                l.price.fen(),
                0_i64,
                "乡镇监管组",
                w.signed_on_day().to_string()
            ]
        })
    });
    rows(tx, tables::PROJECT_PRICE, prices).await
}

async fn money(app: &App, tx: &RecordedTx, works: &[Work]) -> AppResult<()> {
    let paid = works.iter().flat_map(|w| {
        w.payments
            .iter()
            .map(move |(amount, on)| args![app.next_id(), w.id, amount.fen(), on.to_string(), "building", ""])
    });
    rows(tx, tables::PROJECT_PAYMENT, paid).await?;
    let changed = works.iter().flat_map(|w| {
        w.alterations.iter().map(move |c| {
            args![
                app.next_id(),
                w.id,
                c.amount.fen(),
                "地质条件与勘察不符",
                0_i64,
                "乡镇监管组",
                w.start_plan.to_string(),
                day(c.approved_on)
            ]
        })
    });
    rows(tx, tables::PROJECT_CHANGE, changed).await?;
    Ok(())
}

async fn watched(app: &App, tx: &RecordedTx, works: &[Work]) -> AppResult<()> {
    let done = works.iter().flat_map(|w| {
        w.milestones
            .iter()
            .map(move |on| args![app.next_id(), w.id, "work", on.to_string(), "现场查看", "乡镇监管组"])
    });
    rows(tx, tables::PROJECT_MILESTONE, done).await?;
    let reps = works
        .iter()
        .flat_map(|w| (0..w.reps).map(move |n| args![w.id, format!("村民代表{}", n + 1), w.start_plan.to_string()]));
    rows(tx, tables::PROJECT_REP, reps).await?;
    let accepted = works.iter().flat_map(|w| {
        (1_i64..).zip(&w.acceptances).map(move |(place, a)| {
            args![
                w.id,
                place,
                i64::from(a.level),
                a.on.to_string(),
                a.passed,
                a.team,
                if a.passed { "合格" } else { "整改" },
                i64::from(a.asked),
                i64::from(a.asked),
                false,
                ""
            ]
        })
    });
    rows(tx, tables::PROJECT_ACCEPTANCE, accepted).await?;
    let excused = works.iter().filter_map(|w| {
        let on = w.exempted_on?.to_string();
        Some(args![
            w.id,
            "disaster",
            "灾情证明、会议记录",
            "县领导小组",
            "容错决定",
            on
        ])
    });
    rows(tx, tables::PROJECT_EXEMPTION, excused).await?;
    Ok(())
}
