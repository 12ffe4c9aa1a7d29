//! Money planted for the rules about documents, steps between accounts, claims and assets: beside a history in which every
//! payment was paid for. Only the truth is loaded with it.

use std::collections::BTreeMap;

use ::projects::store::load::tables::{self, Table, day, rows};
use access::Actor;
use funds::{
    chain::load::{LoadedAllocation, LoadedMovement},
    model::ledger::{Kind, Node, Stage},
    returned::ReturnedItem,
};
use kernel::AppResult;
use records::papers::{self, Paper};
use serde_json::json;
use simulate::{County, FundAccount, FundDocument, FundShare};
use store::args;
use trail::{Act, RecordedTx};
use web::App;

use super::{
    fund_chain::{self, go},
    people::HouseholdIds,
};

pub(super) async fn load(app: &App, county: &County, households: &HouseholdIds) -> AppResult<()> {
    let shares = || {
        county
            .documents
            .iter()
            .flat_map(|d| d.shares.iter().map(move |s| (d, s)))
    };
    let loaded = shares().map(|(d, s)| allocation(county, d, s)).collect();
    let movements = county.documents.iter().flat_map(moved).collect();
    // The documents come after the history, which would spend their money on payments.
    fund_chain::history(app, county, loaded, movements).await?;
    let tx = app.trail.begin(&Actor::system()).await?;
    documents(&tx, county).await?;
    steps(app, &tx, county).await?;
    claims(&tx, county).await?;
    returned(app, &tx, county).await?;
    budgets(app, &tx, county).await?;
    let household = |at: u32| households[&county.households[at as usize].family];
    assets(&tx, county, &household).await?;
    tx.commit(Act::new("fund.load", "register").with(json!({ "documents": county.documents.len() })))
        .await
        .map(|_| ())
}

fn code(county: &County, d: &FundDocument) -> &'static str {
    county.programmes[usize::from(d.programme)].code
}

fn allocation(county: &County, d: &FundDocument, s: &FundShare) -> LoadedAllocation {
    let used_up = s.used.is_some_and(|(used, _)| used == s.amount);
    LoadedAllocation {
        id: s.id,
        indicator: d.id,
        programme: code(county, d).to_owned(),
        target: s.target,
        region: s.region.as_i64(),
        project_name: String::new(),
        amount_fen: s.amount.fen(),
        plan_doc: "资金分配方案".to_owned(),
        decided_on: s.decided_on.to_string(),
        due_on: day(s.due_on),
        state: if used_up { "used" } else { "decided" },
    }
}

fn moved(d: &FundDocument) -> Vec<LoadedMovement> {
    let whole = Node::of(d.id, Stage::Indicator);
    let mut out = vec![go(
        Kind::Arrive,
        Node::of(d.id, Stage::Source),
        whole,
        d.amount.fen(),
        &d.arrived_on.to_string(),
        "指标文件",
    )];
    for s in &d.shares {
        let waiting = Node::at(d.id, s.id, Stage::Allocation, 0);
        let decided = s.decided_on.to_string();
        out.push(go(Kind::Allocate, whole, waiting, s.amount.fen(), &decided, "分配方案"));
        let mut from = waiting;
        if let Some(hop) = &s.hop {
            let at = Node::at(d.id, s.id, Stage::Hop, 1);
            out.push(go(
                Kind::Disburse,
                waiting,
                at,
                s.amount.fen(),
                &hop.on.to_string(),
                "拨付",
            ));
            from = at;
        }
        if let Some((used, on)) = s.used {
            let to = Node::at(d.id, s.id, Stage::Used, 0);
            out.push(go(Kind::Use, from, to, used.fen(), &on.to_string(), "报账支付"));
        }
    }
    if let Some((back, on)) = d.recovered {
        let to = Node::of(d.id, Stage::Recovered);
        out.push(go(Kind::Recover, whole, to, back.fen(), &on.to_string(), "收回统筹"));
    }
    out
}

async fn documents(tx: &RecordedTx, county: &County) -> AppResult<()> {
    let documents = county.documents.iter().map(|d| {
        let poverty = county.programmes[usize::from(d.programme)].fund_family == "扶贫";
        args![
            d.id,
            code(county, d),
            d.doc_no.as_str(),
            d.level,
            d.amount.fen(),
            d.arrived_on.to_string(),
            if poverty { 1_i64 } else { 3 },
            d.bypass_city,
            day(d.filed_on)
        ]
    });
    let table = Table {
        name: "indicator",
        columns: &[
            "id",
            "programme",
            "doc_no",
            "level",
            "amount_fen",
            "arrived_on",
            "fund_class",
            "bypass_city",
            "filed_on",
        ],
    };
    rows(tx, table, documents).await?;
    let works = county.documents.iter().flat_map(|d| &d.shares);
    for share in works {
        if let Some(work) = share.work {
            funds::chain::load::for_project(tx, share.id, work).await?;
        }
    }
    Ok(())
}

async fn steps(app: &App, tx: &RecordedTx, county: &County) -> AppResult<()> {
    let hops = || {
        county
            .documents
            .iter()
            .flat_map(|d| &d.shares)
            .filter_map(|s| Some((s, s.hop.as_ref()?)))
    };
    let mut accounts: BTreeMap<(&str, &str, [bool; 3]), (i64, FundAccount)> = BTreeMap::new();
    for account in hops().flat_map(|(_, h)| [&h.from, &h.to]) {
        let key = (account.name, account.kind, account.dedicated);
        accounts.entry(key).or_insert_with(|| (app.next_id(), account.clone()));
    }
    let made = accounts.values().enumerate().map(|(n, (id, a))| {
        let [store, book, person] = a.dedicated;
        let number = format!("90401190000{n:08}");
        let digest = app.keys.digest("account", &number) as i64;
        args![
            *id,
            a.name,
            a.org,
            app.config.area.as_i64(),
            a.kind,
            "农村商业银行",
            digest,
            &number[number.len() - 4..],
            store,
            book,
            person
        ]
    });
    let table = Table {
        name: "fund_account",
        columns: &[
            "id",
            "name",
            "org",
            "region",
            "kind",
            "bank",
            "account_digest",
            "account_tail",
            "dedicated_store",
            "dedicated_book",
            "dedicated_person",
        ],
    };
    rows(tx, table, made).await?;
    let id = |a: &FundAccount| accounts[&(a.name, a.kind, a.dedicated)].0;
    let steps = hops().map(|(s, h)| {
        args![
            h.id,
            s.id,
            1_i64,
            id(&h.from),
            id(&h.to),
            s.amount.fen(),
            h.on.to_string(),
            h.purpose
        ]
    });
    let table = Table {
        name: "disbursement",
        columns: &[
            "id",
            "allocation_id",
            "hop_no",
            "from_account",
            "to_account",
            "amount_fen",
            "on_day",
            "purpose_code",
        ],
    };
    rows(tx, table, steps).await
}

async fn budgets(app: &App, tx: &RecordedTx, county: &County) -> AppResult<()> {
    let lines = county.budgets.iter().map(|b| {
        args![
            app.next_id(),
            county.programmes[usize::from(b.programme)].code,
            i64::from(b.year),
            b.code,
            b.amount.fen(),
            b.amount.fen(),
            format!("惠财预〔{}〕1号", b.year),
            format!("{}-01-20", b.year),
            0_i64
        ]
    });
    let table = Table {
        name: "fund_budget",
        columns: &[
            "id",
            "programme",
            "year",
            "code",
            "first_fen",
            "amount_fen",
            "doc_no",
            "approved_on",
            "entered_by",
        ],
    };
    rows(tx, table, lines).await
}

async fn claims(tx: &RecordedTx, county: &County) -> AppResult<()> {
    let claims = || {
        let shares = county.documents.iter().flat_map(|d| &d.shares);
        shares.flat_map(|s| s.claims.iter().map(move |c| (s, c)))
    };
    let entered = claims().map(|(s, c)| {
        args![
            c.id,
            format!("报{}", c.id),
            s.id,
            s.region.as_i64(),
            "村民委员会",
            "工程进度款",
            c.works,
            "施工单位",
            c.amount.fen(),
            if c.paid_on.is_some() { "paid" } else { "town_signed" },
            c.received_on.to_string(),
            day(c.paid_on),
            0_i64,
            0_i64,
            1_i64
        ]
    });
    let table = Table {
        name: "reimbursement",
        columns: &[
            "id",
            "no",
            "allocation_id",
            "region",
            "org",
            "title",
            "works",
            "payee",
            "amount_fen",
            "state",
            "received_on",
            "paid_on",
            "entered_by",
            "last_by",
            "version",
        ],
    };
    rows(tx, table, entered).await?;
    let signs = claims().flat_map(|(_, c)| {
        (0..c.signs).map(move |n| {
            args![
                c.id,
                format!("slot{n}"),
                0_i64,
                "审签人",
                "village_admin",
                tx.at().millis()
            ]
        })
    });
    let table = Table {
        name: "reimbursement_sign",
        columns: &["reimbursement_id", "slot", "account", "name", "role", "at_millis"],
    };
    rows(tx, table, signs).await?;
    let attached = claims().flat_map(|(_, c)| {
        (0..c.papers).map(move |n| {
            let paper = Paper {
                step: "enter".to_owned(),
                digest: format!("{n:064}"),
                file_name: "附件.pdf".to_owned(),
                mime: "application/pdf".to_owned(),
                size_bytes: 1_000,
                at_millis: tx.at().millis(),
                actor_name: "村文书".to_owned(),
            };
            (c.id, paper)
        })
    });
    papers::bulk(tx, "reimbursement", attached).await.map(|_| ())
}

/// Items that the bank sent back.
async fn returned(app: &App, tx: &RecordedTx, county: &County) -> AppResult<()> {
    let items = county.entered.returned.iter().map(|r| {
        let payee = county.person(r.payee);
        ReturnedItem {
            programme: county.programmes[usize::from(r.programme)].code,
            org: "县财政局",
            person: app.keys.person_key(&payee.id),
            payee_name: &payee.name,
            region: payee.region,
            month: r.month,
            amount: r.amount,
            on: r.returned_on,
            reason: "账号不存在",
            paid_again: r.paid_again,
        }
    });
    funds::returned::load(tx, || app.next_id(), items).await
}

async fn assets(tx: &RecordedTx, county: &County, household: &impl Fn(u32) -> i64) -> AppResult<()> {
    let made = county.assets.iter().map(|a| {
        args![
            a.id,
            a.work,
            a.region.as_i64(),
            format!("扶贫车间（{}号）", a.id),
            "operating",
            a.cost.fen(),
            a.state,
            "village",
            "村股份经济合作社",
            "",
            "村委会",
            a.formed_on.to_string(),
            day(a.registered_on),
            0_i64,
            a.last_on.to_string()
        ]
    });
    rows(tx, tables::PROJECT_ASSET, made).await?;
    let yields = || county.assets.iter().flat_map(|a| a.yields.iter().map(move |y| (a, y)));
    let due = yields().map(|(a, y)| {
        args![
            y.id,
            a.id,
            format!("{} 年", y.due_on.year()),
            y.due.fen(),
            y.due_on.to_string(),
            y.received.map(|(fen, _)| fen.fen()),
            y.received.map(|(_, on)| on.to_string()),
            "村民会议决议",
            None::<String>,
            day(y.paid_on)
        ]
    });
    rows(tx, tables::ASSET_YIELD, due).await?;
    let shares = yields().filter(|(_, y)| y.paid_on.is_some()).flat_map(|(_, y)| {
        (1_i64..).zip(&y.shares).map(move |(place, (to, amount))| {
            args![
                y.id,
                place,
                if to.is_some() { "household" } else { "welfare" },
                to.map(household),
                if to.is_some() { "分配对象" } else { y.purpose },
                1_i64,
                amount.fen(),
                day(y.paid_on)
            ]
        })
    });
    rows(tx, tables::YIELD_SHARE, shares).await
}
